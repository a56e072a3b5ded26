import { crc32 } from 'node:zlib';
import type { Statement } from 'better-sqlite3';
import type { CursorState } from '../core/cursor.ts';
import { instantOf, type LocalDate } from '../core/dates.ts';
import { failpoint } from '../core/failpoint.ts';
import type { Change, Put } from '../core/record.ts';
import { isSameContent } from './content.ts';
import type { Db } from './database.ts';
import { Lookups } from './lookups.ts';
import { type Reject, Rejects } from './rejects.ts';
import { SessionRows } from './sessions.ts';
import { Streams } from './streams.ts';

/** One understood item: its exact text and what it means. */
export interface Understood {
  readonly text: string;
  readonly change: Change;
}

export interface PageToStore {
  readonly items: readonly Understood[];
  readonly rejects: readonly Reject[];
  /** Comes with the last page of a span. */
  readonly state?: CursorState | undefined;
  /** UTC epoch milliseconds. */
  readonly now: number;
  /** Dates every row as seen now, even if it was seen today already. */
  readonly touch?: boolean | undefined;
}

export interface Counts {
  created: number;
  updated: number;
  unchanged: number;
  deleted: number;
  rejected: number;
}

export const noCounts = (): Counts => ({ created: 0, updated: 0, unchanged: 0, deleted: 0, rejected: 0 });

interface Known {
  /** Whether the stored text is the one just received, to the byte. */
  is_same: 0 | 1;
  deleted_at: number | null;
  last_seen: number;
  day: string | null;
}

const DAY_SECONDS = 86_400;

/** Records of all streams. Row times are UTC epoch seconds for "seen", milliseconds for the record's own instants. */
export class Records {
  readonly find: Lookups;
  readonly streams: Streams;
  readonly #db: Db;
  readonly #insert: Statement<unknown[]>;
  readonly #known: Statement<[string, number, string], Known>;
  readonly #payload: Statement<[number, string], string>;
  readonly #update: Statement<unknown[]>;
  readonly #touch: Statement<[number, number, string]>;
  readonly #saw: Statement<[number, string]>;
  readonly #count: Statement<[number, number, number]>;
  readonly #sessions: SessionRows;
  readonly #rejects: Rejects;

