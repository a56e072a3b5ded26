import { addDays, daysBetween } from '../../core/dates.ts';
import type { Document, Truth } from '../truth.ts';
import { invalid } from './envelope.ts';
import type { FieldRules } from './fields.ts';
import { day, type Form, integer } from './form.ts';

const DAY_SECONDS = 86_400;

export type Order = 'oldest' | 'newest';
export type Paged = 'measures' | 'activity' | 'workouts' | 'sleep_summary' | 'heart';

/** How this Withings behaves where nobody knows for sure. */
export interface Rules {
  readonly pageSize: Readonly<Record<Paged, number>>;
  readonly order: Readonly<Record<Paged | 'sleep_series', Order>>;
  readonly fields: FieldRules;
  /** A range that is too long: refused, or only its beginning answered. */
  readonly tooLong: 'refused' | 'cut';
  /** Most days that one getsummary may span. */
  readonly summaryDays: number;
  /** A day of getintradayactivity without data. */
  readonly emptyIntraday: 'array' | 'object';
}

/** One call for data by a person who may make it. */
export interface Ask {
  readonly form: Form;
  /** Unix seconds. */
  readonly now: number;
  readonly truth: Truth;
  readonly rules: Rules;
  readonly zone: string;
}

/** Unix seconds, both ends included. */
export interface Seconds {
  readonly from: number;
  readonly to: number;
}

export function second(row: Document, field: string): number {
  return Number(row[field]);
}

function ordered(from: number | string, to: number | string): void {
  if (from > to) throw invalid('the end lies before the start');
}

/** An end that is missing is open. */
export function secondsAsked(form: Form): Seconds {
  const from = integer(form, 'startdate') ?? 0;
  const to = integer(form, 'enddate') ?? Infinity;
  ordered(from, to);
  return { from, to };
}

/** For calls that answer 24 hours at most. */
export function oneDayAsked({ form, rules }: Ask): Seconds {
  if (!form.has('startdate') || !form.has('enddate')) throw invalid('missing startdate or enddate');
  const { from, to } = secondsAsked(form);
  if (to - from <= DAY_SECONDS) return { from, to };
  if (rules.tooLong === 'refused') throw invalid('more than 24 hours');
  return { from, to: from + DAY_SECONDS };
}

type Test = (row: Document) => boolean;

/** By local day; `most` days at once. */
export function daysAsked({ form, rules }: Ask, most = Infinity): Test {
  const first = day(form, 'startdateymd');
  let last = day(form, 'enddateymd');
  ordered(first, last);
  if (daysBetween(first, last) >= most) {
    if (rules.tooLong === 'refused') throw invalid(`more than ${most} days`);
    last = addDays(first, most - 1);
  }
  return (row) => String(row.date) >= first && String(row.date) <= last;
}

/** By `lastupdate`, or within the range that the call reads by itself. */
export function changedOrWithin(ask: Ask, ends: readonly [string, string], range: () => Test): Test {
  const since = integer(ask.form, 'lastupdate');
  const ranged = ends.some((name) => ask.form.has(name));
  if (since === undefined && !ranged) throw invalid('missing lastupdate or a range');
  if (since === undefined) return range();
  // Both at once bring nothing, and no complaint either.
  if (ranged || since >= ask.now) return () => false;
  return (row) => second(row, 'modified') > since;
}

export function sorted(rows: readonly Document[], field: string, order: Order): Document[] {
  const sign = order === 'oldest' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [a[field], b[field]] as [string | number, string | number];
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

export interface Page {
  readonly rows: Document[];
  readonly more: boolean;
  /** Where the next page begins; 0 when there is none. */
  readonly offset: number;
}

export function pageOf({ form, rules }: Ask, call: Paged, rows: readonly Document[]): Page {
  const offset = integer(form, 'offset') ?? 0;
  const end = offset + rules.pageSize[call];
  const more = end < rows.length;
  return { rows: rows.slice(offset, end), more, offset: more ? end : 0 };
}
