import type { Auth } from '../core/auth.ts';
import type { Clock } from '../core/clock.ts';
import type { Authorizer } from '../http/client.ts';
import type { Wire } from '../http/wire.ts';
import type { Facts } from '../store/facts.ts';
import type { TokenStore } from '../store/tokens.ts';
import type { RateWindows } from '../store/windows.ts';
import { authFor } from './account.ts';
import { keyKeeper } from './apiKey.ts';
import type { TokenDescription } from './description.ts';
import { LoginNotes } from './loginNotes.ts';
import { TokenKeeper } from './tokens.ts';

/** An account's credentials during one run. Whoever is not signed in hears of it with the first request. */
export interface Keeper extends Authorizer {
  /** For check-token: no network, nothing changed. Throws StoreError when what is stored is damaged. */
  describe(): TokenDescription;
}

export interface KeeperOptions {
  readonly providerId: string;
  readonly store: TokenStore;
  /** The lock database of this provider and account. */
  readonly lockPath: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** What outlives a run, beside the pair itself. */
export interface Memory {
  readonly windows: RateWindows;
  readonly facts: Facts;
}

/** The keeper for one account, whatever the kind of sign-in. */
export function keeperFor(
  configured: Auth,
  options: KeeperOptions & { readonly account: string; readonly memory: Memory },
): Keeper {
  const { account, memory, providerId } = options;
  const auth = authFor(configured, account);
  if (auth.kind === 'apiKey') return keyKeeper(auth, options, account);
  if (auth.kind === 'oauth2') return new TokenKeeper({ ...options, oauth: auth });
  return new TokenKeeper({ ...options, grant: auth, notes: new LoginNotes(memory, providerId, account) });
}
