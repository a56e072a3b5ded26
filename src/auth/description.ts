import type { OAuth2 } from '../core/provider.ts';
import type { TokenStore } from '../store/tokens.ts';
import { bareScopes, worldOf } from './oauth2.ts';
import { isRefreshable } from './refresh.ts';
import { seedIsWanted } from './seed.ts';
import { readStored } from './storedPair.ts';

/** What can be said about an account's pair without the network and without telling it. */
export interface TokenDescription {
  readonly stored: boolean;
  /** A configured pair waits to be taken over by the next run. */
  readonly seeded: boolean;
  /** UTC epoch milliseconds; null when the service did not say. */
  readonly expiresAt: number | null;
  readonly expired: boolean;
  /** The next run can renew it without a person. */
  readonly refreshable: boolean;
  /** The refresh token was refused or its successor got lost: only a person can sign in again. */
  readonly spent: boolean;
  /** Scope names as configured; null when the service did not say. */
  readonly granted: readonly string[] | null;
  /** Configured, but not granted. */
  readonly missing: readonly string[];
  readonly world: string | null;
  readonly userId: string | null;
  readonly obtainedAt: number | null;
}

/** Throws StoreError when what is stored is damaged. */
export function describeToken(
  store: TokenStore,
  context: { oauth: OAuth2; source: string; now: number },
): TokenDescription {
  const { oauth, source, now } = context;
  const record = readStored(store, source);
  const token = record?.token;
  const refreshable = record !== undefined && isRefreshable(record);
  const granted = bareScopes(token?.scope, worldOf(oauth, token?.world ?? null)) ?? null;
  return {
    stored: token !== undefined,
    seeded: seedIsWanted(oauth, record),
    expiresAt: token?.expiresAt ?? null,
    expired: token?.expiresAt != null && token.expiresAt <= now,
    refreshable,
    spent: token?.refreshToken != null && !refreshable,
    granted,
    missing: granted === null ? [] : missingScopes(oauth.scopes, granted),
    world: token?.world ?? null,
    userId: token?.userId ?? null,
    obtainedAt: token?.obtainedAt ?? null,
  };
}

export function missingScopes(wanted: readonly string[], granted: readonly string[]): string[] {
  return wanted.filter((scope) => !granted.includes(scope));
}
