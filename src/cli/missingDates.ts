import { gaps, type Span } from '../core/coverage.ts';
import { addDays, type LocalDate } from '../core/dates.ts';
import type { Resource } from '../core/provider.ts';
import type { StreamStatus } from '../store/status.ts';

/** Dates not read yet. Where a resource starts with another one's first day, only holes in between count. */
export function missingDates(
  resource: Resource,
  stream: StreamStatus | undefined,
  start: LocalDate,
  today: LocalDate,
): Span[] {
  if (resource.cursor.kind !== 'windows' || stream === undefined) return [];
  const first = resource.startsWith === undefined ? start : stream.covered[0]?.from;
  return first === undefined ? [] : gaps(stream.covered, { from: first, to: addDays(today, -1) });
}
