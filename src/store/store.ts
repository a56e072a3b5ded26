import { existsSync } from 'node:fs';
import { asStoreError, type Db, openDatabase } from './database.ts';
import { Facts } from './facts.ts';
import { Ledger } from './ledger.ts';
import { type Lock, lockRun } from './lock.ts';
import { Records } from './records.ts';
import { Runs } from './runs.ts';
import { readSessions, type SessionFilter, type StoredSession } from './sessions.ts';
import { restoreSignIns } from './signIns.ts';
import { TokenStore } from './tokens.ts';
import { refreshViews } from './views.ts';
import { RateWindows } from './windows.ts';

/** One SQLite file and the small lock files beside it. */
export class Store {
  readonly path: string;
  readonly db: Db;
  readonly records: Records;
  readonly windows: RateWindows;
  readonly facts: Facts;
  readonly runs: Runs;

  /** Throws StoreError. `views`: the typed views that this version declares. */
  constructor(path: string, views: readonly { name: string; sql: string }[]) {
    this.path = path;
    this.db = openDatabase(path);
    try {
      refreshViews(this.db, views);
      this.records = this.#opened();
    } catch (error) {
      this.db.close();
      throw error;
    }
    this.windows = new RateWindows(this.db);
    this.facts = new Facts(this.db);
    this.runs = new Runs(this.db);
  }

  /** The first statements meet what is wrong with the tables. */
  #opened(): Records {
    try {
      restoreSignIns(this.db);
      return new Records(this.db);
    } catch (error) {
      throw asStoreError(error, this.path);
    }
  }

  static exists(path: string): boolean {
    return existsSync(path);
  }

  tokens(provider: string, account: string): TokenStore {
    return new TokenStore(this.db, provider, account);
  }

  ledger(destination: string, target: string): Ledger {
    return new Ledger(this.db, destination, target);
  }

  sessions(filter: SessionFilter): StoredSession[] {
    return readSessions(this.db, filter);
  }

  /** Held by whatever writes records or entries. Throws LockedError at once when another run holds it. */
  lockRun(): Lock {
    return lockRun(this.path);
  }

  tokenLockPath(provider: string, account: string): string {
    return `${this.path}.${provider}.${account}.lock`;
  }

  close(): void {
    this.db.close();
  }
}
