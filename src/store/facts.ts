import { failpoint } from '../core/failpoint.ts';
import type { Db } from './database.ts';

/** Answers remembered for a while, so that scarce requests are not spent on asking twice. */
export class Facts {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The value if it was fetched at `since` (UTC epoch milliseconds) or later. */
  get(scope: string, name: string, since: number): unknown {
    // What cannot be read any more is as good as forgotten.
    const select =
      'SELECT value FROM facts WHERE scope = ? AND name = ? AND fetched_at >= ? AND json_valid(value)';
    const text = this.#db.prepare<[string, string, number], string>(select).pluck().get(scope, name, since);
    return text === undefined ? undefined : JSON.parse(text);
  }

  put(scope: string, name: string, value: unknown, now: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)')
      .run(scope, name, JSON.stringify(value), now);
    failpoint('fact.noted');
  }

  forget(scope: string): void {
    this.#db.prepare('DELETE FROM facts WHERE scope = ?').run(scope);
    failpoint('fact.forgotten');
  }
}
