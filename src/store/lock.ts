import { setTimeout as delay } from 'node:timers/promises';
import { LockedError } from '../core/errors.ts';
import { asStoreError, connect, type Db } from './database.ts';

/**
 * A lock that the kernel frees when its holder dies: an exclusive transaction on a tiny database of its own.
 * That file is only ever opened through SQLite, because closing any other descriptor of it would drop the lock.
 */
export class Lock {
  readonly #db: Db;
  #held = true;

  private constructor(db: Db) {
    this.#db = db;
  }

  /** The lock, or undefined when somebody else holds it. */
  static try(path: string): Lock | undefined {
    let db: Db | undefined;
    try {
      db = connect(path, 0);
      // A rollback journal, not WAL: there an exclusive transaction keeps nobody from reading.
      db.pragma('journal_mode = DELETE');
      db.exec('BEGIN EXCLUSIVE');
      return new Lock(db);
    } catch (error) {
      db?.close();
      if (isBusy(error)) return undefined;
      throw asStoreError(error, path);
    }
  }

  /** Asks again every few milliseconds without blocking the process. Throws LockedError after `patience` milliseconds. */
  static async wait(path: string, patience: number, signal?: AbortSignal): Promise<Lock> {
    const pause = 15;
    for (let waited = 0; waited <= patience; waited += pause) {
      const lock = Lock.try(path);
      if (lock !== undefined) return lock;
      await delay(pause, undefined, { signal });
    }
    throw new LockedError(`another process has held ${path} for ${patience / 1000} s`, {
      hint: 'Wait for it to end, then run the command again.',
    });
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#db.exec('ROLLBACK');
    this.#db.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
}
