import type { Ledger, LedgerRow } from '../store/ledger.ts';
import type { Clock } from './clock.ts';
import type { Span } from './coverage.ts';
import { addDays } from './dates.ts';
import type { Destination, Entry } from './destination.ts';
import { apply, type PushResult } from './push/apply.ts';
import { type Cleanup, type MarkedKind, planCleanup, stepsOf } from './push/cleanup.ts';
import type { Style } from './push/step.ts';

export interface CleanupRequest {
  readonly destination: Destination;
  /** Every source whose entries can be told by their marker. */
  readonly kinds: readonly MarkedKind[];
  readonly lockedBefore: number | undefined;
  readonly ledger: Ledger;
  /** Whose entries: rows of other accounts and what they hold stay out of it. */
  readonly account: string;
  readonly clock: Clock;
  readonly span: Span | undefined;
  readonly force: boolean;
}

/** Entries are only taken away. */
const NOT_WRITING: Style = {
  word: '',
  template: '',
  types: undefined,
  minMinutes: 0,
  startDate: undefined,
  projectId: undefined,
  lockedBefore: undefined,
};

/** A night starts a day before the one it counts for, and the listing is by another wall clock. */
const MARGIN_DAYS = 3;
/** Before any entry of any time tracker (UTC). */
const BEGINNING = Date.parse('2000-01-01');
const YEAR = 366 * 86_400_000;

/**
 * Lists what is there and decides what of it is ours. One listing of the days named, and one of everything only when
 * the ledger knows entries there that the first did not hold: they may have been moved.
 */
export async function findOurs(request: CleanupRequest): Promise<Cleanup> {
  const { destination, clock, span } = request;
  const everything = { from: BEGINNING, to: clock.now() + 2 * YEAR };
  if (span !== undefined) {
    const from = Math.max(BEGINNING, Date.parse(addDays(span.from, -MARGIN_DAYS)));
    const to = Math.min(everything.to, Date.parse(addDays(span.to, MARGIN_DAYS)));
    const near = from < to ? await destination.list(from, to) : [];
    const plan = planOf(request, near, false);
    if (plan.unlisted.length === 0) return plan;
  }
  return planOf(request, await destination.list(everything.from, everything.to), true);
}

function planOf(request: CleanupRequest, listed: readonly Entry[], complete: boolean): Cleanup {
  const { ledger, account, kinds, lockedBefore, span, force } = request;
  const isOwn = (row: LedgerRow) => row.account === account;
  const rows = ledger.all();
  const others = new Set(rows.filter((row) => !isOwn(row)).map(({ remoteId }) => remoteId));
  const entries = listed.filter(({ remoteId }) => !others.has(remoteId));
  return planCleanup({
    rows: rows.filter(isOwn),
    entries: new Map(entries.map((entry) => [entry.remoteId, entry])),
    complete,
    kinds,
    lockedBefore,
    span,
    force,
  });
}

/** Takes away what the plan says. Rejects only with InterruptedError or our own fault. */
export function removeOurs(request: CleanupRequest, plan: Cleanup): Promise<PushResult> {
  const { destination, ledger, clock } = request;
  return apply({ plan: stepsOf(plan), destination, ledger, style: NOT_WRITING, clock });
}
