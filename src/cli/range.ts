import type { Span } from '../core/coverage.ts';
import { addDays, dateAt, daysBetween, isLocalDate, type LocalDate } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';

export interface RangeOptions {
  readonly days?: string;
  readonly from?: string;
  readonly to?: string;
  readonly date?: string;
}

/** The dates a person named, both ends included; undefined: none were. `now` in UTC epoch milliseconds. */
export function explicitRange(options: RangeOptions, now: number, zone: string): Span | undefined {
  const { days, from, to, date } = options;
  const today = dateAt(now, zone);
  const ways = [days, date, from ?? to].filter((way) => way !== undefined).length;
  if (ways > 1) throw new UsageError('use one of --days, --date, and --from with --to');
  if (days !== undefined)
    return { from: addDays(today, 1 - wholeNumber('--days', days, 1, 36_500)), to: today };
  if (date !== undefined) return checked(localDate('--date', date), localDate('--date', date), today);
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw new UsageError('--to needs --from');
  return checked(localDate('--from', from), to === undefined ? today : localDate('--to', to), today);
}

function checked(from: LocalDate, to: LocalDate, today: LocalDate): Span {
  if (from > addDays(today, 1)) throw new UsageError(`${from} lies in the future`);
  if (to < from) throw new UsageError(`the range ends (${to}) before it begins (${from})`);
  if (daysBetween(from, to) > 36_500) throw new UsageError('the range is longer than 100 years');
  return { from, to };
}

function localDate(flag: string, text: string): LocalDate {
  if (isLocalDate(text) && text >= '1900-01-01') return text;
  throw new UsageError(`${flag} must be a date as YYYY-MM-DD`);
}

export function wholeNumber(flag: string, text: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${flag} must be a whole number from ${min} to ${max}`);
}
