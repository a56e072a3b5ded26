import { NotDoneError } from '../../http/client.ts';
import { TRIES } from '../../http/retry.ts';
import type { Ledger, LedgerRow } from '../../store/ledger.ts';
import type { StoredSession } from '../../store/sessions.ts';
import type { Clock } from '../clock.ts';
import {
  DeclinedError,
  type Destination,
  type Entry,
  type EntryFields,
  type WantedEntry,
} from '../destination.ts';
import { AuthError, ContractError, InterruptedError, ProgramError } from '../errors.ts';
import { failpoint } from '../failpoint.ts';
import { doneRow, keepBooks } from './bookkeeping.ts';
import { isActive } from './prepare.ts';
import type { Of, Plan, Step, Style } from './step.ts';
import { keyPart, snapshotOf } from './wanted.ts';

export interface PushCounts {
  created: number;
  updated: number;
  deleted: number;
  adopted: number;
  /** Edited by the person: left alone. */
  kept: number;
  /** Deleted by the person: not made again. */
  deletedThere: number;
  /** Locked, or declined by the service. */
  blocked: number;
}

export interface PushResult {
  readonly counts: PushCounts;
  /** Creates, updates, deletions and look-ups left for a later run. */
  readonly pending: number;
  /** Why it ended early. */
  readonly error: ProgramError | undefined;
}

export interface ApplyOptions {
  readonly plan: Plan;
  readonly destination: Destination;
  readonly ledger: Ledger;
  readonly style: Style;
  readonly clock: Clock;
  readonly onStep?: (done: number, of: number) => void;
}

const DECLINED = 'declined by the service';
const BULK = 50;
/** So many refusals in a row are not about single entries any more. */
const PATIENCE_WITH_REFUSALS = 3;

/** Believed, it would take the other session's entry away from it, and that one would be made a second time. */
function aboutAnother(): ContractError {
  return new ContractError('a write was answered with another entry', {
    hint: 'Nothing to do: the next run looks what became of it.',
  });
}

/** Carries out a plan. Rejects only with InterruptedError or our own fault; anything else is in the result. */
export async function apply(options: ApplyOptions): Promise<PushResult> {
  const push = new Push(options);
  let error: ProgramError | undefined;
  try {
    await push.run();
  } catch (failure) {
    if (failure instanceof InterruptedError || !(failure instanceof ProgramError)) throw failure;
    error = failure;
  }
  return { counts: push.counts, pending: push.left, error };
}

class Push {
  readonly counts: PushCounts = {
    created: 0,
    updated: 0,
    deleted: 0,
    adopted: 0,
    kept: 0,
    deletedThere: 0,
    blocked: 0,
  };
  left: number;
  readonly #options: ApplyOptions;
  readonly #total: number;
  /** Refusals since the last success, and whether the remembered ids were asked for anew. */
  #refusedInARow = 0;
  #refreshed = false;
  /** Rate limits met since the last success. */
  #limitedInARow = 0;

  constructor(options: ApplyOptions) {
    this.#options = options;
    this.#total = options.plan.steps.filter(({ do: what }) => what === 'look up').length;
    this.#total += options.plan.steps.filter(isActive).length;
    this.left = this.#total;
  }

