import type { OAuth2, PasswordGrant } from '../core/auth.ts';
import type { Token, TokenRecord } from '../store/tokens.ts';
import type { KeeperOptions } from './keeper.ts';
import type { ReplyRules } from './plain.ts';
import { refresh, rescue } from './refresh.ts';

/** Where a kind of sign-in gets its pairs from. What it sends is sent under the token lock. */
export interface PairSource {
  readonly auth: OAuth2 | PasswordGrant;
  readonly rules: ReplyRules | undefined;
  /** Whether it takes no person to get a first pair. */
  readonly beginsAlone: boolean;
  /** Whether another pair can be had while the access token of this one has not run out. */
  canRenew(record: TokenRecord): boolean;
  /** A new pair, saved. Throws AuthError when a person is needed, TemporaryError when a later run may succeed. */
  renew(record: TokenRecord | undefined): Promise<Token>;
  /** What is left to try when the new pair is refused as well; undefined: nothing. */
  rescue(record: TokenRecord): Promise<Token | undefined>;
  /** A request for data has gone through with the newest pair. */
  accepted(): void;
  /** Whether configured credentials were refused and are not tried again by themselves. */
  wasRefused(): boolean;
}

export function oauthPairs(
  oauth: OAuth2,
  { providerId, store, wire, clock, signal }: KeeperOptions,
): PairSource {
  const endpoint = { source: providerId, oauth, wire, now: () => clock.now(), signal };
  const spares = oauth.dialect?.keepsOldRefreshToken === true;
  return {
    auth: oauth,
    rules: oauth.dialect,
    beginsAlone: false,
    canRenew: (record) => record.token?.refreshToken != null,
    renew: (record) => refresh(store, record as TokenRecord, endpoint),
    rescue: async (record) => (spares ? rescue(store, record, endpoint) : undefined),
    accepted: () => {},
    wasRefused: () => false,
  };
}
