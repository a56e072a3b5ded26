import type { LedgerRow, SessionKey } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import { asleepSeconds, type Describable, describe } from '../description.ts';
import type { Entry, EntryFields, WantedEntry } from '../destination.ts';
import { type Adoption, adoptions } from './adopt.ts';

/** How sessions become entries: from the configuration and what the destination told. */
export interface Style {
  /** The provider's word in the marker. */
  readonly word: string;
  readonly template: string;
  /** Session types to push, as the source calls them. */
  readonly types: readonly string[];
  readonly minMinutes: number;
  /** Sessions of earlier days are not pushed. */
  readonly startDate: LocalDate | undefined;
  /** undefined while the project is not made yet. */
  readonly projectId: string | undefined;
  /** Nothing that starts before may be written (UTC epoch milliseconds). */
  readonly lockedBefore: number | undefined;
}

export interface Listing {
  /** By remote id. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Entries that the listing did not hold, asked for one by one; undefined: gone. */
  readonly lookedUp: ReadonlyMap<string, Entry | undefined>;
}

export interface PlanInput {
  /** Every live session of the source. */
  readonly sessions: readonly StoredSession[];
  readonly rows: readonly LedgerRow[];
  /** Days a person named; undefined: all. */
  readonly scope: Span | undefined;
  /** What the destination lists; undefined: not asked. */
  readonly listing: Listing | undefined;
  readonly style: Style;
  /** Overrides the person's edits and deletions. */
  readonly force: boolean;
  /** Applies the style to entries that are there already. */
  readonly restyle: boolean;
  readonly now: number;
}

export type SkipReason = 'type' | 'short' | 'early' | 'invalid';

export type Step =
  | { readonly do: 'create'; readonly session: StoredSession; readonly wanted: WantedEntry }
  | { readonly do: 'adopt'; readonly session: StoredSession; readonly entry: Entry; readonly edited: boolean }
  | {
      readonly do: 'update';
      readonly session: StoredSession;
      readonly wanted: WantedEntry;
      readonly row: LedgerRow | undefined;
      /** undefined only in a plan that was not checked. */
      readonly entry: Entry | undefined;
    }
  | {
      readonly do: 'remove';
      /** undefined: an entry of ours that the ledger does not know. */
      readonly row: LedgerRow | undefined;
      readonly entry: Entry | undefined;
      readonly reason: string;
    }
  /** The entry is as wanted, only the ledger is behind. */
  | { readonly do: 'note'; readonly session: StoredSession; readonly row: LedgerRow; readonly entry: Entry }
  /** Neither session nor entry is left. */
  | { readonly do: 'forget'; readonly row: LedgerRow }
  /** The person deleted the entry there: it is not made again. */
  | { readonly do: 'give up'; readonly row: LedgerRow }
  | { readonly do: 'keep'; readonly row: LedgerRow; readonly entry: Entry }
  | {
      readonly do: 'block';
      readonly session: StoredSession | undefined;
      readonly row: LedgerRow | undefined;
      readonly reason: string;
    }
  | { readonly do: 'look up'; readonly row: LedgerRow };

export interface Plan {
  /** Newest session first. */
  readonly steps: readonly Step[];
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Entries that are as they should be. */
  readonly unchanged: number;
  /** False when the destination was not asked. */
  readonly checked: boolean;
}

/** A refusal is taken back after this long (milliseconds): rules change. */
const PROBLEM_LIFE = 7 * 86_400_000;

/** What has to be done so that the destination shows the sessions. Pure. */
export function plan(input: PlanInput): Plan {
  const byKey = new Map(input.sessions.map((session) => [keyOf(session), session]));
  const rows = new Map(input.rows.map((row) => [keyOf(row), row]));
  const adopted = adoptions(input, openSessions(input, byKey, rows));
  const steps: Step[] = [];
  const skipped: Record<SkipReason, number> = { type: 0, short: 0, early: 0, invalid: 0 };
  let unchanged = 0;
  for (const row of input.rows) {
    const session = byKey.get(keyOf(row));
    if (!inScope(input.scope, session?.day ?? factsOf(row).day)) continue;
    const step = planRow(input, row, session, adopted.get(keyOf(row)));
    if (step !== undefined) steps.push(step);
    else if (row.state === 'done') unchanged += 1;
  }
  for (const session of input.sessions) {
    if (rows.has(keyOf(session)) || !inScope(input.scope, session.day)) continue;
    const reason = skipReason(session, input.style);
    if (reason === undefined) steps.push(planNew(input, session, adopted.get(keyOf(session))));
    else skipped[reason] += 1;
  }
  steps.sort((a, b) => startOf(b) - startOf(a));
  return { steps, skipped, unchanged, checked: input.listing !== undefined };
}

