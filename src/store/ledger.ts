import { failpoint } from '../core/failpoint.ts';
import { readBack } from './content.ts';
import type { Db } from './database.ts';

/** Which session an entry stands for. */
export interface SessionKey {
  readonly provider: string;
  readonly account: string;
  readonly resource: string;
  readonly recordId: string;
}

/**
 * `intent`: a create was about to be sent, nobody knows yet whether it arrived. `done`: the entry is there, `fields`
 * holds what the service last answered. `gone`: the person deleted it there; it is not made again.
 */
export type LedgerState = 'intent' | 'done' | 'gone';

export interface LedgerRow extends SessionKey {
  readonly state: LedgerState;
  readonly remoteId: string | null;
  /** The entry as the service last answered (JSON of the destination's own shape). */
  readonly fields: unknown;
  /** What the last write was about to make of it, noted before it went out; null once the service has answered. */
  readonly sent: unknown;
  /** The session as it was when it was last sent. */
  readonly session: unknown;
  /** The text template it was last written with; null when another tool wrote it. */
  readonly template: string | null;
  /** The person changed it there, and it was left alone. */
  readonly kept: boolean;
  /** Why the service will not take it, until the session changes. */
  readonly problem: string | null;
  /** UTC epoch milliseconds. */
  readonly notedAt: number;
}

interface Row {
  provider: string;
  account: string;
  resource: string;
  record_id: string;
  state: LedgerState;
  remote_id: string | null;
  fields: string | null;
  sent: string | null;
  session: string;
  template: string | null;
  kept: number;
  problem: string | null;
  noted_at: number;
}

/** Ledger and outbox of one destination and one target there. Every write is durable when the method returns. */
export class Ledger {
  readonly #db: Db;
  readonly #where: [destination: string, target: string];

  constructor(db: Db, destination: string, target: string) {
    this.#db = db;
    this.#where = [destination, target];
  }

  all(): LedgerRow[] {
    return this.#db
      .prepare<unknown[], Row>('SELECT * FROM entries WHERE destination = ? AND target = ?')
      .all(...this.#where)
      .map(fromRow);
  }

  /** Several writes in one durable step. */
  together(writes: () => void): void {
    this.#db.transaction(writes).immediate();
    failpoint('ledger.booked');
  }

  get(key: SessionKey): LedgerRow | undefined {
    const row = this.#db
      .prepare<unknown[], Row>(
        `SELECT * FROM entries WHERE destination = ? AND target = ? AND provider = ? AND account = ? AND resource = ?
           AND record_id = ?`,
      )
      .get(...this.#where, key.provider, key.account, key.resource, key.recordId);
    return row === undefined ? undefined : fromRow(row);
  }

  /** Whether an entry of this id is already some session's. */
  isTaken(remoteId: string): boolean {
    return (
      this.#db
        .prepare('SELECT 1 FROM entries WHERE destination = ? AND target = ? AND remote_id = ?')
        .get(...this.#where, remoteId) !== undefined
    );
  }

  /** Inserts or replaces the row of this session. */
  put(row: Omit<LedgerRow, 'notedAt'>, now: number): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...this.#where,
        row.provider,
        row.account,
        row.resource,
        row.recordId,
        row.state,
        row.remoteId,
        row.fields === null ? null : JSON.stringify(row.fields),
        row.sent === null ? null : JSON.stringify(row.sent),
        JSON.stringify(row.session),
        row.template,
        row.kept ? 1 : 0,
        row.problem,
        now,
      );
    failpoint(`ledger.${row.state}`);
  }

  forget(key: SessionKey): void {
    this.#db
      .prepare(
        `DELETE FROM entries WHERE destination = ? AND target = ? AND provider = ? AND account = ? AND resource = ?
           AND record_id = ?`,
      )
      .run(...this.#where, key.provider, key.account, key.resource, key.recordId);
    failpoint('ledger.forgotten');
  }
}

const WHAT = 'the ledger of entries';

function fromRow(row: Row): LedgerRow {
  return {
    provider: row.provider,
    account: row.account,
    resource: row.resource,
    recordId: row.record_id,
    state: row.state,
    remoteId: row.remote_id,
    fields: row.fields === null ? null : readBack(row.fields, WHAT),
    sent: row.sent === null ? null : readBack(row.sent, WHAT),
    session: readBack(row.session, WHAT),
    template: row.template,
    kept: row.kept === 1,
    problem: row.problem,
    notedAt: row.noted_at,
  };
}
