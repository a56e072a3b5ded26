import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { StoreError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { makeFolder } from './folder.ts';

/** What the operating system said, in its words and without its path. */
export function systemReason(error: unknown): string {
  const { errno, code } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMessage(errno)) ?? code ?? 'unknown error';
}

/**
 * Replaces the file whole or not at all, readable by its owner only: temp 0600 -> fsync -> rename -> fsync directory.
 * A folder that is missing is made with 0700.
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    makeFolder(folder);
    removeLeftovers(path);
    writeDurably(temporary, content);
    failpoint('file-written');
    renameSync(temporary, path);
    failpoint('file-renamed');
    syncFolder(folder);
  } catch (error) {
    discard(temporary);
    throw new StoreError(`${path} cannot be written: ${systemReason(error)}`, { cause: error });
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What made the write fail is the better message; a later write removes the file.
  }
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    // An odd umask may have taken even the owner's bits.
    fchmodSync(file, 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a directory; there a rename is durable by itself.
  if (process.platform === 'win32') return;
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** A write takes milliseconds, so an older temporary file belongs to a process that was killed. */
const LEFTOVER_AGE = 60_000;

function removeLeftovers(path: string): void {
  const start = `.${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(start) || !/^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length))) continue;
    const leftover = join(dirname(path), name);
    const changed = statSync(leftover, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - changed > LEFTOVER_AGE) rmSync(leftover, { force: true });
  }
}
