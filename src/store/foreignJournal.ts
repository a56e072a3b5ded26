import { statSync } from 'node:fs';
import { StoreError } from '../core/errors.ts';

/** Where SQLite's header says whether the file is written through a `-wal`. */
const FORMAT_BYTE = 18;
const WITHOUT_WAL = 1;

/**
 * A backup that is copied over a database leaves the old one's journal beside it, and SQLite would write that into the
 * backup's pages. A file that has a journal of its own says so in its header; a backup does not. Throws StoreError.
 */
export function refuseForeignJournal(path: string, header: Buffer): void {
  const journal = `${path}-wal`;
  const size = statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0 || header[FORMAT_BYTE] !== WITHOUT_WAL) return;
  throw new StoreError(`${journal} was left by another database than the one that is at ${path} now`, {
    hint: `After restoring a backup remove what belonged to the former file: rm '${journal}' '${path}-shm'`,
  });
}
