import type { Auth } from '../core/auth.ts';

/** The one whose credentials the configuration holds. */
export const DEFAULT_ACCOUNT = 'default';

/** Names of people become part of file names. */
export function isAccountName(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

const NO_SEED = { accessToken: undefined, refreshToken: undefined };

/**
 * The sign-in as an account may use it: a configured key, password or pair belongs to the account `default`, so that
 * two people are never mixed. The app's own id and secret are for everybody.
 */
export function authFor(auth: Auth, account: string): Auth {
  if (account === DEFAULT_ACCOUNT) return auth;
  switch (auth.kind) {
    case 'oauth2':
      return { ...auth, seed: NO_SEED };
    case 'apiKey':
      return { ...auth, key: undefined };
    case 'password':
      return { ...auth, seed: NO_SEED, username: undefined, password: undefined };
  }
}
