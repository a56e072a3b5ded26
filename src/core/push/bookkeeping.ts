import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Ledger, LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Clock } from '../clock.ts';
import type { Entry } from '../destination.ts';
import type { PushCounts } from './apply.ts';
import type { Of, Plan, Step, Style } from './step.ts';
import { keyPart, snapshotOf, wantedFor } from './wanted.ts';

export interface Books {
  readonly plan: Plan;
  readonly ledger: Ledger;
  readonly style: Style;
  readonly clock: Clock;
}

/** Adopting years of entries must neither take a disk flush each nor keep a signal waiting. */
const STEPS_PER_TRANSACTION = 500;

/** Everything in a plan that needs no request. */
export async function keepBooks(books: Books, counts: PushCounts): Promise<void> {
  const { steps } = books.plan;
  for (let at = 0; at < steps.length; at += STEPS_PER_TRANSACTION) {
    books.ledger.together(() => {
      for (const step of steps.slice(at, at + STEPS_PER_TRANSACTION)) note(books, step, counts);
    });
    await nextTurn();
  }
}

function note(books: Books, step: Step, counts: PushCounts): void {
  const { ledger, clock } = books;
  const now = clock.now();
  if (step.do === 'adopt') {
    adopt(books, step);
    counts.adopted += 1;
  } else if (step.do === 'note') ledger.put(doneRow(step.session, step.entry, step.row.template, false), now);
  else if (step.do === 'forget') ledger.forget(step.row);
  else if (step.do === 'give up') {
    ledger.put({ ...step.row, state: 'gone', remoteId: null, sent: null }, now);
    counts.deletedThere += 1;
  } else if (step.do === 'keep') {
    keep(books, step);
    counts.kept += 1;
  } else if (step.do === 'block') counts.blocked += 1;
}

/** What a person edited is noted as we would have written it, so that it goes on differing from the ledger. */
function adopt({ ledger, style, clock }: Books, { session, entry, edited }: Of<'adopt'>): void {
  const ours = edited ? wantedFor(session, style.template, style.word, false) : {};
  const before = ledger.get(session);
  const template = before?.state === 'intent' && !edited ? before.template : null;
  ledger.put(doneRow(session, { ...entry, ...ours }, template, edited), clock.now());
}

/** The session is noted as it is now: the same question need not be asked there again every night. */
function keep({ ledger, clock }: Books, { row, session }: Of<'keep'>): void {
  const seen = session === undefined ? row.session : snapshotOf(session);
  if (row.kept && JSON.stringify(seen) === JSON.stringify(row.session)) return;
  ledger.put({ ...row, kept: true, session: seen }, clock.now());
}

/** The ledger's row for an entry that is there and stands for the session. */
export function doneRow(
  session: StoredSession,
  entry: Entry,
  template: string | null,
  kept: boolean,
): Omit<LedgerRow, 'notedAt'> {
  const { remoteId, startAt, endAt, text, projectId } = entry;
  return {
    ...keyPart(session),
    state: 'done',
    remoteId,
    fields: { startAt, endAt, text, projectId },
    sent: null,
    session: snapshotOf(session),
    template,
    kept,
    problem: null,
  };
}
