import type { App } from '../core/auth.ts';
import { UsageError } from '../core/errors.ts';
import type { OAuth2, World } from '../core/provider.ts';
import { noteSecret } from '../core/secrecy.ts';
import type { Wire } from '../http/wire.ts';
import { runHint } from '../program.ts';

/** The secrets of one sign-in: `state` ties the answer to it, the verifier ties the code to it (RFC 7636, S256). */
export interface Attempt {
  readonly state: string;
  readonly verifier: string;
}

export function newAttempt(): Attempt {
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const [state = '', verifier = ''] = [1, 2].map(() => randomBytes(32).toString('base64url'));
  noteSecret(verifier);
  return { state, verifier };
}

/** How long the look ahead at an authorize URL may take, in milliseconds. */
const PREFLIGHT = 5_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where the browser is sent. */
export function authorizeUrl(oauth: OAuth2, world: World, attempt: Attempt, source: string): URL {
  const url = secureUrl(world.authorizeUrl, 'authorize_url', source);
  const { scopes, dialect = {} } = oauth;
  const query = new URLSearchParams(url.search);
  query.set('response_type', 'code');
  query.set('client_id', credentials(oauth, source).clientId);
  query.set('redirect_uri', oauth.redirectUri);
  query.set('scope', scopes.map((scope) => world.scopePrefix + scope).join(dialect.scopeSeparator ?? ' '));
  query.set('state', attempt.state);
  if (dialect.withoutChallenge !== true) {
    const { hash } = process.getBuiltinModule('node:crypto');
    query.set('code_challenge', hash('sha256', attempt.verifier, 'base64url'));
    query.set('code_challenge_method', 'S256');
  }
  for (const [name, value] of Object.entries(dialect.authorizeParameters ?? {})) query.set(name, value);
  // Not every service reads `+` as a space here.
  url.search = query.toString().replaceAll('+', '%20');
  return url;
}

/** The URL, which must be https so that no secret travels in the open; plain http only to this machine. */
export function secureUrl(text: string, key: string, source: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname))) return url;
  throw new UsageError(`${source}: ${key} has to be an https address`, {
    source,
    hint: `Correct ${key} under [${source}] in the configuration.`,
  });
}

/** Throws UsageError when the app's id or secret is not configured. */
export function credentials(
  app: { clientId: string | undefined; clientSecret: string | undefined; setup: string },
  source: string,
): App {
  const { clientId, clientSecret } = app;
  if (clientId && clientSecret) return { clientId, clientSecret };
  const key = clientId ? 'client_secret' : 'client_id';
  throw new UsageError(`${source}: ${key} is missing under [${source}] in the configuration`, {
    source,
    hint: `${app.setup} Then: ${runHint(`auth ${source}`)}`,
  });
}

export interface Choice {
  readonly world: World;
  readonly url: URL;
  /** Every world turned the request down: the client id or the redirect URI is probably not registered. */
  readonly refused: boolean;
}

/**
 * Asks the authorize URLs in order, without following redirects. A redirect means accepted, 4xx refused; anything
 * else tells nothing, and then the order of the list decides.
 */
export async function chooseWorld(
  oauth: OAuth2,
  attempt: Attempt,
  context: { source: string; wire: Wire; signal?: AbortSignal | undefined },
): Promise<Choice> {
  const choices = oauth.worlds.map((world) => ({
    world,
    url: authorizeUrl(oauth, world, attempt, context.source),
    refused: false,
  }));
  const [first] = choices;
  if (first === undefined) throw new Error(`${context.source} declares no world`);
  if (choices.length === 1) return first;
  for (const choice of choices) {
    if (!(await refuses(choice.url, context))) return choice;
  }
  return { ...first, refused: true };
}

async function refuses(
  url: URL,
  { source, wire, signal }: { source: string; wire: Wire; signal?: AbortSignal | undefined },
): Promise<boolean> {
  const limit = AbortSignal.timeout(PREFLIGHT);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  try {
    const reply = await wire.exchange(
      { method: 'GET', url, headers: { accept: 'text/html' } },
      source,
      either,
    );
    return reply.status >= 400 && reply.status < 500;
  } catch (error) {
    if (signal?.aborted) throw error;
    return false;
  }
}

/** Scope names without the world's prefix; undefined when the service did not say. Empty text: none were granted. */
export function bareScopes(text: string | null | undefined, world: World | undefined): string[] | undefined {
  if (text === null || text === undefined) return undefined;
  const prefix = world?.scopePrefix ?? '';
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  return names.map((name) => (prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name));
}

export function worldOf(oauth: OAuth2, id: string | null): World | undefined {
  return oauth.worlds.find((world) => world.id === id);
}
