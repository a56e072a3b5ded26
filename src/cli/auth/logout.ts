import { DEFAULT_ACCOUNT } from '../../auth/account.ts';
import { withTokenLock } from '../../auth/tokenLock.ts';
import { removeValue } from '../../core/config/edit.ts';
import type { Config } from '../../core/config.ts';
import type { AnyProvider, Auth } from '../../core/provider.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { factsScope } from '../../destinations/clockify/workspace.ts';
import { Store } from '../../store/store.ts';
import { sweepHalves } from '../../store/tidy.ts';
import type { Context } from '../context.ts';
import { type RevokeOutcome, revokeStored } from './revokeStored.ts';

export async function runLogout(context: Context, name: string): Promise<void> {
  if (name === SOURCE) return logoutClockify(context);
  return logoutProvider(context, await context.provider(name, [SOURCE]));
}

const WORDS: Readonly<Record<RevokeOutcome, string>> = {
  revoked: 'revoked at the service and forgotten here',
  'not offered': 'forgotten here; the service offers no way to revoke it, so end it in your account there',
  refused: 'forgotten here; the service refused to revoke it, so end the app’s access in your account there',
  failed: 'forgotten here, but not revoked at the service: end the app’s access in your account there',
  'nothing stored': 'nothing was stored',
};

const KEY_FORGOTTEN =
  'forgotten here; the key itself still works: delete it at the service if nothing else uses it';

const NOT_ERASED =
  'Its bytes are still in the files of the database: close other programs that have the database open and run logout again.';

async function logoutProvider(context: Context, provider: AnyProvider): Promise<void> {
  const config = await context.config();
  const { account } = context.globals;
  // Signing out makes no database.
  const { outcome, reason, erased } = Store.exists(config.app.db)
    ? await forget(context, provider)
    : { outcome: 'nothing stored' as const, reason: undefined, erased: true };
  const auth = await context.auth(provider);
  const stillConfigured = configuredPlaces(config, provider.id, auth, account);
  const object = { provider: provider.id, account, outcome, reason: reason ?? null, erased, stillConfigured };
  const words = auth.kind === 'apiKey' && outcome === 'not offered' ? KEY_FORGOTTEN : WORDS[outcome];
  const lines = [`${provider.title}: ${words}${reason === undefined ? '' : ` (${reason})`}.`];
  if (stillConfigured.length > 0)
    lines.push(`Still configured, remove it by hand: ${stillConfigured.join(', ')}.`);
  if (!erased) lines.push(NOT_ERASED);
  context.terminal.result(object, lines.join('\n'));
}

async function forget(context: Context, provider: AnyProvider) {
  const store = await context.store();
  const { account } = context.globals;
  const tokens = store.tokens(provider.id, account);
  return withTokenLock(store.tokenLockPath(provider.id, account), context.signal, async () => {
    const revoked = await revokeStored(context, provider, tokens);
    const erased = tokens.forget();
    // A killed backup has left the sign-ins as they were.
    sweepHalves(store.path);
    return { ...revoked, erased };
  });
}

/** Where credentials would come from again. Those in the configuration are the account `default`'s. */
function configuredPlaces(config: Config, section: string, auth: Auth, account: string): string[] {
  if (account !== DEFAULT_ACCOUNT) return [];
  const keys =
    auth.kind === 'apiKey'
      ? [auth.configKey]
      : ['access_token', 'refresh_token', ...(auth.kind === 'password' ? ['password'] : [])];
  return config
    .entries()
    .filter((one) => one.section === section && keys.includes(one.key))
    .filter(({ value }) => value !== undefined)
    .map(({ key, origin }) => `${section}.${key} (${origin.name ?? origin.kind})`);
}

async function logoutClockify(context: Context): Promise<void> {
  const config = await context.config();
  const own = config.section<ClockifyConfig>(SOURCE);
  // While the key is still there: without it nobody finds what was remembered of it.
  if (own.api_key !== undefined && Store.exists(config.app.db))
    (await context.store()).facts.forget(factsScope(own));
  const removed = config.file !== undefined && removeValue(config.file, SOURCE, 'api_key');
  const { kind, name } = config.origin(SOURCE, 'api_key');
  const elsewhere = kind === 'environment' || kind === '.env' ? `${name} (${kind})` : undefined;
  const object = {
    provider: SOURCE,
    removed,
    file: config.file ?? null,
    stillConfigured: elsewhere === undefined ? [] : [elsewhere],
  };
  const lines = [
    removed
      ? `Removed the API key from ${config.file}.`
      : 'Clockify: no API key is in the configuration file.',
    ...(elsewhere === undefined ? [] : [`Still configured, remove it by hand: ${elsewhere}.`]),
    ...(removed ? ['The key itself still works: delete it in Clockify if nothing else uses it.'] : []),
  ];
  context.terminal.result(object, lines.join('\n'));
}
