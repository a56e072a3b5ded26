import type { Clock } from '../core/clock.ts';
import { AuthError, ContractError, LockedError, TemporaryError } from '../core/errors.ts';
import type { OAuth2 } from '../core/provider.ts';
import type { Authorizer } from '../http/client.ts';
import type { Wire } from '../http/wire.ts';
import { runHint } from '../program.ts';
import type { Token, TokenStore } from '../store/tokens.ts';
import { describeToken, type TokenDescription } from './description.ts';
import { refresh } from './refresh.ts';
import { seedDigest, seedIsWanted, seedToken } from './seed.ts';
import { readStored, recoverReply } from './storedPair.ts';
import { withTokenLock } from './tokenLock.ts';

export interface TokenKeeperOptions {
  readonly providerId: string;
  readonly oauth: OAuth2;
  readonly store: TokenStore;
  /** The lock database of this provider and account. */
  readonly lockPath: string;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A token this close to its end is renewed before it is used, in milliseconds. */
const MARGIN = 60_000;

/**
 * One account's pair during one run: hands it out, renews it at most once, and shares it with other processes
 * through the store. Whoever comes second to a renewal adopts what the first one stored.
 */
export class TokenKeeper implements Authorizer {
  readonly #options: TokenKeeperOptions;
  #loading: Promise<void> | undefined;
  #token: Token | undefined;
  #renewing: Promise<boolean> | undefined;
  #tried = false;
  #failure: unknown;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    await this.#load();
    if (this.#endsWithin(MARGIN)) await this.#renewEarly();
    return bearer(this.#signedIn());
  }

  /** False when the refused credentials are the newest there are. Throws when renewing them failed. */
  async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
    await this.#load();
    // A request that left before somebody else renewed the pair is simply out of date.
    if (bearer(this.#signedIn()).authorization !== refused.authorization) return true;
    return this.#replace();
  }

  /** For check-token: no network, nothing changed. */
  describe(): TokenDescription {
    const { store, oauth, providerId, clock } = this.#options;
    return describeToken(store, { oauth, source: providerId, now: clock.now() });
  }

  /** Before anything else: a reply that was not understood in time, and a pair from the configuration. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadOnce();
    return this.#loading;
  }

  async #loadOnce(): Promise<void> {
    const { oauth, store, providerId, lockPath, signal, clock } = this.#options;
    let record = readStored(store, providerId);
    if (record?.reply != null || seedIsWanted(oauth, record)) {
      record = await withTokenLock(lockPath, signal, () => {
        const recovered = recoverReply(store, providerId, clock.now());
        if (!seedIsWanted(oauth, recovered)) return recovered;
        store.save(seedToken(oauth, providerId, clock.now()), seedDigest(oauth));
        return readStored(store, providerId);
      });
    }
    this.#token = record?.token;
  }

  #signedIn(): Token {
    if (this.#token === undefined) throw this.#notSignedIn();
    return this.#token;
  }

  #notSignedIn(): AuthError {
    const { providerId } = this.#options;
    const hint = runHint(`auth ${providerId}`);
    return new AuthError(`${providerId}: not signed in`, { source: providerId, hint });
  }

  #endsWithin(milliseconds: number): boolean {
    const { expiresAt } = this.#signedIn();
    return expiresAt !== null && expiresAt - this.#options.clock.now() < milliseconds;
  }

  /** While the access token still works, trouble with renewing it can wait. */
  async #renewEarly(): Promise<void> {
    if (this.#tried && this.#failure === undefined) return;
    try {
      const adopted = await this.#replace();
      if (adopted && !this.#tried && this.#endsWithin(MARGIN)) await this.#replace();
    } catch (error) {
      const canWait = [TemporaryError, LockedError, AuthError, ContractError].some(
        (kind) => error instanceof kind,
      );
      if (!canWait || this.#endsWithin(0)) throw error;
    }
  }

  /** True when another pair is in use now. Shared by everybody who asks while it is under way. */
  #replace(): Promise<boolean> {
    this.#renewing ??= this.#replaceOnce().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #replaceOnce(): Promise<boolean> {
    const { store, providerId, lockPath, signal } = this.#options;
    if (this.#adopt(readStored(store, providerId)?.token)) return true;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#tried) return false;
    try {
      return await withTokenLock(lockPath, signal, () => this.#replaceLocked());
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async #replaceLocked(): Promise<boolean> {
    const { store, providerId, oauth, wire, clock } = this.#options;
    const record = recoverReply(store, providerId, clock.now());
    if (this.#adopt(record?.token)) return true;
    if (record?.token === undefined) throw this.#notSignedIn();
    if (record.token.refreshToken === null && !this.#endsWithin(0)) return false;
    this.#tried = true;
    // Without the run's signal: a refresh that is cut off halfway costs the pair.
    const endpoint = { source: providerId, oauth, wire, now: () => clock.now() };
    return this.#adopt(await refresh(store, record, endpoint));
  }

  #adopt(token: Token | undefined): boolean {
    if (token === undefined || isSame(token, this.#token)) return false;
    this.#token = token;
    return true;
  }
}

function bearer({ accessToken }: Token) {
  return { authorization: `Bearer ${accessToken}` };
}

function isSame(one: Token, other: Token | undefined): boolean {
  return (
    one.accessToken === other?.accessToken &&
    one.refreshToken === other.refreshToken &&
    one.expiresAt === other.expiresAt
  );
}
