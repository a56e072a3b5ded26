import { checkValue } from '../../core/config/check.ts';
import type { Section } from '../../core/config/section.ts';
import type { Config } from '../../core/config.ts';
import { AuthError, UsageError } from '../../core/errors.ts';
import { openApi } from '../../destinations/clockify/api.ts';
import { type ClockifyConfig, clockifySection } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { type Account, factsScope, readAccount } from '../../destinations/clockify/workspace.ts';
import { urlOf } from '../../http/client.ts';
import { PROGRAM } from '../../program.ts';
import type { Context } from '../context.ts';
import { hiddenQuestion } from '../secret.ts';

/** Where a person finds the key. */
export const KEY_PLACE = 'Clockify: Preferences, Advanced, Manage API keys';

export interface Key {
  readonly key: string;
  /** Whether it is new to the configuration, so that it has to be written down. */
  readonly isNew: boolean;
}

/** The key that was handed over, typed in, or configured. Throws UsageError when there is none. */
export async function findKey(context: Context, config: Config, given: string | undefined): Promise<Key> {
  const known = config.section<ClockifyConfig>(SOURCE).api_key;
  const key = given ?? (await askForKey(context, config, known)) ?? known;
  if (key === undefined) {
    throw new UsageError(`${SOURCE}: there is no API key`, {
      source: SOURCE,
      hint: `Make one in ${KEY_PLACE}. Then pipe it in: ${PROGRAM} auth clockify --key-stdin`,
    });
  }
  checkValue(clockifySection as Section, 'api_key', key, 'the API key');
  return { key, isNew: key !== known };
}

async function askForKey(
  context: Context,
  config: Config,
  known: string | undefined,
): Promise<string | undefined> {
  const { terminal, signal } = context;
  if (!terminal.isInteractive) return undefined;
  const { name } = config.origin(SOURCE, 'api_key');
  const keep = known === undefined ? '' : `; Enter keeps the one from ${name}`;
  const typed = await hiddenQuestion(terminal, `API key (${KEY_PLACE}; not shown${keep}): `, signal);
  return typed === '' ? undefined : typed;
}

export interface Recognised {
  readonly account: Account;
  readonly baseUrl: string;
}

/** What recognising a key takes: whose it is and which workspaces it reaches. */
const REQUESTS = 2;
const HOUR = 3_600_000;
/** Another region may take this long to answer (milliseconds). */
const PATIENCE = 10_000;

/**
 * Asks the configured host, and when it does not know the key, the other configured ones: regions do not share keys,
 * and a key of another region looks like a wrong one. Throws AuthError when nobody knows it.
 */
export async function recognise(context: Context, config: ClockifyConfig, key: string): Promise<Recognised> {
  const own = await readFresh(context, { ...config, api_key: key }).catch(unlessUnknown);
  if (own !== undefined) return { account: own, baseUrl: config.base_url };
  const silent: string[] = [];
  for (const baseUrl of new Set(config.regions)) {
    if (baseUrl === config.base_url) continue;
    const answer = await tryOnce(context, baseUrl, key);
    context.terminal.detail(`${new URL(baseUrl).host}: the key is ${answer} there.`);
    if (answer === 'known') {
      const account = await readFresh(context, { ...config, api_key: key, base_url: baseUrl });
      return { account, baseUrl };
    }
    if (answer === 'not checked') silent.push(baseUrl);
  }
  throw nobodyKnows(config, silent);
}

function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof AuthError)) throw error;
}

function nobodyKnows(config: ClockifyConfig, silent: readonly string[]): AuthError {
  const hosts = [...new Set([config.base_url, ...config.regions])].filter((url) => !silent.includes(url));
  const names = (urls: readonly string[]) => urls.map((url) => new URL(url).host).join(', ');
  const left = silent.length === 0 ? '' : `; ${names(silent)} could not be asked`;
  return new AuthError(`${SOURCE}: none of ${names(hosts)} knows this key${left}`, {
    source: SOURCE,
    hint: `Copy it again from ${KEY_PLACE}. Then: ${PROGRAM} auth clockify --key-stdin`,
  });
}

/** One request past the client: tries at foreign hosts must neither be repeated nor use up or close the quota. */
async function tryOnce(
  context: Context,
  baseUrl: string,
  key: string,
): Promise<'known' | 'unknown' | 'not checked'> {
  const wire = await context.wire();
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE)]);
  const request = { method: 'GET', url: urlOf(baseUrl, '/user'), headers: { 'x-api-key': key } } as const;
  try {
    const { status } = await wire.exchange(request, SOURCE, signal);
    if (status === 401) return 'unknown';
    return status === 200 ? 'known' : 'not checked';
  } catch {
    context.signal.throwIfAborted();
    return 'not checked';
  }
}

/** Asks the service, whatever is remembered; the answer is remembered for the next run. */
async function readFresh(context: Context, config: ClockifyConfig): Promise<Account> {
  const { clock, signal } = context;
  const [store, wire] = await Promise.all([context.store(), context.wire()]);
  const api = openApi({ config, wire, windows: store.windows, clock, signal, wait: false });
  // Nobody knows the plan yet, and earlier tries with wrong keys say nothing about this one's quota.
  api.limitPerHour(undefined);
  store.facts.forget(factsScope(config));
  const account = await readAccount(api, store.facts, config, clock);
  // The service counted them, and on a free plan the next run has so many less.
  const now = clock.now();
  if (config.requests_per_hour === undefined)
    for (let sent = 0; sent < REQUESTS; sent += 1) store.windows.spend(SOURCE, now, now - 2 * HOUR);
  return account;
}
