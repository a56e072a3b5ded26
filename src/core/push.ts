import type { Ledger, LedgerRow } from '../store/ledger.ts';
import type { StoredSession } from '../store/sessions.ts';
import type { Clock } from './clock.ts';
import type { Span } from './coverage.ts';
import type { Destination } from './destination.ts';
import { InterruptedError, ProgramError } from './errors.ts';
import { apply, type PushResult } from './push/apply.ts';
import { plan as planOf } from './push/plan.ts';
import { isActive, prepare } from './push/prepare.ts';
import { isFrom, type Source } from './push/rule.ts';
import type { Plan, Style } from './push/step.ts';

export interface PushOptions {
  readonly destination: Destination;
  readonly style: Style;
  /** Every live session that is the rule's matter. */
  readonly sessions: readonly StoredSession[];
  readonly source: Source;
  /** Which of the source's ledger rows are the rule's matter; all of them where one rule is for the whole source. */
  readonly owns?: ((row: LedgerRow) => boolean) | undefined;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Days to push; undefined: everything pending. */
  readonly scope: Span | undefined;
  readonly force: boolean;
  readonly restyle: boolean;
  readonly allowDeletes: boolean;
  readonly dryRun: boolean;
  /** Asked with the plan before the first write; throws to stop. */
  readonly confirm?: ((plan: Plan) => Promise<void>) | undefined;
  readonly onStep?: (done: number, of: number) => void;
}

export interface Pushed {
  readonly plan: Plan | undefined;
  /** undefined after a dry run, or when the plan could not be made. */
  readonly result: PushResult | undefined;
  readonly error: ProgramError | undefined;
}

/** Plans and applies. Rejects only with InterruptedError or our own fault. */
export async function push(options: PushOptions): Promise<Pushed> {
  const { destination, style, sessions, ledger, clock, scope, force, restyle, allowDeletes, dryRun } =
    options;
  const { rows, taken } = ownRows(ledger.all(), options);
  const input = { sessions, rows, taken, scope, style, force, restyle };
  let plan: Plan | undefined;
  try {
    const prepared = await prepare({ input, destination, clock, allowDeletes, dryRun });
    plan = prepared.plan;
    if (dryRun) return { plan, result: undefined, error: undefined };
    noteGone(options, prepared.gone);
    if (plan.steps.some(isActive)) await options.confirm?.(plan);
    const result = await apply({
      plan,
      destination,
      ledger,
      style,
      clock,
      ...(options.onStep && { onStep: options.onStep }),
    });
    return { plan, result, error: result.error ?? prepared.error };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
    // By the ledger alone it can still be said how much is waiting.
    plan ??= planOf({ ...input, listing: undefined, now: clock.now() });
    return { plan, result: undefined, error };
  }
}

/** A look-up costs a request, so its outcome is on disk before anything else may end the run. */
function noteGone({ ledger, clock }: PushOptions, gone: readonly LedgerRow[]): void {
  const byPerson = gone.filter(({ sent }) => (sent as { removed?: true } | null)?.removed !== true);
  ledger.together(() => {
    for (const row of byPerson)
      ledger.put({ ...row, state: 'gone', remoteId: null, sent: null }, clock.now());
  });
}

/** What other accounts have there is neither missing at this source nor free to be adopted. */
function ownRows(all: readonly LedgerRow[], { source, owns }: PushOptions) {
  const isOwn = (row: LedgerRow) => isFrom(source, row) && (owns?.(row) ?? true);
  const others = all.filter((row) => !isOwn(row)).map(({ remoteId }) => remoteId);
  return { rows: all.filter(isOwn), taken: new Set(others.filter((id) => id !== null)) };
}
