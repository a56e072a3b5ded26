import type { Span } from '../../core/coverage.ts';
import { type Outcome, ProgramError, UsageError } from '../../core/errors.ts';
import { type Ending, isClosedWindow, verdict } from '../../core/outcome.ts';
import type { AnyProvider, Resource } from '../../core/provider.ts';
import { type ResourceResult, syncProvider } from '../../core/sync.ts';
import { runHint } from '../../program.ts';
import type { Context } from '../context.ts';
import { log } from '../log.ts';
import { explicitRange } from '../range.ts';
import type { SyncFlags } from './flags.ts';
import { progress } from './progress.ts';
import { pushSleep, type Shown } from './push.ts';
import { syncReport } from './report.ts';

/** Fetch, then push. Throws what the run as a whole ended with, after the result was printed. */
export async function runSync(context: Context, names: readonly string[], flags: SyncFlags): Promise<void> {
  const config = await context.requireConfig();
  const span = explicitRange(
    { ...flags, ...from(flags.from ?? flags.startDate), ...to(flags.to ?? flags.endDate) },
    context.clock.now(),
    config.app.timezone,
  );
  const chosen = await chooseSources(context, names, flags);
  const store = await context.store();
  const lock = store.lockRun();
  const run = store.runs.begin('sync', context.clock.now());
  const { signal, clear } = await context.runSignal({ wait: flags.wait === true });
  let ended: ProgramError | undefined;
  let outcome: Outcome | 'OK' | 'BUG' = 'BUG';
  let report: ReturnType<typeof syncReport> | undefined;
  try {
    const results = flags.pushOnly === true ? [] : await fetchAll(context, chosen, flags, span, signal);
    const pushed = flags.push ? await pushSleep(context, flags, span, signal) : undefined;
    ended = verdict(endings(results, pushed));
    report = syncReport(results, pushed, ended);
    outcome = ended?.outcome ?? 'OK';
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    ended = error;
    outcome = error.outcome;
  } finally {
    clear();
    store.runs.end(run, outcome, report?.object.totals ?? null, context.clock.now());
    await log(context, 'sync', ended, report?.object.totals);
    lock.release();
  }
  if (report !== undefined) {
    // With --quiet cron hears of faults alone, which come below; a plan was asked for and is shown.
    const isSilent = context.terminal.manner.quiet && flags.dryRun !== true;
    context.terminal.result(report.object, isSilent ? '' : report.text);
  }
  if (ended === undefined) return;
  for (const failure of report?.failures ?? []) if (failure !== ended) context.terminal.problem(failure);
  throw ended;
}

const from = (date: string | undefined) => (date === undefined ? {} : { from: date });
const to = (date: string | undefined) => (date === undefined ? {} : { to: date });

interface Source {
  readonly provider: AnyProvider;
  readonly resources: readonly Resource[];
}

async function chooseSources(
  context: Context,
  names: readonly string[],
  flags: SyncFlags,
): Promise<Source[]> {
  const config = await context.config();
  const { providers } = await import('../../providers/index.ts');
  const enabled = providers.filter((provider) => provider.enabled(config.section(provider.id)));
  const chosen =
    names.length === 0 ? enabled : await Promise.all(names.map((name) => context.provider(name)));
  const off = chosen.find((provider) => !enabled.includes(provider));
  if (off !== undefined) {
    throw new UsageError(`${off.id} is not enabled`, {
      hint: `Set enabled = true under [${off.id}], or ${runHint('init')}`,
    });
  }
  if (chosen.length === 0) throw new UsageError('no source is enabled', { hint: runHint('init') });
  const wanted = (flags.resources ?? flags.types)?.split(',').map((name) => name.trim());
  const all = chosen.flatMap(({ resources }) => resources.map(({ name }) => name));
  const unknown = wanted?.find((name) => !all.some((known) => known.toLowerCase() === name.toLowerCase()));
  if (unknown !== undefined) {
    throw new UsageError(`--resources: there is no "${unknown}"; there are ${all.join(', ')}`, {
      hint: runHint('providers'),
    });
  }
  return chosen.map((provider) => ({
    provider,
    resources: resourcesOf(provider, config.section(provider.id), wanted),
  }));
}

function resourcesOf(
  provider: AnyProvider,
  section: unknown,
  wanted: readonly string[] | undefined,
): Resource[] {
  const configured = provider.chosenResources?.(section);
  const known = provider.resources.map(({ name }) => name.toLowerCase());
  const mistyped = configured?.find((name) => !known.includes(name.toLowerCase()));
  if (mistyped !== undefined) {
    throw new UsageError(`[${provider.id}] resources: there is no "${mistyped}"`, {
      hint: runHint('providers'),
    });
  }
  const names = (wanted ?? configured)?.map((name) => name.toLowerCase());
  return provider.resources.filter(({ name }) => names === undefined || names.includes(name.toLowerCase()));
}

async function fetchAll(
  context: Context,
  sources: readonly Source[],
  flags: SyncFlags,
  span: Span | undefined,
  signal: AbortSignal,
): Promise<ResourceResult[]> {
  const config = await context.config();
  const store = await context.store();
  const shown = await progress(context.terminal, sources.flatMap(({ resources }) => resources).length);
  try {
    const results = await Promise.all(
      sources.map(async ({ provider, resources }) => {
        const keeper = await context.keeper(provider);
        return syncProvider({
          provider,
          resources,
          config: config.section(provider.id),
          account: context.globals.account,
          records: store.records,
          http: await context.client(provider, { wait: flags.wait === true, signal }),
          clock: context.clock,
          zone: config.app.timezone,
          explicit: span,
          full: flags.full === true,
          historyDays: config.app.days,
          allowDeletes: flags.allowDeletes === true,
          granted: () => keeper.describe().granted ?? undefined,
          onProgress: shown.update,
          signal,
        });
      }),
    );
    return results.flat();
  } finally {
    shown.stop();
  }
}

/** What each part ended with: every resource read, and the push. */
function endings(results: readonly ResourceResult[], pushed: Shown | undefined): Ending[] {
  const read = results.map(({ provider, resource, outcome, error }) => ({
    source: `${provider}.${resource}`,
    error: outcome === 'NOT GRANTED' ? undefined : error,
    onlyClosedWindow: isClosedWindow(error),
  }));
  if (pushed?.error === undefined && (pushed === undefined || read.length > 0)) {
    // A push that had nothing against it says nothing about sources that all failed.
    return read;
  }
  return [
    ...read,
    { source: 'clockify', error: pushed?.error, onlyClosedWindow: isClosedWindow(pushed?.error) },
  ];
}
