import type { Clock } from '../core/clock.ts';
import { TemporaryError } from '../core/errors.ts';
import type { RateWindows } from '../store/windows.ts';
import { PATIENCE, retryAfter } from './retry.ts';

/** A rolling hour and two seconds: a request arrives a little after it was noted. */
const HOUR = 3_602_000;

/**
 * No service closes its door for longer: 900 s or a day are obeyed in full, but a misprint in one header must not
 * shut a source until the year 5195. Stored instants beyond it come from a clock that was wrong. Milliseconds.
 */
export const LONGEST_CLOSING = 7 * 86_400_000;

export interface Limits {
  readonly perHour?: number | undefined;
  readonly perSecond?: number | undefined;
  /** How long a 429 without `Retry-After` closes the gate, in milliseconds. */
  readonly unexplained: number;
}

/**
 * Stands before every request to one service: no request goes out while a known window is closed. What was spent and
 * until when it is closed is kept in the database, so later runs obey it too.
 */
export class Gate {
  readonly #scope: string;
  readonly #windows: RateWindows;
  readonly #clock: Clock;
  readonly #patience: number;
  #limits: Limits;
  #nextSlot = 0;

  constructor(options: {
    scope: string;
    windows: RateWindows;
    clock: Clock;
    limits: Limits;
    /** Sleep through closed windows of any length instead of ending. */
    waitForever: boolean;
  }) {
    this.#scope = options.scope;
    this.#windows = options.windows;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#patience = options.waitForever ? Number.POSITIVE_INFINITY : PATIENCE;
  }

  set limits(limits: Limits) {
    this.#limits = limits;
  }

  /** When the next request may go out (UTC epoch milliseconds); now or earlier: at once. */
  opensAt(): number {
    const { perHour } = this.#limits;
    const closed = this.#closedUntil();
    if (perHour === undefined) return closed;
    const spent = this.#spent();
    const oldestInTheWay = spent[spent.length - perHour];
    return Math.max(closed, oldestInTheWay === undefined ? 0 : oldestInTheWay + HOUR);
  }

  /** Requests that may still go out within this hour; undefined when no hourly limit is known. */
  left(): number | undefined {
    const { perHour } = this.#limits;
    if (perHour === undefined) return undefined;
    if (this.#closedUntil() > this.#clock.now()) return 0;
    return Math.max(0, perHour - this.#spent().length);
  }

  /**
   * Waits for short windows and notes the request on disk before it goes out.
   * Throws TemporaryError with `retryAt` when the window stays closed for longer than a run waits.
   */
  async admit(signal?: AbortSignal): Promise<void> {
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) {
      if (wait > this.#patience) throw this.closedError();
      await this.#clock.sleep(wait, signal);
    }
    const now = this.#clock.now();
    const { perHour, perSecond } = this.#limits;
    if (perHour !== undefined) this.#windows.spend(this.#scope, now, now - HOUR);
    if (perSecond !== undefined) this.#nextSlot = Math.max(this.#nextSlot, now) + 1000 / perSecond;
  }

  /** After a 429: closes the gate for as long as the service said, within reason. */
  refused(retryAfterHeader: string | undefined): void {
    const now = this.#clock.now();
    const wait = retryAfter(retryAfterHeader, now) ?? this.#limits.unexplained;
    this.#windows.close(this.#scope, now + Math.min(wait, LONGEST_CLOSING), now + LONGEST_CLOSING);
  }

  closedError(): TemporaryError {
    const retryAt = this.opensAt();
    return new TemporaryError(
      `${this.#scope}: the request limit is used up until ${new Date(retryAt).toISOString()}`,
      { source: this.#scope, retryAt, hint: 'Nothing to do: a run after that time goes on from here.' },
    );
  }

  #closedUntil(): number {
    const closed = this.#windows.notBefore(this.#scope) ?? 0;
    return closed > this.#clock.now() + LONGEST_CLOSING ? 0 : closed;
  }

  /** Of the rolling hour. What lies further ahead than that was noted by a clock that was wrong. */
  #spent(): number[] {
    const now = this.#clock.now();
    return this.#windows.spentBetween(this.#scope, now - HOUR, now + HOUR);
  }

  #wait(): number {
    const now = this.#clock.now();
    return Math.max(this.opensAt(), this.#nextSlot) - now;
  }
}
