import { historyStart, type Wanted, type Windows } from '../cursor.ts';
import { addDays, type LocalDate, later } from '../dates.ts';
import type { Resource } from '../provider.ts';
import type { SyncRequest } from '../sync.ts';

/** Which dates of a resource the run is after. */
export function wantedOf(
  request: SyncRequest,
  resource: Resource,
  cursor: Windows,
  today: LocalDate,
): Wanted {
  const { provider, config, historyDays, explicit, full } = request;
  const first = firstDay(request, resource, cursor, today);
  const start = historyStart(provider.startDate(config), historyDays, today);
  return {
    today,
    start: first === undefined ? start : later(start, first),
    overlapDays: provider.overlapDays(config),
    explicit:
      explicit === undefined || first === undefined
        ? explicit
        : { from: later(explicit.from, first), to: explicit.to },
    full,
  };
}

/** Where a resource that starts with another one begins. */
function firstDay(
  request: SyncRequest,
  { startsWith }: Resource,
  cursor: Windows,
  today: LocalDate,
): LocalDate | undefined {
  if (startsWith === undefined) return undefined;
  const { records, provider, account, explicit, resources } = request;
  const known = records.firstDay(records.stream({ provider: provider.id, account, resource: startsWith }));
  if (known !== undefined) return known;
  // The person named dates for this one alone: the other was never looked for and says nothing.
  if (explicit !== undefined && resources.every(({ name }) => name !== startsWith)) return undefined;
  // Nothing to start with yet: look as far back as the week's re-read does.
  return addDays(today, 1 - cursor.firstOfWeek);
}
