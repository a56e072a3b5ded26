import { isRefreshable, refresh } from '../../auth/refresh.ts';
import { type Revocation, revoke } from '../../auth/revoke.ts';
import { readStored, recoverReply } from '../../auth/storedPair.ts';
import type { Endpoint } from '../../auth/tokenEndpoint.ts';
import { InterruptedError, ProgramError, StoreError } from '../../core/errors.ts';
import type { AnyProvider, Auth } from '../../core/provider.ts';
import { OtherPersonError } from '../../core/sync/person.ts';
import type { Token, TokenRecord, TokenStore } from '../../store/tokens.ts';
import type { Context } from '../context.ts';

export type RevokeOutcome = Revocation | 'failed' | 'nothing stored';

export interface Revoked {
  readonly outcome: RevokeOutcome;
  readonly reason: string | undefined;
}

/** Ends a stored sign-in at the service, as far as that is possible. To be called under its token lock. */
export async function revokeStored(
  context: Context,
  provider: AnyProvider,
  tokens: TokenStore,
): Promise<Revoked> {
  const auth = await context.auth(provider);
  const record = newestRecord(tokens, provider.id, context.clock.now(), auth);
  return revokeIfPossible(context, provider, { auth, record, tokens });
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
): Promise<Revoked> {
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
  return refresh(tokens, record, endpoint);
}
