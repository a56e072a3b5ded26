import { failpoint } from '../core/failpoint.ts';
import { copyOfSchema, filesBeside } from './beside.ts';
import { connect } from './connect.ts';
import { discard, flush, lastChanged, makePrivateFile, putInPlace, temporaryFor } from './files.ts';
import { takeOutSignIns } from './signIns.ts';

/** Long enough to notice that the older program is wanted back (milliseconds). */
const KEPT = 30 * 86_400_000;

/**
 * Keeps the file as it was beside it, for whoever has to go back to the older program: all of it but the sign-ins. To
 * be called while the write lock is held, so that nothing comes between copy and migration.
 */
export function copyBeforeMigration(path: string, schema: number): void {
  for (const half of filesBeside(path).halves) discard(half);
  const target = copyOfSchema(path, schema);
  const temporary = temporaryFor(path);
  try {
    writeCopy(path, temporary);
    failpoint('migration.copied');
    putInPlace(temporary, target);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  for (const older of filesBeside(path).copies) if (older !== target) discard(older);
}

/** Through a second connection: the one that holds the lock is in a transaction, where SQLite writes no copy. */
function writeCopy(path: string, temporary: string): void {
  const source = connect(path);
  try {
    makePrivateFile(temporary);
    source.prepare('VACUUM INTO ?').run(temporary);
  } finally {
    source.close();
  }
  const copy = connect(temporary);
  try {
    copy.pragma('journal_mode = MEMORY');
    takeOutSignIns(copy, Date.now());
  } finally {
    copy.close();
  }
  flush(temporary);
}

/** The upgrade has proved itself. `now`: UTC epoch milliseconds. */
export function dropOldCopies(path: string, now: number): void {
  for (const copy of filesBeside(path).copies) {
    if (now - lastChanged(copy) > KEPT) discard(copy);
  }
}