/** Sessions that have no entry yet as far as the ledger knows. */
function openSessions(
  input: PlanInput,
  byKey: ReadonlyMap<string, StoredSession>,
  rows: ReadonlyMap<string, LedgerRow>,
): StoredSession[] {
  return [...byKey.values()].filter((session) => {
    const state = rows.get(keyOf(session))?.state;
    const open = state === undefined || state === 'intent' || (state === 'gone' && input.force);
    return open && inScope(input.scope, session.day) && skipReason(session, input.style) === undefined;
  });
}

function planRow(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession | undefined,
  adoption?: Adoption,
): Step | undefined {
  if (row.state === 'done') return planDone(input, row, session);
  const pushed = session !== undefined && skipReason(session, input.style) === undefined;
  if (row.state === 'gone') return pushed && input.force ? planNew(input, session, adoption) : undefined;
  if (!pushed) return input.listing === undefined ? undefined : abandonedIntent(input, row);
  if (isRefused(input, row) && !hasChanged(row, session)) return refused(session, row);
  return planNew(input, session, adoption);
}

/** The create of a session that is no longer there may have arrived: then its entry has to go again. */
function abandonedIntent(input: PlanInput, row: LedgerRow): Step {
  const session: StoredSession = { ...factsOf(row), ...keyPart(row), kind: '' };
  const entry = adoptions(input, [session]).get(keyOf(row))?.entry;
  return entry === undefined
    ? { do: 'forget', row }
    : { do: 'remove', row, entry, reason: 'deleted at the source' };
}

function planNew(input: PlanInput, session: StoredSession, adoption?: Adoption): Step {
  const wanted = wantedFor(session, input.style.template, input.style.word, true);
  if (adoption?.verdict === 'same') return { do: 'adopt', session, entry: adoption.entry, edited: false };
  if (adoption?.verdict === 'edited' && !input.force) {
    return { do: 'adopt', session, entry: adoption.entry, edited: true };
  }
  if (isLocked(input, session.startAt) || adoption?.entry.locked) return locked(session, undefined);
  if (adoption === undefined) return { do: 'create', session, wanted };
  return { do: 'update', session, wanted, row: undefined, entry: adoption.entry };
}

function planDone(input: PlanInput, row: LedgerRow, session: StoredSession | undefined): Step | undefined {
  const removal = removalReason(input, row, session);
  const entry = currentEntry(input, row);
  if (removal !== undefined) return planRemoval(input, row, entry, removal);
  const live = session as StoredSession;
  const wanted = wantedUpdate(input, row, live);
  const wants =
    hasChanged(row, live) ||
    (input.restyle && !matches(row.fields as EntryFields, wanted, input.style, true));
  if (!wants) return planUntouched(input, row, live, entry, wanted);
  if (isRefused(input, row)) return refused(live, row);
  if (input.listing === undefined) return { do: 'update', session: live, wanted, row, entry: undefined };
  if (entry === 'unknown') return { do: 'look up', row };
  if (entry === undefined) return missing(input, row, live);
  if (matches(entry, wanted, input.style, wanted.style)) return { do: 'note', session: live, row, entry };
  if (isEdited(entry, row) && !input.force) return { do: 'keep', row, entry };
  if (entry.locked || isLocked(input, Math.min(entry.startAt, wanted.startAt))) return locked(live, row);
  return { do: 'update', session: live, wanted, row, entry };
}

function planRemoval(
  input: PlanInput,
  row: LedgerRow,
  entry: Entry | 'unknown' | undefined,
  reason: string,
): Step {
  if (input.listing === undefined) return { do: 'remove', row, entry: undefined, reason };
  if (entry === 'unknown') return { do: 'look up', row };
  if (entry === undefined) return { do: 'forget', row };
  if (isEdited(entry, row) && !input.force) return { do: 'keep', row, entry };
  if (entry.locked || isLocked(input, entry.startAt)) return locked(undefined, row);
  return { do: 'remove', row, entry, reason };
}

/** Nothing changed at the source: only what the person did there is of interest. */
function planUntouched(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession,
  entry: Entry | 'unknown' | undefined,
  wanted: WantedEntry,
): Step | undefined {
  if (input.listing === undefined) return undefined;
  if (entry === 'unknown') return input.force ? { do: 'look up', row } : undefined;
  if (entry === undefined) return input.force ? missing(input, row, session) : undefined;
  if (!isEdited(entry, row))
    return row.kept || row.sent !== null ? { do: 'note', session, row, entry } : undefined;
  return input.force ? { do: 'update', session, wanted, row, entry } : { do: 'keep', row, entry };
}

/** The entry is gone. Our own removal that was overtaken by the session's return is no decision of the person. */
function missing(input: PlanInput, row: LedgerRow, session: StoredSession): Step {
  const ours = (row.sent as { removed?: true } | null)?.removed === true;
  return ours || input.force ? planNew(input, session) : { do: 'give up', row };
}

