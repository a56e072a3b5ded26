import type { LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Span } from '../coverage.ts';
import type { LocalDate } from '../dates.ts';
import type { Entry, EntryFields, WantedEntry } from '../destination.ts';
import { type Adoption, adoptions } from './adopt.ts';
import type { Plan, PlanInput, SkipReason, Step } from './step.ts';
import { startOf } from './step.ts';
import {
  factsOf,
  hasChanged,
  isEdited,
  isOfType,
  keyOf,
  keyPart,
  matches,
  sameFields,
  skipReason,
  wantedFor,
} from './wanted.ts';

/** A refusal is taken back after this long (milliseconds): rules change. */
const PROBLEM_LIFE = 7 * 86_400_000;

/** What has to be done so that the destination shows the sessions. Pure. */
export function plan(input: PlanInput): Plan {
  const byKey = new Map(input.sessions.map((session) => [keyOf(session), session]));
  const rows = new Map(input.rows.map((row) => [keyOf(row), row]));
  const adopted = adoptions(input, [...openSessions(input, byKey, rows), ...abandonedSessions(input, byKey)]);
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

/** Sessions that are not to be shown any more although a create of them may have arrived. They take what others leave. */
function abandonedSessions(input: PlanInput, byKey: ReadonlyMap<string, StoredSession>): StoredSession[] {
  return input.rows.flatMap((row) => {
    const session = byKey.get(keyOf(row)) ?? { ...factsOf(row), ...keyPart(row) };
    const inDoubt = row.state === 'intent' && row.problem === null && inScope(input.scope, session.day);
    const isOpen = byKey.has(keyOf(row)) && skipReason(session, input.style) === undefined;
    return inDoubt && !isOpen ? [session] : [];
  });
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
  if (!pushed) return planAbandoned(input, row, session, adoption);
  if (isRefused(input, row) && !hasChanged(row, session)) return refused(session, row);
  return planNew(input, session, adoption);
}

/** The create of a session that is not to be shown any more may have arrived: then its entry has to be dealt with. */
function planAbandoned(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession | undefined,
  adoption?: Adoption,
): Step | undefined {
  if (row.problem !== null) return { do: 'forget', row };
  if (input.listing === undefined) return undefined;
  if (adoption === undefined) return { do: 'forget', row };
  const reason = removalReason(input, row, session);
  if (reason === undefined) return planNew(input, session as StoredSession, adoption);
  if (adoption.verdict === 'edited' && !input.force) return { do: 'forget', row };
  const { entry } = adoption;
  if (entry.locked || isLocked(input, entry.startAt)) return locked(undefined, row);
  return { do: 'remove', row, entry, reason };
}

function planNew(input: PlanInput, session: StoredSession, adoption?: Adoption): Step {
  const { template, word } = input.style;
  if (adoption?.verdict === 'same') return { do: 'adopt', session, entry: adoption.entry, edited: false };
  if (adoption?.verdict === 'edited' && !input.force) {
    return { do: 'adopt', session, entry: adoption.entry, edited: true };
  }
  const from = Math.min(session.startAt, adoption?.entry.startAt ?? session.startAt);
  if (isLocked(input, from) || adoption?.entry.locked) return locked(session, undefined);
  if (adoption === undefined) {
    return { do: 'create', session, wanted: wantedFor(session, template, word, true) };
  }
  // Where an entry that is there already belongs is not ours to say unasked.
  const wanted = wantedFor(session, template, word, input.restyle);
  return { do: 'update', session, wanted, row: undefined, entry: adoption.entry };
}

function planDone(input: PlanInput, row: LedgerRow, session: StoredSession | undefined): Step | undefined {
  const removal = removalReason(input, row, session);
  const entry = currentEntry(input, row);
  if (removal !== undefined) return planRemoval(input, row, entry, removal);
  const live = session as StoredSession;
  if (isRefused(input, row) && !hasChanged(row, live)) return refused(live, row);
  const changed =
    hasChanged(row, live) ||
    row.problem !== null ||
    (input.restyle &&
      !matches(row.fields as EntryFields, wantedUpdate(input, row, live, entry), input.style, true));
  // A write that was never answered is a reason to look, even when the session is again as it was before.
  if (!changed && row.sent === null) return planUntouched(input, row, live, entry);
  const wanted = wantedUpdate(input, row, live, entry);
  if (wanted.endAt <= wanted.startAt) {
    return { do: 'block', session: live, row, reason: 'ends before it starts' };
  }
  if (input.listing === undefined) return { do: 'update', session: live, wanted, row, entry: undefined };
  if (entry === 'unknown') return { do: 'look up', row };
  if (entry === undefined) return missing(input, row, live);
  const asBefore = !changed && sameFields(entry, row.fields as EntryFields);
  if (asBefore || matches(entry, wanted, input.style, wanted.style)) {
    return { do: 'note', session: live, row, entry };
  }
  if (isEdited(entry, row) && !input.force) return { do: 'keep', row, entry, session: live };
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
  if (isEdited(entry, row) && !input.force) return { do: 'keep', row, entry, session: undefined };
  if (entry.locked || isLocked(input, entry.startAt)) return locked(undefined, row);
  return { do: 'remove', row, entry, reason };
}

/** Nothing changed at the source: only what the person did there is of interest. */
function planUntouched(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession,
  entry: Entry | 'unknown' | undefined,
): Step | undefined {
  if (input.listing === undefined) return undefined;
  if (entry === 'unknown') return input.force ? { do: 'look up', row } : undefined;
  if (entry === undefined) return input.force ? missing(input, row, session) : undefined;
  const isTouched = isEdited(entry, row);
  // Nearly all entries there are, so what one would look like is not worked out for them.
  if (!isTouched && !row.kept) return undefined;
  const wanted = wantedUpdate(input, row, session, entry);
  if (!isTouched) {
    // The person took the edit back; meanwhile the session may have moved on.
    const isCurrent = matches(entry, wanted, input.style, wanted.style);
    return isCurrent ? { do: 'note', session, row, entry } : { do: 'update', session, wanted, row, entry };
  }
  if (!input.force) return { do: 'keep', row, entry, session };
  if (entry.locked || isLocked(input, Math.min(entry.startAt, wanted.startAt))) return locked(session, row);
  return { do: 'update', session, wanted, row, entry };
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
  const before = factsOf(row);
  const isOther = session.type !== before.type || session.kind !== before.kind;
  if (isOther && !isOfType(session, input.style)) return `is now ${session.type ?? 'without a type'}`;
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
function wantedUpdate(
  input: PlanInput,
  row: LedgerRow,
  session: StoredSession,
  entry: Entry | 'unknown' | undefined,
): WantedEntry {
  const template = input.restyle ? input.style.template : (row.template ?? input.style.template);
  const known = row.fields as EntryFields;
  const movedAway = typeof entry === 'object' && entry.projectId !== known.projectId;
  return wantedFor(session, template, input.style.word, input.restyle || (input.force && movedAway));
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
