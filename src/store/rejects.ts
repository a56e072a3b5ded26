import type { Statement } from 'better-sqlite3';
import type { RawItem } from '../core/record.ts';
import { withoutSecrets } from '../core/secrecy.ts';
import type { Db } from './database.ts';

/** One item that did not fit its schema. */
export interface Reject {
  readonly item: RawItem;
  readonly reason: string;
}

/** Items that were set aside, kept for a version that understands them. */
export class Rejects {
  readonly #any: Statement<[number]>;
  readonly #put: Statement<unknown[]>;
  readonly #forget: Statement<[number, Buffer]>;

  constructor(db: Db) {
    this.#any = db.prepare('SELECT 1 FROM rejects WHERE stream = ? LIMIT 1');
    this.#put = db.prepare('INSERT INTO rejects VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#forget = db.prepare('DELETE FROM rejects WHERE stream = ? AND content_hash = ?');
  }

  has(stream: number): boolean {
    return this.#any.get(stream) !== undefined;
  }

  put(stream: number, { item, reason }: Reject, now: number): void {
    // Whatever came in place of a record, an error that repeats what was sent included.
    const payload = withoutSecrets(item.text);
    this.#put.run(stream, digestOf(item.text), reason, payload, Math.floor(now / 1000));
  }

  /** An item that an earlier version set aside is no longer waiting once this one understands it. */
  forget(stream: number, text: string): void {
    this.#forget.run(stream, digestOf(text));
  }
}

/** Such an item has no id, so its content names it. They are rare, and loading `crypto` takes all commands 5 ms. */
function digestOf(text: string): Buffer {
  const { hash } = process.getBuiltinModule('node:crypto');
  return hash('sha256', text, 'buffer').subarray(0, 8);
}
