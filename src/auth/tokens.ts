import type { OAuth2, PasswordGrant } from '../core/auth.ts';
import { AuthError, ContractError, LockedError, TemporaryError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import type { Token, TokenRecord } from '../store/tokens.ts';
import { describeSignIn, type TokenDescription } from './description.ts';
import type { Keeper, KeeperOptions } from './keeper.ts';
import type { LoginNotes } from './loginNotes.ts';
import { oauthPairs, type PairSource } from './pairSource.ts';
import { passwordPairs } from './password.ts';
import { seedDigest, seedIsWanted, seedToken } from './seed.ts';
import { readStored, recoverReply } from './storedPair.ts';
import { withTokenLock } from './tokenLock.ts';

export type TokenKeeperOptions = KeeperOptions &
  ({ readonly oauth: OAuth2 } | { readonly grant: PasswordGrant; readonly notes: LoginNotes });

/** A token this close to its end is renewed before it is used, in milliseconds. */
const MARGIN = 60_000;

/**
 * One account's pair during one run: hands it out, renews it at most once, and shares it with other processes
 * through the store. Whoever comes second to a renewal adopts what the first one stored.
 */
export class TokenKeeper implements Keeper {
  readonly #options: KeeperOptions;
  readonly #pairs: PairSource;
  #loading: Promise<void> | undefined;
  #token: Token | undefined;
  /** The refresh token before this pair's is still on disk: the pair has not worked yet. */
  #hasSpare = false;
  #renewing: Promise<boolean> | undefined;
  #tried = false;
  #rescued = false;
  #failure: unknown;

  constructor(options: TokenKeeperOptions) {
    this.#options = options;
    this.#pairs =
      'oauth' in options ? oauthPairs(options.oauth, options) : passwordPairs(options.grant, options);
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    await this.#load();
    const canBegin = this.#token === undefined && this.#pairs.beginsAlone;
    if (canBegin || this.#endsWithin(MARGIN)) await this.#renewEarly();
    return bearer(this.#signedIn());
  }

  /** False when the refused credentials are the newest there are. Throws when renewing them failed. */
  async renew(refused: Readonly<Record<string, string>>): Promise<boolean> {
    await this.#load();
    // A request that left before somebody else renewed the pair is simply out of date.
    if (bearer(this.#signedIn()).authorization !== refused.authorization) return true;
    return this.#replace();
  }

  /** The pair works: what it was traded for has done its service. */
  accepted(headers: Readonly<Record<string, string>>): void {
    if (this.#token === undefined || bearer(this.#token).authorization !== headers.authorization) return;
    this.#pairs.accepted();
    if (!this.#hasSpare) return;
    this.#hasSpare = false;
    this.#options.store.forgetPrevious(this.#token.accessToken);
  }

  describe(): TokenDescription {
    const { store, providerId, clock } = this.#options;
    const { auth } = this.#pairs;
    const context = { now: clock.now(), refused: this.#pairs.wasRefused() };
    return describeSignIn(auth, readStored(store, providerId), context);
  }

  /** Before anything else: a reply that was not understood in time, and a pair from the configuration. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadOnce();
    return this.#loading;
  }

  async #loadOnce(): Promise<void> {
    const { store, providerId, lockPath, signal, clock } = this.#options;
    const { auth } = this.#pairs;
    let record = readStored(store, providerId);
    if (record?.reply != null || seedIsWanted(auth, record)) {
      record = await withTokenLock(lockPath, signal, () => {
        const recovered = this.#recover();
        if (!seedIsWanted(auth, recovered)) return recovered;
        const known = recovered?.userId ?? null;
        store.save(seedToken(auth, providerId, clock.now(), known), seedDigest(auth));
        return readStored(store, providerId);
      });
    }
    this.#adopt(record);
  }

  #recover(): TokenRecord | undefined {
    const { store, providerId, clock } = this.#options;
    return recoverReply(store, providerId, clock.now(), this.#pairs.rules);
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
      if (!canWait || this.#token === undefined || this.#endsWithin(0)) throw error;
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
    if (this.#adopt(readStored(store, providerId))) return true;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#tried && (this.#rescued || !this.#hasSpare)) return false;
    try {
      return await withTokenLock(lockPath, signal, () => this.#replaceLocked());
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  async #replaceLocked(): Promise<boolean> {
    const { store, providerId } = this.#options;
    const record = this.#recover();
    if (this.#adopt(record)) return true;
    const hasPair = record?.token !== undefined;
    if (!hasPair && !this.#pairs.beginsAlone) throw this.#notSignedIn();
    if (this.#tried) return hasPair && this.#rescue(record);
    if (hasPair && !this.#pairs.canRenew(record) && !this.#endsWithin(0)) return false;
    this.#tried = true;
    await this.#pairs.renew(record);
    return this.#adopt(readStored(store, providerId));
  }

  async #rescue(record: TokenRecord): Promise<boolean> {
    const { store, providerId } = this.#options;
    this.#rescued = true;
    await this.#pairs.rescue(record);
    return this.#adopt(readStored(store, providerId));
  }

  #adopt(record: TokenRecord | undefined): boolean {
    const token = record?.token;
    if (token === undefined || isSame(token, this.#token)) return false;
    this.#token = token;
    this.#hasSpare = record?.previousRefreshToken != null;
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
