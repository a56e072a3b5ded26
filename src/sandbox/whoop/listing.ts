import { createHash } from 'node:crypto';
import { isInstant } from '../../core/dates.ts';
import type { SandboxRequest } from '../server.ts';
import type { Document, Truth } from '../truth.ts';

export interface PageOptions {
  /** What stands in the place of the token on the last page. */
  readonly lastToken: 'absent' | 'null';
}

const MAXIMUM = 25;
const DEFAULT = 10;

interface Row {
  readonly id: string;
  /** UTC epoch milliseconds; a span without an end goes on. */
  readonly start: number;
  readonly end: number;
  readonly document: Document;
}

interface Asked {
  readonly limit: number;
  readonly start: number;
  readonly before: number;
  readonly after: { readonly start: number; readonly id: string } | undefined;
  readonly digest: string;
}

/** A page, newest start first, or undefined when the parameters are not acceptable. */
export function pageOf(truth: Truth, collection: string, request: SandboxRequest, options: PageOptions) {
  const asked = askedFor(collection, request);
  if (asked === undefined) return undefined;
  const { start, before, after, limit, digest } = asked;
  const rows = truth
    .entries(collection)
    .map(([id, document]) => rowOf(truth, collection, id, document))
    // The start of the range is inclusive, its end is not; what overlaps it belongs to it.
    .filter((row) => row.end >= start && row.start < before)
    .sort(newestFirst)
    .filter((row) => after === undefined || newestFirst(after, row) < 0);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > page.length && last !== undefined;
  const token = more ? tokenFor([digest, before, last.start, last.id]) : null;
  const records = page.map(({ document }) => document);
  return token === null && options.lastToken === 'absent' ? { records } : { records, next_token: token };
}

/** A recovery has no span of its own: that of its sleep counts. */
function rowOf(truth: Truth, collection: string, id: string, document: Document): Row {
  const spanned = collection === 'recovery' ? truth.get('sleep', String(document.sleep_id)) : document;
  if (spanned === undefined) {
    const created = Date.parse(String(document.created_at));
    return { id, document, start: created, end: created };
  }
  const end = typeof spanned.end === 'string' ? Date.parse(spanned.end) : Infinity;
  return { id, document, start: Date.parse(String(spanned.start)), end };
}

type Position = Pick<Row, 'start' | 'id'>;

function newestFirst(a: Position, b: Position): number {
  return b.start - a.start || (a.id < b.id ? 1 : -Number(a.id > b.id));
}

function askedFor(collection: string, { query, at }: SandboxRequest): Asked | undefined {
  const names = ['limit', 'start', 'end', 'nextToken'];
  if (names.some((name) => query.getAll(name).length > 1)) return undefined;
  const [limit, start, end, token] = names.map((name) => query.get(name));
  const range = { start: instantIn(start, -Infinity), before: instantIn(end, at) };
  const rows = limit == null ? DEFAULT : Number(/^\d+$/.test(limit) ? limit : Number.NaN);
  if (range.start === undefined || range.before === undefined || !(rows >= 1 && rows <= MAXIMUM)) {
    return undefined;
  }
  if (start != null && end != null && range.start > range.before) return undefined;
  const digest = createHash('sha256')
    .update(JSON.stringify([collection, limit, start, end]))
    .digest('base64url')
    .slice(0, 12);
  const first = { limit: rows, start: range.start, before: range.before, after: undefined, digest };
  return token == null ? first : continued(first, token);
}

/** A date alone, or a time without an offset, is no date-time; an unencoded `+` has become a space. */
function instantIn(text: string | null | undefined, otherwise: number): number | undefined {
  if (text == null) return otherwise;
  return isInstant(text) && /(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : undefined;
}

function tokenFor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Good only with the parameters it was made for; an end that was left out stays the now of the first page. */
function continued(first: Asked, token: string): Asked | undefined {
  try {
    const [digest, before, start, id] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return digest === first.digest ? { ...first, before, after: { start, id } } : undefined;
  } catch {
    return undefined;
  }
}
