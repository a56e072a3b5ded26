import { existsSync } from 'node:fs';
import { LockedError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import { type Db, openDatabase } from './database.ts';
import { Facts } from './facts.ts';
import { Ledger } from './ledger.ts';
import { Lock } from './lock.ts';
import { Records } from './records.ts';
import { Runs } from './runs.ts';
import { readSessions, type SessionFilter, type StoredSession } from './sessions.ts';
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
    refreshViews(this.db, views);
    this.records = new Records(this.db);
    this.windows = new RateWindows(this.db);
    this.facts = new Facts(this.db);
    this.runs = new Runs(this.db);
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
    const lock = Lock.try(`${this.path}.run.lock`);
    if (lock !== undefined) return lock;
    throw new LockedError(`another run is at work on ${this.path}`, {
      hint: `Wait for it to end. ${runHint('status')} shows what it has done so far.`,
    });
  }

  tokenLockPath(provider: string, account: string): string {
    return `${this.path}.${provider}.${account}.lock`;
  }

  close(): void {
    this.db.close();
  }
}
