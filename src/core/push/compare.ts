import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { markerOf, markerText, readMarker } from '../description.ts';
import type { Entry } from '../destination.ts';
import { plan } from './plan.ts';
import type { Share } from './rule.ts';
import type { Plan, Step, Style } from './step.ts';
import { factsOf } from './wanted.ts';

/** One rule's part in a source. */
export interface ComparedRule extends Share {
  readonly style: Style;
}

export interface CompareInput {
  /** The rules of one source, which have one marker. */
  readonly rules: readonly ComparedRule[];
  /** What the destination lists for the span and a little more, without what other sources' or accounts' ledgers hold. */
  readonly entries: readonly Entry[];
  readonly span: Span;
  readonly now: number;
}

/** How the store and the destination differ, by the days of the nights. */
export interface Comparison {
  readonly same: number;
  /** No entry, and the person did not delete one: the next push makes it. */
  readonly missing: readonly LocalDate[];
  /** The source changed since: the next push updates or deletes the entry. */
  readonly behind: readonly LocalDate[];
  /** The ledger does not know the entry: the next push takes it over. */
  readonly unknown: readonly LocalDate[];
  /** More than one entry with the same marker. */
  readonly double: readonly LocalDate[];
  /** Edited there: kept as it is. */
  readonly drifted: readonly LocalDate[];
  /** The ledger's entry is not where it was: deleted or moved there. */
  readonly notThere: readonly LocalDate[];
  /** Known to be deleted by the person. */
  readonly deletedThere: readonly LocalDate[];
  /** Locked, or declined by the service. */
  readonly blocked: readonly LocalDate[];
  /** Entries with our marker but without a session. */
  readonly stray: readonly LocalDate[];
}

/** Compares one source without changing anything. Pure. */
export function compare(input: CompareInput): Comparison {
  const planned = input.rules.map((rule) => ({ ...rule, plan: planOf(rule, input) }));
  const parts = planned.map((rule) => compareRule(rule, rule.plan, input));
  return sumOf([...parts, { ...NOTHING, ...byMarker(input, planned) }]);
}

const NOTHING: Comparison = {
  same: 0,
  missing: [],
  behind: [],
  unknown: [],
  double: [],
  drifted: [],
  notThere: [],
  deletedThere: [],
  blocked: [],
  stray: [],
};

/** Comparisons of several sources as one. */
export function sumOf(parts: readonly Comparison[]): Comparison {
  const total = { ...NOTHING } as Record<keyof Comparison, unknown>;
  for (const key of Object.keys(NOTHING) as (keyof Comparison)[]) {
    if (key === 'same') total.same = parts.reduce((sum, { same }) => sum + same, 0);
    else total[key] = parts.flatMap((part) => part[key]);
  }
  return total as Comparison;
}

function planOf({ sessions, rows, style }: ComparedRule, { rules, entries, span, now }: CompareInput): Plan {
  const listing = { entries: new Map(entries.map((entry) => [entry.remoteId, entry])), lookedUp: new Map() };
  const others = rules.flatMap((rule) => (rule.rows === rows ? [] : rule.rows));
  const taken = new Set(others.flatMap(({ remoteId }) => remoteId ?? []));
  return plan({ scope: span, force: false, restyle: false, sessions, rows, taken, listing, style, now });
}

function compareRule({ rows }: Share, planned: Plan, { entries: listed, span }: CompareInput): Comparison {
  const entries = new Set(listed.map(({ remoteId }) => remoteId));
  const inSpan = rows.filter((row) => isInside(span, factsOf(row).day));
  const notThere = inSpan.filter(
    ({ state, remoteId }) => state === 'done' && !entries.has(remoteId as string),
  );
  const lookedFor = new Set(planned.steps.filter((step) => step.do === 'look up').map(({ row }) => row));
  return {
    same: planned.unchanged - notThere.filter((row) => !lookedFor.has(row)).length,
    missing: daysOf(planned, 'create'),
    behind: [...daysOf(planned, 'update'), ...daysOf(planned, 'remove')],
    unknown: daysOf(planned, 'adopt'),
    drifted: daysOf(planned, 'keep'),
    blocked: daysOf(planned, 'block'),
    notThere: notThere.map((row) => factsOf(row).day),
    deletedThere: inSpan.filter(({ state }) => state === 'gone').map((row) => factsOf(row).day),
    double: [],
    stray: [],
  };
}

function daysOf({ steps }: Plan, kind: Step['do']): LocalDate[] {
  return steps
    .filter((step) => step.do === kind)
    .map((step) => {
      if ('session' in step && step.session !== undefined) return step.session.day;
      return 'row' in step && step.row !== undefined ? factsOf(step.row).day : '';
    });
}

/** What only the entries' own markers show. */
function byMarker(
  { entries, span }: CompareInput,
  rules: readonly (ComparedRule & { plan: Plan })[],
): Pick<Comparison, 'double' | 'stray'> {
  const word = rules[0]?.style.word ?? '';
  const groups = markedWith(word, entries, span);
  // Two sessions of one source may begin in the same minute.
  const known = Map.groupBy(
    rules.flatMap(({ sessions }) => sessions),
    (session) => markerOf(word, session),
  );
  const owned = new Set(
    rules.flatMap(({ rows, plan: { steps } }) => [
      ...rows.map(({ remoteId }) => remoteId),
      ...steps.map((step) => ('entry' in step ? step.entry?.remoteId : undefined)),
    ]),
  );
  const all = [...groups];
  const isDouble = ([key, group]: (typeof all)[number]) =>
    group.entries.length > Math.max(1, known.get(key)?.length ?? 0);
  return {
    double: all.filter(isDouble).map(([, { day }]) => day),
    stray: all
      .filter(([key, group]) => !known.has(key) && !group.entries.some(({ remoteId }) => owned.has(remoteId)))
      .map(([, { day }]) => day),
  };
}

/** Finished entries by their marker. */
function markedWith(word: string, entries: readonly Entry[], span: Span) {
  const groups = new Map<string, { day: LocalDate; entries: Entry[] }>();
  for (const entry of entries) {
    const marker = readMarker(entry.text, word);
    if (marker === undefined || entry.endAt === null || !isInside(span, marker.day)) continue;
    const key = markerText(word, marker);
    const group = groups.get(key) ?? { day: marker.day, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return groups;
}

function isInside(span: Span, day: LocalDate): boolean {
  return day >= span.from && day <= span.to;
}
