import { usualInstant } from './instants.ts';

/** A calendar date without a zone, `YYYY-MM-DD`; compares as text. */
export type LocalDate = string;

const DAY = 86_400_000;

export function isLocalDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && toDate(Date.parse(text)) === text
  );
}

function toDate(epoch: number): LocalDate {
  return new Date(epoch).toISOString().slice(0, 10);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return toDate(Date.parse(date) + days * DAY);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

export function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}

export function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}

/** The Monday of the date's week. */
export function weekOf(date: LocalDate): LocalDate {
  return addDays(date, -((new Date(date).getUTCDay() + 6) % 7));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, found);
  }
  return found;
}

/**
 * An ISO 8601 instant as UTC epoch milliseconds. Without an offset it is read as UTC: any fixed choice will do, but the
 * machine's own zone would give cron another answer than a shell.
 */
export function instantOf(text: string): number {
  const usual = usualInstant(text);
  if (!Number.isNaN(usual)) return usual;
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);
}

/** What a wall clock in the IANA zone shows at the instant, as if it were UTC (epoch milliseconds). */
export function wallClock(instant: number, zone: string): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of format(zone).formatToParts(instant)) parts[type] = value;
  const year = String(parts.year);
  // The last evening of 9999 is the year 10000 in the east, which is written with a sign and six digits.
  const shown = year.length > 4 ? `+${year.padStart(6, '0')}` : year.padStart(4, '0');
  const text = `${shown}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`;
  return Date.parse(text) + (((instant % 1000) + 1000) % 1000);
}

let listed: ReadonlySet<string> | undefined;

/** The list has no second names such as `Asia/Kolkata` beside `Asia/Calcutta`, but takes a tenth of a process's first format. */
export function isTimeZone(zone: string): boolean {
  listed ??= new Set(Intl.supportedValuesOf('timeZone'));
  if (listed.has(zone)) return true;
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

export function systemTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The calendar date at that instant in the zone. */
export function dateAt(instant: number, zone: string): LocalDate {
  return toDate(wallClock(instant, zone));
}

/** The first instant of the date in the zone (UTC epoch milliseconds), right over DST changes. */
export function startOfDay(date: LocalDate, zone: string): number {
  const midnight = Date.parse(date);
  const first = midnight - (wallClock(midnight, zone) - midnight);
  const second = midnight - (wallClock(first, zone) - first);
  // A zone that skips midnight has no 00:00; the later candidate is then the first instant of that date.
  const start =
    dateAt(Math.min(first, second), zone) === date ? Math.min(first, second) : Math.max(first, second);
  // Where the clock goes back to midnight the date has two: the earlier one counts.
  const before = start - 1;
  return dateAt(before, zone) === date ? midnight - (wallClock(before, zone) - before) : start;
}

/** The instant (UTC epoch milliseconds) as a clock so many minutes ahead of UTC shows it: ISO 8601 with that offset. */
export function atOffset(instant: number, minutes: number): string {
  const size = Math.abs(minutes);
  const [hours, rest] = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0'));
  const shown = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  return `${shown}${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}

/** The same by the offset that an IANA zone has at that instant. */
export function atZone(instant: number, zone: string): string {
  return atOffset(instant, Math.round((wallClock(instant, zone) - instant) / 60_000));
}

/** Whether the text is an ISO 8601 instant on a date that exists; an offset may be missing. */
export function isInstant(text: string): boolean {
  if (!Number.isNaN(usualInstant(text))) return true;
  return INSTANT.test(text) && isLocalDate(text.slice(0, 10)) && !Number.isNaN(instantOf(text));
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
