import { instantOf, isInstant, isLocalDate } from '../../core/dates.ts';
import type { SandboxReply } from '../server.ts';
import type { Document, Truth } from '../truth.ts';
import { badRequest } from './refusals.ts';

export interface IntervalRules {
  readonly pageSize: number;
  /** Clients send `from` and `to`; nobody has written down that they do anything. */
  readonly dates: 'ignored' | 'applied';
}

/** Newest first, a page at a time. */
export function answerIntervals(truth: Truth, rules: IntervalRules, query: URLSearchParams): SandboxReply {
  const next = query.get('next');
  const before = next === null ? Infinity : instantIn(next);
  if (before === undefined) return badRequest('"next" is not a cursor');
  const range = rules.dates === 'applied' ? rangeOf(query) : everything;
  if (range === undefined) return badRequest('"from" and "to" must be in ISO 8601 format');
  const wanted = truth
    .list('intervals')
    .map((document) => ({ document, at: startOf(document) }))
    .filter(({ at }) => at < before && at >= range.from && at <= range.to)
    .sort((a, b) => b.at - a.at);
  const page = wanted.slice(0, rules.pageSize);
  const intervals = page.map(({ document }) => document);
  const last = page.at(-1);
  const more = wanted.length > page.length && last !== undefined;
  return { status: 200, body: more ? { next: cursor(last.at), intervals } : { intervals } };
}

const startOf = (document: Document) => Date.parse(String(document.ts));

/** Where the page ended, as its last session's start. */
function cursor(at: number): string {
  const place = { v: '1', lastEventTs: new Date(at).toISOString() };
  return Buffer.from(JSON.stringify(place)).toString('base64');
}

function instantIn(next: string): number | undefined {
  try {
    const place = JSON.parse(Buffer.from(next, 'base64').toString('utf8')) as Document;
    const at = Date.parse(String(place.lastEventTs));
    return place.v === '1' && !Number.isNaN(at) ? at : undefined;
  } catch {
    return undefined;
  }
}

const everything = { from: -Infinity, to: Infinity };

function rangeOf(query: URLSearchParams): { from: number; to: number } | undefined {
  const [from, to] = [query.get('from'), query.get('to')];
  const readable = (text: string | null) => text === null || isInstant(text) || isLocalDate(text);
  if (!readable(from) || !readable(to)) return undefined;
  const at = (text: string) => (isLocalDate(text) ? Date.parse(text) : instantOf(text));
  return {
    from: from === null ? -Infinity : at(from),
    to: to === null ? Infinity : at(to),
  };
}
