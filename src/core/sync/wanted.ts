import { historyStart, type Wanted } from '../cursor.ts';
import { addDays, type LocalDate, later } from '../dates.ts';
import type { Stream } from './stream.ts';

const OVERLAP_DAYS = 7;
/** How far back a resource looks that starts with another one which has no record yet. */
const LOOK_BACK = 100;

/** Which dates of a resource the run is after. */
export function wantedOf(stream: Stream, lookBack = LOOK_BACK): Wanted {
  const { request, today } = stream;
  const { provider, config, historyDays, explicit, full } = request;
  const first = firstDay(stream, lookBack);
  const start = historyStart(provider.startDate(config), historyDays, today);
  return {
    today,
    start: first === undefined ? start : later(start, first),
    overlapDays: provider.overlapDays?.(config) ?? OVERLAP_DAYS,
    explicit:
      explicit === undefined || first === undefined
        ? explicit
        : { from: later(explicit.from, first), to: explicit.to },
    full,
  };
}

/** Where a resource that starts with another one begins. */
function firstDay({ request, resource, today }: Stream, lookBack: number): LocalDate | undefined {
  const { startsWith } = resource;
  if (startsWith === undefined) return undefined;
  const { records, provider, account, explicit, resources } = request;
  const known = records.find.firstDay(
    records.streams.number({ provider: provider.id, account, resource: startsWith }),
  );
  if (known !== undefined) return known;
  // The person named dates for this one alone: the other was never looked for and says nothing.
  if (explicit !== undefined && resources.every(({ name }) => name !== startsWith)) return undefined;
  // Nothing to start with yet: look as far back as the week's re-read does.
  return addDays(today, 1 - lookBack);
}
