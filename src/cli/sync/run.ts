import { configuredDigest } from '../../auth/configured.ts';
import { gather } from '../../core/alike.ts';
import { chosenResources } from '../../core/chosen.ts';
import { printable } from '../../core/config/suggestions.ts';
import type { Span } from '../../core/coverage.ts';
import { AuthError, type ProgramError, UsageError } from '../../core/errors.ts';
import { type Ending, isClosedWindow, verdict } from '../../core/outcome.ts';
import type { AnyProvider, Resource } from '../../core/provider.ts';
import { type ResourceResult, syncProvider } from '../../core/sync.ts';
import { runHint } from '../../program.ts';
import type { Context } from '../context.ts';
import { explicitRange } from '../range.ts';
import { recordedRun } from '../recordedRun.ts';
import type { Terminal } from '../terminal.ts';
import type { SyncFlags } from './flags.ts';
import { cleanOnceMany, keepMemorySmall } from './memory.ts';
import { progress } from './progress.ts';
import { pushSessions, type Shown, troubles } from './push.ts';
import { syncReport } from './report.ts';

/** Fetch, then push. Throws what the run as a whole ended with, after the result was printed. */
export async function runSync(context: Context, names: readonly string[], flags: SyncFlags): Promise<void> {
  refuseContradictions(flags);
  const config = await context.requireConfig();
  const span = explicitRange(
    { ...flags, ...from(flags.from ?? flags.startDate), ...to(flags.to ?? flags.endDate) },
    context.clock.now(),
    config.app.timezone,
  );
  const chosen = await chooseSources(context, names, flags);
  const { report, ended, failures } = await recordedRun(
    context,
    'sync',
    { wait: flags.wait === true },
    async (signal) => {
      if (flags.full === true && flags.dryRun !== true) await mended(context);
      const results = flags.pushOnly === true ? [] : await fetchAll(context, chosen, flags, span, signal);
      const pushed = flags.push ? await pushSessions(context, flags, span, signal) : undefined;
      const parts = endings(results, pushed, chosen);
      const ended = verdict(parts);
      const report = syncReport(results, pushed, ended);
      const failures = parts.flatMap(({ error }) => error ?? []);
      return { ended, totals: report.object.totals, report, failures };
    },
  );
  // With --quiet cron hears of faults alone, which come below; a plan was asked for and is shown.
  const isSilent = context.terminal.manner.quiet && flags.dryRun !== true;
  context.terminal.result(report.object, isSilent ? '' : report.text);
  if (ended !== undefined) throw complain(context.terminal, failures, ended);
}

/** Before everything is read again. */
async function mended(context: Context): Promise<void> {
  const { mend } = await import('../../store/mend.ts');
  mend((await context.store()).db);
}

/** Says each trouble once; what the run ended with is left for the last line. */
function complain(terminal: Terminal, failures: readonly ProgramError[], ended: ProgramError): ProgramError {
  const standIns = gather(failures);
  const last = standIns.get(ended) ?? ended;
  for (const trouble of new Set(standIns.values())) if (trouble !== last) terminal.problem(trouble);
  return last;
}

function refuseContradictions(flags: SyncFlags): void {
  const { pushOnly, push, dryRun, full, days, date } = flags;
  if (pushOnly === true && !push) throw new UsageError('--push-only and --no-push leave nothing to do');
  if (dryRun === true && !push)
    throw new UsageError('--dry-run shows what would be pushed, which --no-push forbids');
  const range = { days, date, from: flags.from, to: flags.to, ...old(flags) };
  const named = Object.entries(range).find(([, value]) => value !== undefined)?.[0];
  if (full === true && named !== undefined)
    throw new UsageError(`--full reads all dates and --${named} only some: use one of them`);
}

