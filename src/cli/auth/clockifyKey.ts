import { checkValue } from '../../core/config/check.ts';
import type { Section } from '../../core/config/section.ts';
import type { Config } from '../../core/config.ts';
import { AuthError, TemporaryError, UsageError } from '../../core/errors.ts';
import { openApi, SOURCE } from '../../destinations/clockify/api.ts';
import { type ClockifyConfig, clockifySection } from '../../destinations/clockify/config.ts';
import { type Account, factsScope, readAccount } from '../../destinations/clockify/workspace.ts';
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

/**
 * Asks the configured host, and when it does not know the key, the other configured ones: regions do not share keys,
 * and a key of another region looks like a wrong one. Throws AuthError when nobody knows it.
 */
export async function recognise(context: Context, config: ClockifyConfig, key: string): Promise<Recognised> {
  const hosts = [...new Set([config.base_url, ...config.regions])];
  const unclear: TemporaryError[] = [];
  for (const baseUrl of hosts) {
    try {
      const account = await readFresh(context, { ...config, api_key: key, base_url: baseUrl });
      return { account, baseUrl };
    } catch (error) {
      if (error instanceof AuthError) {
        context.terminal.detail(`${new URL(baseUrl).host} does not know the key.`);
        continue;
      }
      // The configured host's own trouble is the answer; at the others it only leaves the question open.
      if (!(error instanceof TemporaryError) || baseUrl === config.base_url) throw error;
      unclear.push(error);
    }
  }
  if (unclear[0] !== undefined) throw unclear[0];
  throw new AuthError(
    `${SOURCE}: none of ${hosts.map((url) => new URL(url).host).join(', ')} knows this key`,
    {
      source: SOURCE,
      hint: `Copy it again from ${KEY_PLACE}. Then: ${PROGRAM} auth clockify --key-stdin`,
    },
  );
}

/** Asks the service, whatever is remembered; the answer is remembered for the next run. */
async function readFresh(context: Context, config: ClockifyConfig): Promise<Account> {
  const { clock, signal } = context;
  const [store, wire] = await Promise.all([context.store(), context.wire()]);
  const api = openApi({ config, wire, windows: store.windows, clock, signal, wait: false });
  store.facts.forget(factsScope(config));
  return readAccount(api, store.facts, config, clock);
}
