import type { Span } from '../core/coverage.ts';
import type { CursorState } from '../core/cursor.ts';
import { readBack } from './content.ts';
import type { Db } from './database.ts';

/** One resource as the database knows it. Instants are UTC epoch milliseconds. */
export interface StreamStatus {
  readonly provider: string;
  readonly resource: string;
  readonly rows: number;
  readonly deleted: number;
  /** The newest record's local date, or its UTC instant where records have no date. */
  readonly newest: string | null;
  readonly covered: readonly Span[];
  readonly lastAttempt: number | null;
  readonly lastSuccess: number | null;
  readonly lastOutcome: string | null;
  readonly lastMessage: string | null;
}

interface Row extends Omit<StreamStatus, 'covered' | 'newest'> {
  readonly stream: number;
  readonly state: string;
}

/** Sessions that one rule of a destination would push. */
export interface PushedTypes {
  readonly kind?: string | undefined;
  /** undefined: all. */
  readonly types?: readonly string[] | undefined;
  readonly minSeconds: number;
  readonly startDate: string;
}

/** Reads counters and index ends only: the time does not grow with the number of records. */
export function readStatus(db: Db, account: string) {
  const rows = db
    .prepare<[string], Row>(
      `SELECT stream, provider, resource, live_rows AS rows, deleted_rows AS deleted, state,
         last_attempt_at AS lastAttempt, last_success_at AS lastSuccess, last_outcome AS lastOutcome,
         last_message AS lastMessage
       FROM sync_state WHERE account = ? ORDER BY provider, resource`,
    )
    .all(account);
  const newestDay = db
    .prepare<[number], string | null>('SELECT max(day) FROM items WHERE stream = ? AND day IS NOT NULL')
    .pluck();
  // Where records have no date, ids begin with the instant, so the last key is the newest.
  const newestId = db
    .prepare<[number], string>('SELECT id FROM items WHERE stream = ? ORDER BY id DESC LIMIT 1')
    .pluck();
  const streams: StreamStatus[] = rows.map(({ stream, state, ...row }) => ({
    ...row,
    covered: (readBack(state, `${row.provider}.${row.resource}: what was read so far`) as CursorState)
      .covered,
    newest: newestDay.get(stream) ?? dated(newestId.get(stream)),
  }));
  return {
    streams,
    entries: readEntries(db, account),
    pending: pendingOf(db, account),
    closed: readClosed(db),
    lastRun: readLastRun(db),
  };
}

function dated(id: string | undefined): string | null {
  return id !== undefined && /^\d{4}-\d{2}-\d{2}T/.test(id) ? id.slice(0, 16) : null;
}

function readEntries(db: Db, account: string) {
  const select = `SELECT count(*) FILTER (WHERE state = 'done') AS pushed, count(*) FILTER (WHERE kept) AS kept,
      count(*) FILTER (WHERE state = 'gone') AS deletedThere,
      count(*) FILTER (WHERE state = 'intent' AND problem IS NULL) AS inDoubt,
      count(*) FILTER (WHERE problem IS NOT NULL) AS blocked
    FROM entries WHERE account = ?`;
  type Entries = { pushed: number; kept: number; deletedThere: number; inDoubt: number; blocked: number };
  return db.prepare<[string], Entries>(select).get(account) as Entries;
}

/** Sessions of a resource without an entry, by the ledger alone. The first rule that fits a session counts. */
function pendingOf(db: Db, account: string) {
  return (provider: string, resource: string, rules: readonly PushedTypes[]): number => {
    const cases = rules.map(caseOf);
    if (cases.length === 0) return 0;
    return db
      .prepare<unknown[], number>(
        `SELECT count(*) FROM sessions x JOIN sync_state s USING (stream)
         WHERE s.provider = ? AND s.account = ? AND s.resource = ? AND x.end_at > x.start_at
           AND CASE ${cases.map(({ sql }) => sql).join(' ')} ELSE 0 END
           AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.provider = s.provider AND e.account = s.account
             AND e.resource = s.resource AND e.record_id = x.id)`,
      )
      .pluck()
      .get(provider, account, resource, ...cases.flatMap(({ values }) => values)) as number;
  };
}

function caseOf({ kind, types, minSeconds, startDate }: PushedTypes): { sql: string; values: unknown[] } {
  const ofKind = kind === undefined ? '1' : 'x.kind = ?';
  const ofType = types === undefined ? '1' : `x.type COLLATE NOCASE IN (${types.map(() => '?').join(', ')})`;
  return {
    sql: `WHEN ${ofKind} AND ${ofType} THEN
      x.day >= ? AND coalesce(x.asleep_seconds, (x.end_at - x.start_at) / 1000) >= ?`,
    values: [...(kind === undefined ? [] : [kind]), ...(types ?? []), startDate, minSeconds],
  };
}

function readClosed(db: Db): { scope: string; until: number }[] {
  const select = 'SELECT scope, not_before AS until FROM rate_closed';
  return db.prepare<[], { scope: string; until: number }>(select).all();
}

function readLastRun(db: Db): { at: string; outcome: string } | null {
  const select = `SELECT strftime('%Y-%m-%dT%H:%M:%SZ', started_at / 1000, 'unixepoch') AS at,
      coalesce(outcome, 'did not end') AS outcome
    FROM sync_runs WHERE command = 'sync' ORDER BY run DESC LIMIT 1`;
  return db.prepare<[], { at: string; outcome: string }>(select).get() ?? null;
}