  async run(): Promise<void> {
    const { plan, destination } = this.#options;
    await keepBooks(this.#options, this.counts);
    if (plan.steps.some(needsLabels)) await destination.begin();
    for (const step of plan.steps) {
      if (step.do === 'create') await this.#patiently(() => this.#create(step));
      else if (step.do === 'update') await this.#patiently(() => this.#update(step));
    }
    const removals = plan.steps.filter(
      (step): step is Of<'remove'> => step.do === 'remove' && step.entry !== undefined,
    );
    for (let at = 0; at < removals.length; at += BULK) {
      await this.#patiently(() => this.#remove(removals.slice(at, at + BULK)));
    }
  }

  /** A write that was certainly not carried out goes out again: its admission waits, or says that waiting takes too long. */
  async #patiently(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        this.#limitedInARow += 1;
        const isLimited = error instanceof NotDoneError && error.retryAt !== undefined;
        if (!isLimited || this.#limitedInARow >= TRIES) throw error;
      }
    }
  }

  async #create({ session, wanted }: Of<'create'>): Promise<void> {
    const { destination, ledger, clock, style } = this.#options;
    const before = ledger.get(session);
    await destination.admit();
    const intent = {
      ...keyPart(session),
      state: 'intent' as const,
      remoteId: null,
      fields: null,
      sent: { ...wanted, projectId: style.projectId ?? null },
      session: snapshotOf(session),
      template: style.template,
      kept: false,
      problem: null,
    };
    ledger.put(intent, clock.now());
    try {
      const entry = await destination.create(wanted);
      failpoint('push.created');
      if (ledger.isTaken(entry.remoteId)) throw aboutAnother();
      ledger.put(doneRow(session, entry, style.template, false), clock.now());
      this.#did('created');
    } catch (error) {
      if (error instanceof DeclinedError) {
        if (await this.#mayRetry()) return this.#create({ do: 'create', session, wanted });
        ledger.put({ ...intent, sent: null, problem: DECLINED }, clock.now());
        return this.#declined(error);
      }
      // Certainly not made: nothing to look for next time. Everything else stays noted as "may have arrived".
      if (error instanceof NotDoneError || error instanceof AuthError) this.#restore(session, before);
      throw error;
    }
  }

  #restore(session: StoredSession, before: LedgerRow | undefined): void {
    const { ledger } = this.#options;
    if (before === undefined) ledger.forget(session);
    else ledger.put(before, before.notedAt);
  }

  async #update(step: Of<'update'>): Promise<void> {
    const { session, wanted, row, entry } = step;
    if (entry === undefined) return;
    const { destination, ledger, clock, style } = this.#options;
    await destination.admit();
    // The old session stays noted: should the answer be lost, the next run sees that there is something to compare.
    if (row !== undefined) ledger.put({ ...row, sent: this.#expected(entry, wanted) }, clock.now());
    try {
      const changed = await destination.update(entry, wanted);
      failpoint('push.updated');
      if (changed.remoteId !== entry.remoteId) throw aboutAnother();
      const template = wanted.style || row === undefined ? style.template : row.template;
      ledger.put(doneRow(session, changed, template, false), clock.now());
      this.#did('updated');
    } catch (error) {
      if (!(error instanceof DeclinedError)) throw error;
      if (await this.#mayRetry()) return this.#update(step);
      // With the session as it is now: asked again only when it changes, or after a while.
      const noted = row ?? doneRow(session, entry, null, true);
      const problem = { sent: null, problem: DECLINED, session: snapshotOf(session) };
      ledger.put({ ...noted, ...problem }, clock.now());
      this.#declined(error);
    }
  }

  #expected(entry: Entry, wanted: WantedEntry): EntryFields {
    const projectId = wanted.style ? (this.#options.style.projectId ?? entry.projectId) : entry.projectId;
    return { startAt: wanted.startAt, endAt: wanted.endAt, text: wanted.text, projectId };
  }

  async #remove(removals: readonly Of<'remove'>[]): Promise<void> {
    const { destination, ledger, clock } = this.#options;
    await destination.admit();
    for (const { row } of removals)
      if (row !== undefined) ledger.put({ ...row, sent: { removed: true } }, clock.now());
    try {
      await destination.remove(removals.map(({ entry }) => (entry as Entry).remoteId));
      failpoint('push.removed');
      for (const removal of removals) this.#removed(removal);
    } catch (error) {
      if (!(error instanceof DeclinedError)) throw error;
      if (removals.length > 1) for (const removal of removals) await this.#remove([removal]);
      else await this.#removeOrSeeGone(removals[0] as Of<'remove'>);
    }
  }

  /** A declined deletion is most often one of an entry that went away in the meantime. */
  async #removeOrSeeGone(removal: Of<'remove'>): Promise<void> {
    const { destination, ledger, clock } = this.#options;
    if ((await destination.read((removal.entry as Entry).remoteId)) === undefined) {
      this.#removed(removal);
      return;
    }
    if (removal.row !== undefined) ledger.put({ ...removal.row, sent: null }, clock.now());
    this.#did('blocked');
  }

  #removed({ row }: Of<'remove'>): void {
    if (row !== undefined) this.#options.ledger.forget(row);
    this.#did('deleted');
  }

  /** After a refusal: once per run the remembered ids are asked for anew. */
  async #mayRetry(): Promise<boolean> {
    if (this.#refreshed) return false;
    this.#refreshed = true;
    return this.#options.destination.refresh();
  }

  /** Throws when refusals do not end. */
  #declined(error: DeclinedError): void {
    const inARow = this.#refusedInARow + 1;
    this.#did('blocked');
    this.#refusedInARow = inARow;
    if (inARow < PATIENCE_WITH_REFUSALS) return;
    throw new ContractError(`${error.message}; ${inARow} refusals in a row, so the rest was left`, {
      source: error.source,
      hint: error.hint,
      cause: error,
    });
  }

  #did(what: 'created' | 'updated' | 'deleted' | 'blocked'): void {
    this.counts[what] += 1;
    this.#refusedInARow = 0;
    this.#limitedInARow = 0;
    this.left -= 1;
    this.#options.onStep?.(this.#total - this.left, this.#total);
  }
}

function needsLabels(step: Step): boolean {
  return step.do === 'create' || (step.do === 'update' && step.wanted.style);
}
