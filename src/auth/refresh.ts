import { sha256 } from '../core/digest.ts';
import { AuthError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import { MOST_SENDS, type Token, type TokenRecord, type TokenStore } from '../store/tokens.ts';
import { worldOf } from './oauth2.ts';
import { readStored, refuseOtherOwner, saveRenewed } from './storedPair.ts';
import { acrossWorlds, type Endpoint, type Failed, postGrant, type Reply } from './tokenEndpoint.ts';
import { readPair } from './tokenReply.ts';
import { untilLeft } from './untilLeft.ts';

/** Whether this refresh token may still be sent. */
export function isRefreshable(record: TokenRecord): boolean {
  return maySend(record, record.token?.refreshToken ?? null);
}

function maySend(record: TokenRecord, refreshToken: string | null): boolean {
  if (refreshToken === null) return false;
  return record.sentDigest !== sha256(refreshToken) || record.sends < MOST_SENDS;
}

/**
 * Trades the refresh token for a new pair, to be called under the token lock with the record as just read: when the
 * connection stands the send is noted on disk, then it is sent once; the reply is on disk before it is parsed, and saved
 * before anybody uses it. When the refresh token is worthless and the service lets the one before it live on, that one is
 * tried once.
 * Throws AuthError when a person is needed (OtherPersonError when the reply names another one), TemporaryError when a
 * later run may succeed.
 */
export async function refresh(store: TokenStore, record: TokenRecord, endpoint: Endpoint): Promise<Token> {
  const { source, oauth } = endpoint;
  const { token } = record;
  const fallBack = () => {
    store.fallBack();
    return refresh(store, readStored(store, source) as TokenRecord, endpoint);
  };
  const hasSpare = oauth.dialect?.keepsOldRefreshToken === true && record.previousRefreshToken !== null;
  if (token?.refreshToken == null || !isRefreshable(record)) {
    if (token !== undefined && hasSpare) return fallBack();
    throw cannotRenew(token, source);
  }
  const reply = await send(store, token, token.refreshToken, endpoint);
  if (reply.kind === 'granted') return keep(store, token, reply, endpoint);
  if (reply.grant === 'dead' && hasSpare) return fallBack();
  throw reply.error;
}

/**
 * For a pair whose access token was refused as soon as it came: the refresh token it was traded for, once. Undefined
 * when that one is worthless too; the pair stays then.
 */
export async function rescue(
  store: TokenStore,
  record: TokenRecord,
  endpoint: Endpoint,
): Promise<Token | undefined> {
  const { token, previousRefreshToken } = record;
  if (token === undefined || previousRefreshToken === null || !maySend(record, previousRefreshToken))
    return undefined;
  const reply = await send(store, token, previousRefreshToken, endpoint);
  if (reply.kind === 'granted') return keep(store, undefined, reply, endpoint, token);
  if (reply.grant !== 'dead') throw reply.error;
  store.forgetPrevious(token.accessToken);
  return undefined;
}

function send(store: TokenStore, token: Token, refreshToken: string, endpoint: Endpoint): Promise<Reply> {
  const { oauth, now } = endpoint;
  const digest = sha256(refreshToken);
  const home = worldOf(oauth, token.world);
  return acrossWorlds(oauth, home, async (world) => {
    let isNoted = false;
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const sent = await untilLeft(endpoint.signal, (signal, left) =>
      postGrant({ ...endpoint, signal }, world, grant, () => {
        store.noteSend(digest, now());
        isNoted = true;
        left();
      }),
    );
    // Another world's refusal proves nothing about a token that it did not issue.
    const isStranger = home !== undefined && world !== home;
    if (sent.kind === 'failed' && isNoted) noteFailure(store, sent, { digest, isStranger, now: now() });
    return sent;
  });
}

/** `replaced`: the pair whose refresh token was traded in and may live on. */
function keep(
  store: TokenStore,
  replaced: Token | undefined,
  reply: Extract<Reply, { kind: 'granted' }>,
  { oauth, source, now }: Endpoint,
  previous = replaced,
): Token {
  store.noteReply(reply.text, reply.world.id);
  const context = { now: now(), world: reply.world.id, source, previous };
  const next = readPair(reply.text, oauth.dialect, context);
  refuseOtherOwner(store, next, previous?.userId ?? null, source, context.now);
  saveRenewed(store, next, replaced, oauth.dialect);
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
