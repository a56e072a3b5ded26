import { ContractError, StoreError } from '../core/errors.ts';
import { OtherPersonError } from '../core/sync/person.ts';
import { runHint } from '../program.ts';
import type { Token, TokenRecord, TokenStore } from '../store/tokens.ts';
import type { ReplyRules } from './plain.ts';
import { readPair, SECRET } from './tokenReply.ts';

/** What is on disk. Throws StoreError, and changes nothing, when it cannot be what was written there. */
export function readStored(store: TokenStore, source: string): TokenRecord | undefined {
  const record = store.read();
  const token = record?.token;
  if (token === undefined) return record;
  const secrets = [token.accessToken || null, token.refreshToken, record?.previousRefreshToken ?? null];
  const sound =
    secrets.every((secret) => secret === null || (typeof secret === 'string' && SECRET.test(secret))) &&
    (token.expiresAt === null || Number.isSafeInteger(token.expiresAt));
  if (sound) return record;
  throw new StoreError(`${source}: the stored credentials are damaged; nothing was overwritten`, {
    source,
    hint: `Restore a backup, or sign in again. ${runHint(`auth ${source}`)}`,
  });
}

/**
 * A reply that reached the disk before somebody died: it is the only copy of the new pair. To be called under the
 * token lock. What is not understood stays, because a later version may understand it.
 * Throws OtherPersonError when it belongs to somebody else; it is gone then.
 */
export function recoverReply(
  store: TokenStore,
  source: string,
  now: number,
  rules?: ReplyRules,
): TokenRecord | undefined {
  const record = readStored(store, source);
  if (record?.reply == null) return record;
  try {
    const read = readPair(record.reply, rules, {
      now: Math.min(record.sentAt ?? now, now),
      world: record.replyWorld,
      source,
      previous: record.token,
    });
    const token = { ...read, userId: read.userId ?? record.userId };
    refuseOtherOwner(store, token, record.userId, source, now);
    saveRenewed(store, token, record.token, rules);
  } catch (error) {
    if (error instanceof ContractError) return record;
    throw error;
  }
  return readStored(store, source);
}

/**
 * Drops the reply on disk when it names another person than the one whose records are stored (`known`), and takes what
 * was sent for it as used up, so that no later run asks for it again. Throws OtherPersonError.
 */
export function refuseOtherOwner(
  store: TokenStore,
  { userId }: Token,
  known: string | null,
  source: string,
  now: number,
): void {
  if (known === null || userId === null || userId === known) return;
  const sent = store.read()?.sentDigest ?? null;
  // In this order: between the two, what is on disk still says whose the reply is, and nothing is sent for it again.
  if (sent !== null) store.noteDead(sent, now);
  store.dropReply();
  throw new OtherPersonError(
    source,
    'the sign-in belongs to somebody else than the stored records; nothing was stored',
  );
}

/** Where the service allows it, the refresh token that was traded in stays at hand until the new pair has worked. */
export function saveRenewed(
  store: TokenStore,
  token: Token,
  previous: Token | undefined,
  rules: ReplyRules | undefined,
): void {
  const old = previous?.refreshToken ?? null;
  const keeps = rules?.keepsOldRefreshToken === true && old !== token.refreshToken;
  store.save(token, undefined, keeps ? old : null);
}
