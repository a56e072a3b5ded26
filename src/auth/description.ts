import type { Auth, OAuth2 } from '../core/auth.ts';
import { isGranted } from '../core/sync/refusals.ts';
import type { Token, TokenRecord } from '../store/tokens.ts';
import { bareScopes, worldOf } from './oauth2.ts';
import { isRefreshable } from './refresh.ts';
import { seedIsWanted } from './seed.ts';

/** What can be said about an account's credentials without the network and without telling them. */
export interface TokenDescription {
  readonly kind: Auth['kind'];
  readonly stored: boolean;
  /** A configured pair waits to be taken over by the next run. */
  readonly seeded: boolean;
  /** The key, or e-mail and password, are in the configuration: no person is needed to sign in. */
  readonly configured: boolean;
  /** The configured e-mail and password were refused and are not tried again. */
  readonly refused: boolean;
  /** UTC epoch milliseconds; null when the service did not say. */
  readonly expiresAt: number | null;
  readonly expired: boolean;
  /** The next run can renew it without a person. */
  readonly refreshable: boolean;
  /** The refresh token was refused or its successor got lost. */
  readonly spent: boolean;
  /** Scope names as configured; null when the service did not say. */
  readonly granted: readonly string[] | null;
  /** Configured, but not granted. */
  readonly missing: readonly string[];
  /** The scope that was asked for so that the sign-in renews itself, although no refresh token came. */
  readonly lacksRenewal: string | null;
  readonly world: string | null;
  readonly userId: string | null;
  readonly obtainedAt: number | null;
}

export interface DescriptionContext {
  /** UTC epoch milliseconds. */
  readonly now: number;
  readonly refused?: boolean;
}

export function describeSignIn(
  auth: Auth,
  record: TokenRecord | undefined,
  { now, refused = false }: DescriptionContext,
): TokenDescription {
  const token = record?.token;
  const refreshable = record !== undefined && (isRefreshable(record) || record.previousRefreshToken !== null);
  const granted = auth.kind === 'oauth2' ? grantedTo(auth, token) : null;
  return {
    kind: auth.kind,
    stored: token !== undefined,
    seeded: auth.kind !== 'apiKey' && seedIsWanted(auth, record),
    configured: isConfigured(auth),
    refused,
    expiresAt: token?.expiresAt ?? null,
    expired: token?.expiresAt != null && token.expiresAt <= now,
    refreshable,
    spent: token?.refreshToken != null && !refreshable,
    granted,
    missing: auth.kind !== 'oauth2' || granted === null ? [] : missingScopes(auth.scopes, granted),
    lacksRenewal: auth.kind === 'oauth2' && token !== undefined ? lacksRenewal(auth, token) : null,
    world: token?.world ?? null,
    userId: token?.userId ?? null,
    obtainedAt: token?.obtainedAt ?? null,
  };
}

function isConfigured(auth: Auth): boolean {
  if (auth.kind === 'apiKey') return auth.key !== undefined;
  return auth.kind === 'password' && Boolean(auth.username && auth.password);
}

function grantedTo(oauth: OAuth2, token: Token | undefined): readonly string[] | null {
  return bareScopes(token?.scope, worldOf(oauth, token?.world ?? null)) ?? null;
}

/** A name that was granted as asked for speaks for itself alone, any other for what it resembles. */
export function missingScopes(wanted: readonly string[], granted: readonly string[]): string[] {
  const others = granted.filter((name) => !wanted.includes(name));
  return wanted.filter((scope) => !granted.includes(scope) && !isGranted(scope, others));
}

/** The scope that a refresh token comes with, when it was asked for and no refresh token came. */
export function lacksRenewal({ dialect, scopes }: OAuth2, token: Token): string | null {
  const scope = dialect?.renewsOnlyWith;
  // A configured access token never came with one.
  const cameFromSignIn = token.world !== null;
  return scope !== undefined && scopes.includes(scope) && token.refreshToken === null && cameFromSignIn
    ? scope
    : null;
}
