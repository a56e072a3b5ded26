import { AuthError } from '../core/errors.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import { PROGRAM, runHint } from '../program.ts';
import { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { instant, renewalWarning, type SignedIn, signedIn, tokenWords } from './signedIn.ts';

/** What the stored credentials are good for. Throws AuthError, after printing, when a person has to sign in. */
export async function checkToken(context: Context): Promise<void> {
  const config = await context.requireConfig();
  const all = await signedIn(context);
  const clockify = await keyState(context);
  const object = {
    account: context.globals.account,
    database: { path: config.app.db, exists: Store.exists(config.app.db) },
    providers: all.map(providerObject),
    clockify,
  };
  // Its key is told about once, with what it is written to.
  const sources = all.filter(({ provider }) => provider.id !== SOURCE);
  const lines = [...sources.flatMap(providerLines), ...clockifyLines(clockify)];
  context.terminal.result(object, lines.join('\n'));
  const stuck = all.find(({ enabled, usable }) => enabled && !usable);
  if (stuck !== undefined) {
    const { id } = stuck.provider;
    throw new AuthError(`${id}: ${tokenWords(stuck)}`, { source: id, hint: runHint(`auth ${id}`) });
  }
  if (clockify.enabled && !clockify.key)
    throw new AuthError(`${SOURCE}: there is no API key`, { source: SOURCE, hint: runHint('auth clockify') });
}

function providerObject(one: SignedIn) {
  const { provider, enabled, token, renewable, usable, unavailable } = one;
  return {
    provider: provider.id,
    enabled,
    kind: token.kind,
    stored: token.stored,
    /** A configured token waits to be taken over. */
    seeded: token.seeded,
    /** The key, or e-mail and password, are in the configuration. */
    configured: token.configured,
    usable,
    expiresAt: instant(token.expiresAt),
    expired: token.expired,
    refreshable: renewable,
    obtainedAt: instant(token.obtainedAt),
    world: token.world,
    granted: token.granted,
    missing: token.missing,
    unavailable: unavailable.map(({ name }) => name),
    /** The scope that was not granted although the sign-in cannot renew itself without. */
    lacksRenewal: token.lacksRenewal,
    next: nextCommand(one),
  };
}

function nextCommand({ provider, enabled, usable, token }: SignedIn): string | null {
  if (!usable || token.missing.length > 0 || token.lacksRenewal !== null)
    return `${PROGRAM} auth ${provider.id}`;
  return enabled ? null : `${PROGRAM} init`;
}

function providerLines(one: SignedIn): string[] {
  const { provider, enabled, token, unavailable, usable } = one;
  const lines = [`${provider.title}: ${enabled ? '' : 'not enabled; '}${tokenWords(one)}`];
  if (!enabled && !usable && !token.stored) return lines;
  if (token.kind === 'oauth2' && token.stored)
    lines.push(`  granted: ${token.granted?.join(', ') ?? 'the service did not say'}`);
  const warning = renewalWarning(token.lacksRenewal, token.expiresAt);
  if (warning !== undefined) lines.push(`  WARNING: ${warning}`);
  if (token.missing.length > 0) {
    const without =
      unavailable.length === 0 ? '' : `, so there is no ${unavailable.map(({ name }) => name).join(', ')}`;
    lines.push(`  not granted: ${token.missing.join(', ')}${without}`);
  }
  const next = nextCommand(one);
  if (next !== null) lines.push(`  next: ${next}`);
  return lines;
}

async function keyState(context: Context) {
  const config = await context.config();
  const own = config.section<ClockifyConfig>(SOURCE);
  const { kind, name } = config.origin(SOURCE, 'api_key');
  const key = own.api_key !== undefined;
  return {
    enabled: own.enabled === true,
    key,
    keyFrom: key ? (name ?? kind) : null,
    baseUrl: own.base_url,
    workspaceId: own.workspace_id ?? null,
    next: key ? null : `${PROGRAM} auth ${SOURCE}`,
  };
}

function clockifyLines({ enabled, key, keyFrom, workspaceId, next }: Awaited<ReturnType<typeof keyState>>) {
  const state = key ? `API key from ${keyFrom}, workspace ${workspaceId ?? 'not set'}` : 'no API key';
  const off = key && !enabled ? 'switched off; ' : '';
  return [`Clockify: ${off}${state}`, ...(next === null ? [] : [`  next: ${next}`])];
}
