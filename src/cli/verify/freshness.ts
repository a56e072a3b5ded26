import type { Span } from '../../core/coverage.ts';
import { historyStart } from '../../core/cursor.ts';
import { dateAt, daysBetween, type LocalDate } from '../../core/dates.ts';
import type { Outcome } from '../../core/errors.ts';
import { NEEDS_A_PERSON } from '../../core/outcome.ts';
import type { AnyProvider } from '../../core/provider.ts';
import { runHint } from '../../program.ts';
import { recentDates } from '../../store/inspect.ts';
import { readStatus, type StreamStatus } from '../../store/status.ts';
import type { Context } from '../context.ts';
import { missingDates } from '../missingDates.ts';
import { type Finding, ok, problem, shortList, warning } from './finding.ts';
import { chosenResources } from './sources.ts';

/** Nothing was read for this long (milliseconds): something is wrong at our end. */
const STALE = 3 * 86_400_000;
/** No new record for so many days although one comes daily: something is wrong with the ring or the app. */
const SILENT_DAYS = 7;
/** Records on so many of 28 days make a resource a daily one. */
const DAILY = 21;

/** How one resource is doing. Part of the --json object. */
export interface Freshness {
  readonly source: string;
  readonly lastSuccess: string | null;
  readonly lastOutcome: string | null;
  readonly newest: string | null;
  /** Ranges of days that were never read to their end. */
  readonly gaps: readonly Span[];
  readonly state: 'fresh' | 'stale' | 'failing' | 'silent' | 'never read' | 'not granted';
}

export async function readFreshness(context: Context, provider: AnyProvider): Promise<Freshness[]> {
  const config = await context.config();
  const { db } = await context.store();
  const { account } = context.globals;
  const section = config.section(provider.id);
  const now = context.clock.now();
  const today = dateAt(now, config.app.timezone);
  const start = historyStart(provider.startDate(section), config.app.days, today);
  const { streams } = readStatus(db, account);
  return chosenResources(provider, section).map((resource) => {
    const stream = streams.find((one) => one.provider === provider.id && one.resource === resource.name);
    const isDaily = () =>
      recentDates(db, { provider: provider.id, account, resource: resource.name }) >= DAILY;
    return {
      source: `${provider.id}.${resource.name}`,
      lastSuccess: stream?.lastSuccess == null ? null : new Date(stream.lastSuccess).toISOString(),
      lastOutcome: stream?.lastOutcome ?? null,
      newest: stream?.newest ?? null,
      gaps: missingDates(resource, stream, start, today),
      state: stateOf(stream, now, today, isDaily),
    };
  });
}

function stateOf(
  stream: StreamStatus | undefined,
  now: number,
  today: LocalDate,
  isDaily: () => boolean,
): Freshness['state'] {
  if (stream === undefined || stream.lastAttempt === null) return 'never read';
  if (stream.lastOutcome === 'NOT GRANTED') return 'not granted';
  if (stream.lastSuccess === null) return 'failing';
  if (now - stream.lastSuccess > STALE) return 'stale';
  if (stream.lastOutcome !== 'OK') return 'failing';
  const newest = stream.newest?.slice(0, 10);
  const isSilent = newest !== undefined && daysBetween(newest, today) > SILENT_DAYS && isDaily();
  return isSilent ? 'silent' : 'fresh';
}

/** One line per kind of trouble, naming the resources. */
export function checkFreshness(provider: AnyProvider, all: readonly Freshness[]): Finding[] {
  const { id } = provider;
  const area = 'freshness';
  const sync = runHint('sync');
  const of = (...states: Freshness['state'][]) => all.filter(({ state }) => states.includes(state));
  const findings: Finding[] = [];
  for (const outcome of outcomesOf(of('stale'))) {
    const some = of('stale').filter((one) => outcomeOf(one) === outcome);
    const oldest = some.map(({ lastSuccess }) => lastSuccess ?? '').sort()[0];
    const text = `${id}: not read for more than 3 days (since ${oldest}): ${names(some)}`;
    findings.push(problem(area, outcome, text, nextStep(id, outcome)));
  }
  for (const one of of('failing')) {
    const text = `${one.source}: the last read ended with ${one.lastOutcome}`;
    if (one.lastSuccess !== null) findings.push(warning(area, text, sync));
    else
      findings.push(
        problem(area, outcomeOf(one), `${text}, and none ever succeeded`, nextStep(id, outcomeOf(one))),
      );
  }
  if (of('silent').length > 0) {
    const text = `${id}: no record of the last ${SILENT_DAYS} days: ${names(of('silent'))}`;
    findings.push(warning(area, text, 'Open the app near the device, so that it hands over what it holds.'));
  }
  if (of('never read').length > 0)
    findings.push(warning(area, `${id}: never read: ${names(of('never read'))}`, sync));
  if (of('not granted').length > 0)
    findings.push(warning(area, `${id}: not granted: ${names(of('not granted'))}`, runHint(`auth ${id}`)));
  const holed = all.filter((one) => one.gaps.length > 0);
  if (holed.length > 0) findings.push(warning(area, `${id}: days never read: ${holes(holed)}`, sync));
  const fresh = of('fresh').length;
  if (fresh > 0) findings.unshift(ok(area, `${id}: ${fresh} of ${all.length} resources are up to date`));
  return findings;
}

function nextStep(provider: string, outcome: Outcome): string {
  return runHint(outcome === 'AUTH' ? `auth ${provider}` : 'sync');
}

function outcomeOf({ lastOutcome }: Freshness): Outcome {
  const known = NEEDS_A_PERSON.find((outcome) => outcome === lastOutcome);
  return known ?? 'TEMP';
}

function outcomesOf(some: readonly Freshness[]): Outcome[] {
  return [...new Set(some.map(outcomeOf))];
}

function names(some: readonly Freshness[]): string {
  return shortList(
    some.map(({ source }) => source.slice(source.indexOf('.') + 1)),
    20,
  );
}

/** Most resources lack the same days: said once. */
function holes(holed: readonly Freshness[]): string {
  const bySpans = new Map<string, Freshness[]>();
  for (const one of holed) {
    const spans = one.gaps.map(({ from, to }) => (from === to ? from : `${from}..${to}`));
    const key = shortList(spans, 3);
    bySpans.set(key, [...(bySpans.get(key) ?? []), one]);
  }
  return [...bySpans].map(([spans, some]) => `${spans} (${names(some)})`).join('; ');
}
