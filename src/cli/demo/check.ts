import type { Entry } from '../../core/destination.ts';
import { skipReason } from '../../core/push/wanted.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { PUSHED } from '../../destinations/clockify/rules.ts';
import { openClockify } from '../../destinations/clockify.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Context } from '../context.ts';

const DAY = 86_400_000;

export interface Checked {
  /** Stored sleep that is to have an entry: nights and naps. */
  readonly nights: number;
  readonly entries: number;
}

/**
 * Asks Clockify itself: every stored night has exactly one entry, and there are no others.
 * A night without one would be a fault of this program, so it is thrown as one.
 */
export async function checkEntries(context: Context): Promise<Checked> {
  const { destination, style } = await openClockify({
    config: (await context.config()).section<ClockifyConfig>('clockify'),
    store: await context.store(),
    wire: await context.wire(),
    clock: context.clock,
    signal: context.signal,
    wait: false,
    readOnly: true,
  });
  const { marker } = await context.provider(PUSHED.provider);
  const sessions = (await context.store()).sessions({ ...PUSHED, account: context.globals.account });
  const nights = sessions.filter((session) => skipReason(session, style(marker)) === undefined);
  const [newest, oldest] = [nights[0], nights.at(-1)];
  if (newest === undefined || oldest === undefined) throw new Error('no night is stored');
  const entries = await destination.list(oldest.startAt - DAY, newest.endAt + DAY);
  const odd = nights.filter((night) => entries.filter((entry) => isOf(night, entry)).length !== 1);
  if (odd.length > 0 || entries.length !== nights.length) {
    const days = odd.map(({ day }) => day).join(', ');
    throw new Error(`${nights.length} nights, ${entries.length} entries; not exactly one for: ${days}`);
  }
  return { nights: nights.length, entries: entries.length };
}

/** Half of the night or more in common: also an entry that the person moved a little. */
function isOf(night: StoredSession, entry: Entry): boolean {
  const common = Math.min(entry.endAt ?? 0, night.endAt) - Math.max(entry.startAt, night.startAt);
  return common >= (night.endAt - night.startAt) / 2;
}
