import type { LedgerRow } from '../../store/ledger.ts';
import type { Clock } from '../clock.ts';
import type { Destination, Entry } from '../destination.ts';
import { TemporaryError, UsageError } from '../errors.ts';
import type { Window } from './listing.ts';
import { plan } from './plan.ts';
import { type Plan, type PlanInput, type Step, startOf } from './step.ts';
import { factsOf } from './wanted.ts';

const DAY = 86_400_000;
/** More than both of these gone at once is more likely a fault at the source than a person's doing. */
const BRAKE_COUNT = 3;
const BRAKE_SHARE = 0.2;

export interface PrepareOptions {
  readonly input: Omit<PlanInput, 'listing' | 'now'>;
  readonly destination: Pick<Destination, 'list' | 'read' | 'title'>;
  readonly clock: Clock;
  readonly allowDeletes: boolean;
  /** Only a plan is wanted: one listing at most, and none while the window is closed. */
  readonly dryRun: boolean;
}

export interface Prepared {
  readonly plan: Plan;
  /** Rows whose entry was looked up and is not there. */
  readonly gone: readonly LedgerRow[];
  /** Why not everything was looked up. */
  readonly error: TemporaryError | undefined;
}

/**
 * Asks the destination for as little as the plan needs: nothing when the ledger says that there is nothing to do,
 * otherwise one listing and the entries it did not hold. Throws UsageError when suspiciously many would be deleted.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { destination, clock, dryRun } = options;
  const input: PlanInput = { ...options.input, listing: undefined, now: clock.now() };
  const { blind, work } = outlook(input);
  if (work === undefined) return { plan: { ...blind, checked: true }, gone: [], error: undefined };
  let entries: Entry[];
  try {
    const { from, to } = listedFor(work);
    entries = await destination.list(from, to);
  } catch (error) {
    if (dryRun && error instanceof TemporaryError) return { plan: blind, gone: [], error: undefined };
    throw error;
  }
  const lookedUp = new Map<string, Entry | undefined>();
  const listing = { entries: new Map(entries.map((entry) => [entry.remoteId, entry])), lookedUp };
  let checked = plan({ ...input, listing });
  const error = dryRun ? undefined : await lookUp(checked, destination, lookedUp);
  if (lookedUp.size > 0) checked = plan({ ...input, listing });
  if (!options.allowDeletes && !dryRun) brake(checked, input, work, destination.title);
  const isGone = ({ remoteId }: LedgerRow) =>
    remoteId !== null && lookedUp.has(remoteId) && lookedUp.get(remoteId) === undefined;
  return { plan: checked, gone: input.rows.filter(isGone), error };
}

/** The plan by the ledger alone, and where its work lies; undefined: there is none. */
export function outlook(input: PlanInput): { blind: Plan; work: Window | undefined } {
  const blind = plan(input);
  return { blind, work: workOf(blind, input) };
}

/** What has to be listed to check a plan. */
export function listedFor({ from, to }: Window): Window {
  return { from: from - DAY, to: to + DAY };
}

/**
 * Asks for each entry that the listing did not hold. When the requests of this hour run out, what was learned so far is
 * kept, and the rest stays to be looked up.
 */
async function lookUp(
  checked: Plan,
  destination: PrepareOptions['destination'],
  lookedUp: Map<string, Entry | undefined>,
): Promise<TemporaryError | undefined> {
  for (const step of checked.steps) {
    const id = step.do === 'look up' ? step.row.remoteId : null;
    if (id === null) continue;
    try {
      lookedUp.set(id, await destination.read(id));
    } catch (error) {
      if (!(error instanceof TemporaryError)) throw error;
      return error;
    }
  }
  return undefined;
}

const ACTIVE: ReadonlySet<Step['do']> = new Set(['create', 'update', 'remove']);

export function isActive(step: Step): boolean {
  return ACTIVE.has(step.do);
}

/** Where the work lies (UTC epoch milliseconds); undefined when there is none. */
function workOf(blind: Plan, input: PlanInput): Window | undefined {
  const wholeScope = input.force || input.restyle;
  const instants = [
    ...blind.steps.filter(isActive).map(startOf),
    // An intent whose session is gone shows in no step before the listing is there.
    ...input.rows
      .filter(({ state, problem }) => state === 'intent' && problem === null)
      .map((row) => factsOf(row).startAt),
    ...(wholeScope
      ? input.rows.filter(({ state }) => state === 'done').map((row) => factsOf(row).startAt)
      : []),
  ];
  if (instants.length === 0) return undefined;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const instant of instants) {
    from = Math.min(from, instant);
    to = Math.max(to, instant);
  }
  return { from, to };
}

function brake(checked: Plan, input: PlanInput, work: Window, title: string): void {
  const removals = checked.steps.filter((step) => step.do === 'remove').length;
  const month = 30 * DAY;
  const from = Math.min(work.from, work.to - month);
  const present = input.rows.filter((row) => {
    const { startAt } = factsOf(row);
    return row.state === 'done' && startAt >= from && startAt <= work.to;
  }).length;
  if (removals <= BRAKE_COUNT || removals <= BRAKE_SHARE * present) return;
  throw new UsageError(`${title}: ${removals} of ${present} entries would be deleted; nothing was written`, {
    source: title,
    hint: 'If that is right, run the same command with --allow-deletes. --dry-run shows them.',
  });
}
