import { DEFAULT_ACCOUNT } from '../../auth/account.ts';
import { isRefreshable, refresh } from '../../auth/refresh.ts';
import { type Revocation, revoke } from '../../auth/revoke.ts';
import { readStored, recoverReply } from '../../auth/storedPair.ts';
import type { Endpoint } from '../../auth/tokenEndpoint.ts';
import { withTokenLock } from '../../auth/tokenLock.ts';
import { removeValue } from '../../core/config/edit.ts';
import type { Config } from '../../core/config.ts';
import { InterruptedError, ProgramError, StoreError } from '../../core/errors.ts';
import type { AnyProvider, Auth } from '../../core/provider.ts';
import { OtherPersonError } from '../../core/sync/person.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { factsScope } from '../../destinations/clockify/workspace.ts';
import { Store } from '../../store/store.ts';
import type { Token, TokenRecord, TokenStore } from '../../store/tokens.ts';
import type { Context } from '../context.ts';

export async function runLogout(context: Context, name: string): Promise<void> {
  if (name === SOURCE) return logoutClockify(context);
  return logoutProvider(context, await context.provider(name, [SOURCE]));
}

type Outcome = Revocation | 'failed' | 'nothing stored';

const WORDS: Readonly<Record<Outcome, string>> = {
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
    : { outcome: 'nothing stored' as Outcome, reason: undefined, erased: true };
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
  const auth = await context.auth(provider);
  return withTokenLock(store.tokenLockPath(provider.id, account), context.signal, async () => {
    const record = newestRecord(tokens, provider.id, context.clock.now(), auth);
    const revoked = await revokeIfPossible(context, provider, { auth, record, tokens });
    return { ...revoked, erased: tokens.forget() };
  });
}

/** Damaged credentials can still be forgotten. */
function newestRecord(
  tokens: TokenStore,
  source: string,
  now: number,
  auth: Auth,
): TokenRecord | 'damaged' | undefined {
  const rules = auth.kind === 'oauth2' ? auth.dialect : auth.kind === 'password' ? auth : undefined;
  try {
    return recoverReply(tokens, source, now, rules);
  } catch (error) {
    if (error instanceof StoreError) return 'damaged';
    // The reply that was somebody else's is gone; what is left can be forgotten.
    if (error instanceof OtherPersonError) return readStored(tokens, source);
    throw error;
  }
}

async function revokeIfPossible(
  context: Context,
  provider: AnyProvider,
  { auth, record, tokens }: { auth: Auth; record: TokenRecord | 'damaged' | undefined; tokens: TokenStore },
): Promise<{ outcome: Outcome; reason: string | undefined }> {
  if (record === 'damaged') return { outcome: 'failed', reason: 'the stored credentials were damaged' };
  if (record?.token === undefined) return { outcome: 'nothing stored', reason: undefined };
  if (auth.kind !== 'oauth2') return { outcome: 'not offered', reason: undefined };
  const { clock, signal } = context;
  const wire = await context.wire();
  const endpoint = { source: provider.id, oauth: auth, wire, now: () => clock.now(), signal };
  try {
    const token = await usableToken(endpoint, record, record.token, tokens);
    return { outcome: await revoke(endpoint, token), reason: undefined };
  } catch (error) {
    if (!(error instanceof ProgramError) || error instanceof InterruptedError) throw error;
    return { outcome: 'failed', reason: error.message };
  }
}

/** A service's own way to sign out may take an access token that has not run out. */
async function usableToken(
  endpoint: Endpoint,
  record: TokenRecord,
  token: Token,
  tokens: TokenStore,
): Promise<Token> {
  const isOver = token.expiresAt !== null && token.expiresAt <= endpoint.now();
  if (endpoint.oauth.dialect?.revocation === undefined || !isOver || !isRefreshable(record)) return token;
  return refresh(tokens, record, { ...endpoint, signal: undefined });
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
  const removed = config.file !== undefined && removeValue(config.file, SOURCE, 'api_key');
  if (own.api_key !== undefined && Store.exists(config.app.db))
    (await context.store()).facts.forget(factsScope(own));
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
