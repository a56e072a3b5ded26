import { configuredDigest } from '../auth/configured.ts';
import { sectionOf } from '../cli/sections.ts';
import { chosenResources } from '../core/chosen.ts';
import { printable } from '../core/config/suggestions.ts';
import { type Outcome, type ProgramError, UsageError } from '../core/errors.ts';
import { isClosedWindow, verdict } from '../core/outcome.ts';
import type { AnyProvider, Resource } from '../core/provider.ts';
import { type Progress, type ResourceResult, syncProvider } from '../core/sync.ts';
import { openClient, openKeeper } from '../source.ts';
import { insideOf } from './inside.ts';
import type { RunOptions } from './options.ts';
import { type DateRange, spanFrom } from './range.ts';
import { clockOf, recorded, stoppable } from './run.ts';
import { accountFrom, optionsFrom, settingsFrom, zoneFrom } from './settings.ts';
import type { HealthStore } from './store.ts';

export interface SyncOptions extends RunOptions {
  readonly store: HealthStore;
  /** A built-in provider or one that openStore was given, or its id. */
  readonly provider: string | AnyProvider;
  /** The provider's own section, with the keys of the configuration file. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** Default `default`. */
  readonly account?: string | undefined;
  /** These days, read whole; default: gaps and the re-read. */
  readonly range?: DateRange | undefined;
  /** Names of resources; default: what the configuration chooses. */
  readonly resources?: readonly string[] | undefined;
  /** Read everything again. */
  readonly full?: boolean | undefined;
  /** At most so many days of history, today included. */
  readonly days?: number | undefined;
  /** Go on although suspiciously much has vanished at the service. */
  readonly allowDeletes?: boolean | undefined;
  /** IANA zone in which days begin and end; default the system's. */
  readonly zone?: string | undefined;
  /** Sleep through closed request windows instead of ending. */
  readonly wait?: boolean | undefined;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

export interface RecordCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Did not fit their schema and were set aside. */
  readonly rejected: number;
}

/** Where one resource stands, after each page. */
export interface SyncProgress {
  readonly resource: string;
  readonly counts: RecordCounts;
  readonly spansDone: number;
  readonly spans: number;
}

export interface SyncedResource {
  readonly resource: string;
  readonly outcome: 'OK' | 'NOT GRANTED' | 'BUG' | Outcome;
  readonly counts: RecordCounts;
  /** Local dates that were read; undefined for a resource without dates. */
  readonly read: DateRange | undefined;
  readonly error: ProgramError | undefined;
}

export interface Synced {
  readonly resources: readonly SyncedResource[];
  /** What the run as a whole ended with; undefined: well. */
  readonly error: ProgramError | undefined;
}

const OPTIONS: readonly (keyof SyncOptions)[] = [
  'store',
  'provider',
  'config',
  'account',
  'range',
  'resources',
  'full',
  'days',
  'allowDeletes',
  'zone',
  'wait',
  'onProgress',
  'signal',
  'clock',
];

/**
 * Reads one provider into the store, as the command `sync` does. A resource that fails is in the result, and the others
 * go on. Throws UsageError, LockedError and StoreError before anything was read, and what the signal was aborted with.
 */
export async function sync(options: SyncOptions): Promise<Synced> {
  optionsFrom(options, OPTIONS);
  const { store, providers } = insideOf(options.store);
  const provider = providerOf(options.provider, providers);
  const account = accountFrom(options.account);
  const zone = zoneFrom(options.zone);
  const explicit = spanFrom(options.range);
  if (options.full === true && explicit !== undefined)
    throw new UsageError('full reads all dates and range only some: use one of them');
  const config = settingsFrom(sectionOf(provider), options.config ?? {});
  const resources = resourcesOf(provider, config, options.resources);
  const clock = clockOf(options);
  const signal = stoppable(options.signal);
  const { onProgress } = options;
  return recorded(store, 'sync', clock, async (wire) => {
    if (options.full === true) (await import('../store/mend.ts')).mend(store.db);
    const source = { provider, config, account, store, wire, clock, signal };
    const keeper = openKeeper(source);
    const http = openClient(source, keeper, options.wait === true);
    const results = await syncProvider({
      ...source,
      resources,
      records: store.records,
      http,
      httpWithoutRenewal: http.withoutRenewal(),
      zone,
      explicit,
      full: options.full === true,
      historyDays: options.days,
      allowDeletes: options.allowDeletes === true,
      facts: store.facts,
      credentials: configuredDigest(provider.auth(config)),
      granted: () => keeper.describe().granted ?? undefined,
      ...(onProgress && { onProgress: (progress) => onProgress(plain(progress)) }),
    });
    return reported(results);
  });
}

/** What was not granted is the person's own choice and no failure. */
function reported(results: readonly ResourceResult[]): Synced {
  const resources = results.map(({ provider: _, ...one }) => ({ ...one, error: one.error }));
  const parts = results.filter(({ outcome }) => outcome !== 'NOT GRANTED');
  const endings = parts.map(({ provider, resource, error }) => ({
    source: `${provider}.${resource}`,
    error,
    onlyClosedWindow: isClosedWindow(error),
  }));
  return { resources, error: verdict(endings) };
}

function plain({ resource, counts, spansDone, spans }: Progress): SyncProgress {
  return { resource, counts: { ...counts }, spansDone, spans };
}

function providerOf(wanted: string | AnyProvider, providers: readonly AnyProvider[]): AnyProvider {
  const id = typeof wanted === 'string' ? wanted : wanted.id;
  const found = providers.find((one) => one.id === id);
  if (found !== undefined) return found;
  const ids = providers.map((one) => one.id).join(', ');
  throw new UsageError(`there is no provider "${printable(String(id))}"; there are ${ids}`, {
    hint: 'Give openStore the descriptions of others.',
  });
}

function resourcesOf(
  provider: AnyProvider,
  config: unknown,
  wanted: readonly string[] | undefined,
): Resource[] {
  if (wanted === undefined) return chosenResources(provider, config);
  const names = wanted.map((name) => name.toLowerCase());
  const known = provider.resources.map(({ name }) => name);
  const unknown = names.find((name) => !known.some((one) => one.toLowerCase() === name));
  if (unknown !== undefined)
    throw new UsageError(`resources: there is no "${printable(unknown)}"; there are ${known.join(', ')}`);
  return provider.resources.filter(({ name }) => names.includes(name.toLowerCase()));
}
