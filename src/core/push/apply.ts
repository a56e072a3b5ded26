import { NotDoneError } from '../../http/client.ts';
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
import { isActive } from './prepare.ts';
import type { Plan, Step, Style } from './step.ts';
import { keyPart, snapshotOf, wantedFor } from './wanted.ts';

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
  /** Creates, updates and deletions left for a later run. */
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

type Of<K extends Step['do']> = Extract<Step, { do: K }>;

const DECLINED = 'declined by the service';
const BULK = 50;
/** So many refusals in a row are not about single entries any more. */
const PATIENCE_WITH_REFUSALS = 3;

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
  #refused = 0;

  constructor(options: ApplyOptions) {
    this.#options = options;
    this.#total = options.plan.steps.filter(isActive).length;
    this.left = this.#total;
  }

  async run(): Promise<void> {
    const { steps } = this.#options.plan;
    for (const step of steps) this.#bookkeeping(step);
    for (const step of steps) {
      if (step.do === 'create') await this.#create(step);
      else if (step.do === 'update' && step.entry !== undefined) await this.#update(step, step.entry);
    }
    const removals = steps.filter(
      (step): step is Of<'remove'> => step.do === 'remove' && step.entry !== undefined,
    );
    for (let at = 0; at < removals.length; at += BULK) await this.#remove(removals.slice(at, at + BULK));
  }

  /** What needs no request. */
  #bookkeeping(step: Step): void {
    const { ledger, clock } = this.#options;
    const now = clock.now();
    if (step.do === 'adopt') {
      this.#adopt(step);
      this.counts.adopted += 1;
    } else if (step.do === 'note') this.#noteDone(step.session, step.entry, step.row.template, false);
    else if (step.do === 'forget') ledger.forget(step.row);
    else if (step.do === 'give up') {
      ledger.put({ ...step.row, state: 'gone', remoteId: null, sent: null }, now);
      this.counts.deletedThere += 1;
    } else if (step.do === 'keep') {
      if (!step.row.kept) ledger.put({ ...step.row, kept: true }, now);
      this.counts.kept += 1;
    } else if (step.do === 'block') this.counts.blocked += 1;
  }

  /** What a person edited is noted as we would have written it, so that it goes on differing from the ledger. */
  #adopt({ session, entry, edited }: Of<'adopt'>): void {
    const { ledger, style } = this.#options;
    const ours = edited ? wantedFor(session, style.template, style.word, false) : {};
    const before = ledger.get(session);
    const template = before?.state === 'intent' && !edited ? before.template : null;
    this.#noteDone(session, { ...entry, ...ours }, template, edited);
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
      this.#noteDone(session, entry, style.template, false);
      this.counts.created += 1;
      this.#did();
    } catch (error) {
      if (error instanceof DeclinedError) {
        if (await this.#mayRetry(error)) return this.#create({ do: 'create', session, wanted });
        ledger.put({ ...intent, sent: null, problem: DECLINED }, clock.now());
        return;
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

  async #update({ session, wanted, row }: Of<'update'>, entry: Entry): Promise<void> {
    const { destination, ledger, clock, style } = this.#options;
    await destination.admit();
    // The old session stays noted: should the answer be lost, the next run sees that there is something to compare.
    if (row !== undefined) ledger.put({ ...row, sent: this.#expected(entry, wanted) }, clock.now());
    try {
      const changed = await destination.update(entry, wanted);
      failpoint('push.updated');
      const template = wanted.style || row === undefined ? style.template : row.template;
      this.#noteDone(session, changed, template, false);
      this.counts.updated += 1;
      this.#did();
    } catch (error) {
      if (!(error instanceof DeclinedError)) throw error;
      if (await this.#mayRetry(error)) {
        return this.#update({ do: 'update', session, wanted, row, entry }, entry);
      }
      if (row === undefined) this.#noteDone(session, entry, null, true);
      else ledger.put({ ...row, sent: null, problem: DECLINED }, clock.now());
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
    this.counts.blocked += 1;
    this.#did();
  }

  #removed({ row }: Of<'remove'>): void {
    if (row !== undefined) this.#options.ledger.forget(row);
    this.counts.deleted += 1;
    this.#did();
  }

  /** After a refusal: once per run the remembered ids are asked for anew. Throws when refusals do not end. */
  async #mayRetry(error: DeclinedError): Promise<boolean> {
    this.#refused += 1;
    if (this.#refused === 1 && (await this.#options.destination.refresh())) return true;
    this.counts.blocked += 1;
    this.#did();
    if (this.#refused < PATIENCE_WITH_REFUSALS) return false;
    throw new ContractError(`${error.message}; ${this.#refused} refusals in a row, so the rest was left`, {
      source: error.source,
      hint: error.hint,
      cause: error,
    });
  }

  #noteDone(session: StoredSession, entry: Entry, template: string | null, kept: boolean): void {
    const { remoteId, startAt, endAt, text, projectId } = entry;
    this.#options.ledger.put(
      {
        ...keyPart(session),
        state: 'done',
        remoteId,
        fields: { startAt, endAt, text, projectId },
        sent: null,
        session: snapshotOf(session),
        template,
        kept,
        problem: null,
      },
      this.#options.clock.now(),
    );
  }

  #did(): void {
    this.left -= 1;
    this.#options.onStep?.(this.#total - this.left, this.#total);
  }
}
