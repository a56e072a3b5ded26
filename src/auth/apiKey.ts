import type { ApiKey } from '../core/auth.ts';
import { AuthError } from '../core/errors.ts';
import type { Authorizer } from '../http/client.ts';
import { PROGRAM, runHint } from '../program.ts';
import { DEFAULT_ACCOUNT } from './account.ts';
import { describeSignIn } from './description.ts';
import type { Keeper, KeeperOptions } from './keeper.ts';
import { readStored } from './storedPair.ts';

/** A key in a header of its own: nothing to renew. */
export function apiKey(header: string, key: string): Authorizer {
  return { headers: async () => ({ [header]: key }), renew: async () => false };
}

/** The configured key, or the one that a person gave at sign-in. */
export function keyKeeper(auth: ApiKey, options: KeeperOptions, account: string): Keeper {
  const { store, providerId, clock } = options;
  const keyOf = () =>
    auth.onlyConfigured ? auth.key : (auth.key ?? readStored(store, providerId)?.token?.accessToken);
  return {
    headers: async () => {
      const key = keyOf();
      if (key === undefined) throw noKey(providerId, auth, account);
      return { [auth.header]: key };
    },
    renew: async () => false,
    describe: () => describeSignIn(auth, readStored(store, providerId), { now: clock.now() }),
  };
}

function noKey(source: string, { onlyConfigured }: ApiKey, account: string): AuthError {
  if (account === DEFAULT_ACCOUNT)
    return new AuthError(`${source}: no API key`, { source, hint: runHint(`auth ${source}`) });
  const whose = `a configured key belongs to the account "${DEFAULT_ACCOUNT}"`;
  return new AuthError(`${source}: no API key for the account "${account}": ${whose}`, {
    source,
    hint: onlyConfigured
      ? `Name the other sources: ${PROGRAM} --account ${account} sync …`
      : runHint(`--account ${account} auth ${source}`),
  });
}
