import type { Span } from '../../core/coverage.ts';
import { lengthOf, slicesOf } from '../../core/cursor.ts';
import { addDays, startOfDay } from '../../core/dates.ts';
import { byOffset } from '../../core/pages.ts';
import type { Page, Query, RawItem, Read } from '../../core/provider.ts';
import { measureGroup } from './collections.ts';
import { groupRow } from './rows.ts';
import { instantIn } from './times.ts';

/** Withings tells its calls apart by path and action, and answers each with a list of another name. */
export interface Call {
  readonly path: string;
  readonly action: string;
  /** Where the list is, in `body`. */
  readonly list: string;
  readonly fields?: string;
  /** What an item's value says beside the item's own text. */
  readonly told?: (item: RawItem, page: Page) => RawItem;
}

type Reading = Pick<Read<unknown>, 'http' | 'span' | 'since' | 'zone' | 'now'>;

/** Days asked for beyond both ends: which zone, and which end of a night, Withings goes by is not documented. */
const PADDING = 1;
const DAY = 86_400_000;
const DAY_SECONDS = 86_400;

/** `more` is a number in one call and true or false in the others; an offset has to come with it. */
const following = ({ envelope }: Page) => (envelope.more ? (envelope.offset ?? null) : undefined);

export function listing(
  { http }: Pick<Reading, 'http'>,
  call: Call,
  query: Query,
  seen?: (page: Page) => void,
) {
  const { path, action, list, fields: data_fields, told } = call;
  return byOffset(async (offset) => {
    const asked = { action, ...query, data_fields, offset };
    const page = await http.page(path, asked, `body.${list}`, { form: true });
    if (offset === undefined) seen?.(page);
    return told === undefined ? page : { ...page, items: page.items.map((item) => told(item, page)) };
  }, following);
}

/** Unix seconds; 0 would count as left out. */
const lastupdate = (since: number) => Math.max(1, Math.floor(since / 1000));

/** Either changes or dates: both at once bring nothing, and no complaint. */
export function changesOrDays(read: Reading, call: Call) {
  return listing(
    read,
    call,
    read.since === undefined ? days(read.span) : { lastupdate: lastupdate(read.since) },
  );
}

function days({ from, to }: Span): Query {
  return { startdateymd: addDays(from, -PADDING), enddateymd: addDays(to, PADDING) };
}

/** The same for a call that takes seconds. */
export function changesOrSeconds(read: Reading, call: Call, seen?: (page: Page) => void) {
  const range = read.since === undefined ? seconds(read) : { lastupdate: lastupdate(read.since) };
  return listing(read, call, range, seen);
}

export function seconds({ span, zone }: Pick<Reading, 'span' | 'zone'>): Query {
  return {
    startdate: Math.max(0, startOfDay(addDays(span.from, -PADDING), zone) / 1000),
    enddate: startOfDay(addDays(span.to, 1 + PADDING), zone) / 1000,
  };
}

/** By its document getsummary spans a week at most, by a recorded reply a year: a week, padding included, goes with both. */
const NIGHTS_AT_ONCE = 7 - 2 * PADDING;
/** More than so many days are not worth a request for every few of them. */
const MOST_BY_DAYS = 100;

/** A long span is read as everything that ever changed, of which the engine keeps what belongs to it. */
export async function* nights(read: Reading, call: Call): AsyncGenerator<readonly RawItem[]> {
  const { span, since } = read;
  if (since !== undefined || lengthOf(span) > MOST_BY_DAYS)
    return yield* listing(read, call, { lastupdate: lastupdate(since ?? 0) });
  for (const slice of slicesOf(span, NIGHTS_AT_ONCE)) yield* listing(read, call, days(slice));
}

/**
 * One record for each local day (from `hour` of the day before, if negative), with the whole series as received; none
 * where there is nothing, which PHP writes as an empty list even in place of an object. A call spans 24 hours at most:
 * what the longest day of the year has beyond that becomes a record of its own.
 */
export async function* wholeDays(read: Reading, call: Call, hour = 0): AsyncGenerator<readonly RawItem[]> {
  const { http, span, zone, now } = read;
  for (let day = span.to; day >= span.from; day = addDays(day, -1)) {
    const until = startOfDay(addDays(day, 1), zone) + hour * 3_600_000;
    const begin = startOfDay(day, zone) + hour * 3_600_000;
    for (let from = begin; from < until && from < now; from += DAY) {
      const startdate = from / 1000;
      const enddate = Math.min(startdate + DAY_SECONDS, until / 1000) - 1;
      const query = { action: call.action, startdate, enddate, data_fields: call.fields };
      const series = await http.document(call.path, query, { form: true, at: `body.${call.list}` });
      if (isEmpty(series.value)) continue;
      const id = from === begin ? day : `${day}+24h`;
      yield [
        { text: series.text, value: { id, day, start: instantIn(zone, startdate), series: series.value } },
      ];
    }
  }
}

/** Nothing at all, written in any of the ways PHP has for it. */
function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** What the call answers with as one record; none where there is nothing. */
export async function* oneDocument({ http }: Reading, call: Call): AsyncGenerator<readonly RawItem[]> {
  const { path, action, list } = call;
  const item = await http.document(path, { action }, { form: true, at: `body.${list}` });
  if (!isEmpty(item.value)) yield [item];
}

/** A group of measures with the zone that its reply names: the group itself names none. */
export function groupIn({ text, value }: RawItem, { envelope }: Page): RawItem {
  if (typeof value !== 'object' || value === null) return { text, value };
  return { text, value: { ...value, timezone: envelope.timezone } };
}

/**
 * Measure groups with a measure of one of the types, and those that are stored: left out, the latter would neither
 * change any more nor count as listed. What has another shape is for the engine to set aside.
 */
export async function* wantedGroups(
  read: Pick<Read<unknown>, 'stored'>,
  pages: AsyncIterable<readonly RawItem[]>,
  types: ReadonlySet<number>,
): AsyncGenerator<readonly RawItem[]> {
  const known = new Set([...read.stored('measures')].map(({ id }) => id));
  for await (const page of pages) {
    yield page.filter((item) => {
      const { success, data } = measureGroup.schema.safeParse(item.value);
      if (!success || data.measures.some(({ type }) => types.has(type))) return true;
      return known.has(groupRow(data, item).id);
    });
  }
}
