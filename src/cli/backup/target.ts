import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { dateAt } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import { journalsOf } from '../../store/backup.ts';
import { backupName, filesBeside } from '../../store/beside.ts';
import type { Context } from '../context.ts';

/**
 * Where a backup goes: the named file, the usual name in the named folder, or that beside the database. Throws
 * UsageError when something is there already that was not to be replaced, or must not be.
 */
export async function backupTarget(
  context: Context,
  file: string | undefined,
  force: boolean,
): Promise<string> {
  const { db, timezone } = (await context.config()).app;
  if (file?.trim() === '') throw new UsageError('the backup needs the name of a file');
  const usual = backupName(db, dateAt(context.clock.now(), timezone));
  const named = file === undefined ? dirname(db) : resolve(file);
  const target = isFolder(named) ? join(named, usual) : named;
  refuseUnfit(target, db);
  if (!force) refuseTaken(target);
  return target;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function refuseUnfit(target: string, db: string): void {
  const folder = dirname(target);
  if (!isFolder(folder)) throw new UsageError(`${folder} is not a folder`, { hint: 'Make it first.' });
  const found = statSync(target, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new UsageError(`${target} is not a file`);
  const { database, locks, copies } = filesBeside(db);
  const own = [db, `${db}-wal`, `${db}-shm`, `${db}-journal`, ...database, ...locks, ...copies].map(realPath);
  if (own.includes(realPath(target)))
    throw new UsageError(`${target} belongs to the database itself`, { hint: 'Choose another name.' });
}

function refuseTaken(target: string): void {
  const taken = [target, ...journalsOf(target)].find((file) => existsSync(file));
  if (taken !== undefined)
    throw new UsageError(`${taken} is there already`, {
      hint: 'Choose another name, or add --force to replace it.',
    });
}

/** The same file by any of its names. */
function realPath(path: string): string {
  return existsSync(path)
    ? realpathSync(path)
    : join(realpathSync(dirname(path)), path.slice(dirname(path).length));
}
