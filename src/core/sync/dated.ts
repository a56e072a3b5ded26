import type { LocalDate } from '../dates.ts';
import type { Resource } from '../provider.ts';
import type { Stream } from './stream.ts';

/** The day of the record that an item shares one with, as far as that record is stored. */
export function sharedDay(stream: Stream, item: unknown): LocalDate | undefined {
  const { dayOf } = stream.resource;
  if (dayOf === undefined) return undefined;
  const { provider, account } = stream.request;
  return stream.records.find.dayOf(
    { provider: provider.id, account, resource: dayOf.resource },
    dayOf.id(item),
  );
}

/** Records whose partner came later than they did, in this run or an earlier one, get their day now. */
export function dateLate(stream: Stream): void {
  const { records, resource, number } = stream;
  if (resource.dayOf === undefined) return;
  const days = new Map<string, LocalDate>();
  for (const { id, value } of records.find.undated(number)) {
    const day = dayFor(stream, resource, value);
    if (day !== undefined) days.set(id, day);
  }
  if (days.size > 0) records.date(number, days);
}

/** What an earlier version stored may not fit any more. */
function dayFor(stream: Stream, { schema }: Resource, value: unknown): LocalDate | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? sharedDay(stream, parsed.data) : undefined;
}
