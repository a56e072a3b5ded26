import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LockedError, StoreError, UsageError } from '../../core/errors.ts';
import { systemReason, writePrivateFile } from '../../store/files.ts';
import { makeFolder } from '../../store/folder.ts';
import { Lock } from '../../store/lock.ts';

/** First line of a configuration that the demo wrote: by it a folder is known to be the demo's own. */
const MARK = '# Written by `oura-clockify demo`.';
const NAME = 'oura-clockify-demo';
const CONFIG = 'health-sync.toml';
const DATABASE = 'health.sqlite';
const LOCK = 'demo.lock';

/** The folder that the demo leaves behind. */
export interface Place {
  readonly folder: string;
  readonly config: string;
  readonly database: string;
  write(config: string): void;
  release(): void;
}

/** Makes the folder, or empties one that an earlier demo made. Throws UsageError, StoreError or LockedError. */
export function takePlace(dir: string | undefined): Place {
  if (dir === '') throw new UsageError('--dir must name a folder');
  const folder = dir === undefined ? usualFolder() : made(resolve(dir));
  refuseForeign(folder);
  const lock = Lock.try(join(folder, LOCK));
  if (lock === undefined) {
    throw new LockedError(`another demo is at work in ${folder}`, {
      hint: 'Wait for it to end, or choose another folder: --dir.',
    });
  }
  const config = join(folder, CONFIG);
  for (const suffix of ['', '-wal', '-shm', '-journal'])
    rmSync(join(folder, DATABASE + suffix), { force: true });
  return {
    folder,
    config,
    database: join(folder, DATABASE),
    write: (text) => writePrivateFile(config, `${MARK}\n${text}`),
    release: () => lock.release(),
  };
}

/** In the working directory, or among the temporary files where that cannot be written. */
function usualFolder(): string {
  try {
    const folder = resolve(NAME);
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return temporary();
  }
}

function temporary(): string {
  try {
    return mkdtempSync(join(tmpdir(), `${NAME}-`));
  } catch (error) {
    throw notMade(tmpdir(), error);
  }
}

function made(folder: string): string {
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    throw notMade(folder, error);
  }
}

function notMade(folder: string, cause: unknown): StoreError {
  return new StoreError(`${folder}: the demo cannot make its folder there (${systemReason(cause)})`, {
    cause,
    hint: 'Choose another place: --dir FOLDER.',
  });
}

/** Nothing that somebody else put there is replaced, or read. */
function refuseForeign(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== LOCK);
  const hint = 'Choose another folder: --dir.';
  const isOwn = names.includes(CONFIG) && readFileSync(join(folder, CONFIG), 'utf8').startsWith(MARK);
  if (names.length > 0 && !isOwn) {
    throw new UsageError(`${folder} is not empty and was not made by the demo`, { hint });
  }
  if (names.includes('.env')) {
    throw new UsageError(`${folder} holds a .env, which would count for the demo as well`, { hint });
  }
}
