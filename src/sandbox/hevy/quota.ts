import { Refusal } from './refusals.ts';

/** The service refuses with 429 at times, but its limits are documented nowhere. */
export interface QuotaOptions {
  /** So many requests in any so many seconds; default no limit. */
  readonly quota?: { readonly requests: number; readonly seconds: number };
  /** Whether a 429 names the seconds to wait; default not. */
  readonly retryAfter?: boolean;
}

const SECOND = 1000;

/** A rolling window. Refused requests are not counted: hammering does not prolong the wait. */
export class Quota {
  readonly #options: QuotaOptions;
  #times: number[] = [];
  #refusing = 0;

  constructor(options: QuotaOptions) {
    this.#options = options;
  }

  /** The next requests are refused whatever the limit. */
  refuseNext(requests: number): void {
    this.#refusing = requests;
  }

  /** Counts one request at that time (UTC epoch milliseconds), or refuses it. */
  take(now: number): void {
    if (this.#refusing > 0) {
      this.#refusing -= 1;
      throw this.#refusal(SECOND);
    }
    const { quota } = this.#options;
    if (quota === undefined) return;
    const window = quota.seconds * SECOND;
    this.#times = this.#times.filter((at) => at > now - window && at <= now);
    if (this.#times.length >= quota.requests) {
      throw this.#refusal((this.#times[this.#times.length - quota.requests] ?? now) + window - now);
    }
    this.#times.push(now);
  }

  #refusal(wait: number): Refusal {
    const seconds = String(Math.ceil(wait / SECOND));
    const headers: Record<string, string> = this.#options.retryAfter ? { 'retry-after': seconds } : {};
    return new Refusal(429, 'Too Many Requests', { headers });
  }
}
