import type { Span } from '../../core/coverage.ts';
import { InterruptedError, ProgramError, UsageError } from '../../core/errors.ts';
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

/** undefined: pushing is not set up. Rejects only with InterruptedError or our own fault. */
export async function pushSleep(
  context: Context,
  flags: SyncFlags,
  scope: Span | undefined,
  signal: AbortSignal,
): Promise<Shown | undefined> {
  const config = (await context.config()).section<ClockifyConfig>('clockify');
  if (config.enabled !== true) return undefined;
  const dryRun = flags.dryRun === true;
  const nothing = {
    plan: undefined,
    result: undefined,
    dryRun,
    wouldCreateProject: undefined,
    pace: undefined,
  };
  const store = await context.store();
  try {
    const clockify = await openClockify({
      config,
      store,
      wire: await context.wire(),
      clock: context.clock,
      signal,
      wait: flags.wait === true,
      readOnly: dryRun,
    });
    const { destination, labels } = clockify;
    const provider = await context.provider(PUSHED.provider);
    const ledger = store.ledger(destination.id, destination.target);
    const asks = context.terminal.isInteractive && flags.yes !== true && !dryRun && ledger.all().length === 0;
    const source = { ...PUSHED, account: context.globals.account };
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
      confirm: asks ? (plan) => askFirst(context, plan, config.project) : undefined,
    });
    const wouldCreateProject = dryRun && labels.projectId === undefined ? config.project : undefined;
    return { ...pushed, unplanned: 0, dryRun, wouldCreateProject, pace: destination.pace() };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
    const pending = readStatus(store.db, context.globals.account).pending(pushedTypes(config));
    return { ...nothing, unplanned: pending, error };
  }
}

async function askFirst(context: Context, plan: Plan, project: string): Promise<void> {
  const { terminal } = context;
  const count = plan.steps.filter(isActive).length;
  terminal.say(planTable(plan, 12));
  if (await confirm(terminal, `This is the first push: write ${count} entries to the project "${project}"?`))
    return;
  throw new UsageError('nothing was written to Clockify', {
    source: 'clockify',
    hint: 'Run it again with --yes, or with --no-push.',
  });
}
