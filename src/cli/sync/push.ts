import type { Span } from '../../core/coverage.ts';
import { InterruptedError, ProgramError, TemporaryError, UsageError } from '../../core/errors.ts';
import type { PushResult } from '../../core/push/apply.ts';
import { isActive } from '../../core/push/prepare.ts';
import type { Plan } from '../../core/push/step.ts';
import { push } from '../../core/push.ts';
import { type ClockifyConfig, pushedTypes } from '../../destinations/clockify/config.ts';
import { openClockify, PUSHED } from '../../destinations/clockify.ts';
import { readStatus } from '../../store/status.ts';
import type { Context } from '../context.ts';
import { confirm } from '../prompt.ts';
import type { SyncFlags } from './flags.ts';
import { planTable } from './plan.ts';

/** What the push did, for the report. */
export interface Shown {
  readonly plan: Plan | undefined;
  readonly result: PushResult | undefined;
  readonly error: ProgramError | undefined;
  /** Sessions without an entry, where not even a plan could be made. */
  readonly unplanned: number;
  readonly dryRun: boolean;
  /** The project that a real run would make first. */
  readonly wouldCreateProject: string | undefined;
  readonly pace: { readonly opensAt: number; readonly perHour: number | undefined } | undefined;
}

/**
 * undefined: pushing is not set up. Rejects only with InterruptedError or our own fault.
 * With --wait it goes on when a closed window opens, each time from a fresh listing: what the person did there in the
 * meantime must not be overwritten from an old one.
 */
export async function pushSleep(
  context: Context,
  flags: SyncFlags,
  scope: Span | undefined,
  signal: AbortSignal,
): Promise<Shown | undefined> {
  const config = (await context.config()).section<ClockifyConfig>('clockify');
  if (config.enabled !== true) return undefined;
  let shown = await pushOnce(context, config, flags, scope, signal);
  for (let at = opensAt(shown); flags.wait === true && at !== undefined; at = opensAt(shown)) {
    await context.clock.sleep(Math.max(0, at - context.clock.now()), signal);
    shown = together(shown, await pushOnce(context, config, flags, scope, signal));
  }
  return shown;
}

function opensAt({ error }: Shown): number | undefined {
  return error instanceof TemporaryError ? error.retryAt : undefined;
}

/** The later round says where things stand; what was done adds up. */
function together(before: Shown, after: Shown): Shown {
  if (before.result === undefined || after.result === undefined) {
    return { ...after, result: after.result ?? before.result };
  }
  const counts = { ...after.result.counts };
  for (const key of ['created', 'updated', 'deleted', 'adopted'] as const) {
    counts[key] += before.result.counts[key];
  }
  return { ...after, result: { ...after.result, counts } };
}

async function pushOnce(
  context: Context,
  config: ClockifyConfig,
  flags: SyncFlags,
  scope: Span | undefined,
  signal: AbortSignal,
): Promise<Shown> {
  const dryRun = flags.dryRun === true;
  const store = await context.store();
  try {
    const wire = await context.wire();
    const clockify = await openClockify({
      config,
      store,
      wire,
      clock: context.clock,
      signal,
      wait: false,
      readOnly: dryRun,
    });
    const { destination, labels } = clockify;
    const provider = await context.provider(PUSHED.provider);
    const ledger = store.ledger(destination.id, destination.target);
    const source = { ...PUSHED, account: context.globals.account };
    const isFirst = ledger.all().length === 0;
    const pushed = await push({
      destination,
      style: clockify.style(provider.marker),
      sessions: store.sessions(source),
      source,
      ledger,
      clock: context.clock,
      scope,
      force: flags.force === true,
      restyle: flags.restyle === true,
      allowDeletes: flags.allowDeletes === true,
      dryRun,
      confirm:
        isFirst || flags.restyle === true ? (plan) => showFirst(context, flags, plan, signal) : undefined,
    });
    const wouldCreateProject = dryRun && labels.projectId === undefined ? config.project : undefined;
    return { ...pushed, unplanned: 0, dryRun, wouldCreateProject, pace: destination.pace() };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
    const unplanned = readStatus(store.db, context.globals.account).pending(pushedTypes(config));
    const nothing = { plan: undefined, result: undefined, wouldCreateProject: undefined, pace: undefined };
    return { ...nothing, dryRun, unplanned, error };
  }
}

/** The very first push and a restyle touch much at once: the plan comes first, and where there is somebody, a question. */
async function showFirst(context: Context, flags: SyncFlags, plan: Plan, signal: AbortSignal): Promise<void> {
  const { terminal } = context;
  if (flags.yes === true || (!terminal.isInteractive && flags.restyle !== true)) return;
  terminal.say(planTable(plan, 12));
  if (!terminal.isInteractive) return;
  const count = plan.steps.filter(isActive).length;
  if (await confirm(terminal, `Write ${count} entries to Clockify like this?`, signal)) return;
  throw new UsageError('nothing was written to Clockify', {
    source: 'clockify',
    hint: 'Run it again with --yes, or with --no-push.',
  });
}
