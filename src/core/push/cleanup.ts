import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { markerOf, readMarker } from '../description.ts';
import type { Entry } from '../destination.ts';
import { judge } from './adopt.ts';
import type { Plan, Step, Style } from './step.ts';
import { factsOf, isEdited } from './wanted.ts';

export interface CleanupInput {
  /** The ledger of one account. */
  readonly rows: readonly LedgerRow[];
  /** What the destination lists, without what other accounts' ledgers hold. By remote id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Every entry of the person was listed: what is not there is gone. */
  readonly complete: boolean;
  readonly sessions: readonly StoredSession[];
  readonly style: Style;
  /** Days of the nights to clean up; undefined: all. */
  readonly span: Span | undefined;
  /** Also what the person edited. */
  readonly force: boolean;
}

/** `edited` and `timer`: left alone. `locked`: the service would refuse. */
export type Fate = 'remove' | 'edited' | 'locked' | 'timer';

export interface Found {
  readonly fate: Fate;
  readonly day: LocalDate;
  readonly entry: Entry;
  /** undefined: only its marker says that it is ours. */
  readonly row: LedgerRow | undefined;
}

export interface Cleanup {
  /** Entries of ours, newest first. */
  readonly found: readonly Found[];
  /** Rows without an entry: deleted by the person, never arrived, or gone for another reason. */
  readonly forgotten: readonly LedgerRow[];
  /** Rows whose entry the listing did not hold although it may exist. Empty when the listing was complete. */
  readonly unlisted: readonly LedgerRow[];
}

/** Which entries are ours, and which of them may go. Pure. */
export function planCleanup(input: CleanupInput): Cleanup {
  const marked = markedEntries(input);
  const found: Found[] = [];
  const forgotten: LedgerRow[] = [];
  const unlisted: LedgerRow[] = [];
  for (const row of input.rows) {
    const { day } = factsOf(row);
    if (!isInside(input.span, day)) continue;
    const entry = entryOf(row, input, marked);
    if (entry !== undefined) found.push({ fate: fateOf(entry, row, input), day, entry, row });
    else if (row.state !== 'done' || input.complete) forgotten.push(row);
    else unlisted.push(row);
  }
  for (const { entry, day } of marked.values()) {
    if (isInside(input.span, day))
      found.push({ fate: fateOf(entry, undefined, input), day, entry, row: undefined });
  }
  found.sort((a, b) => b.entry.startAt - a.entry.startAt);
  return { found, forgotten, unlisted };
}

interface Marked {
  readonly entry: Entry;
  readonly day: LocalDate;
}

/** Entries that carry our marker and that no row claims, by remote id. */
function markedEntries({ rows, entries, style }: CleanupInput): Map<string, Marked> {
  const claimed = new Set(rows.map(({ remoteId }) => remoteId));
  const marked = new Map<string, Marked>();
  for (const entry of entries.values()) {
    const marker = readMarker(entry.text, style.word);
    if (marker !== undefined && !claimed.has(entry.remoteId))
      marked.set(entry.remoteId, { entry, day: marker.day });
  }
  return marked;
}

/** The row's entry. A create that may have arrived is looked for by its marker, and taken out of `marked`. */
function entryOf(row: LedgerRow, input: CleanupInput, marked: Map<string, Marked>): Entry | undefined {
  if (row.state === 'done') return input.entries.get(row.remoteId as string);
  if (row.state === 'gone') return undefined;
  const marker = markerOf(input.style.word, factsOf(row));
  const found = [...marked.values()].find(({ entry }) => entry.text.includes(marker) && entry.endAt !== null);
  if (found !== undefined) marked.delete(found.entry.remoteId);
  return found?.entry;
}

function fateOf(entry: Entry, row: LedgerRow | undefined, input: CleanupInput): Fate {
  if (entry.endAt === null) return 'timer';
  const { lockedBefore } = input.style;
  if (entry.locked || (lockedBefore !== undefined && entry.startAt < lockedBefore)) return 'locked';
  return !input.force && isPersons(entry, row, input) ? 'edited' : 'remove';
}

/** Whether a person changed it. An entry that was adopted may have been changed before the ledger knew it. */
function isPersons(entry: Entry, row: LedgerRow | undefined, input: CleanupInput): boolean {
  if (row !== undefined && isEdited(entry, row)) return true;
  if (row !== undefined && row.template !== null) return false;
  const marker = readMarker(entry.text, input.style.word);
  if (marker === undefined) return true;
  const written = `[${input.style.word}:${marker.day}_${marker.time}]`;
  const session = input.sessions.find((one) => markerOf(input.style.word, one) === written);
  return judge({ entry, marker }, session, input.style) === 'edited';
}

/** What is carried out, in the shape of any other plan. */
export function stepsOf({ found, forgotten }: Cleanup): Plan {
  const steps: Step[] = forgotten.map((row) => ({ do: 'forget', row }));
  for (const { fate, entry, row } of found) {
    if (fate === 'remove') steps.push({ do: 'remove', row, entry, reason: 'cleanup' });
    else if (fate === 'edited' && row?.state === 'done') steps.push({ do: 'keep', row, entry });
  }
  return {
    steps,
    skipped: { type: 0, short: 0, early: 0, invalid: 0 },
    unchanged: 0,
    checked: true,
  };
}

function isInside(span: Span | undefined, day: LocalDate): boolean {
  return span === undefined || (day >= span.from && day <= span.to);
}
