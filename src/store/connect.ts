import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { loadAddon } from './addon.ts';

/** A bare connection; a lock database needs no more. */
export function connect(path: string, timeout = 10_000): Database.Database {
  const addon = loadAddon(dirname(path));
  createPrivately(path);
  return new Database(path, { timeout, nativeBinding: addon as never });
}

/** SQLite would take the mode from the umask alone. An existing file stays untouched: closing it would drop its locks. */
function createPrivately(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}