function removalReason(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession | undefined,
): string | undefined {
  if (session === undefined) return 'deleted at the source';
  const { types } = input.style;
  const before = factsOf(row).type;
  if (session.type !== before && !types.includes(session.type ?? ''))
    return `is now ${session.type ?? 'without a type'}`;
  // A new type list or minimum counts for new entries; only a restyle applies it to old ones.
  return input.restyle && skipReason(session, input.style) !== undefined ? 'no longer chosen' : undefined;
}

/** 'unknown': the listing did not hold it, which may mean that it was moved. */
function currentEntry(input: PlanInput, row: LedgerRow): Entry | 'unknown' | undefined {
  const id = row.remoteId as string;
  const listed = input.listing?.entries.get(id);
  if (listed !== undefined) return listed;
  return input.listing?.lookedUp.has(id) ? input.listing.lookedUp.get(id) : 'unknown';
}

/** An old entry keeps the template it was written with, unless the person asked for the new style. */
function wantedUpdate(input: PlanInput, row: LedgerRow, session: StoredSession): WantedEntry {
  const template = input.restyle ? input.style.template : (row.template ?? input.style.template);
  return wantedFor(session, template, input.style.word, input.restyle);
}

export function wantedFor(session: Describable, template: string, word: string, style: boolean): WantedEntry {
  return {
    startAt: wholeSecond(session.startAt),
    endAt: wholeSecond(session.endAt),
    text: describe(template, word, session),
    style,
  };
}

const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000;

/** Why a session gets no entry of its own; undefined when it does. */
export function skipReason(session: Describable, style: Style): SkipReason | undefined {
  if (session.type === null || !style.types.includes(session.type)) return 'type';
  if (wholeSecond(session.endAt) <= wholeSecond(session.startAt)) return 'invalid';
  if (asleepSeconds(session) < style.minMinutes * 60) return 'short';
  return style.startDate !== undefined && session.day < style.startDate ? 'early' : undefined;
}

/** The source's own values as they were when the entry was last written. */
export function factsOf(row: LedgerRow): Describable {
  return row.session as Describable;
}

export function snapshotOf(session: Describable): Describable {
  const { kind, type, day, startAt, startOffset, endAt, endOffset, asleepSeconds, efficiency } = session;
  return { kind, type, day, startAt, startOffset, endAt, endOffset, asleepSeconds, efficiency };
}

function hasChanged(row: LedgerRow, session: StoredSession): boolean {
  const before = factsOf(row);
  return (['type', 'day', 'startAt', 'endAt', 'asleepSeconds', 'efficiency'] as const).some(
    (name) => before[name] !== session[name],
  );
}

/** Whether a person changed the entry since the ledger last heard of it. */
export function isEdited(entry: EntryFields, row: LedgerRow): boolean {
  return ![row.fields, row.sent].some((known) => known !== null && sameFields(entry, known as EntryFields));
}

function sameFields(a: EntryFields, b: EntryFields): boolean {
  return (
    a.startAt === b.startAt &&
    a.endAt === b.endAt &&
    a.text?.trim() === b.text?.trim() &&
    a.projectId === b.projectId
  );
}

/** Whether nothing is left to change. The server trims texts: that is not a difference. */
export function matches(
  entry: EntryFields,
  wanted: WantedEntry,
  style: Style,
  withProject: boolean,
): boolean {
  const projectId = withProject ? (style.projectId ?? entry.projectId) : entry.projectId;
  return sameFields(entry, { ...wanted, projectId });
}

function locked(session: StoredSession | undefined, row: LedgerRow | undefined): Step {
  return { do: 'block', session, row, reason: 'locked' };
}

function isRefused(input: PlanInput, row: LedgerRow): boolean {
  return row.problem !== null && !input.force && input.now - row.notedAt < PROBLEM_LIFE;
}

function refused(session: StoredSession, row: LedgerRow): Step {
  return { do: 'block', session, row, reason: row.problem as string };
}

function isLocked(input: PlanInput, startAt: number): boolean {
  return input.style.lockedBefore !== undefined && startAt < input.style.lockedBefore;
}

function inScope(scope: Span | undefined, day: LocalDate): boolean {
  return scope === undefined || (day >= scope.from && day <= scope.to);
}

export function keyOf(key: SessionKey): string {
  return JSON.stringify([key.provider, key.account, key.resource, key.recordId]);
}

export function keyPart({ provider, account, resource, recordId }: SessionKey): SessionKey {
  return { provider, account, resource, recordId };
}

/** When the step's session begins (UTC epoch milliseconds). */
export function startOf(step: Step): number {
  if ('session' in step && step.session !== undefined) return step.session.startAt;
  return 'row' in step && step.row !== undefined ? factsOf(step.row).startAt : 0;
}
