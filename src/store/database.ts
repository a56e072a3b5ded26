import { chmodSync, closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { StoreError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { PROGRAM, runHint } from '../program.ts';
import { connect } from './connect.ts';
import { makeFolder } from './folder.ts';
import { refuseForeignJournal } from './foreignJournal.ts';
import { copyBeforeMigration } from './migrationCopy.ts';
import { migrations } from './migrations.ts';

export { connect };
export type Db = Database.Database;

/** "OCLK": marks the file as ours in SQLite's header. */
export const APPLICATION_ID = 0x4f434c4b;
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/**
 * Opens the database, creates or migrates it, and asserts how it writes.
 * Throws StoreError when the file is newer, damaged, not ours, or cannot be written.
 */
export function openDatabase(path: string): Db {
  prepareFolder(path);
  refuseForeignFile(path);
  let db: Db | undefined;
  try {
    db = connect(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    // Replaced tokens and replies leave no bytes behind: a sign-out could not find them any more.
    db.pragma('secure_delete = ON');
    if (
      db.pragma('journal_mode', { simple: true }) !== 'wal' ||
      db.pragma('synchronous', { simple: true }) !== 2
    ) {
      throw new StoreError(`${path}: this disk does not support the journal that keeps records safe`, {
        hint: 'Put the database on a local disk: app.db in the configuration.',
      });
    }
    failpoint('database.connected');
    migrate(db, path);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
    return db;
  } catch (error) {
    db?.close();
    throw asStoreError(error, path);
  }
}

function prepareFolder(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new StoreError(`${folder}: cannot create the folder of the database`, {
      cause,
      hint: 'Choose another place: app.db in the configuration, or --db FILE.',
    });
  }
}

/** Reads the header without SQLite, so that a file that is not ours keeps every byte. */
function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  try {
    if (!statSync(path).isFile())
      throw new StoreError(`${path} is not a file`, { hint: 'Choose another place: --db FILE.' });
    const header = readHeader(path);
    if (header.length === 0) return;
    if (header.length < HEADER_BYTES || header.toString('latin1', 0, 16) !== MAGIC) {
      throw new StoreError(`${path} is not a SQLite database, or its beginning is damaged`, {
        hint: 'Nothing was changed. Restore a backup, or choose another file: --db FILE.',
      });
    }
    const version = header.readUInt32BE(60);
    const id = header.readUInt32BE(68);
    const schemaChanges = header.readUInt32BE(40);
    // Without a schema it is a file that was killed while it was being made.
    if (id !== APPLICATION_ID && (id !== 0 || version !== 0 || schemaChanges !== 0)) throw foreign(path);
    refuseNewer(version, path);
    refuseForeignJournal(path, header);
  } catch (error) {
    throw asStoreError(error, path);
  }
}

function foreign(path: string): StoreError {
  return new StoreError(`${path} belongs to another program`, {
    hint: 'Nothing was changed. Choose another file: --db FILE.',
  });
}

function readHeader(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function refuseNewer(version: number, path: string): void {
  if (version <= migrations.length) return;
  throw new StoreError(
    `${path} was written by a newer ${PROGRAM} (schema ${version}, this one knows ${migrations.length})`,
    {
      hint: `Nothing was changed. Install the newer ${PROGRAM}.`,
    },
  );
}

function migrate(db: Db, path: string): void {
  const version = () => db.pragma('user_version', { simple: true }) as number;
  refuseNewer(version(), path);
  if (version() === migrations.length) return;
  db.transaction(() => {
    // Read again inside: another process may have migrated while this one waited for the lock.
    refuseNewer(version(), path);
    if (version() > 0 && version() < migrations.length) copyBeforeMigration(path, version());
    for (const migration of migrations.slice(version())) db.exec(migration);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
    failpoint('migration.in-transaction');
  }).immediate();
  failpoint('migration.committed');
}

/** SQLite's and the file system's errors as one line with a next step; anything else unchanged. */
export function asStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  const advice = ADVICE.find(([pattern]) => pattern.test(code));
  if (advice === undefined) return error;
  return new StoreError(`${path}: ${advice[1]} (${code})`, { cause: error, hint: advice[2] });
}

const ADVICE: readonly [RegExp, string, string][] = [
  [
    /^SQLITE_FULL|^ENOSPC|^EDQUOT/,
    'the disk is full; what was stored before is intact',
    'Make room and run the command again.',
  ],
  [
    /^SQLITE_READONLY|^SQLITE_PERM|^SQLITE_CANTOPEN|^EACCES|^EPERM|^EROFS/,
    'the database cannot be written',
    'Check the permissions of the file and its folder.',
  ],
  [/^SQLITE_CORRUPT|^SQLITE_NOTADB/, 'the database is damaged', runHint('verify')],
  [
    /^SQLITE_BUSY|^SQLITE_LOCKED/,
    'another program holds the database',
    'Close other programs that have it open and run the command again.',
  ],
  [/^SQLITE_|^EIO|^ENOENT|^ENOTDIR|^EISDIR/, 'the database cannot be used', runHint('verify')],
];
