import type { Ledger, LedgerRow } from '../store/ledger.ts';
import type { StoredSession } from '../store/sessions.ts';
import type { Clock } from './clock.ts';
import type { Span } from './coverage.ts';
import type { Destination } from './destination.ts';
import { AuthError, type ProgramError, TemporaryError } from './errors.ts';
import { sharedListing, type Window } from './push/listing.ts';
import { listedFor, outlook } from './push/prepare.ts';
import { type Rule, type Share, type Source, shareOut } from './push/rule.ts';
import type { Plan, Style } from './push/step.ts';
import { keyOf } from './push/wanted.ts';
import { type Pushed, push } from './push.ts';

/** A rule with the place its entries are put under. */
export interface PlacedRule extends Rule {
  readonly style: Style;
  readonly destination: Destination;
  /** Settles what entries are put under; called before the first look at what is there. */
  settle(): Promise<void>;
}

export interface PushAllOptions<R extends PlacedRule> {
  /** In the order they are carried out. */
  readonly rules: readonly R[];
  /** What all of them list from. */
  readonly list: Destination['list'];
  /** Every live session of a source. */
  readonly sessions: (source: Source) => readonly StoredSession[];
  readonly account: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly scope: Span | undefined;
  readonly force: boolean;
  readonly restyle: boolean;
  readonly allowDeletes: boolean;
  readonly dryRun: boolean;
  /** Asked with each plan before its first write; throws to leave that rule out. `isFirst`: it has no entry yet. */
  readonly confirm?: ((rule: R, plan: Plan, isFirst: boolean) => Promise<void>) | undefined;
}

export interface PushedRule<R> extends Pushed {
  readonly rule: R;
  /** False: what ended an earlier rule stops this one too, and the plan only says what is waiting. */
  readonly tried: boolean;
}

export interface PushedAll<R> {
  readonly rules: readonly PushedRule<R>[];
  /** Rows of entries whose source no rule names any more. */
  readonly withoutRule: readonly LedgerRow[];
}

/**
 * Plans and applies one rule after the other, over one listing where their windows allow it. A rule that is refused
 * leaves the others alone; a closed window, a missing network and a refused key stop them all.
 * Rejects only with InterruptedError or our own fault.
 */
export async function pushAll<R extends PlacedRule>(options: PushAllOptions<R>): Promise<PushedAll<R>> {
  const { rules, account, dryRun } = options;
  const own = options.ledger.all().filter((row) => row.account === account);
  const { of, withoutRule } = shareOut(rules, sessionsOf(options), own);
  const shares = rules.map((rule) => ({ rule, share: of.get(rule) as Share }));
  const list = sharedListing(options.list, windowsOf(shares, options), dryRun);
  const pushed: PushedRule<R>[] = [];
  let stopped = false;
  for (const { rule, share } of shares) {
    if (stopped) {
      pushed.push({
        rule,
        tried: false,
        plan: waiting(rule, share, options),
        result: undefined,
        error: undefined,
      });
      continue;
    }
    const done = await pushOne(rule, share, list, options);
    pushed.push({ rule, tried: true, ...done });
    stopped = concernsAll(done.error);
  }
  return { rules: pushed, withoutRule };
}

function concernsAll(error: ProgramError | undefined): boolean {
  return error instanceof TemporaryError || error instanceof AuthError;
}

function sessionsOf<R extends PlacedRule>({ rules, sessions }: PushAllOptions<R>): StoredSession[] {
  const sources = new Map(rules.map(({ source }) => [JSON.stringify(source), source]));
  return [...sources.values()].flatMap((source) => sessions(source));
}

function pushOne<R extends PlacedRule>(
  rule: R,
  { sessions, rows }: Share,
  list: Destination['list'],
  options: PushAllOptions<R>,
): Promise<Pushed> {
  const { ledger, clock, scope, force, restyle, allowDeletes, dryRun, confirm } = options;
  const keys = new Set(rows.map(keyOf));
  return push({
    destination: {
      ...rule.destination,
      list: async (from, to) => {
        await rule.settle();
        return list(from, to);
      },
    },
    style: rule.style,
    sessions,
    source: rule.source,
    owns: (row) => keys.has(keyOf(row)),
    ledger,
    clock,
    scope,
    force,
    restyle,
    allowDeletes,
    dryRun,
    confirm: confirm && ((plan) => confirm(rule, plan, rows.length === 0)),
  });
}

function windowsOf<R extends PlacedRule>(
  shares: readonly { rule: R; share: Share }[],
  options: PushAllOptions<R>,
): Window[] {
  return shares.flatMap(({ rule, share }) => {
    const { work } = blindly(rule, share, options);
    return work === undefined ? [] : [listedFor(work)];
  });
}

function waiting<R extends PlacedRule>(rule: R, share: Share, options: PushAllOptions<R>): Plan {
  return blindly(rule, share, options).blind;
}

function blindly<R extends PlacedRule>({ style }: R, { sessions, rows }: Share, options: PushAllOptions<R>) {
  const { scope, force, restyle, clock } = options;
  return outlook({
    sessions,
    rows,
    taken: new Set(),
    scope,
    listing: undefined,
    style,
    force,
    restyle,
    now: clock.now(),
  });
}
