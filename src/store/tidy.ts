import { filesBeside } from './beside.ts';
import { discard } from './files.ts';
import { Lock } from './lock.ts';
import { dropOldCopies } from './migrationCopy.ts';

/** Removes what killed backups left, and the copy of before an upgrade that has proved itself (UTC epoch milliseconds). */
export function tidy(database: string, now: number): void {
  sweepHalves(database);
  dropOldCopies(database, now);
}

/** Removes what a killed backup left beside the database, unless one is at work. */
export function sweepHalves(database: string): void {
  if (filesBeside(database).halves.length === 0) return;
  const lock = lockBackups(database);
  if (lock === undefined) return;
  for (const half of filesBeside(database).halves) discard(half);
  lock.release();
}

/** Held by whoever writes a backup; undefined: somebody does. */
export function lockBackups(database: string): Lock | undefined {
  return Lock.try(`${database}.backup.lock`);
}
