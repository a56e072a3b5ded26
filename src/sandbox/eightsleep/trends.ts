import { dateAt, daysBetween, isLocalDate, isTimeZone, type LocalDate } from '../../core/dates.ts';
import type { SandboxReply } from '../server.ts';
import type { Document, Truth } from '../truth.ts';
import { badRequest } from './refusals.ts';

export interface TrendRules {
  /** The zone by whose calendar the truth's keys are days. */
  readonly zone: string;
  /** Days in one request, both ends included. */
  readonly maxSpanDays: number;
  /** `{result: {days}}` instead of `{days}`. */
  readonly wrapped: boolean;
  /** What v3 leaves out when sessions are asked for: every score, or those of the sessions alone. */
  readonly v3Sessions: 'noScores' | 'dayScores';
}

interface Asked {
  readonly zone: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly sessions: 'all' | 'main' | 'none';
  readonly model: string;
}

export function answerTrends(truth: Truth, rules: TrendRules, query: URLSearchParams): SandboxReply {
  const asked = askedOf(query, rules.maxSpanDays);
  if (typeof asked === 'string') return badRequest(asked);
  const days = byDay(truth, rules.zone, asked.zone)
    .filter(([day]) => day >= asked.from && day <= asked.to)
    .map(([, document]) => shown(document, asked, rules));
  return { status: 200, body: rules.wrapped ? { result: { days } } : { days } };
}

function askedOf(query: URLSearchParams, maxSpanDays: number): Asked | string {
  const value = (name: string) => query.get(name) ?? '';
  const zone = value('tz');
  if (zone === '' || !isTimeZone(zone)) return '"tz" must be a time zone';
  const [from, to] = [value('from'), value('to')];
  for (const [name, date] of Object.entries({ from, to })) {
    if (!isLocalDate(date)) return `"${name}" must be a date in YYYY-MM-DD format`;
  }
  if (from > to) return '"to" must not be before "from"';
  if (daysBetween(from, to) + 1 > maxSpanDays) return `at most ${maxSpanDays} days at once`;
  for (const name of ['include-main', 'include-all-sessions']) {
    if (query.has(name) && !['true', 'false'].includes(value(name))) return `"${name}" must be a boolean`;
  }
  const model = query.get('model-version') ?? 'v3';
  if (!['v2', 'v3'].includes(model)) return '"model-version" must be one of [v2, v3]';
  const main = value('include-main') === 'true' ? 'main' : 'none';
  return { zone, from, to, sessions: value('include-all-sessions') === 'true' ? 'all' : main, model };
}

/** Ascending. Under another zone a night belongs to the date on which its sleeper woke there. */
function byDay(truth: Truth, home: string, zone: string): [LocalDate, Document][] {
  const days = new Map<LocalDate, Document>();
  for (const [id, document] of truth.entries('trends')) {
    const day = zone === home ? id : wakeDate(document, zone, id);
    const other = days.get(day);
    days.set(day, { ...(other === undefined ? document : merged(other, document)), day });
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1));
}

function wakeDate(document: Document, zone: string, otherwise: LocalDate): LocalDate {
  const woken = Date.parse(String(document.sleepEnd));
  return Number.isNaN(woken) ? otherwise : dateAt(woken, zone);
}

const summed = [
  ...['presenceDuration', 'sleepDuration', 'remDuration', 'lightDuration', 'deepDuration'],
  ...['snoreDuration', 'heavySnoreDuration', 'tnt'],
];

/** Two nights that another zone puts on one date: the longer one is the main one, lengths add up. */
function merged(a: Document, b: Document): Document {
  const [main, other] = Number(a.sleepDuration) >= Number(b.sleepDuration) ? [a, b] : [b, a];
  const both: Document = { ...main };
  for (const name of summed) both[name] = Number(a[name]) + Number(b[name]);
  for (const name of ['sessionIds', 'sessions']) both[name] = [...listed(a[name]), ...listed(b[name])];
  for (const name of ['processing', 'incomplete']) both[name] = main[name] === true || other[name] === true;
  const share = (part: unknown, digits: number) =>
    Number((Number(part) / Number(both.sleepDuration)).toFixed(digits));
  both.remPercent = share(both.remDuration, 2);
  both.deepPercent = share(both.deepDuration, 2);
  both.snorePercent = Math.round(share(both.snoreDuration, 4) * 100);
  both.heavySnorePercent = Math.round(share(both.heavySnoreDuration, 4) * 100);
  return both;
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const scores = [
  ...['score', 'sleepQualityScore', 'sleepRoutineScore', 'health'],
  ...['avgSleepFitnessScore', 'avgSleepQualityScore', 'avgSleepRoutineScore'],
];

function shown(document: Document, asked: Asked, rules: TrendRules): Document {
  if (asked.sessions === 'none') return compact(document);
  const bare = asked.model === 'v3';
  const all = listed(document.sessions) as Document[];
  const wanted = asked.sessions === 'all' ? all : all.filter((one) => one.id === document.mainSessionId);
  const sessions = bare ? wanted.map((one) => without(one, scores)) : wanted;
  const day = bare && rules.v3Sessions === 'noScores' ? without(document, scores) : document;
  return { ...day, sessions };
}

/** What the app's own overview asks for; there a day says that it is being processed only while it is. */
function compact(document: Document): Document {
  const short = without(document, ['sessions', 'health', 'performanceWindows']);
  return short.processing === true ? short : without(short, ['processing']);
}

function without(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}
