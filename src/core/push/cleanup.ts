import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { type Marker, markerOf, markerText, readMarker, soleMarker } from '../description.ts';
import type { Entry } from '../destination.ts';
import { judge } from './adopt.ts';
import { isFrom, type Source } from './rule.ts';
import type { Plan, Step } from './step.ts';
import { factsOf, isEdited } from './wanted.ts';

export interface CleanupInput {
  /** The ledger of one account. */
  readonly rows: readonly LedgerRow[];
  /** What the destination lists, without what other accounts' ledgers hold. By remote id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Every entry of the person was listed: what is not there is gone. */
  readonly complete: boolean;
  /** Every source whose entries can be told by their marker, with or without a rule. */
  readonly kinds: readonly MarkedKind[];
  /** Nothing that starts before may be written (UTC epoch milliseconds). */
  readonly lockedBefore: number | undefined;
  /** Days of the nights to clean up; undefined: all. */
  readonly span: Span | undefined;
  /** Also what the person edited. */
  readonly force: boolean;
}

/** Entries of one source, by the word in their markers. */
export interface MarkedKind {
  readonly source: Source;
  readonly word: string;
  /** The texts they may have been written with. */
  readonly templates: readonly string[];
  readonly sessions: readonly StoredSession[];
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
  const kinds = new Map(input.kinds.map((kind) => [kind.word, kind]));
  const isPersons = (entry: Entry, row: LedgerRow | undefined) => isEditedThere(entry, row, kinds, sessions);
  const found: Found[] = [];
  const forgotten: LedgerRow[] = [];
  const unlisted: LedgerRow[] = [];
  for (const row of input.rows) {
    const { day } = factsOf(row);
    if (!isInside(input.span, day)) continue;
    const entry = entryOf(row, input, marked);
    if (entry !== undefined) found.push({ fate: fateOf(entry, row, input, isPersons), day, entry, row });
    else if (row.state !== 'done' || input.complete) forgotten.push(row);
    else unlisted.push(row);
  }
  for (const { entry, marker } of marked.left()) {
    if (isInside(input.span, marker.day))
      found.push({
        fate: fateOf(entry, undefined, input, isPersons),
        day: marker.day,
        entry,
        row: undefined,
      });
  }
  found.sort((a, b) => b.entry.startAt - a.entry.startAt);
  return { found, forgotten, unlisted };
}

type Sessions = ReadonlyMap<string, StoredSession>;

/** Of two with the same marker the first. */
function byMarker({ kinds }: CleanupInput): Sessions {
  const found = new Map<string, StoredSession>();
  for (const { word, sessions } of kinds) {
    for (const session of sessions) {
      const marker = markerOf(word, session);
      if (!found.has(marker)) found.set(marker, session);
    }
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

  constructor({ rows, entries, kinds }: CleanupInput) {
    const claimed = new Set(rows.map(({ remoteId }) => remoteId));
    const words = kinds.map(({ word }) => word);
    const sent = new Set(rows.flatMap((row) => textSent(row) ?? []));
    for (const entry of entries.values()) {
      if (claimed.has(entry.remoteId)) continue;
      const marker =
        markerIn(entry.text, words) ?? (sent.has(entry.text) ? soleMarker(entry.text) : undefined);
      if (marker === undefined) continue;
      const text = markerText(marker.word, marker);
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
  const word = input.kinds.find(({ source }) => isFrom(source, row))?.word;
  const own = word === undefined ? undefined : marked.take(markerOf(word, factsOf(row)));
  if (own !== undefined) return own;
  // What was sent before its rule went away, or under the word of an earlier version.
  const asSent = soleMarker(textSent(row) ?? '');
  return asSent && marked.take(markerText(asSent.word, asSent));
}

function textSent({ state, sent }: LedgerRow): string | undefined {
  return state === 'intent' ? (sent as { text?: string } | null)?.text : undefined;
}

/** The marker of the first of these words that the text carries. */
function markerIn(text: string, words: readonly string[]): (Marker & { word: string }) | undefined {
  for (const word of words) {
    const marker = readMarker(text, word);
    if (marker !== undefined) return { ...marker, word };
  }
  return undefined;
}

function fateOf(
  entry: Entry,
  row: LedgerRow | undefined,
  input: CleanupInput,
  isPersons: (entry: Entry, row: LedgerRow | undefined) => boolean,
): Fate {
  if (entry.endAt === null) return 'timer';
  const { lockedBefore } = input;
  if (entry.locked || (lockedBefore !== undefined && entry.startAt < lockedBefore)) return 'locked';
  return !input.force && isPersons(entry, row) ? 'edited' : 'remove';
}

/** Whether a person changed it. An entry that was adopted may have been changed before the ledger knew it. */
function isEditedThere(
  entry: Entry,
  row: LedgerRow | undefined,
  kinds: ReadonlyMap<string, MarkedKind>,
  sessions: Sessions,
): boolean {
  if (row !== undefined && isEdited(entry, row)) return true;
  if (row !== undefined && row.template !== null) return false;
  const marker = markerIn(entry.text, [...kinds.keys()]);
  if (marker === undefined) return true;
  const session = sessions.get(markerText(marker.word, marker));
  const templates = kinds.get(marker.word)?.templates ?? [];
  return judge({ entry, marker }, session, marker.word, templates) === 'edited';
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
