import { withTokenLock } from '../../auth/tokenLock.ts';
import type { PartHeld } from '../../store/purge.ts';
import type { Store } from '../../store/store.ts';
import { type RevokeOutcome, revokeStored } from '../auth/revokeStored.ts';
import type { Context } from '../context.ts';

export interface RevokedPart {
  readonly provider: string;
  readonly account: string;
  readonly outcome: RevokeOutcome;
  readonly reason: string | null;
}

/** Ends them at the services, one after the other. One that cannot be ended does not keep the others from their turn. */
export async function revokeAll(
  context: Context,
  store: Store,
  parts: readonly PartHeld[],
): Promise<RevokedPart[]> {
  const revoked: RevokedPart[] = [];
  for (const { provider, account, signedIn } of parts)
    if (signedIn) revoked.push(await revokeOne(context, store, provider, account));
  return revoked;
}

async function revokeOne(
  context: Context,
  store: Store,
  provider: string,
  account: string,
): Promise<RevokedPart> {
  const known = (await context.providers()).find(({ id }) => id === provider);
  if (known === undefined)
    return { provider, account, outcome: 'failed', reason: 'this source is not known any more' };
  const { outcome, reason } = await revokeStored(context, known, store.tokens(provider, account));
  return { provider, account, outcome, reason: reason ?? null };
}

/** Does the work while nobody renews any of these sign-ins: what was renewed meanwhile would outlive them. */
export async function underTokenLocks<T>(
  context: Context,
  store: Store,
  parts: readonly PartHeld[],
  work: () => Promise<T>,
): Promise<T> {
  const [first, ...rest] = parts;
  if (first === undefined) return work();
  const path = store.tokenLockPath(first.provider, first.account);
  return withTokenLock(path, context.signal, () => underTokenLocks(context, store, rest, work), 'remove');
}
