import type { PasswordGrant } from '../core/auth.ts';
import { sha256 } from '../core/digest.ts';
import type { Memory } from './keeper.ts';

/**
 * How the last login ended that has not proved good. `unknown`: nobody heard of its end. `unproven`: it brought a pair
 * that no request for data has gone through with yet. `stranger`: it was somebody else's.
 */
export type Ending = 'refused' | 'unavailable' | 'unknown' | 'unproven' | 'stranger';

/** Longer than any service closes for one failed login (milliseconds); more than that is a clock that was wrong. */
const LONGEST = 86_400_000;

/**
 * What earlier logins with a password came to, over runs and processes. The window is the provider's: services count
 * logins by where they come from. Who was refused is the account's.
 */
export class LoginNotes {
  readonly #memory: Memory;
  readonly #window: string;
  readonly #scope: string;

  constructor(memory: Memory, provider: string, account: string) {
    this.#memory = memory;
    this.#window = `${provider} sign-in`;
    this.#scope = `${provider} sign-in as ${account}`;
  }

  /** Until when no login is tried (UTC epoch milliseconds); undefined: one may be. */
  closedUntil(now: number): number | undefined {
    const until = this.#memory.windows.notBefore(this.#window) ?? 0;
    return until > now && until - now <= LONGEST ? until : undefined;
  }

  lastEnding(): Ending | undefined {
    return this.#last()?.ending;
  }

  /** Whether exactly these credentials were of no use: trying them again by itself would only lock the account. */
  wasRefused(grant: PasswordGrant): boolean {
    return this.#endedSo('refused', grant) || this.wasStranger(grant);
  }

  /** Whether exactly these credentials are somebody else's than the stored records. */
  wasStranger(grant: PasswordGrant): boolean {
    return this.#endedSo('stranger', grant);
  }

  #endedSo(ending: Ending, grant: PasswordGrant): boolean {
    const last = this.#last();
    return last?.ending === ending && last.digest === credentialsDigest(grant);
  }

  /** Right before the login leaves: should nobody live to hear how it ended, the next one waits all the same. */
  begin(grant: PasswordGrant, now: number): void {
    this.end('unknown', grant, now + grant.backOff, now);
  }

  end(ending: Ending, grant: PasswordGrant, until: number, now: number): void {
    this.#memory.facts.put(this.#scope, 'last', { ending, digest: credentialsDigest(grant) }, now);
    this.#memory.windows.close(this.#window, until);
  }

  succeeded(now: number): void {
    // With the present as its horizon the window may also be shortened. First, since a window that stays closed keeps
    // everybody out, while a note that stays behind an open one does not.
    this.#memory.windows.close(this.#window, now, now);
    this.#memory.facts.forget(this.#scope);
  }

  #last(): { ending: Ending; digest: string } | undefined {
    return this.#memory.facts.get(this.#scope, 'last', 0) as { ending: Ending; digest: string } | undefined;
  }
}

/** Names the credentials without telling them. */
function credentialsDigest({ username, password, clientId, clientSecret }: PasswordGrant): string {
  return sha256(JSON.stringify([username ?? '', password ?? '', clientId ?? '', clientSecret ?? '']));
}
