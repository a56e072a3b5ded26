import type { Statement } from 'better-sqlite3';
import type { Span } from '../core/coverage.ts';
import { instantOf, type LocalDate } from '../core/dates.ts';
import type { Put } from '../core/record.ts';
import type { Db } from './database.ts';

/** A session as stored. Instants are UTC epoch milliseconds, offsets minutes east of UTC. */
export interface StoredSession {
  readonly provider: string;
  readonly account: string;
  readonly resource: string;
  readonly recordId: string;
  readonly kind: string;
  readonly type: string | null;
  readonly day: LocalDate;
  readonly startAt: number;
  readonly startOffset: number;
  readonly endAt: number;
  readonly endOffset: number;
  readonly asleepSeconds: number | null;
  readonly efficiency: number | null;
  readonly title: string | null;
}

export interface SessionFilter {
  readonly provider: string;
  readonly account: string;
  readonly resource: string;
  readonly span?: Span | undefined;
}

/** Sessions of live records, newest first. */
export function readSessions(db: Db, filter: SessionFilter): StoredSession[] {
  const { provider, account, resource, span } = filter;
  return db
    .prepare<unknown[], StoredSession>(
      `SELECT s.provider, s.account, s.resource, x.id AS recordId, x.kind, x.type, x.day,
         x.start_at AS startAt, x.start_offset AS startOffset, x.end_at AS endAt, x.end_offset AS endOffset,
         x.asleep_seconds AS asleepSeconds, x.efficiency, x.title
       FROM sessions x JOIN sync_state s USING (stream)
       WHERE s.provider = ? AND s.account = ? AND s.resource = ? AND x.day BETWEEN ? AND ?
       ORDER BY x.start_at DESC, x.id`,
    )
    .all(provider, account, resource, span?.from ?? '0000-01-01', span?.to ?? '9999-12-31');
}

/** The sessions of records, written in the records' own transactions. */
export class SessionRows {
  readonly #put: Statement<unknown[]>;
  readonly #has: Statement<[number, string]>;
  readonly #drop: Statement<[number, string]>;

  constructor(db: Db) {
    this.#put = db.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#has = db.prepare('SELECT 1 FROM sessions WHERE stream = ? AND id = ?');
    this.#drop = db.prepare('DELETE FROM sessions WHERE stream = ? AND id = ?');
  }

  keep(stream: number, { row, session }: Put): void {
    if (session === undefined) {
      this.drop(stream, row.id);
      return;
    }
    this.#put.run(
      stream,
      row.id,
      session.kind,
      session.type,
      session.day,
      instantOf(session.start),
      offsetMinutes(session.start),
      instantOf(session.end),
      offsetMinutes(session.end),
      session.asleepSeconds,
      session.efficiency,
      session.title ?? null,
    );
  }

  keepMissing(stream: number, put: Put): void {
    if (this.#has.get(stream, put.row.id) === undefined) this.keep(stream, put);
  }

  drop(stream: number, id: string): void {
    this.#drop.run(stream, id);
  }
}

/** Minutes east of UTC as written at the end of an ISO instant; `Z` and no offset are 0. */
function offsetMinutes(iso: string): number {
  const found = /([+-])(\d{2}):?(\d{2})$/.exec(iso);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3]));
}
