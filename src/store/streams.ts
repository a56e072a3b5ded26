import type { Statement } from 'better-sqlite3';
import { type CursorState, emptyState } from '../core/cursor.ts';
import { failpoint } from '../core/failpoint.ts';
import { readBack } from './content.ts';
import type { Db } from './database.ts';

/** A resource of an account at a provider. */
export interface StreamName {
  readonly provider: string;
  readonly account: string;
  readonly resource: string;
}

/** The streams by their numbers: how far each has been read, and what came of it the last time. */
export class Streams {
  readonly #db: Db;
  readonly #state: Statement<[string, number]>;

  constructor(db: Db) {
    this.#db = db;
    this.#state = db.prepare('UPDATE sync_state SET state = ? WHERE stream = ?');
  }

  /** Made when it is new. */
  number(name: StreamName): number {
    const known = this.#known(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    failpoint('stream.made');
    return made;
  }

  #known(name: StreamName): number | undefined {
    return this.#db
      .prepare<unknown[], number>(
        'SELECT stream FROM sync_state WHERE provider = ? AND account = ? AND resource = ?',
      )
      .pluck()
      .get(...keyOf(name));
  }

  #make(name: StreamName): number {
    this.#db
      .prepare('INSERT INTO sync_state (provider, account, resource) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(...keyOf(name));
    return this.#known(name) as number;
  }

  state(stream: number): CursorState {
    const text = this.#db
      .prepare<[number], string>('SELECT state FROM sync_state WHERE stream = ?')
      .pluck()
      .get(stream);
    return text === undefined ? emptyState : (readBack(text, 'what was read so far') as CursorState);
  }

  saveState(stream: number, state: CursorState): void {
    this.keepState(stream, state);
    failpoint('stream.state-saved');
  }

  /** For a transaction of the caller's. */
  keepState(stream: number, state: CursorState): void {
    this.#state.run(JSON.stringify(state), stream);
  }

  /** Notes in one step that these streams are about to be read, and makes those that are new. */
  noteAttempts(streams: readonly StreamName[], now: number): void {
    const note = this.#db.prepare('UPDATE sync_state SET last_attempt_at = ? WHERE stream = ?');
    this.#db
      .transaction(() => {
        for (const name of streams) note.run(now, this.#known(name) ?? this.#make(name));
      })
      .immediate();
    failpoint('stream.attempts-noted');
  }

  noteOutcome(stream: number, outcome: string, message: string | undefined, now: number): void {
    this.#db
      .prepare(
        `UPDATE sync_state SET last_outcome = ?, last_message = ?,
           last_success_at = CASE ? WHEN 'OK' THEN ? ELSE last_success_at END WHERE stream = ?`,
      )
      .run(outcome, message ?? null, outcome, now, stream);
    failpoint('stream.outcome-noted');
  }
}

function keyOf({ provider, account, resource }: StreamName): [string, string, string] {
  return [provider, account, resource];
}
