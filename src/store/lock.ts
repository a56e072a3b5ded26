import { setTimeout as delay } from 'node:timers/promises';
import { LockedError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import { asStoreError, connect, type Db } from './database.ts';
import { discard } from './files.ts';

/**
 * A lock that the kernel frees when its holder dies: an exclusive transaction on a tiny database of its own.
 * That file is only ever opened through SQLite, because closing any other descriptor of it would drop the lock.
 */
export class Lock {
  readonly path: string;
  readonly #db: Db;
  #held = true;

  private constructor(path: string, db: Db) {
    this.path = path;
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
      return new Lock(path, db);
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

  /** For whoever removes what it guards. */
  remove(): void {
    discard(this.path);
    this.release();
    // Windows removes no open file.
    if (process.platform === 'win32') discard(this.path);
  }
}

/** Held by whatever writes records or entries. Throws LockedError at once when another run holds it. */
export function lockRun(database: string): Lock {
  const lock = Lock.try(`${database}.run.lock`);
  if (lock !== undefined) return lock;
  throw new LockedError(`another run is at work on ${database}`, {
    hint: `Wait for it to end. ${runHint('status')} shows what it has done so far.`,
  });
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
}
