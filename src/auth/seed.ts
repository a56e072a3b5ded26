import type { Seed } from '../core/auth.ts';
import { sha256 } from '../core/digest.ts';
import { UsageError } from '../core/errors.ts';
import type { Token, TokenRecord } from '../store/tokens.ts';
import { SECRET } from './tokenReply.ts';

/** A sign-in that may begin with a pair from the configuration. */
interface Seeded {
  readonly seed: Seed;
}

/** Names the configured pair without telling it; undefined when none is configured. */
export function seedDigest({ seed }: Seeded): string | undefined {
  if (!seed.accessToken && !seed.refreshToken) return undefined;
  return sha256(JSON.stringify([seed.accessToken ?? '', seed.refreshToken ?? '']));
}

/**
 * Whether the configured pair is to be taken over: once, because its refresh token works once. A key that cannot be
 * renewed only ever takes the place of another such key, never of a stored pair.
 */
export function seedIsWanted(auth: Seeded, record: TokenRecord | undefined): boolean {
  const digest = seedDigest(auth);
  if (digest === undefined || digest === record?.seedDigest) return false;
  return record?.token?.refreshToken == null || Boolean(auth.seed.refreshToken);
}

/** `userId`: whose records are stored already; the pair has to prove that it is the same person's. */
export function seedToken({ seed }: Seeded, source: string, now: number, userId: string | null): Token {
  for (const [key, value] of [
    ['access_token', seed.accessToken],
    ['refresh_token', seed.refreshToken],
  ]) {
    if (value && !SECRET.test(value)) {
      throw new UsageError(`${source}: the configured ${key} holds characters that no token has`, {
        source,
        hint: `Copy it again under [${source}], or leave it out and sign in.`,
      });
    }
  }
  return {
    accessToken: seed.accessToken ?? '',
    refreshToken: seed.refreshToken || null,
    // Nobody said. A refresh token alone has to be traded in before anything else, and so has a pair that takes
    // the place of somebody's: the reply may name the person, and at some services nothing else does.
    expiresAt: seed.accessToken && (userId === null || !seed.refreshToken) ? null : 0,
    scope: null,
    world: null,
    userId,
    obtainedAt: now,
  };
}
