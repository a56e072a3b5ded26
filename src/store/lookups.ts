import type { Statement } from 'better-sqlite3';
import type { Span } from '../core/coverage.ts';
import type { LocalDate } from '../core/dates.ts';
import type { RawItem, StoredItem } from '../core/provider.ts';
import type { Db } from './database.ts';
import type { StreamName } from './streams.ts';

/** What is stored already, as the engine asks for it. */
export class Lookups {
  readonly #db: Db;
  readonly #has: Statement<[number, string], 1>;

  constructor(db: Db) {
    this.#db = db;
    this.#has = db.prepare('SELECT 1 FROM items WHERE stream = ? AND id = ?');
  }

  /** A tombstone counts as well. */
  has(stream: number, id: string): boolean {
    return this.#has.get(stream, id) !== undefined;
  }

  /**
   * Ids of live records that count for a day inside the span; all of them without one. `undated`: and of those that
   * count for no day and begin in there (UTC epoch milliseconds).
   */
  idsIn(stream: number, span?: Span, undated?: { readonly from: number; readonly until: number }): string[] {
    const all = 'SELECT id FROM items WHERE stream = ? AND deleted_at IS NULL';
    const ids = (condition: string, ...values: unknown[]) =>
      this.#db
        .prepare<unknown[], string>(all + condition)
        .pluck()
        .all(stream, ...values);
    if (span === undefined) return ids('');
    const dated = ids(' AND day BETWEEN ? AND ?', span.from, span.to);
    if (undated === undefined) return dated;
    const { from, until } = undated;
    return [...dated, ...ids(' AND day IS NULL AND started_at >= ? AND started_at < ?', from, until)];
  }

  /** The same by name, for a resource that may never have been read. */
  idsOf({ provider, account, resource }: StreamName): string[] {
    const select = `SELECT i.id FROM items i JOIN sync_state s USING (stream)
      WHERE s.provider = ? AND s.account = ? AND s.resource = ? AND i.deleted_at IS NULL`;
    return this.#db.prepare<string[], string>(select).pluck().all(provider, account, resource);
  }

  liveRows(stream: number): number {
    const select = 'SELECT live_rows FROM sync_state WHERE stream = ?';
    return this.#db.prepare<[number], number>(select).pluck().get(stream) ?? 0;
  }

  /** Live records, newest first. */
  *stored(stream: number): Generator<StoredItem & RawItem> {
    const select =
      'SELECT id, payload FROM items WHERE stream = ? AND deleted_at IS NULL AND json_valid(payload) ORDER BY started_at DESC, id';
    for (const { id, payload } of this.#db
      .prepare<[number], { id: string; payload: string }>(select)
      .all(stream))
      yield { id, text: payload, value: JSON.parse(payload) };
  }

  /** The local date that the record counts for; a tombstone's still does. */
  dayOf({ provider, account, resource }: StreamName, id: string): LocalDate | undefined {
    const select = `SELECT i.day FROM items i JOIN sync_state s USING (stream)
      WHERE s.provider = ? AND s.account = ? AND s.resource = ? AND i.id = ?`;
    return (
      this.#db.prepare<string[], LocalDate | null>(select).pluck().get(provider, account, resource, id) ??
      undefined
    );
  }

  /** Live records that count for no day yet. */
  undated(stream: number): StoredItem[] {
    const select =
      'SELECT id, payload FROM items WHERE stream = ? AND day IS NULL AND deleted_at IS NULL AND json_valid(payload)';
    const rows = this.#db.prepare<[number], { id: string; payload: string }>(select).all(stream);
    return rows.map(({ id, payload }) => ({ id, value: JSON.parse(payload) }));
  }

  /** The first local date that any live record of the stream counts for. */
  firstDay(stream: number): LocalDate | undefined {
    const select = 'SELECT min(day) FROM items WHERE stream = ? AND day IS NOT NULL AND deleted_at IS NULL';
    return this.#db.prepare<[number], LocalDate | null>(select).pluck().get(stream) ?? undefined;
  }

  /**
   * Ids of the live records of `parent` that `stream` has no record for, or one from before the parent's last change;
   * newest first. What was asked for and not there counts as had, unless it is to be asked for `again`. With a span only
   * days inside it.
   */
  awaiting(
    stream: number,
    parent: number,
    { span, again }: { span?: Span | undefined; again: boolean },
  ): string[] {
    const within = span === undefined ? '' : 'AND p.day BETWEEN ? AND ?';
    const select = `
      SELECT p.id FROM items p
        LEFT JOIN items c ON c.stream = ? AND c.id = p.id AND c.deleted_at IS NULL
        LEFT JOIN missing m ON m.stream = ? AND m.id = p.id
      WHERE p.stream = ? AND p.deleted_at IS NULL ${within}
        AND coalesce(c.last_seen, ${again ? '' : 'm.since / 1000, '}-1) < coalesce(p.changed_at, p.first_seen)
      ORDER BY p.started_at DESC, p.id`;
    const days = span === undefined ? [] : [span.from, span.to];
    return this.#db
      .prepare<unknown[], string>(select)
      .pluck()
      .all(stream, stream, parent, ...days);
  }

  /** Ids of the live records of `stream` whose record in `parent` is a tombstone. */
  orphans(stream: number, parent: number): string[] {
    const select = `SELECT c.id FROM items c JOIN items p ON p.stream = ? AND p.id = c.id
      WHERE c.stream = ? AND c.deleted_at IS NULL AND p.deleted_at IS NOT NULL`;
    return this.#db.prepare<[number, number], string>(select).pluck().all(parent, stream);
  }

  /** Ids of live records whose payload has the value at the JSON path and that were last seen before (UTC epoch ms). */
  unfinished(stream: number, { path, value }: { path: string; value: string }, before: number): string[] {
    const select = `SELECT id FROM items WHERE stream = ? AND deleted_at IS NULL AND last_seen < ?
      AND CASE WHEN json_valid(payload) THEN json_extract(payload, ?) END = ? ORDER BY started_at DESC, id`;
    return this.#db
      .prepare<unknown[], string>(select)
      .pluck()
      .all(stream, Math.floor(before / 1000), path, value);
  }
}
