import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { asStoreError, openDatabase } from '../../src/store/database.ts';
import { NOON, newStore } from './support.ts';

const NAME = { provider: 'ring', account: 'me', resource: 'sleep' };

/** Rows of 1,000 characters. */
const page = (name: string, rows: number) => ({
  rejects: [],
  now: NOON,
  items: Array.from({ length: rows }, (_, index) => ({
    text: JSON.stringify({ filler: 'x'.repeat(1000) }),
    change: { row: { id: `${name}-${index}` } },
  })),
});

test('E3 the write-ahead log stays small while thousands of pages are stored', () => {
  const { records, path } = newStore();
  const stream = records.streams.number(NAME);
  let largest = 0;
  for (let number = 0; number < 60; number += 1) {
    records.apply(stream, page(String(number), 500));
    largest = Math.max(largest, statSync(`${path}-wal`).size);
  }
  expect(statSync(path).size).toBeGreaterThan(25_000_000);
  expect(largest).toBeLessThan(8_000_000);
});

test('E4 a full disk: STORE with a next step, nothing of the page, what was there before intact', () => {
  const { records, db, path } = newStore();
  const stream = records.streams.number(NAME);
  records.apply(stream, page('before', 50));
  const pages = db.pragma('page_count', { simple: true }) as number;
  // SQLite's own limit fails a write just as a file system without room does.
  db.pragma(`max_page_count = ${pages + 5}`);
  const full = (() => {
    try {
      records.apply(stream, page('more', 500));
    } catch (error) {
      return asStoreError(error, path);
    }
  })();
  expect(full).toBeInstanceOf(StoreError);
  expect(full).toMatchObject({
    message: `${path}: the disk is full; what was stored before is intact (SQLITE_FULL)`,
    hint: 'Make room and run the command again.',
  });
  expect(records.find.idsIn(stream).length).toBe(50);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.pragma('max_page_count = 1000000');
  expect(records.apply(stream, page('more', 500)).created).toBe(500);
});

describe.skipIf(process.platform === 'win32')('E5 a database that may not be written', () => {
  /** The test may run as root, who may write anything. */
  function asNobody<T>(work: () => T): T {
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      return work();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  }

  test.each([
    ['its file', 0o444, 0o777],
    ['its folder and file', 0o444, 0o555],
  ])('%s: STORE with a next step, every byte as it was', (_name, fileMode, folderMode) => {
    const folder = mkdtempSync(join(tmpdir(), 'read-only-'));
    onTestFinished(() => {
      chmodSync(folder, 0o700);
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'health.sqlite');
    openDatabase(path).close();
    const before = readFileSync(path);
    chmodSync(path, fileMode);
    chmodSync(folder, folderMode);
    const failure = asNobody(() => {
      try {
        return openDatabase(path);
      } catch (error) {
        return error;
      }
    });
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({
      message: expect.stringContaining(`${path}: the database cannot be written`),
      hint: 'Check the permissions of the file and its folder.',
    });
    expect(readFileSync(path)).toEqual(before);
  });
});
