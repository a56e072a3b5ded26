import { type CleanupRequest, findOurs, removeOurs } from '../../core/cleanup.ts';
import type { Span } from '../../core/coverage.ts';
import { InterruptedError, ProgramError, TemporaryError, UsageError } from '../../core/errors.ts';
import type { PushResult } from '../../core/push/apply.ts';
import type { Cleanup } from '../../core/push/cleanup.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { mainRule } from '../../destinations/clockify/settings.ts';
import { lockedBefore } from '../../destinations/clockify/workspace.ts';
import { openWorkspace } from '../../destinations/clockify.ts';
import { runHint } from '../../program.ts';
import type { CleanupFlags } from '../commands/cleanup.ts';
import type { Context } from '../context.ts';
import { explicitRange } from '../range.ts';
import { recordedRun } from '../recordedRun.ts';
import { markedKinds } from '../rules.ts';
import { countdown } from './countdown.ts';
import { cleanupReport, cleanupTable, countOf } from './report.ts';

/** Time to press Ctrl-C (seconds). */
const SECOND_THOUGHTS = 10;
/** Rows of each kind shown before the countdown. */
const SHOWN = 20;

/** Throws what the run ended with, after the result was printed. */
export async function runCleanup(context: Context, flags: CleanupFlags): Promise<void> {
  const config = await context.requireConfig();
  const span = rangeOf(flags, context.clock.now(), config.app.timezone);
  refuseUnattended(context, flags);
  const { report, ended } = await recordedRun(context, 'cleanup', { wait: false }, async (signal) => {
    const done = await cleanUp(context, flags, span, signal);
    const report = cleanupReport({ ...done, dryRun: flags.dryRun === true, span });
    return { ended: done.error, totals: report.totals, report };
  });
  context.terminal.result(report.object, report.text);
  if (ended !== undefined) throw ended;
}

function rangeOf({ from, to }: CleanupFlags, now: number, zone: string): Span | undefined {
  if (from === undefined && to === undefined) return undefined;
  const first = from ?? '1970-01-01';
  const span = explicitRange(to === undefined ? { from: first } : { from: first, to }, now, zone);
  return span === undefined || to !== undefined ? span : { ...span, to: '9999-12-31' };
}

/** Before anything is asked or locked: nobody is there to stop it. */
function refuseUnattended({ terminal }: Context, { dryRun, yes }: CleanupFlags): void {
  if (dryRun === true || yes === true || terminal.isInteractive) return;
  throw new UsageError('cleanup deletes entries, and nobody is at the terminal to stop it', {
    hint: `${runHint('cleanup --dry-run')} to look first; then add --yes.`,
  });
}

interface Done {
  readonly plan: Cleanup | undefined;
  readonly result: PushResult | undefined;
  readonly error: ProgramError | undefined;
  readonly opensAt: number | undefined;
}

async function cleanUp(
  context: Context,
  flags: CleanupFlags,
  span: Span | undefined,
  signal: AbortSignal,
): Promise<Done> {
  let opensAt: number | undefined;
  let plan: Cleanup | undefined;
  try {
    const request = await open(context, flags, span, signal);
    const { destination } = request;
    opensAt = destination.pace().opensAt;
    plan = await findOurs(request);
    if (flags.dryRun === true) return { plan, result: undefined, error: undefined, opensAt };
    await secondThoughts(context, flags, plan, signal);
    const result = await removeOurs(request, plan);
    return { plan, result, error: withRest(result), opensAt: destination.pace().opensAt };
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof ProgramError)) throw error;
    return { plan, result: undefined, error, opensAt };
  }
}

async function open(
  context: Context,
  flags: CleanupFlags,
  span: Span | undefined,
  signal: AbortSignal,
): Promise<CleanupRequest> {
  const config = (await context.config()).section<ClockifyConfig>('clockify');
  const store = await context.store();
  const { clock } = context;
  const { account } = context.globals;
  const place = await openWorkspace({
    config,
    store,
    wire: await context.wire(),
    clock,
    signal,
    wait: false,
    readOnly: true,
    onlyRemoves: true,
  });
  const { destination } = place.under(mainRule(config));
  const providers = await context.providers();
  const kinds = markedKinds(config, providers, account, (source) => store.sessions(source));
  return {
    destination,
    kinds,
    lockedBefore: lockedBefore(place.workspace, place.account.zone, clock.now()),
    ledger: store.ledger(destination.id, destination.target),
    account,
    clock,
    span,
    force: flags.force === true,
  };
}

async function secondThoughts(
  context: Context,
  flags: CleanupFlags,
  plan: Cleanup,
  signal: AbortSignal,
): Promise<void> {
  const { terminal, clock } = context;
  const going = countOf(plan, 'remove');
  if (plan.found.length > 0) terminal.say(cleanupTable(plan, SHOWN));
  if (flags.yes === true || going + plan.forgotten.length === 0) return;
  const what =
    going > 0 ? `Deleting ${going} entries` : `Forgetting ${plan.forgotten.length} deleted entries`;
  await countdown(terminal, clock, what, SECOND_THOUGHTS, signal);
}

/** How many are left, in the one line that cron shows. */
function withRest({ error, pending }: PushResult): ProgramError | undefined {
  if (!(error instanceof TemporaryError) || pending === 0) return error;
  return new TemporaryError(`${error.message}; ${pending} entries are left to delete`, {
    source: error.source,
    retryAt: error.retryAt,
    hint: `Run the same command again then: it goes on from here.`,
    cause: error,
  });
}
