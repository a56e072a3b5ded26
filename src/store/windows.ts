import type { Statement } from 'better-sqlite3';
import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';

/** What is known of a service's rate windows, over runs. Instants are UTC epoch milliseconds. Asked before every request. */
export class RateWindows {
  readonly #db: Db;
  readonly #notBefore: Statement<[string], number>;
  readonly #close: Statement<[string, number, number]>;
  readonly #count: Statement<[string, number, number], number>;
  readonly #newest: Statement<[string, number, number, number], number>;
  readonly #forget: Statement<[string, number]>;
  readonly #spend: Statement<[string, number]>;

  constructor(db: Db) {
    this.#db = db;
    this.#notBefore = db
      .prepare<[string], number>('SELECT not_before FROM rate_closed WHERE scope = ?')
      .pluck();
    this.#close = db.prepare(
      `INSERT INTO rate_closed VALUES (?, ?)
       ON CONFLICT DO UPDATE SET not_before = CASE WHEN not_before > ? THEN excluded.not_before
         ELSE max(not_before, excluded.not_before) END`,
    );
    const between = 'FROM rate_spent WHERE scope = ? AND at > ? AND at < ?';
    this.#count = db.prepare<[string, number, number], number>(`SELECT count(*) ${between}`).pluck();
    this.#newest = db
      .prepare<[string, number, number, number], number>(
        `SELECT at ${between} ORDER BY at DESC LIMIT 1 OFFSET ?`,
      )
      .pluck();
    this.#forget = db.prepare('DELETE FROM rate_spent WHERE scope = ? AND at <= ?');
    this.#spend = db.prepare('INSERT INTO rate_spent VALUES (?, ?)');
  }

  notBefore(scope: string): number | undefined {
    return this.#notBefore.get(scope);
  }

  /** Never shortens a window that is closed for longer already, unless that lies beyond the horizon. */
  close(scope: string, until: number, horizon = Number.POSITIVE_INFINITY): void {
    this.#close.run(scope, Math.ceil(until), Math.ceil(horizon));
    failpoint('window.closed');
  }

  /** How many requests were noted between the two, both ends left out. */
  countBetween(scope: string, since: number, until: number): number {
    return this.#count.get(scope, since, until) as number;
  }

  /** When the `nth` newest of them was noted (1: the newest); undefined when there are fewer. */
  newest(scope: string, nth: number, since: number, until: number): number | undefined {
    return this.#newest.get(scope, since, until, nth - 1);
  }

  /** Notes a request before it goes out, and forgets those before `horizon`. */
  spend(scope: string, at: number, horizon: number): void {
    this.#db
      .transaction(() => {
        this.#forget.run(scope, horizon);
        this.#spend.run(scope, at);
      })
      .immediate();
    failpoint('window.spent');
  }
}
