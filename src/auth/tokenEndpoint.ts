import type { Form, FormEndpoint } from '../core/auth.ts';
import { AuthError, ContractError, InterruptedError, ProgramError, TemporaryError } from '../core/errors.ts';
import type { OAuth2, World } from '../core/provider.ts';
import { type Incoming, NetworkError } from '../http/exchange.ts';
import { retryAfter } from '../http/retry.ts';
import type { Wire } from '../http/wire.ts';
import { runHint } from '../program.ts';
import { credentials, secureUrl } from './oauth2.ts';
import { isGood, plainly } from './plain.ts';
import { errorCode } from './tokenReply.ts';

export interface Endpoint {
  /** The provider's id, for messages and hints. */
  readonly source: string;
  readonly oauth: OAuth2;
  readonly wire: Wire;
  /** UTC epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

export interface Granted {
  readonly kind: 'granted';
  readonly world: World;
  /** The reply's bytes, not looked at yet. */
  readonly text: string;
}

export interface Failed {
  readonly kind: 'failed';
  readonly error: ProgramError;
  /** What became of the code or refresh token that was sent. */
  readonly grant: 'untouched' | 'unknown' | 'dead';
  /** The app may be registered in another world. */
  readonly elsewhere: boolean;
}

export type Reply = Granted | Failed;

/**
 * One POST to a token endpoint, never sent again by itself: what it carries works once. `leaving` is called
 * right before (see Outgoing); until then nothing has happened to the grant.
 */
export async function postGrant(
  endpoint: Endpoint,
  world: World,
  grant: Form,
  leaving: () => void = () => {},
): Promise<Reply> {
  const { source, oauth, wire, signal } = endpoint;
  const url = secureUrl(world.tokenUrl, 'token_url', source);
  const form = await formOf(endpoint, world, grant);
  if (form instanceof ProgramError) return failed(form, 'untouched');
  let reply: Incoming;
  try {
    reply = await wire.exchange({ ...formRequest(url, form), leaving }, source, signal);
  } catch (error) {
    if (error instanceof NetworkError) {
      return failed(error, error.delivered === 'no' ? 'untouched' : 'unknown');
    }
    if (error instanceof ContractError) return failed(error, 'unknown');
    throw error;
  }
  const plain = plainly(oauth.dialect, reply);
  // A reading that fails says nothing against the reply, which may hold the only copy of a pair.
  if (isGood(reply.status) && (plain === undefined || isGood(plain.status))) {
    return { kind: 'granted', world, text: reply.text };
  }
  return refusal({ ...reply, ...plain }, endpoint);
}

/** The grant in the service's own form. An error when something that the form needs (a nonce) was not to be had. */
async function formOf(endpoint: Endpoint, world: World, grant: Form): Promise<Form | ProgramError> {
  const { source, oauth } = endpoint;
  const app = credentials(oauth, source);
  const { form } = oauth.dialect ?? {};
  if (form === undefined) return { ...grant, client_id: app.clientId, client_secret: app.clientSecret };
  try {
    return await form(grant, app, formEndpoint(endpoint, world));
  } catch (error) {
    if (error instanceof ProgramError && !(error instanceof InterruptedError)) return error;
    throw error;
  }
}

export function formEndpoint({ source, wire, now, signal }: Endpoint, world: World): FormEndpoint {
  return {
    now: now(),
    world,
    post: async (address, form) => {
      const url = secureUrl(address, 'an address of the sign-in', source);
      const { status, text } = await wire.exchange(formRequest(url, form), source, signal);
      return { status, text };
    },
  };
}

export function formRequest(url: URL, form: Form) {
  return {
    method: 'POST',
    url,
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  } as const;
}

/** The service's own words (RFC 6749 §5.2) decide; the status alone only where there are none. */
function refusal(reply: Incoming, endpoint: Endpoint): Failed {
  const { status } = reply;
  if (status === 429 || status === 408 || status >= 500) return unavailable(reply, endpoint);
  const { source } = endpoint;
  const code = errorCode(reply.text);
  const message = `${source}: the token endpoint answered ${status} ${code ?? 'without a reason'}`;
  const details = { source, hint: runHint(`auth ${source}`) };
  if (code === 'invalid_grant') {
    return failed(
      new AuthError(`${source}: the service does not accept this sign-in any more (${code})`, details),
      'dead',
    );
  }
  if (code === 'invalid_client') {
    const hint = `Check client_id and client_secret under [${source}]. Then: ${details.hint}`;
    return { ...failed(new AuthError(message, { source, hint }), 'untouched'), elsewhere: true };
  }
  const error = new AuthError(message, details);
  if (code === 'invalid_request') return { ...failed(error, 'untouched'), elsewhere: true };
  if (code !== undefined) return failed(error, 'untouched');
  // A 400 that gives no reason may be a reuse that was noticed; anything else came from in front of the endpoint.
  if (status === 400 || status === 401) return failed(error, 'unknown');
  return failed(new ContractError(message, { source }), 'untouched');
}

/** 429 and 503 say that nothing was done; after any other of these the token may have been used up. */
export function unavailable(reply: Incoming, { source, now }: Endpoint): Failed {
  const { status } = reply;
  const wait = retryAfter(reply.headers['retry-after'], now());
  const error = new TemporaryError(`${source}: the token endpoint answered ${status}`, {
    source,
    retryAt: wait === undefined ? undefined : now() + wait,
    hint: 'Nothing to do: the next run tries again.',
  });
  return failed(error, status === 429 || status === 503 ? 'untouched' : 'unknown');
}

function failed(error: ProgramError, grant: Failed['grant']): Failed {
  return { kind: 'failed', error, grant, elsewhere: false };
}

/**
 * Sends to the home world first and to the others only when it does not know the app. The first world's error is the
 * one shown; another world's `invalid_grant` proves nothing about a token it did not issue.
 */
export async function acrossWorlds(
  oauth: OAuth2,
  home: World | undefined,
  send: (world: World) => Promise<Reply>,
): Promise<Reply> {
  const order = home === undefined ? oauth.worlds : [home, ...oauth.worlds.filter((one) => one !== home)];
  let first: Failed | undefined;
  for (const world of order) {
    const reply = await send(world);
    if (reply.kind === 'granted') return reply;
    if (!reply.elsewhere && !(first !== undefined && home !== undefined && reply.grant === 'dead'))
      return reply;
    first ??= reply;
  }
  if (first === undefined) throw new Error('a provider without worlds');
  return first;
}
