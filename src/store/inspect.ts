import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { loadAddon } from './addon.ts';
import { APPLICATION_ID, type Db } from './database.ts';
import { readUnfit, type Unfit } from './mend.ts';
import { migrations } from './migrations.ts';

export interface Inspection {
  /** What `PRAGMA integrity_check` complains about; empty: sound. */
  readonly damage: readonly string[];
  readonly isOurs: boolean;
  readonly schema: number;
  readonly newestSchema: number;
  /** Streams whose counters are not what is stored. */
  readonly miscounted: readonly string[];
  /** What cannot be read, or belongs to nothing. */
  readonly unfit: readonly Unfit[];
  /** Items that were set aside, by stream. */
  readonly rejects: readonly { readonly source: string; readonly count: number }[];
  readonly records: number;
}

/** Reads the whole file; other processes may write meanwhile. What is damaged is not counted. */
export function inspect(db: Db): Inspection {
  const damage = integrity(db);
  const streams = damage.length > 0 ? [] : countStreams(db);
  return {
    damage,
    isOurs: db.pragma('application_id', { simple: true }) === APPLICATION_ID,
    schema: db.pragma('user_version', { simple: true }) as number,
    newestSchema: migrations.length,
    miscounted: streams.filter(({ live, counted }) => live !== counted).map(({ source }) => source),
    unfit: damage.length > 0 ? [] : readUnfit(db),
    rejects: damage.length > 0 ? [] : readRejects(db),
    records: streams.reduce((sum, { live }) => sum + live, 0),
  };
}

/** What is wrong with a file that could not be opened as a store. Changes nothing. */
export function damageOf(path: string): string[] {
  const nativeBinding = loadAddon(dirname(path)) as never;
  let db: Db | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000, nativeBinding });
    return integrity(db);
  } catch (error) {
    return [(error as Error).message];
  } finally {
    db?.close();
  }
}

const MOST_COMPLAINTS = 20;

/** What SQLite's own check complains about. */
export function integrity(db: Db): string[] {
  try {
    const rows = db.pragma(`integrity_check(${MOST_COMPLAINTS})`) as { integrity_check: string }[];
    const lines = rows.flatMap(({ integrity_check }) => integrity_check.split('\n'));
    return lines.filter((line) => line !== 'ok' && !line.startsWith('***'));
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      return [error.message];
    throw error;
  }
}

/** The tables are whole: an index is made of them anew. */
export function isAboutIndex(complaint: string): boolean {
  return /^(?:row \d+ (?:missing from|values differ from)|wrong # of entries in|non-unique entry in) index /i.test(
    complaint,
  );
}

interface Counted {
  readonly source: string;
  readonly live: number;
  readonly counted: number;
}

/** One statement, so that a run that writes meanwhile cannot come between. */
function countStreams(db: Db): Counted[] {
  return db
    .prepare<[], Counted>(
      `SELECT s.provider || '.' || s.resource AS source, s.live_rows AS live, coalesce(i.counted, 0) AS counted
       FROM sync_state s LEFT JOIN
         (SELECT stream, count(*) AS counted FROM items WHERE deleted_at IS NULL GROUP BY stream) i USING (stream)
       ORDER BY source`,
    )
    .all();
}

function readRejects(db: Db): { source: string; count: number }[] {
  return db
    .prepare<[], { source: string; count: number }>(
      `SELECT s.provider || '.' || s.resource AS source, count(*) AS count
       FROM rejects JOIN sync_state s USING (stream) GROUP BY source ORDER BY source`,
    )
    .all();
}

/** On how many of the 28 dates up to its newest one the stream has a record: most, if one comes every day. */
export function recentDates(db: Db, stream: { provider: string; account: string; resource: string }): number {
  return db
    .prepare<[string, string, string], number>(
      `WITH s AS (SELECT stream FROM sync_state WHERE provider = ? AND account = ? AND resource = ?),
         last AS (SELECT max(day) AS day FROM items WHERE stream = (SELECT stream FROM s) AND day IS NOT NULL)
       SELECT count(DISTINCT i.day) FROM items i, last
       WHERE i.stream = (SELECT stream FROM s) AND i.day > date(last.day, '-28 days') AND i.deleted_at IS NULL`,
    )
    .pluck()
    .get(stream.provider, stream.account, stream.resource) as number;
}
