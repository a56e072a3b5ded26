import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { APPLICATION_ID, asStoreError, openDatabase } from '../../src/store/database.ts';
import { migrations } from '../../src/store/migrations.ts';
import { folder, run, start } from './support.ts';

const OPEN = `import { openDatabase } from 'store/database.ts'; openDatabase(process.argv[1]).close();`;
const open = (path: string) => openDatabase(path).close();

/** A database file of somebody's, made by these statements, without a journal beside it. */
function made(statements: string): string {
  const path = join(folder(), 'health.sqlite');
  const db = new Database(path);
  db.exec(statements);
  db.close();
  return path;
}

function refusal(path: string): StoreError {
  try {
    open(path);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError;
  }
  throw new Error('it was opened');
}

test.each([
  ['a code that nobody knows', Object.assign(new Error('odd'), { code: 'ERR_ODD' })],
  ['no code', new Error('odd')],
  ['a code that is no text', Object.assign(new Error('odd'), { code: 7 })],
  ['no error at all', 'odd'],
])('%s is passed on as it is', (_name, error) => {
  expect(asStoreError(error, 'health.sqlite')).toBe(error);
});

describe('a new database', () => {
  test('E1 is ours by its header, complete, and writes as it has to', () => {
    const path = join(folder(), 'deep/er/health.sqlite');
    const db = openDatabase(path);
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect([pragma('application_id'), pragma('user_version')]).toEqual([APPLICATION_ID, migrations.length]);
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('integrity_check')]).toEqual([
      'wal',
      2,
      'ok',
    ]);
    db.close();
    const header = readFileSync(path);
    expect([header.readUInt32BE(68), header.readUInt32BE(60)]).toEqual([APPLICATION_ID, migrations.length]);
  });

  test('stays as it is when it is opened again', () => {
    const path = join(folder(), 'health.sqlite');
    open(path);
    const before = readFileSync(path);
    open(path);
    expect(readFileSync(path)).toEqual(before);
  });

  test('is made once by processes that start at the same moment', async () => {
    const path = join(folder(), 'health.sqlite');
    const codes = await Promise.all(
      Array.from({ length: 5 }, () => new Promise((resolve) => start(OPEN, [path]).once('close', resolve))),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    open(path);
  });

  test.each(['000', '022', '077'])('A17 is readable by its owner only, under umask %s', (umask) => {
    const parent = join(folder(), 'new');
    const path = join(parent, 'health.sqlite');
    const script = `
      import { statSync } from 'node:fs';
      import { Store } from 'store/store.ts';
      const store = new Store(process.argv[1], []);
      const lock = store.lockRun();
      store.runs.begin('sync', 0);
      const files = ['', '-wal', '-shm', '.run.lock'].map((end) => process.argv[1] + end);
      console.log(files.map((file) => (statSync(file).mode & 0o777).toString(8)).join(' '));
      lock.release();`;
    const { stdout, stderr } = run(script, [path], umask);
    expect(stdout.trim(), stderr).toBe('600 600 600 600');
    expect(statSync(parent).mode & 0o777).toBe(0o700);
  });

  test('A17 a file that was open to others is closed to them', () => {
    const path = join(folder(), 'health.sqlite');
    writeFileSync(path, '', { mode: 0o644 });
    open(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['an empty file', ''],
    ['a file that was killed while it was being made', 'PRAGMA journal_mode = WAL'],
  ])('is made of %s', (_name, statements) => {
    const path = made(statements);
    open(path);
    expect(readFileSync(path).readUInt32BE(68)).toBe(APPLICATION_ID);
  });
});

describe('another file is refused, with every byte as it was', () => {
  const foreign = 'CREATE TABLE notes (text); INSERT INTO notes VALUES (1);';
  test.each<[string, string, RegExp]>([
    ['E8 of another program', `PRAGMA application_id = 7; ${foreign}`, /belongs to another program/],
    ['E8 of a program that only counts versions', `PRAGMA user_version = 1; ${foreign}`, /another program/],
    ['E8 of a program that does neither', foreign, /another program/],
    ['E8 of one whose tables are gone', `${foreign} DROP TABLE notes`, /another program/],
    [
      'E6 of a newer version',
      `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length + 1}; ${foreign}`,
      /written by a newer/,
    ],
  ])('%s', (_name, statements, message) => {
    const path = made(statements);
    const before = readFileSync(path);
    expect(refusal(path).message).toMatch(message);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, '..'))).toEqual(['health.sqlite']);
  });

  test.each<[string, (header: Buffer) => Buffer]>([
    ['a text', () => Buffer.from('dear diary')],
    ['a long text', () => Buffer.from('dear diary '.repeat(1000))],
    ['a damaged beginning', (bytes) => Buffer.concat([Buffer.from([0]), bytes.subarray(1)])],
    ['cut short in its header', (bytes) => bytes.subarray(0, 50)],
    ['cut short to one byte', (bytes) => bytes.subarray(0, 1)],
    ['zeros', (bytes) => Buffer.alloc(bytes.length)],
  ])('E9 %s', (_name, damage) => {
    const path = join(folder(), 'health.sqlite');
    open(path);
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    expect(refusal(path).message).toMatch(/not a SQLite database, or its beginning is damaged/);
    expect(readFileSync(path)).toEqual(damaged);
  });

  test('E9 a schema that is damaged', () => {
    const path = join(folder(), 'health.sqlite');
    open(path);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 100, 4096));
    expect(refusal(path).message).toMatch(/damaged \(SQLITE_CORRUPT/);
  });

  test('a folder, a folder that cannot be made', () => {
    const parent = folder();
    mkdirSync(join(parent, 'health.sqlite'));
    expect(refusal(join(parent, 'health.sqlite')).message).toContain('is not a file');
    writeFileSync(join(parent, 'plain'), '');
    const error = refusal(join(parent, 'plain/health.sqlite'));
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('cannot create the folder'),
      expect.stringContaining('--db'),
    ]);
  });
});

test('a migration that is killed leaves the version before it', () => {
  const path = join(folder(), 'health.sqlite');
  const script = `
    import { connect } from 'store/database.ts';
    import { migrations } from 'store/migrations.ts';
    const db = connect(process.argv[1]);
    db.pragma('journal_mode = WAL');
    db.exec('BEGIN IMMEDIATE');
    db.exec(migrations[0]);
    process.kill(process.pid, 'SIGKILL');`;
  expect(run(script, [path]).signal).toBe('SIGKILL');
  expect(existsSync(`${path}-wal`)).toBe(true);
  const db = openDatabase(path);
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
  db.close();
});
