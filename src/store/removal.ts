import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { filesBeside } from './beside.ts';
import { connect, type Db } from './database.ts';
import { syncFolder, systemReason } from './files.ts';
import { isBusy } from './lock.ts';

/** Everything that the program made for a database and that `removeDatabase` takes away, locks left out. */
export function filesToRemove(path: string): string[] {
  const { database, copies, halves } = filesBeside(path);
  return [...database, ...copies, ...halves];
}

/**
 * Removes the database and all that was made of it, besides what a person saved. Killed halfway, a second call takes
 * the rest. To be called under its locks, with every own connection closed. Throws StoreError.
 */
export function removeDatabase(path: string): string[] {
  refuseWhileOpen(path);
  const files = filesToRemove(path);
  for (const file of files) {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      throw new StoreError(`${file} cannot be removed: ${systemReason(error)}`, {
        cause: error,
        hint: 'Check the permissions of its folder, then run the same command again.',
      });
    }
    failpoint('purge.file-removed');
  }
  if (files.length > 0) syncFolder(dirname(path));
  return files;
}

/** Another program that has the file open would keep its bytes on the disk, and go on writing into nothing. */
function refuseWhileOpen(path: string): void {
  if (!existsSync(path)) return;
  let db: Db | undefined;
  try {
    db = connect(path);
    // It takes the file for itself alone, for a moment.
    db.pragma('journal_mode = DELETE');
  } catch (error) {
    // What is damaged can be removed as well.
    if (!isBusy(error)) return;
    throw new StoreError(`another program has ${path} open; nothing was removed`, {
      cause: error,
      hint: 'Close it, then run the same command again.',
    });
  } finally {
    db?.close();
  }
}
