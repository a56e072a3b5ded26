import { addDays, dateAt, isLocalDate, type LocalDate } from '../../core/dates.ts';
import type { SandboxReply } from '../server.ts';
import type { Collection } from './collections.ts';
import type { Document } from './records.ts';

const DAY = 86_400_000;

/** One end of what was asked for. */
interface Bound {
  readonly date: LocalDate;
  /** What the clock in the text shows, as if it were UTC (epoch milliseconds). */
  readonly wall: number;
  /** UTC epoch milliseconds; without an offset UTC is meant. */
  readonly instant: number;
  readonly dateOnly: boolean;
}

export interface Asked {
  readonly start: Bound | undefined;
  readonly end: Bound | undefined;
}

export type DateEnd = 'measured' | 'dropsToday';

/** The dates of a request, or the 422 that Oura answers instead. */
export function asked(collection: Collection, query: URLSearchParams): Asked | SandboxReply {
  const suffix = collection.cut.by === 'timestamp' ? 'datetime' : 'date';
  if (collection.cut.by === 'nothing') return { start: undefined, end: undefined };
  const problems: Document[] = [];
  const read = (name: string): Bound | undefined => {
    const text = query.get(name);
    const bound = text === null ? undefined : boundOf(text);
    if (text !== null && bound === undefined) problems.push(invalid(name, text));
    return bound;
  };
  const start = read(`start_${suffix}`);
  const end = read(`end_${suffix}`);
  if (start !== undefined && end !== undefined && start.instant > end.instant) {
    problems.push({
      type: 'value_error',
      loc: ['query', `start_${suffix}`],
      msg: 'Value error, the start has to come before the end',
      input: query.get(`start_${suffix}`),
      ctx: { error: {} },
    });
  }
  return problems.length > 0 ? { status: 422, body: { detail: problems } } : { start, end };
}

function invalid(name: string, text: string): Document {
  return {
    type: 'datetime_from_date_parsing',
    loc: ['query', name, 'datetime'],
    msg: 'Input should be a valid datetime or date',
    input: text,
    ctx: { error: 'unexpected character' },
  };
}

/** `+` of an offset that was sent unencoded arrives as a space and fits nothing here, as at Oura. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?$/;

function boundOf(text: string): Bound | undefined {
  if (isLocalDate(text)) {
    const midnight = Date.parse(text);
    return { date: text, wall: midnight, instant: midnight, dateOnly: true };
  }
  // A bare number is taken for epoch seconds, which is why `start_date=1` is answered with 200.
  if (/^\d+$/.test(text)) return atInstant(Number(text) * 1000);
  const [, date, minutes, seconds = ':00', offset = 'Z'] = DATE_TIME.exec(text) ?? [];
  if (date === undefined || !isLocalDate(date)) return undefined;
  const wall = Date.parse(`${date}T${minutes}${seconds}Z`);
  const instant = Date.parse(`${date}T${minutes}${seconds}${offset}`);
  if (Number.isNaN(wall) || Number.isNaN(instant)) return undefined;
  return { date, wall, instant, dateOnly: false };
}

function atInstant(instant: number): Bound | undefined {
  if (instant > 8.64e15) return undefined;
  return { date: new Date(instant).toISOString().slice(0, 10), wall: instant, instant, dateOnly: false };
}

/** Without dates a listing goes back to yesterday. */
export function filterOf(
  collection: Collection,
  { start, end }: Asked,
  service: { dateEnd: DateEnd; now: number; zone: string },
): (document: Document) => boolean {
  const { cut } = collection;
  if (cut.by === 'nothing') return () => true;
  if (cut.by === 'timestamp') throw new Error('sample series are cut by sampleRange');
  const first = start ?? boundOf(addDays(end?.date ?? dateAt(service.now, service.zone), -1));
  const dropped = service.dateEnd === 'dropsToday' && end?.dateOnly ? end.date : undefined;
  const exclusive = cut.by === 'day' && cut.end === 'exclusive';
  return (document) => {
    if (dropped !== undefined && String(document.day ?? document.start_day) >= dropped) return false;
    const value = String(document[cut.field]);
    if (cut.by === 'instant') {
      const instant = Date.parse(value);
      return instant >= (first?.instant ?? -Infinity) && instant < (end?.instant ?? Infinity);
    }
    if (first !== undefined && value < first.date) return false;
    if (end === undefined) return true;
    return exclusive ? Date.parse(value) < end.wall : value <= end.date;
  };
}

/** UTC epoch milliseconds; start included, end not. Without anything the last 24 hours. */
export function sampleRange({ start, end }: Asked, now: number): { from: number; before: number } {
  const before = end?.instant ?? Infinity;
  return { from: start?.instant ?? Math.min(before, now) - DAY, before };
}
