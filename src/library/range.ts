import type { Span } from '../core/coverage.ts';
import { isLocalDate } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';

/** Local dates `YYYY-MM-DD`, both ends included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** Throws UsageError for anything that is no range of dates. */
export function spanFrom(range: DateRange | undefined): Span | undefined {
  if (range === undefined) return undefined;
  const { from, to } = range;
  for (const [name, date] of [
    ['from', from],
    ['to', to],
  ])
    if (typeof date !== 'string' || !isLocalDate(date) || date < '1900-01-01')
      throw new UsageError(`range.${name} must be a date as YYYY-MM-DD`);
  if (to < from) throw new UsageError('the range ends before it begins');
  return { from, to };
}
