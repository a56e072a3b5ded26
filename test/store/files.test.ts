import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { lastChanged, systemReason, writePrivateFile } from '../../src/store/files.ts';
import { makeFolder } from '../../src/store/folder.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'files-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const MODULE = join(import.meta.dirname, '../../src/store/files.ts');
const SCRIPT = `
  process.umask(Number(process.argv[3]));
  const { writePrivateFile } = await import(process.argv[1]);
  writePrivateFile(process.argv[2], 'new');`;

function run(target: string, { umask = '0', failpoint = '', before = [] as string[] } = {}) {
  const [command = '', ...rest] = [
    ...before,
    process.execPath,
    '--input-type=module',
    '-e',
    SCRIPT,
    MODULE,
    target,
    umask,
  ];
  const env = { ...process.env, HEALTH_SYNC_FAILPOINT: failpoint };
  return spawnSync(command, rest, { env, encoding: 'utf8' });
}

test.each(['0', '18', '63', '511'])('A17 the file is 0600 and a new folder 0700, under umask %s', (umask) => {
  const target = join(folder(), umask === '511' ? 'file' : 'new/file');
  expect(run(target, { umask }).stderr).toBe('');
  expect(statSync(target).mode & 0o777).toBe(0o600);
  if (umask !== '511') expect(statSync(join(target, '..')).mode & 0o777).toBe(0o700);
});

test.each([
  ['file-written:1', 'old'],
  ['file-renamed:1', 'new'],
])('killed at %s: the file is whole', (failpoint, content) => {
  const target = join(folder(), 'file');
  writePrivateFile(target, 'old');
  expect(run(target, { failpoint }).signal).toBe('SIGKILL');
  expect(readFileSync(target, 'utf8')).toBe(content);
});

test('E13 what a killed write left behind is removed by a later one', () => {
  const parent = folder();
  const target = join(parent, 'file');
  run(target, { failpoint: 'file-written:1' });
  const [leftover = ''] = readdirSync(parent);
  writeFileSync(join(parent, '.file.mine.tmp'), '');
  writePrivateFile(target, 'a');
  expect(readdirSync(parent)).toHaveLength(3);
  utimesSync(join(parent, leftover), 0, 0);
  writePrivateFile(target, 'b');
  expect(readdirSync(parent).sort()).toEqual(['.file.mine.tmp', 'file']);
});

test('E13 a write that fails says why, leaves no temporary file and what was there', () => {
  const parent = folder();
  const target = join(parent, 'file');
  mkdirSync(target);
  expect(() => writePrivateFile(target, 'x')).toThrow(StoreError);
  expect(() => writePrivateFile(target, 'x')).toThrow(
    /file cannot be written: illegal operation on a directory/,
  );
  writeFileSync(join(parent, 'plain'), 'kept');
  expect(() => writePrivateFile(join(parent, 'plain/file'), 'x')).toThrow(StoreError);
  expect(readdirSync(parent).sort()).toEqual(['file', 'plain']);
});

test('a file that is not there is never too old', () => {
  const path = join(folder(), 'file');
  expect(lastChanged(path)).toBe(Number.POSITIVE_INFINITY);
  writeFileSync(path, '');
  utimesSync(path, 7, 7);
  expect(lastChanged(path)).toBe(7_000);
});

test.each([
  [{ errno: -13, code: 'EACCES' }, 'permission denied'],
  [{ code: 'ERR_OF_NODE' }, 'ERR_OF_NODE'],
  [{}, 'unknown error'],
])('the reason in %j is the system’s words, else the code', (error, words) => {
  expect(systemReason(error)).toBe(words);
});

const strace = spawnSync('strace', ['-V']).status === 0;
test.skipIf(!strace)('the order is fsync, rename, fsync of the folder (needs strace)', () => {
  const target = join(folder(), 'file');
  const trace = `${target}.trace`;
  run(target, {
    before: ['strace', '-f', '-o', trace, '-e', 'trace=openat,fsync,rename,renameat,renameat2'],
  });
  const calls = readFileSync(trace, 'utf8').split('\n');
  const first = calls.findIndex((line) => line.includes('.file.') && line.includes('O_EXCL'));
  const order = calls.slice(first).flatMap((line) => /(fsync|rename)/.exec(line)?.[1] ?? []);
  expect(order).toEqual(['fsync', 'rename', 'fsync']);
  expect(calls[first]).toContain('0600');
});

test('makes missing folders for their owner only, and minds none that is there', () => {
  const path = join(folder(), 'a', 'b');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.skipIf(process.platform !== 'linux')('gives up where no folder can be made', () => {
  expect(() => makeFolder('/proc/nowhere/at/all')).toThrow('ENOENT');
});
