import type { Span } from '../core/coverage.ts';
import type { LocalDate } from '../core/dates.ts';
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
         x.asleep_seconds AS asleepSeconds, x.efficiency
       FROM sessions x JOIN sync_state s USING (stream)
       WHERE s.provider = ? AND s.account = ? AND s.resource = ? AND x.day BETWEEN ? AND ?
       ORDER BY x.start_at DESC, x.id`,
    )
    .all(provider, account, resource, span?.from ?? '0000-01-01', span?.to ?? '9999-12-31');
}
