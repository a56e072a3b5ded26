import type { Clock } from '../core/clock.ts';
import { TemporaryError } from '../core/errors.ts';
import { endOfWindow, type Limits, type RateWindow, type ReplyHeaders } from '../core/limits.ts';
import type { RateWindows } from '../store/windows.ts';
import { PATIENCE, retryAfter } from './retry.ts';

/** A request arrives a little after it was noted: a window counts as longer by this, in milliseconds. */
const SLACK = 2_000;

/**
 * No service closes its door for longer: 900 s or a day are obeyed in full, but a misprint in one header must not
 * shut a source until the year 5195. Stored instants beyond it come from a clock that was wrong. Milliseconds.
 */
export const LONGEST_CLOSING = 7 * 86_400_000;

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
  opensAt(optional = false): number {
    const windows = this.#limits.windows ?? [];
    return Math.max(this.#closedUntil(), ...windows.map((window) => this.#opensBy(window, optional)));
  }

  /** Requests that may still go out within the tightest window; undefined when no window is known. */
  left(): number | undefined {
    const windows = this.#limits.windows ?? [];
    if (windows.length === 0) return undefined;
    if (this.#closedUntil() > this.#clock.now()) return 0;
    const left = windows.map((window) => {
      const { from, until } = this.#reach(window);
      return window.requests - this.#windows.countBetween(this.#scope, from, until);
    });
    return Math.max(0, Math.min(...left));
  }

  /**
   * Waits for short windows and notes the request on disk before it goes out. One that is `optional` leaves alone what
   * a window keeps back. Throws TemporaryError with `retryAt` when the window stays closed for longer than a run waits.
   */
  async admit(signal?: AbortSignal, optional = false): Promise<void> {
    for (let wait = this.#wait(optional); wait > 0; wait = this.#wait(optional)) {
      if (wait > this.#patience + this.#minute()) throw this.closedError(optional);
      await this.#clock.sleep(wait, signal);
    }
    const now = this.#clock.now();
    const { windows = [], perSecond } = this.#limits;
    if (windows.length > 0) {
      const longest = Math.max(...windows.map(({ seconds }) => seconds * 1000 + SLACK));
      this.#windows.spend(this.#scope, now, now - longest);
    }
    if (perSecond !== undefined) this.#nextSlot = Math.max(this.#nextSlot, now) + 1000 / perSecond;
  }

  /** After a 429: closes the gate for as long as the service said, within reason. */
  refused(headers: ReplyHeaders): void {
    const now = this.#clock.now();
    const { unexplained, told } = this.#limits;
    const usual = typeof unexplained === 'number' ? unexplained : unexplained(now);
    const wait =
      retryAfter(headers['retry-after'], now) ?? Math.max(0, (told?.(headers, now) ?? now + usual) - now);
    this.#close(now + wait);
  }

  /** After any other reply: its headers may say that nothing is left. */
  heard(headers: ReplyHeaders): void {
    const now = this.#clock.now();
    const until = this.#limits.told?.(headers, now);
    if (until !== undefined && until > now) this.#close(until);
  }

  #close(until: number): void {
    const horizon = this.#clock.now() + LONGEST_CLOSING;
    this.#windows.close(this.#scope, Math.min(until, horizon), horizon);
  }

  closedError(optional = false): TemporaryError {
    const retryAt = this.opensAt(optional);
    return new TemporaryError(
      `${this.#scope}: the request limit is used up until ${new Date(retryAt).toISOString()}`,
      { source: this.#scope, retryAt, hint: 'Nothing to do: a run after that time goes on from here.' },
    );
  }

  #closedUntil(): number {
    const closed = this.#windows.notBefore(this.#scope) ?? 0;
    return closed > this.#clock.now() + LONGEST_CLOSING ? 0 : closed;
  }

  /** A service that counts by the minute is waited for, slack included. */
  #minute(): number {
    return this.#limits.windows?.some(({ seconds }) => seconds <= 60) === true ? SLACK : 0;
  }

  #opensBy(window: RateWindow, optional: boolean): number {
    const { from, until } = this.#reach(window);
    const allowed = Math.max(1, window.requests - (optional ? (window.kept ?? 0) : 0));
    const inTheWay = this.#windows.newest(this.#scope, allowed, from, until);
    if (inTheWay === undefined) return 0;
    return window.aligned === true ? until + SLACK : inTheWay + window.seconds * 1000 + SLACK;
  }

  /** Which noted requests count. What lies further ahead than one length was noted by a clock that was wrong. */
  #reach({ seconds, aligned }: RateWindow): { from: number; until: number } {
    const now = this.#clock.now();
    const length = seconds * 1000;
    if (aligned !== true) return { from: now - length - SLACK, until: now + length };
    const until = endOfWindow(seconds, now);
    return { from: until - length - 1, until };
  }

  #wait(optional: boolean): number {
    const now = this.#clock.now();
    return Math.max(this.opensAt(optional), this.#nextSlot) - now;
  }
}
