import { bareScopes, worldOf } from '../../auth/oauth2.ts';
import { dateAt } from '../../core/dates.ts';
import { AuthError, ContractError } from '../../core/errors.ts';
import type { AnyProvider, Auth, RawItem, Resource } from '../../core/provider.ts';
import { outsideRun } from '../../core/sync/outsideRun.ts';
import { isGranted, signInHint } from '../../core/sync/refusals.ts';
import { Client, RefusedError } from '../../http/client.ts';
import { Gate } from '../../http/gate.ts';
import type { Token } from '../../store/tokens.ts';
import type { Context } from '../context.ts';
import { chooseAccount, type Keeping } from './account.ts';

/** Asking who it is may not hold up the sign-in for longer (milliseconds). */
const PATIENCE = 10_000;
/** A 429 that does not say how long (milliseconds). */
const UNEXPLAINED = 300_000;

/**
 * The service's id of whoever signed in: the token endpoint named it, or the service is asked with the new pair before
 * it is kept. Another person than before is never put under the same account. Who cannot be asked stays who it was.
 */
export async function whoSignedIn(context: Context, provider: AnyProvider, token: Token): Promise<Keeping> {
  const now =
    token.userId ??
    (await ask(context, provider, token).catch((error: unknown) => {
      if (context.signal.aborted) throw error;
      context.terminal.detail('Who signed in could not be asked.');
      return null;
    }));
  return chooseAccount(context, provider, now);
}

/** The same for a key, which is worth nothing until the service has taken it. Throws AuthError when it does not. */
export async function whoseKey(context: Context, provider: AnyProvider, token: Token): Promise<Keeping> {
  let userId: string | null;
  try {
    userId = await ask(context, provider, token);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const reason = error.reason === undefined ? '' : `. ${error.reason}`;
    const section = (await context.config()).section(provider.id);
    throw new AuthError(`${provider.id}: the key is not accepted (${error.status})${reason}`, {
      source: provider.id,
      hint: signInHint(provider, section, context.globals.account),
    });
  }
  return chooseAccount(context, provider, userId);
}

/** Null where the service has nothing that tells, or it was not granted. */
async function ask(context: Context, provider: AnyProvider, token: Token): Promise<string | null> {
  const resource = provider.resources.find(({ name }) => name === provider.person);
  const auth = await context.auth(provider);
  if (resource?.pages === undefined || !mayRead(resource, auth, token)) return null;
  const config = await context.config();
  const zone = config.app.timezone;
  const now = context.clock.now();
  const today = dateAt(now, zone);
  const http = await clientWith(context, provider, auth, token);
  const span = { from: today, to: today };
  const pages = resource.pages(outsideRun({ http, config: config.section(provider.id), span, zone, now }));
  for await (const [item] of pages) if (item !== undefined) return idOf(provider, resource, item);
  return null;
}

function mayRead({ scope }: Resource, auth: Auth, token: Token): boolean {
  if (auth.kind !== 'oauth2' || scope === undefined) return true;
  const granted = bareScopes(token.scope, worldOf(auth, token.world));
  return granted === undefined || isGranted(scope, granted);
}

function idOf(provider: AnyProvider, resource: Resource, item: RawItem): string | null {
  const parsed = resource.schema.safeParse(item.value);
  if (!parsed.success) {
    throw new ContractError(`${provider.id}.${resource.name}: the record does not have the expected shape`, {
      source: provider.id,
    });
  }
  const change = resource.change(parsed.data, '', item);
  return 'remove' in change ? null : change.row.id;
}

/** Reads with these very credentials, which are not stored yet. */
async function clientWith(
  context: Context,
  provider: AnyProvider,
  auth: Auth,
  { accessToken }: Token,
): Promise<Client> {
  const { clock, signal } = context;
  const [store, wire, config] = await Promise.all([context.store(), context.wire(), context.config()]);
  const section = config.section(provider.id);
  const limits = provider.limits?.(section) ?? { unexplained: UNEXPLAINED };
  const headers: Record<string, string> =
    auth.kind === 'apiKey' ? { [auth.header]: accessToken } : { authorization: `Bearer ${accessToken}` };
  return new Client({
    source: provider.id,
    baseUrl: provider.baseUrl(section),
    headers: provider.headers,
    plainReply: provider.plainReply,
    reasonOf: provider.explain,
    wire,
    gate: new Gate({ scope: provider.id, windows: store.windows, clock, limits, waitForever: false }),
    authorizer: { headers: async () => headers, renew: async () => false },
    clock,
    concurrency: 1,
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
}
