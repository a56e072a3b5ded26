import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { markerOf, markerText, readMarker } from '../description.ts';
import type { Entry } from '../destination.ts';
import { plan } from './plan.ts';
import type { Plan, Step, Style } from './step.ts';
import { factsOf } from './wanted.ts';

export interface CompareInput {
  /** Every live session of the source. */
  readonly sessions: readonly StoredSession[];
  /** The ledger of one account. */
  readonly rows: readonly LedgerRow[];
  /** What the destination lists for the span and a little more, without what other accounts' ledgers hold. */
  readonly entries: readonly Entry[];
  readonly span: Span;
  readonly style: Style;
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

/** Compares without changing anything. Pure. */
export function compare(input: CompareInput): Comparison {
  const { sessions, rows, span, style, now } = input;
  const entries = new Map(input.entries.map((entry) => [entry.remoteId, entry]));
  const listing = { entries, lookedUp: new Map() };
  const asked = { scope: span, force: false, restyle: false };
  const planned = plan({ ...asked, sessions, rows, taken: new Set(), listing, style, now });
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
    ...byMarker(input, planned),
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
  { sessions, rows, entries, span, style }: CompareInput,
  planned: Plan,
): { double: LocalDate[]; stray: LocalDate[] } {
  const groups = new Map<string, { day: LocalDate; entries: Entry[] }>();
  for (const entry of entries) {
    const marker = readMarker(entry.text, style.word);
    if (marker === undefined || entry.endAt === null || !isInside(span, marker.day)) continue;
    const key = markerText(style.word, marker);
    const group = groups.get(key) ?? { day: marker.day, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  const known = new Set(sessions.map((session) => markerOf(style.word, session)));
  const owned = new Set([
    ...rows.map(({ remoteId }) => remoteId),
    ...planned.steps.map((step) => ('entry' in step ? step.entry?.remoteId : undefined)),
  ]);
  const all = [...groups];
  return {
    double: all.filter(([, group]) => group.entries.length > 1).map(([, { day }]) => day),
    stray: all
      .filter(([key, group]) => !known.has(key) && !group.entries.some(({ remoteId }) => owned.has(remoteId)))
      .map(([, { day }]) => day),
  };
}

function isInside(span: Span, day: LocalDate): boolean {
  return day >= span.from && day <= span.to;
}
