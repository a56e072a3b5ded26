import { type Keeper, keeperFor } from './auth/keeper.ts';
import type { Clock } from './core/clock.ts';
import type { AnyProvider } from './core/provider.ts';
import { type Authorizer, Client } from './http/client.ts';
import { Gate } from './http/gate.ts';
import type { Wire } from './http/wire.ts';
import type { Store } from './store/store.ts';

/** One exchange may take this long (milliseconds): connecting, headers and body. */
export const EXCHANGE_DEADLINE = 60_000;
/** A 429 of a source that does not say how long (milliseconds). */
const UNEXPLAINED = 300_000;

/** One provider for one account: what the command line and the library read it with. */
export interface SourceOptions {
  readonly provider: AnyProvider;
  /** The provider's own section. */
  readonly config: unknown;
  readonly account: string;
  readonly store: Store;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Whoever is not signed in hears of it with the first request. */
export function openKeeper(options: SourceOptions): Keeper {
  const { provider, config, account, store, wire, clock, signal } = options;
  return keeperFor(provider.auth(config), {
    providerId: provider.id,
    account,
    store: store.tokens(provider.id, account),
    lockPath: store.tokenLockPath(provider.id, account),
    memory: { windows: store.windows, facts: store.facts },
    wire,
    clock,
    signal,
  });
}

/** Reads from a provider with its credentials. `wait`: sleep through closed request windows instead of ending. */
export function openClient(options: SourceOptions, authorizer: Authorizer, wait: boolean): Client {
  const { provider, config, store, wire, clock, signal } = options;
  const gate = new Gate({
    scope: provider.id,
    windows: store.windows,
    clock,
    limits: provider.limits?.(config) ?? { unexplained: UNEXPLAINED },
    waitForever: wait,
  });
  return new Client({
    source: provider.id,
    baseUrl: provider.baseUrl(config),
    headers: provider.headers,
    plainReply: provider.plainReply,
    reasonOf: provider.explain,
    wire,
    gate,
    authorizer,
    clock,
    concurrency: provider.concurrency,
    signal,
  });
}
