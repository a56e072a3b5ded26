import { ContractError, StoreError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import type { TokenRecord, TokenStore } from '../store/tokens.ts';
import { parseTokenReply, SECRET } from './tokenReply.ts';

/** What is on disk. Throws StoreError, and changes nothing, when it cannot be what was written there. */
export function readStored(store: TokenStore, source: string): TokenRecord | undefined {
  const record = store.read();
  const token = record?.token;
  if (token === undefined) return record;
  const secrets = [token.accessToken || undefined, token.refreshToken ?? undefined];
  const sound =
    secrets.every((secret) => secret === undefined || (typeof secret === 'string' && SECRET.test(secret))) &&
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
 */
export function recoverReply(store: TokenStore, source: string, now: number): TokenRecord | undefined {
  const record = readStored(store, source);
  if (record?.reply == null) return record;
  try {
    const token = parseTokenReply(record.reply, {
      now: Math.min(record.sentAt ?? now, now),
      world: record.replyWorld,
      source,
      previous: record.token,
    });
    store.save(token);
  } catch (error) {
    if (error instanceof ContractError) return record;
    throw error;
  }
  return readStored(store, source);
}
