import { AuthError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import { MOST_SENDS, type Token, type TokenRecord, type TokenStore } from '../store/tokens.ts';
import { worldOf } from './oauth2.ts';
import { sha256 } from './seed.ts';
import { acrossWorlds, type Endpoint, type Failed, postGrant } from './tokenEndpoint.ts';
import { parseTokenReply } from './tokenReply.ts';

/** Whether this refresh token may still be sent. */
export function isRefreshable(record: TokenRecord): boolean {
  const refreshToken = record.token?.refreshToken ?? null;
  if (refreshToken === null) return false;
  return record.sentDigest !== sha256(refreshToken) || record.sends < MOST_SENDS;
}

/**
 * Trades the refresh token for a new pair, to be called under the token lock with the record as just read: the send
 * is noted on disk, then sent once, the reply is on disk before it is looked at, and saved before anybody uses it.
 * Throws AuthError when a person is needed, TemporaryError when a later run may succeed.
 */
export async function refresh(store: TokenStore, record: TokenRecord, endpoint: Endpoint): Promise<Token> {
  const { source, oauth, now } = endpoint;
  const { token } = record;
  if (token?.refreshToken == null || !isRefreshable(record)) throw cannotRenew(token, source);
  const { refreshToken } = token;
  const digest = sha256(refreshToken);
  const home = worldOf(oauth, token.world);
  const reply = await acrossWorlds(oauth, home, async (world) => {
    store.noteSend(digest, now());
    const sent = await postGrant(endpoint, world, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    // Another world's refusal proves nothing about a token that it did not issue.
    const isStranger = home !== undefined && world !== home;
    if (sent.kind === 'failed') noteFailure(store, sent, { digest, isStranger, now: now() });
    return sent;
  });
  if (reply.kind === 'failed') throw reply.error;
  store.noteReply(reply.text, reply.world.id);
  const next = parseTokenReply(reply.text, { now: now(), world: reply.world.id, source, previous: token });
  store.save(next);
  return next;
}

function noteFailure(
  store: TokenStore,
  { grant }: Failed,
  { digest, isStranger, now }: { digest: string; isStranger: boolean; now: number },
): void {
  if (grant === 'untouched' || (grant === 'dead' && isStranger)) store.unnoteSend();
  else if (grant === 'dead') store.noteDead(digest, now);
}

function cannotRenew(token: Token | undefined, source: string): AuthError {
  const reason =
    token?.refreshToken == null
      ? 'the access token has run out and there is no refresh token'
      : 'the refresh token is used up and its successor never arrived, or it was refused';
  return new AuthError(`${source}: ${reason}`, { source, hint: runHint(`auth ${source}`) });
}