const old = ({ startDate, endDate }: SyncFlags) => ({ 'start-date': startDate, 'end-date': endDate });
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
  const providers = await context.providers();
  const { account } = context.globals;
  const enabled = providers.filter((provider) => provider.enabled(config.section(provider.id)));
  // One configured key reads one person: in a plain run of another account such a source has no part.
  const isOwn = (provider: AnyProvider) => {
    const auth = provider.auth(config.section(provider.id));
    return account === 'default' || auth.kind !== 'apiKey' || auth.onlyConfigured !== true;
  };
  const chosen =
    names.length === 0
      ? enabled.filter(isOwn)
      : await Promise.all([...new Set(names)].map((name) => context.provider(name)));
  const off = chosen.find((provider) => !enabled.includes(provider));
  if (off !== undefined) {
    const table = config.entries().find(({ section }) => section === off.id)?.table;
    throw new UsageError(`${off.id} is not enabled`, {
      hint: `Set ${off.switchKey ?? 'enabled'} = true under [${table}], or ${runHint('init')}`,
    });
  }
  if (chosen.length === 0) throw new UsageError('no source is enabled', { hint: runHint('init') });
  const wanted = (flags.resources ?? flags.types)?.split(',').map((name) => name.trim());
  const all = chosen.flatMap(({ resources }) => resources.map(({ name }) => name));
  const unknown = wanted?.find((name) => !all.some((known) => known.toLowerCase() === name.toLowerCase()));
  if (unknown !== undefined) {
    throw new UsageError(`--resources: there is no "${printable(unknown)}"; there are ${all.join(', ')}`, {
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
  const chosen = chosenResources(provider, section);
  if (wanted === undefined) return chosen;
  const names = wanted.map((name) => name.toLowerCase());
  return provider.resources.filter(({ name }) => names.includes(name.toLowerCase()));
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
    const opened = await Promise.all(
      sources.map(async (source) => ({
        ...source,
        keeper: await context.keeper(source.provider, signal),
        http: await context.client(source.provider, { wait: flags.wait === true, signal }),
      })),
    );
    keepMemorySmall();
    const results = await Promise.all(
      opened.map(({ provider, resources, keeper, http }) =>
        syncProvider({
          provider,
          resources,
          config: config.section(provider.id),
          account: context.globals.account,
          records: store.records,
          http,
          httpWithoutRenewal: http.withoutRenewal(),
          clock: context.clock,
          zone: config.app.timezone,
          explicit: span,
          full: flags.full === true,
          historyDays: config.app.days,
          allowDeletes: flags.allowDeletes === true,
          facts: store.facts,
          credentials: configuredDigest(provider.auth(config.section(provider.id))),
          granted: () => keeper.describe().granted ?? undefined,
          onProgress: (one) => {
            cleanOnceMany(one.counts.created + one.counts.updated + one.counts.unchanged);
            shown.update(one);
          },
          signal,
        }),
      ),
    );
    return results.flat();
  } finally {
    shown.stop();
  }
}

/**
 * What each part ended with: every resource read, and the push. What was not granted is the person's own choice and no
 * part of the run, unless nothing else was asked for.
 */
function endings(
  results: readonly ResourceResult[],
  pushed: Shown | undefined,
  sources: readonly Source[],
): Ending[] {
  const granted = results.filter(({ outcome }) => outcome !== 'NOT GRANTED');
  const read: Ending[] = granted.map(({ provider, resource, error }) => ({
    source: `${provider}.${resource}`,
    error,
    onlyClosedWindow: isClosedWindow(error),
  }));
  if (results.length > 0 && granted.length === 0) read.push(...nothingGranted(results, sources));
  if (pushed === undefined || (troubles(pushed).length === 0 && read.length > 0)) {
    // A push that had nothing against it says nothing about sources that all failed.
    return read;
  }
  return [...read, ...pushEndings(pushed)];
}

/** One for each rule that was tried, or one for all of them. */
function pushEndings({ error, rules }: Shown): Ending[] {
  const ending = (one: ProgramError | undefined) => ({
    source: 'clockify',
    error: one,
    onlyClosedWindow: isClosedWindow(one),
  });
  if (error !== undefined) return [ending(error)];
  const worked = rules.filter(
    ({ tried, rule, plan }) => tried && (rule.number === null || plan?.steps.length !== 0),
  );
  return worked.map((one) => ending(one.error));
}

function nothingGranted(results: readonly ResourceResult[], sources: readonly Source[]): Ending[] {
  const scoped = sources.some(({ resources }) => resources.some(({ scope }) => scope !== undefined));
  if (!scoped)
    return results.map(({ provider, resource, error }) => ({ source: `${provider}.${resource}`, error }));
  const names = sources.map(({ provider }) => provider.id).join(', ');
  const scopes = new Set(sources.flatMap(({ resources }) => resources.map(({ scope }) => `"${scope}"`)));
  const error = new AuthError(`${names}: no scope that is read was granted (${[...scopes].join(', ')})`, {
    source: names,
    hint: runHint(`auth ${sources[0]?.provider.id}`),
  });
  return [{ source: names, error }];
}
