import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';
import { crc32 } from 'node:zlib';
import { StoreError } from '../core/errors.ts';
import { PROGRAM } from '../program.ts';

/** The name under which scripts/singleFile.ts embeds the addon. */
const ASSET = 'better_sqlite3.node';

let loaded: object | undefined;

/**
 * The SQLite addon of the single file, for better-sqlite3's `nativeBinding`. Undefined in an installed package or a
 * checkout, where better-sqlite3 finds its own prebuilt file. An addon can only be loaded from a real file, so it is
 * written to the temporary folder, or to `fallbackFolder` where that is mounted noexec, full or read-only.
 */
export function loadAddon(fallbackFolder: string): object | undefined {
  if (!isSea()) return undefined;
  loaded ??= loadFromOneOf([tmpdir(), fallbackFolder], Buffer.from(getRawAsset(ASSET)));
  return loaded;
}

function loadFromOneOf(folders: readonly string[], addon: Buffer): object {
  const load = process.platform === 'win32' ? loadKept : loadUnlinked;
  const failures: unknown[] = [];
  for (const folder of folders) {
    try {
      return load(folder, addon);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new StoreError(`SQLite could not be loaded from ${folders.join(' or ')}.`, {
    hint: 'Set TMPDIR to a folder that is writable and not mounted noexec.',
    cause: new AggregateError(failures),
  });
}

/** In a folder of our own (mkdtemp makes it 0700), gone again before anything else happens. */
function loadUnlinked(folder: string, addon: Buffer): object {
  const privateFolder = mkdtempSync(join(folder, `.${PROGRAM}-`));
  try {
    const file = join(privateFolder, ASSET);
    writeFileSync(file, addon, { mode: 0o600, flag: 'wx' });
    return open(file);
  } finally {
    rmSync(privateFolder, { recursive: true, force: true });
  }
}

/** Windows cannot remove a loaded library, so one file per version stays and is used again by every later run. */
function loadKept(folder: string, addon: Buffer): object {
  const file = join(folder, `${PROGRAM}-${crc32(addon).toString(16)}-${ASSET}`);
  if (!holds(file, addon)) replace(file, addon);
  return open(file);
}

function holds(file: string, addon: Buffer): boolean {
  try {
    return readFileSync(file).equals(addon);
  } catch {
    return false;
  }
}

/** A whole file or none: another run may be starting at the same moment, or have the file loaded already. */
function replace(file: string, addon: Buffer): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, addon, { mode: 0o600 });
  try {
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    if (!holds(file, addon)) throw error;
  }
}

function open(file: string): object {
  const target = { exports: {} };
  process.dlopen(target, file, constants.dlopen.RTLD_NOW);
  return target.exports;
}
