import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { type Marker, markerOf, markerText, readMarker } from '../description.ts';
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
  const marked = new MarkedEntries(input);
  const sessions = byMarker(input);
  const found: Found[] = [];
  const forgotten: LedgerRow[] = [];
  const unlisted: LedgerRow[] = [];
  for (const row of input.rows) {
    const { day } = factsOf(row);
    if (!isInside(input.span, day)) continue;
    const entry = entryOf(row, input, marked);
    if (entry !== undefined) found.push({ fate: fateOf(entry, row, input, sessions), day, entry, row });
    else if (row.state !== 'done' || input.complete) forgotten.push(row);
    else unlisted.push(row);
  }
  for (const { entry, marker } of marked.left()) {
    if (isInside(input.span, marker.day))
      found.push({ fate: fateOf(entry, undefined, input, sessions), day: marker.day, entry, row: undefined });
  }
  found.sort((a, b) => b.entry.startAt - a.entry.startAt);
  return { found, forgotten, unlisted };
}

type Sessions = ReadonlyMap<string, StoredSession>;

/** Of two with the same marker the first. */
function byMarker({ sessions, style }: CleanupInput): Sessions {
  const found = new Map<string, StoredSession>();
  for (const session of sessions) {
    const marker = markerOf(style.word, session);
    if (!found.has(marker)) found.set(marker, session);
  }
  return found;
}

interface Marked {
  readonly entry: Entry;
  readonly marker: Marker;
}

/** Entries that carry our marker and that no row claims. */
class MarkedEntries {
  readonly #byText = new Map<string, Marked[]>();

  constructor({ rows, entries, style }: CleanupInput) {
    const claimed = new Set(rows.map(({ remoteId }) => remoteId));
    for (const entry of entries.values()) {
      const marker = readMarker(entry.text, style.word);
      if (marker === undefined || claimed.has(entry.remoteId)) continue;
      const text = markerText(style.word, marker);
      const same = this.#byText.get(text);
      if (same === undefined) this.#byText.set(text, [{ entry, marker }]);
      else same.push({ entry, marker });
    }
  }

  /** The first finished entry with this marker; it is not left any more. */
  take(text: string): Entry | undefined {
    const same = this.#byText.get(text) ?? [];
    const index = same.findIndex(({ entry }) => entry.endAt !== null);
    return index < 0 ? undefined : same.splice(index, 1)[0]?.entry;
  }

  left(): Marked[] {
    return [...this.#byText.values()].flat();
  }
}

/** The row's entry. A create that may have arrived is looked for by its marker. */
function entryOf(row: LedgerRow, input: CleanupInput, marked: MarkedEntries): Entry | undefined {
  if (row.state === 'done') return input.entries.get(row.remoteId as string);
  if (row.state === 'gone') return undefined;
  return marked.take(markerOf(input.style.word, factsOf(row)));
}

function fateOf(entry: Entry, row: LedgerRow | undefined, input: CleanupInput, sessions: Sessions): Fate {
  if (entry.endAt === null) return 'timer';
  const { lockedBefore } = input.style;
  if (entry.locked || (lockedBefore !== undefined && entry.startAt < lockedBefore)) return 'locked';
  return !input.force && isPersons(entry, row, input, sessions) ? 'edited' : 'remove';
}

/** Whether a person changed it. An entry that was adopted may have been changed before the ledger knew it. */
function isPersons(
  entry: Entry,
  row: LedgerRow | undefined,
  input: CleanupInput,
  sessions: Sessions,
): boolean {
  if (row !== undefined && isEdited(entry, row)) return true;
  if (row !== undefined && row.template !== null) return false;
  const marker = readMarker(entry.text, input.style.word);
  if (marker === undefined) return true;
  const session = sessions.get(markerText(input.style.word, marker));
  return judge({ entry, marker }, session, input.style) === 'edited';
}

/** What is carried out, in the shape of any other plan. */
export function stepsOf({ found, forgotten }: Cleanup): Plan {
  const steps: Step[] = forgotten.map((row) => ({ do: 'forget', row }));
  for (const { fate, entry, row } of found) {
    if (fate === 'remove') steps.push({ do: 'remove', row, entry, reason: 'cleanup' });
    else if (fate === 'edited' && row?.state === 'done')
      steps.push({ do: 'keep', row, entry, session: undefined });
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
