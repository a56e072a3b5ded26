import { instantOf } from '../../core/dates.ts';
import type { Document } from '../truth.ts';
import { utcText } from './times.ts';

interface Logged {
  /** UTC epoch milliseconds. */
  readonly at: number;
  readonly id: string;
  /** As it is listed. */
  readonly event: Document;
}

export interface EventOptions {
  /**
   * Whether an event at exactly that instant belongs to `since`; not documented. Default exclusive, which a client
   * without an overlap notices.
   */
  readonly since?: 'exclusive' | 'inclusive';
  /** How fine the service compares; not documented either. Default second: fractions are cut off on its side. */
  readonly sincePrecision?: 'second' | 'millisecond';
  /** Default every: each change is an event of its own with the workout as it was then. latest: one per workout. */
  readonly log?: 'every' | 'latest';
  /** How far back the log reaches; default to the beginning, which the documented default of `since` suggests. */
  readonly logDays?: number;
  /** With 3 every third deletion comes without `deleted_at`, which the document allows; default none. */
  readonly undatedDeletions?: number;
}

const DAY = 86_400_000;

export class EventLog {
  readonly #options: EventOptions;
  #logged: Logged[] = [];
  #deletions = 0;

  constructor(options: EventOptions) {
    this.#options = options;
  }

  updated(workout: Document): void {
    const at = instantOf(String(workout.updated_at));
    this.#logged.push({ at, id: String(workout.id), event: { type: 'updated', workout } });
  }

  deleted(id: string, at: number): void {
    this.#deletions += 1;
    const { undatedDeletions = 0 } = this.#options;
    const dated = undatedDeletions === 0 || this.#deletions % undatedDeletions !== 0;
    const deleted_at = utcText(at, 'Z');
    this.#logged.push({ at, id, event: { type: 'deleted', id, ...(dated ? { deleted_at } : {}) } });
  }

  clear(): void {
    this.#logged = [];
  }

  /** Newest first; of two at the same instant the one that was logged later. `since` is UTC epoch milliseconds. */
  list(since: number, now: number): Document[] {
    const { sincePrecision = 'second', logDays = Infinity, log = 'every' } = this.#options;
    const cut = (at: number) => (sincePrecision === 'second' ? Math.floor(at / 1000) * 1000 : at);
    const inclusive = this.#options.since === 'inclusive';
    const from = cut(since);
    const seen = new Set<string>();
    return this.#newestFirst()
      .filter(({ id }) => log === 'every' || (!seen.has(id) && seen.add(id)))
      .filter(({ at }) => at >= now - logDays * DAY)
      .filter(({ at }) => (inclusive ? cut(at) >= from : cut(at) > from))
      .map(({ event }) => event);
  }

  #newestFirst(): Logged[] {
    return [...this.#logged].reverse().sort((a, b) => b.at - a.at);
  }
}
