import type { Db } from './database.ts';

/** What is known of a service's rate windows, over runs. Instants are UTC epoch milliseconds. */
export class RateWindows {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  notBefore(scope: string): number | undefined {
    const select = 'SELECT not_before FROM rate_closed WHERE scope = ?';
    return this.#db.prepare<[string], number>(select).pluck().get(scope);
  }

  /** Never shortens a window that is closed for longer already, unless that lies beyond the horizon. */
  close(scope: string, until: number, horizon = Number.POSITIVE_INFINITY): void {
    this.#db
      .prepare(
        `INSERT INTO rate_closed VALUES (?, ?)
         ON CONFLICT DO UPDATE SET not_before = CASE WHEN not_before > ? THEN excluded.not_before
           ELSE max(not_before, excluded.not_before) END`,
      )
      .run(scope, Math.ceil(until), Math.ceil(horizon));
  }

  /** How many requests were noted between the two, both ends left out. */
  countBetween(scope: string, since: number, until: number): number {
    const select = 'SELECT count(*) FROM rate_spent WHERE scope = ? AND at > ? AND at < ?';
    return this.#db
      .prepare<[string, number, number], number>(select)
      .pluck()
      .get(scope, since, until) as number;
  }

  /** When the `nth` newest of them was noted (1: the newest); undefined when there are fewer. */
  newest(scope: string, nth: number, since: number, until: number): number | undefined {
    const select =
      'SELECT at FROM rate_spent WHERE scope = ? AND at > ? AND at < ? ORDER BY at DESC LIMIT 1 OFFSET ?';
    return this.#db
      .prepare<[string, number, number, number], number>(select)
      .pluck()
      .get(scope, since, until, nth - 1);
  }

  /** Notes a request before it goes out, and forgets those before `horizon`. */
  spend(scope: string, at: number, horizon: number): void {
    this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM rate_spent WHERE scope = ? AND at <= ?').run(scope, horizon);
        this.#db.prepare('INSERT INTO rate_spent VALUES (?, ?)').run(scope, at);
      })
      .immediate();
  }
}
