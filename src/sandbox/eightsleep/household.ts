import { addDays, dateAt, startOfDay } from '../../core/dates.ts';
import { type Truth, truthOf } from '../truth.ts';
import { finishedDay, historyOf, type Sleeper } from './history.ts';
import { deviceIdOf, podOf, type Resident, userIdOf, userOf } from './profiles.ts';

export interface Household {
  readonly userId: string;
  readonly deviceId: string;
  readonly truth: Truth;
  readonly partner: { readonly userId: string; readonly truth: Truth };
  finishProcessing(): void;
}

interface Wanted {
  readonly seed: number;
  /** IANA zone. */
  readonly zone: string;
  /** Mornings up to today. */
  readonly days: number;
  readonly now: () => number;
  readonly email: string;
  /** Whether the two see each other's figures. */
  readonly sharing: boolean;
}

/** Two people and their pod. The account is the left side's. */
export function householdOf({ seed, zone, days, now, email, sharing }: Wanted): Household {
  const at = now();
  const since = startOfDay(addDays(dateAt(at, zone), -days), zone);
  const home = { seed, zone, since, now: at };
  const [userId, partnerId, deviceId] = [userIdOf(seed, 'self'), userIdOf(seed, 'partner'), deviceIdOf(seed)];
  const self = { ...sam, userId, email, shared: sharing ? [partnerId] : [] };
  const other = { ...kim, userId: partnerId, shared: sharing ? [userId] : [] };
  const sleeper = (who: Sleeper['who'], side: Resident['bed']['side']): Sleeper => ({
    ...{ seed, who, zone },
    bed: { id: deviceId, side, specialization: 'pod' },
  });
  const [left, right] = [sleeper('self', 'left'), sleeper('partner', 'right')];
  const truth = truthOf({
    user: [[userId, userOf(home, { ...self, bed: left.bed })]],
    devices: [[deviceId, podOf(home, deviceId, userId, partnerId)]],
    ...historyOf(left, days, at),
  });
  const theirs = truthOf({
    user: [[partnerId, userOf(home, { ...other, bed: right.bed })]],
    ...historyOf(right, days, at),
  });
  return {
    userId,
    deviceId,
    truth,
    partner: { userId: partnerId, truth: theirs },
    finishProcessing() {
      finish(truth, left, now());
      finish(theirs, right, now());
    },
  };
}

const sam = { firstName: 'Sam', gender: 'female', dob: '1986-05-04T00:00:00.000Z' } as const;
const kim = {
  firstName: 'Kim',
  gender: 'male',
  dob: '1984-11-20T00:00:00.000Z',
  email: 'kim@example.org',
} as const;

/** The pod has meanwhile seen what was still to come of a night that was going on. */
function finish(truth: Truth, sleeper: Sleeper, now: number): void {
  for (const [day, document] of truth.entries('trends')) {
    if (document.processing !== true) continue;
    const { trends, intervals } = finishedDay(sleeper, day, now);
    for (const [id, one] of trends) truth.put('trends', id, one);
    for (const [id, one] of intervals) truth.put('intervals', id, one);
  }
}
