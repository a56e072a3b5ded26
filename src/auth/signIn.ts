import type { Clock } from '../core/clock.ts';
import { UsageError } from '../core/errors.ts';
import type { OAuth2, World } from '../core/provider.ts';
import type { Wire } from '../http/wire.ts';
import type { Token, TokenStore } from '../store/tokens.ts';
import type { Expected } from './answer.ts';
import { reasonOf } from './callback.ts';
import { lacksRenewal, missingScopes } from './description.ts';
import { type Attempt, bareScopes, chooseWorld, newAttempt } from './oauth2.ts';
import { type Received, receiveAnswer } from './receive.ts';
import { seedDigest } from './seed.ts';
import { acrossWorlds, type Endpoint, postGrant } from './tokenEndpoint.ts';
import { withTokenLock } from './tokenLock.ts';
import { readPair } from './tokenReply.ts';

export interface SignInOptions {
  readonly providerId: string;
  readonly oauth: OAuth2;
  readonly store: TokenStore;
  /** The lock database of this provider and account. */
  readonly lockPath: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** How long the person has. */
  readonly timeoutMs: number;
  /** False, or a rejection: no browser there. Undefined: not wanted. */
  readonly openBrowser?: ((url: URL) => Promise<boolean>) | undefined;
  /** One line from the person; rejects when the terminal is closed. Undefined without a terminal. */
  readonly readPasted?: ((signal: AbortSignal) => Promise<string>) | undefined;
  readonly onEvent: (event: SignInEvent) => void;
  /**
   * Who signed in, asked with the new pair before it is saved (its `userId` where the service named one). A rejection
   * leaves everything stored as it was.
   */
  readonly identify?: ((token: Token) => Promise<Owner>) | undefined;
}

export interface Owner {
  /** The service's id of the person. */
  readonly userId: string | null;
  /** Where another account's pair is kept, when the sign-in is to be that one's. */
  readonly elsewhere?: { readonly store: TokenStore; readonly lockPath: string } | undefined;
}

export type SignInEvent =
  /** The service turned the request down ahead of the browser: client id or redirect URI are probably wrong. */
  | { readonly kind: 'request-refused' }
  /** For the person to open, should the browser not do it. */
  | { readonly kind: 'open'; readonly url: URL }
  | { readonly kind: 'listening'; readonly uri: string }
  | { readonly kind: 'browser-failed' }
  /** `reason` is a clause; the prompt comes again. */
  | { readonly kind: 'pasted-refused'; readonly reason: string }
  | { readonly kind: 'prompt-closed' }
  /** A bare code was pasted: nobody checked the state, the S256 verifier alone ties it to this sign-in. */
  | { readonly kind: 'state-not-checked' };

export interface SignedIn {
  readonly token: Token;
  /** Scope names as configured, without the world's prefix. */
  readonly granted: readonly string[];
  /** Asked for, but not granted. */
  readonly missing: readonly string[];
  /** The scope that renewing takes, when it was asked for and no refresh token came. */
  readonly lacksRenewal: string | null;
  readonly world: World;
  readonly stateChecked: boolean;
}

/**
 * The whole conversation: sends the browser off, waits at the loopback listener and at the prompt at the same time,
 * trades the first valid code in exactly once and saves the pair. Prints nothing.
 * Throws AuthError, UsageError, TemporaryError or the signal's reason; the stored pair is then as it was.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { providerId: source, oauth, wire, signal, clock } = options;
  if (signal?.aborted) throw reasonOf(signal);
  const redirectUri = parseRedirectUri(options);
  const attempt = newAttempt();
  const choice = await chooseWorld(oauth, attempt, { source, wire, signal });
  if (choice.refused) options.onEvent({ kind: 'request-refused' });
  const { issuer } = choice.world;
  const { withoutChallenge } = oauth.dialect ?? {};
  const expected: Expected = { state: attempt.state, issuer, source, withoutChallenge };
  const received = await receiveAnswer(options, redirectUri, choice.url, expected);
  if (!received.stateChecked) options.onEvent({ kind: 'state-not-checked' });
  const endpoint: Endpoint = { source, oauth, wire, now: () => clock.now(), signal };
  const { token, world } = await exchangeCode(endpoint, choice.world, attempt, received);
  const { userId, elsewhere } = (await options.identify?.(token)) ?? { userId: token.userId };
  const signedIn = { ...token, userId };
  await keep(signedIn, elsewhere, options);
  const granted = bareScopes(token.scope, world) ?? [...oauth.scopes];
  const missing = missingScopes(oauth.scopes, granted);
  const { stateChecked } = received;
  return { token: signedIn, granted, missing, lacksRenewal: lacksRenewal(oauth, token), world, stateChecked };
}

/** A configured pair belongs to the account that was signed in to: kept elsewhere, it is none of that one's. */
function keep(token: Token, elsewhere: Owner['elsewhere'], options: SignInOptions): Promise<void> {
  const { store, lockPath, signal, oauth } = options;
  if (elsewhere === undefined)
    return withTokenLock(lockPath, signal, () => store.save(token, seedDigest(oauth)));
  return withTokenLock(elsewhere.lockPath, signal, () => elsewhere.store.save(token));
}

function parseRedirectUri({ oauth, providerId }: SignInOptions): URL {
  const url = URL.parse(oauth.redirectUri);
  if (url !== null) return url;
  throw new UsageError(`${providerId}: redirect_uri is not an address`, {
    source: providerId,
    hint: `Correct redirect_uri under [${providerId}] in the configuration.`,
  });
}

async function exchangeCode(
  endpoint: Endpoint,
  chosen: World,
  attempt: Attempt,
  { response }: Received,
): Promise<{ token: Token; world: World }> {
  const { source, oauth, now } = endpoint;
  const reply = await acrossWorlds(oauth, chosen, (world) =>
    postGrant(endpoint, world, {
      grant_type: 'authorization_code',
      code: response.code,
      redirect_uri: oauth.redirectUri,
      ...(oauth.dialect?.withoutChallenge === true ? {} : { code_verifier: attempt.verifier }),
    }),
  );
  if (reply.kind === 'failed') throw reply.error;
  const token = readPair(reply.text, oauth.dialect, { now: now(), world: reply.world.id, source });
  return { token: { ...token, scope: token.scope ?? response.scope ?? null }, world: reply.world };
}
