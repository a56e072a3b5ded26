import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LockedError, ProgramError, StoreError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { runHint } from '../program.ts';
import { filesBeside, isHalf } from './beside.ts';
import { asStoreError, connect, type Db } from './database.ts';
import {
  discard,
  flush,
  lastChanged,
  makePrivateFile,
  putInPlace,
  systemReason,
  temporaryFor,
} from './files.ts';
import { integrity, isAboutIndex } from './inspect.ts';
import { takeOutSignIns } from './signIns.ts';
import { lockBackups } from './tidy.ts';

export interface BackupRequest {
  /** The database's file. */
  readonly database: string;
  /** Replaced if it is there. */
  readonly target: string;
  /** UTC epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
  /** Between 0 and 1. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

export interface Saved {
  /** Live records in it. */
  readonly records: number;
  readonly bytes: number;
  /** An index of the original did not fit its table; that of the copy does. */
  readonly mended: boolean;
}

/** How much is copied before others get their turn (pages of 4 kB). */
const PAGES_AT_ONCE = 2_000;
/** A half in a folder that is not the database's may be another database's: only one this old is nobody's (milliseconds). */
const ABANDONED = 3_600_000;

/**
 * Saves the database as one file, while others may write to it: all of it as it was at one moment, without sign-ins,
 * checked, whole or not at all. Throws LockedError, StoreError.
 */
export async function writeBackup(request: BackupRequest): Promise<Saved> {
  const { database, target, now, signal } = request;
  const lock = lockBackups(database);
  if (lock === undefined) {
    throw new LockedError(`another backup of ${database} is at work`, {
      hint: 'Wait for it to end, then run the command again.',
    });
  }
  // Next to the original, where its sign-ins are anyway: what goes elsewhere never held them.
  const raw = temporaryFor(database);
  const temporary = temporaryFor(database, target);
  try {
    sweep(database, target);
    await copyLive(request, raw);
    failpoint('backup.copied');
    const saved = writeSound(raw, temporary, { database, target, now });
    signal?.throwIfAborted();
    replace(temporary, target);
    return saved;
  } finally {
    for (const half of [raw, temporary]) discardWithJournals(half);
    lock.release();
  }
}

function sweep(database: string, target: string): void {
  for (const half of filesBeside(database).halves) discard(half);
  const folder = dirname(target);
  for (const name of readdirSync(folder)) {
    if (!isHalf(database, name)) continue;
    const path = join(folder, name);
    if (Date.now() - lastChanged(path) > ABANDONED) discard(path);
  }
}

/** SQLite's own backup, from one snapshot: without it every write of a running sync would make it begin again. */
async function copyLive({ database, signal, onProgress }: BackupRequest, raw: string): Promise<void> {
  let source: Db | undefined;
  try {
    makePrivateFile(raw);
    source = connect(database);
    source.exec('BEGIN');
    source.prepare('SELECT 1 FROM sqlite_schema').get();
    await source.backup(raw, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        onProgress?.(1 - remainingPages / Math.max(1, totalPages));
        return PAGES_AT_ONCE;
      },
    });
  } catch (error) {
    throw asStoreError(error, database);
  } finally {
    source?.close();
  }
}

/** Takes the sign-ins out and writes what is left anew, so that no deleted byte comes along. */
function writeSound(
  raw: string,
  temporary: string,
  { database, target, now }: Pick<BackupRequest, 'database' | 'target' | 'now'>,
): Saved {
  const copy = connect(raw);
  try {
    // A journal in memory: nobody needs it after a kill, and beside the file it would hold the sign-ins.
    copy.pragma('locking_mode = EXCLUSIVE');
    copy.pragma('journal_mode = MEMORY');
    takeOutSignIns(copy, now);
    makePrivateFile(temporary);
    copy.prepare('VACUUM INTO ?').run(temporary);
  } catch (error) {
    throw isDamage(error) ? asStoreError(error, database) : asTargetError(error, target);
  } finally {
    copy.close();
  }
  try {
    return check(temporary, database);
  } catch (error) {
    throw asTargetError(error, target);
  }
}

function check(temporary: string, database: string): Saved {
  const written = connect(temporary);
  let mended = false;
  let records: number;
  try {
    let damage = integrity(written);
    if (damage.length > 0 && damage.every(isAboutIndex)) {
      written.pragma('journal_mode = MEMORY');
      written.exec('REINDEX');
      damage = integrity(written);
      mended = true;
    }
    if (damage.length > 0) {
      const what = `${database} is damaged; nothing was saved`;
      throw new StoreError(what, { hint: runHint('verify') });
    }
    const count = 'SELECT count(*) FROM records WHERE deleted_at IS NULL';
    records = written.prepare<[], number>(count).pluck().get() as number;
  } finally {
    written.close();
  }
  flush(temporary);
  return { records, bytes: statSync(temporary).size, mended };
}

function replace(temporary: string, target: string): void {
  try {
    // SQLite would take them for the new file's own.
    for (const journal of journalsOf(target)) discard(journal);
    putInPlace(temporary, target);
  } catch (error) {
    throw asTargetError(error, target);
  }
}

/** What SQLite has left beside a file, or is still using. */
export function journalsOf(path: string): string[] {
  return ['-wal', '-shm', '-journal'].map((end) => path + end).filter((file) => existsSync(file));
}

function discardWithJournals(path: string): void {
  for (const file of [path, ...journalsOf(path)]) discard(file);
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

function asTargetError(error: unknown, target: string): unknown {
  if (error instanceof ProgramError || !(error instanceof Error) || !('code' in error)) return error;
  if (/^SQLITE_/.test(String(error.code))) return asStoreError(error, target);
  return new StoreError(`${target} cannot be written: ${systemReason(error)}`, {
    cause: error,
    hint: `Choose another place. ${runHint('backup FILE')}`,
  });
}
