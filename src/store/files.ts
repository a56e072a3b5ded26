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
  const temporary = temporaryFor(path);
  try {
    makeFolder(dirname(path));
    removeLeftovers(path);
    writeDurably(temporary, content);
    putInPlace(temporary, path);
  } catch (error) {
    discard(temporary);
    throw new StoreError(`${path} cannot be written: ${systemReason(error)}`, { cause: error });
  }
}

/** A name in the same folder that nobody else has. `beside`: the folder of another file. */
export function temporaryFor(path: string, beside = path): string {
  // Loading `crypto` takes all commands 5 ms, and few of them write a file.
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  return join(dirname(beside), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** The last steps of a file that is whole already, its bytes on the disk. */
export function putInPlace(temporary: string, path: string): void {
  failpoint('file-written');
  renameSync(temporary, path);
  failpoint('file-renamed');
  syncFolder(dirname(path));
}

/** An empty file that others cannot read, whatever the umask. */
export function makePrivateFile(path: string): void {
  writeDurably(path, '');
}

/** What another library wrote reaches the disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** UTC epoch milliseconds; one that somebody else has just removed is never too old. */
export function lastChanged(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

export function discard(path: string): void {
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

export function syncFolder(folder: string): void {
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
    if (Date.now() - lastChanged(leftover) > LEFTOVER_AGE) rmSync(leftover, { force: true });
  }
}
