import { addDays, dateAt, type LocalDate, startOfDay, wallClock } from '../../core/dates.ts';
import { dice } from '../dice.ts';

/** What tells one kind of activity from another. */
export interface Sport {
  readonly name: string;
  readonly sport_type: string;
  /** The older field knows fewer kinds. */
  readonly type: string;
  /** Metres per second; 0 for what goes nowhere. */
  readonly speed: number;
  readonly minutes: readonly [from: number, to: number];
  readonly gear: string | null;
  readonly hasGps: boolean;
  readonly hasHeartRate: boolean;
  /** Absent: no watts at all. */
  readonly watts?: 'measured' | 'estimated';
  /** Typed in by hand: no device, no streams. */
  readonly manual?: true;
  readonly trainer?: true;
  readonly commute?: true;
  readonly visibility?: 'followers_only' | 'only_me';
  /** Dates then say midnight and one second. */
  readonly hidesStart?: true;
}

export interface Outing {
  readonly id: string;
  readonly uploadId: string;
  readonly day: LocalDate;
  readonly sport: Sport;
  /** UTC epoch milliseconds. */
  readonly start: number;
  /** Seconds. */
  readonly moving: number;
  readonly elapsed: number;
}

const out = { hasGps: true, hasHeartRate: true };
const inside = { hasGps: false, hasHeartRate: true };

const run: Sport = {
  ...{ name: 'Morning Run', sport_type: 'Run', type: 'Run' },
  ...{ ...out, speed: 2.9, minutes: [28, 75], gear: 'g20051782' },
};
const ride: Sport = {
  ...{ name: 'Evening Ride', sport_type: 'Ride', type: 'Ride', watts: 'estimated' },
  ...{ ...out, speed: 6.9, minutes: [50, 110], gear: 'b11807342' },
};
const gravel: Sport = {
  ...{ name: 'Lakes and back', sport_type: 'GravelRide', type: 'Ride', watts: 'measured' },
  ...{ ...out, speed: 5.8, minutes: [120, 260], gear: 'b11807342' },
};
const virtual: Sport = {
  ...{ name: 'Rolling Hills', sport_type: 'VirtualRide', type: 'VirtualRide', watts: 'measured' },
  ...{ ...inside, speed: 8.4, minutes: [35, 60], gear: 'b11807342', trainer: true },
  visibility: 'followers_only',
};
const trail: Sport = {
  ...{ name: 'Forest loop – 日の出', sport_type: 'TrailRun', type: 'Run', hidesStart: true },
  ...{ ...out, speed: 2.4, minutes: [55, 130], gear: 'g19999385' },
};
const swim: Sport = {
  ...{ name: 'Afternoon Swim', sport_type: 'Swim', type: 'Swim', manual: true, gear: null },
  ...{ hasGps: false, hasHeartRate: false, speed: 0.8, minutes: [25, 50] },
};
const strength: Sport = {
  ...{ name: 'Strength', sport_type: 'WeightTraining', type: 'WeightTraining' },
  ...{ ...inside, speed: 0, minutes: [30, 60], gear: null },
};
const walk: Sport = {
  ...{ name: 'To work', sport_type: 'Walk', type: 'Walk', commute: true, visibility: 'only_me' },
  ...{ hasGps: true, hasHeartRate: false, speed: 1.4, minutes: [20, 35], gear: null },
};

/** What happens on a day, by the day's number since 1970 modulo ten; with the earliest local hour. */
const rota: readonly (readonly (readonly [sport: Sport, hour: number])[])[] = [
  [[run, 6]],
  [[ride, 17]],
  [],
  [[swim, 15]],
  [
    [walk, 7],
    [run, 18],
  ],
  [[strength, 18]],
  [[gravel, 9]],
  [],
  [[virtual, 19]],
  [[trail, 8]],
];

const HOUR = 3_600_000;
/** From the last sample to the activity's appearance. */
const UPLOAD = 2 * 60_000;

interface Life {
  readonly seed: number;
  readonly zone: string;
  readonly days: number;
  readonly now: number;
}

/** Everything that is over by `now`, oldest first. */
export function outings({ seed, zone, days, now }: Life): Outing[] {
  const today = dateAt(now, zone);
  const found: Outing[] = [];
  for (let ago = days - 1; ago >= 0; ago -= 1) {
    const day = addDays(today, -ago);
    const planned = rota[Math.floor(Date.parse(day) / 86_400_000) % rota.length] ?? [];
    for (const [sport, hour] of planned) found.push(outing(sport, hour, day, { seed, zone }));
  }
  return found.filter(({ start, elapsed }) => start + elapsed * 1000 + UPLOAD <= now);
}

function outing(
  sport: Sport,
  hour: number,
  day: LocalDate,
  { seed, zone }: Pick<Life, 'seed' | 'zone'>,
): Outing {
  const roll = dice(seed, 'strava', day, hour);
  const start = startOfDay(day, zone) + hour * HOUR + roll.whole(0, 3599) * 1000;
  const moving = roll.whole(sport.minutes[0] * 60, sport.minutes[1] * 60);
  const elapsed = sport.manual ? moving : moving + roll.whole(0, 400);
  // Both grow with time, as the recorded ones do.
  const id = 16_181_809_559 + Math.floor((start / 1000 - 1_760_791_792) * 40) + seed;
  return { id: String(id), uploadId: String(id + 1_083_785_910), day, sport, start, moving, elapsed };
}

/** Seconds a wall clock in the zone is ahead of UTC. */
export function offsetSeconds(instant: number, zone: string): number {
  return Math.round((wallClock(instant, zone) - instant) / 1000);
}

/** Strava's name of a zone, with the offset it has outside of summer time: `(GMT+01:00) Europe/Berlin`. */
export function zoneName(instant: number, zone: string): string {
  const year = new Date(instant).getUTCFullYear();
  const offsets = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)].map((at) => offsetSeconds(at, zone));
  const minutes = Math.round(Math.min(...offsets) / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `(GMT${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}) ${zone}`;
}