  constructor(db: Db) {
    this.#db = db;
    this.find = new Lookups(db);
    this.streams = new Streams(db);
    this.#insert = db.prepare(
      `INSERT INTO items (stream, id, day, started_at, ended_at, updated_at, first_seen, last_seen, content_hash, payload)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#known = db.prepare(
      'SELECT payload = ? AS is_same, deleted_at, last_seen, day FROM items WHERE stream = ? AND id = ?',
    );
    this.#payload = db
      .prepare<[number, string], string>('SELECT payload FROM items WHERE stream = ? AND id = ?')
      .pluck();
    this.#update = db.prepare(
      `UPDATE items SET day = ?, started_at = ?, ended_at = ?, updated_at = ?, last_seen = ?, changed_at = ?,
         deleted_at = NULL, content_hash = ?, payload = ? WHERE stream = ? AND id = ?`,
    );
    this.#touch = db.prepare('UPDATE items SET last_seen = ? WHERE stream = ? AND id = ?');
    this.#saw = db.prepare('DELETE FROM missing WHERE stream = ? AND id = ?');
    this.#count = db.prepare(
      'UPDATE sync_state SET live_rows = live_rows + ?, deleted_rows = deleted_rows + ? WHERE stream = ?',
    );
    this.#sessions = new SessionRows(db);
    this.#rejects = new Rejects(db);
  }

  /** Rows, rejects and the cursor's new state in one short transaction. */
  apply(stream: number, page: PageToStore): Counts {
    const counts = noCounts();
    this.#db
      .transaction(() => {
        let restored = 0;
        const hasRejects = this.#rejects.has(stream);
        for (const { text, change } of page.items) {
          if (hasRejects) this.#rejects.forget(stream, text);
          if ('remove' in change) {
            counts.deleted += this.#buryAll(stream, [change.remove], page.now);
            continue;
          }
          const outcome = this.#put(stream, text, change, page);
          if (outcome === 'restored') restored += 1;
          counts[outcome === 'restored' ? 'updated' : outcome] += 1;
        }
        for (const reject of page.rejects) this.#rejects.put(stream, reject, page.now);
        counts.rejected += page.rejects.length;
        this.#addToCounters(stream, counts.created + restored, -restored);
        if (page.state !== undefined) this.streams.keepState(stream, page.state);
        failpoint('records.in-transaction');
      })
      .immediate();
    failpoint('records.committed');
    return counts;
  }

  #put(
    stream: number,
    text: string,
    change: Put,
    { now, touch }: PageToStore,
  ): 'created' | 'updated' | 'unchanged' | 'restored' {
    const { row } = change;
    const seen = Math.floor(now / 1000);
    // For whoever compares two copies; whether a record changed is decided by its text.
    const contentHash = crc32(text);
    const day = row.day ?? null;
    const started = instant(row.startedAt);
    const ended = instant(row.endedAt);
    const updated = instant(row.updatedAt);
    const added = this.#insert.run(
      stream,
      row.id,
      day,
      started,
      ended,
      updated,
      seen,
      seen,
      contentHash,
      text,
    );
    if (added.changes === 1) {
      if (change.session !== undefined) this.#sessions.keep(stream, change);
      return 'created';
    }
    const known = this.#known.get(text, stream, row.id) as Known;
    this.#saw.run(stream, row.id);
    // The day may come from another record, and move with that one.
    const stays = row.day === undefined || row.day === known.day;
    if (known.deleted_at === null && stays && this.#same(stream, row.id, known, text)) {
      // A write per re-read row and run would wear the disk for nothing: once a day is enough to date it.
      if (touch === true || seen - known.last_seen >= DAY_SECONDS) this.#touch.run(seen, stream, row.id);
      // An earlier version may have stored the record without knowing that it stands for a session.
      if (change.session !== undefined) this.#sessions.keepMissing(stream, change);
      return 'unchanged';
    }
    this.#update.run(day, started, ended, updated, seen, seen, contentHash, text, stream, row.id);
    this.#sessions.keep(stream, change);
    return known.deleted_at === null ? 'updated' : 'restored';
  }

  /** The same bytes, or the same values in another order of keys. */
  #same(stream: number, id: string, known: Known, text: string): boolean {
    return known.is_same === 1 || isSameContent(this.#payload.get(stream, id) as string, text);
  }

  #addToCounters(stream: number, live: number, deleted: number): void {
    if (live !== 0 || deleted !== 0) this.#count.run(live, deleted, stream);
  }

  /** Notes that a complete listing did not hold the record; answers since when that is so (UTC epoch milliseconds). */
  noteMissing(stream: number, id: string, now: number): number {
    this.#db.prepare('INSERT INTO missing VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(stream, id, now);
    failpoint('records.missing-noted');
    const select = 'SELECT since FROM missing WHERE stream = ? AND id = ?';
    return this.#db.prepare<[number, string], number>(select).pluck().get(stream, id) as number;
  }

  /** Gives records the local date they count for, which was not known when they came. */
  date(stream: number, days: ReadonlyMap<string, LocalDate>): void {
    const set = this.#db.prepare('UPDATE items SET day = ? WHERE stream = ? AND id = ?');
    this.#db
      .transaction(() => {
        for (const [id, day] of days) set.run(day, stream, id);
      })
      .immediate();
    failpoint('records.dated');
  }

  /** Notes that the document was asked for just now and is not there. */
  noteAbsent(stream: number, id: string, now: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO missing VALUES (?, ?, ?)').run(stream, id, now);
    failpoint('records.absent-noted');
  }

  /** Turns the records into tombstones; their content stays. */
  bury(stream: number, ids: readonly string[], now: number): void {
    this.#db.transaction(() => void this.#buryAll(stream, ids, now)).immediate();
    failpoint('records.buried');
  }

  #buryAll(stream: number, ids: readonly string[], now: number): number {
    const mark = this.#db.prepare(
      'UPDATE items SET deleted_at = ? WHERE stream = ? AND id = ? AND deleted_at IS NULL',
    );
    let buried = 0;
    for (const id of ids) {
      buried += mark.run(Math.floor(now / 1000), stream, id).changes;
      this.#saw.run(stream, id);
      this.#sessions.drop(stream, id);
    }
    this.#addToCounters(stream, -buried, buried);
    return buried;
  }
}

function instant(text: string | undefined): number | null {
  if (text === undefined) return null;
  const epoch = instantOf(text);
  return Number.isNaN(epoch) ? null : epoch;
}
