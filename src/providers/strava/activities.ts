import { atOffset, instantOf, type LocalDate } from '../../core/dates.ts';
import type { Put, RawItem } from '../../core/provider.ts';
import { partOf } from '../../http/json.ts';
import type { Activity } from './collections.ts';

const MINUTE = 60_000;
const DAY = 86_400;
/** No zone is further ahead of or behind UTC, in minutes. */
const FARTHEST = 14 * 60;

/** Ids are 64-bit numbers: exact only in the text. */
export const idIn = (raw: RawItem) => partOf(raw, 'id').text;

/**
 * Minutes east of UTC: `start_date_local` is the wall clock of the place, although it ends in Z like the UTC one. Where
 * the person hides the start time both are one second after midnight.
 */
function offsetOf({ start_date, start_date_local }: Activity): number {
  const minutes = Math.round((instantOf(start_date_local) - instantOf(start_date)) / MINUTE);
  return Math.abs(minutes) <= FARTHEST ? minutes : 0;
}

/** The activity from its start to its end, pauses included. */
export function activityOf(item: Activity, _of: string, raw: RawItem): Put {
  const start = atOffset(instantOf(item.start_date), offsetOf(item));
  const end = atOffset(instantOf(item.start_date) + item.elapsed_time * 1000, offsetOf(item));
  const day = item.start_date_local.slice(0, 10);
  return {
    row: { id: idIn(raw), day, startedAt: start, endedAt: end },
    session: {
      kind: 'workout',
      type: item.sport_type ?? item.type ?? null,
      ...{ day, start, end },
      asleepSeconds: null,
      efficiency: null,
      title: item.name ?? null,
    },
  };
}

/** The same row without the session, which the list gives already. */
export function detailOf(item: Activity, of: string, raw: RawItem): Put {
  return { row: { ...activityOf(item, of, raw).row, id: of } };
}

/**
 * The bounds of a listing in epoch seconds, both left out by the service. It goes by the start in UTC and a date by the
 * place, which is up to 14 hours away.
 */
export function bounds({ from, to }: { from: LocalDate; to: LocalDate }) {
  const midnight = (date: LocalDate, days: number) => Math.max(0, Date.parse(date) / 1000 + days * DAY);
  return { after: midnight(from, -1), before: midnight(to, 2) };
}
