import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InterruptedError, LockedError } from '../../src/core/errors.ts';
import { writeBackup } from '../../src/store/backup.ts';
import { filesBeside } from '../../src/store/beside.ts';
import { Lock } from '../../src/store/lock.ts';
import type { Store } from '../../src/store/store.ts';
import { sweepHalves, tidy } from '../../src/store/tidy.ts';
import { breakIndex, breakPage, statements } from '../support/damage.ts';
import { hasSystemTool } from '../support/systemTool.ts';
import { argumentsOf, DAY, folder, NOON, newStore, run, start } from './support.ts';

const TOKEN = {
  accessToken: 'secret-access-token',
  refreshToken: 'secret-refresh-token',
  expiresAt: null,
  scope: null,
  world: null,
  userId: 'person-1',
  obtainedAt: NOON,
};

function filled(rows = 50): { store: Store; path: string } {
  const path = join(folder(), 'health.sqlite');
  const store = newStore(path);
  const stream = store.records.streams.number({ provider: 'somewhere', account: 'me', resource: 'sleep' });
  const items = Array.from({ length: rows }, (_, index) => {
    const text = `{"id":"night-${index}","note":"${'x'.repeat(300)}"}`;
    const row = { id: `night-${index}` };
    return { text, change: { put: true, row, session: undefined, payload: undefined } as never };
  });
  store.records.apply(stream, { items, rejects: [], now: NOON });
  return { store, path };
}

/** A row in every table that has none. */
function fillTheRest({ db, records, runs, windows }: Store): void {
  const stream = records.streams.number({ provider: 'somewhere', account: 'me', resource: 'sleep' });
  const reject = { item: { text: '{"odd":1}', value: { odd: 1 } }, reason: 'id: invalid_type' };
  records.apply(stream, { items: [], rejects: [reject], now: NOON });
  records.noteMissing(stream, 'night-1', NOON);
  runs.begin('sync', NOON);
  windows.spend('somewhere', NOON, 0);
  windows.close('somewhere', NOON + DAY);
  db.exec(`INSERT INTO sessions (stream, id, kind, day, start_at, start_offset, end_at, end_offset)
      VALUES (${stream}, 'night-1', 'sleep', '2024-01-15', 1, 0, 2, 0);
    INSERT INTO entries (destination, target, provider, account, resource, record_id, state, session, noted_at)
      VALUES ('there', 'mine', 'somewhere', 'me', 'sleep', 'night-1', 'intent', '{}', ${NOON})`);
}

function opened(path: string): Database.Database {
  const db = new Database(path, { readonly: true });
  onTestFinished(() => void db.close());
  return db;
}

function tables(db: Database.Database): Record<string, unknown[]> {
  const names = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  return Object.fromEntries(names.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()]));
}

const SAVE = `
  import { writeBackup } from 'store/backup.ts';
  await writeBackup({ database: process.argv[1], target: process.argv[2], now: ${NOON} });`;
const hasStrace = hasSystemTool('/usr/bin/strace', 'strace');

const save = (database: string, target: string, more = {}) =>
  writeBackup({ database, target, now: NOON, ...more });

test('E10 A17 E13 K9 a backup holds everything but the sign-ins, in one file of its owner’s', async () => {
  const { store, path } = filled();
  const target = join(folder(), 'saved.sqlite');
  store.tokens('somewhere', 'me').save(TOKEN, 'seed-digest', 'secret-previous-token');
  store.tokens('somewhere', 'me').noteReply('{"refresh_token":"secret-reply-token"}', 'world');
  store.facts.put('elsewhere sign-in as me', 'last', { ending: 'unproven', digest: 'secret-digest-1' }, NOON);
  store.facts.put('person/elsewhere/me', 'id', { credentials: 'secret-digest-2', person: 'someone' }, NOON);
  store.facts.put('there:0123', 'account', { zone: 'UTC' }, NOON);
  fillTheRest(store);
  const before = tables(store.db);
  expect(Object.keys(before).filter((name) => before[name]?.length === 0)).toEqual([]);
  const saved = await save(path, target);
  expect(saved).toEqual({ records: 50, bytes: statSync(target).size, mended: false });
  expect([statSync(target).mode & 0o777, readdirSync(join(target, '..'))]).toEqual([0o600, ['saved.sqlite']]);
  expect(filesBeside(path).halves).toEqual([]);

  const db = opened(target);
  const pragma = (name: string) => [db, store.db].map((one) => one.pragma(name, { simple: true }));
  for (const name of ['application_id', 'user_version']) expect(pragma(name)[0]).toBe(pragma(name)[1]);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(readdirSync(join(target, '..'))).toEqual(['saved.sqlite']);
  const { oauth_tokens, facts, ...rest } = tables(db);
  const { oauth_tokens: _, facts: __, ...others } = before;
  expect([oauth_tokens, rest]).toEqual([[], others]);
  expect(facts).toHaveLength(3);
  expect(readFileSync(target).includes('secret-')).toBe(false);
  expect(tables(store.db)).toEqual(before);
});

test('E14 what was deleted before does not come along', async () => {
  const { store, path } = filled(500);
  // As another program would delete: without overwriting.
  store.db.pragma('secure_delete = OFF');
  store.db.exec("DELETE FROM items WHERE id >= 'night-3'");
  store.db.pragma('wal_checkpoint(TRUNCATE)');
  expect(readFileSync(path).includes('night-77')).toBe(true);
  const target = join(folder(), 'saved.sqlite');
  await save(path, target);
  const bytes = readFileSync(target);
  expect([bytes.includes('night-77'), bytes.includes('night-12')]).toEqual([false, true]);
});

describe('A25 A21 a restored backup', () => {
  test('still knows whose records it holds and which configured pair was imported', async () => {
    const { store, path } = filled();
    store.tokens('somewhere', 'me').save(TOKEN, 'seed-digest');
    store.tokens('somewhere', 'nobody').save({ ...TOKEN, userId: null });
    const target = join(folder(), 'restored.sqlite');
    await save(path, target);
    const restored = newStore(target);
    expect(restored.tokens('somewhere', 'me').read()).toMatchObject({
      token: undefined,
      userId: 'person-1',
      seedDigest: 'seed-digest',
    });
    expect(restored.tokens('somewhere', 'nobody').read()).toBeUndefined();
    expect(restored.db.prepare('SELECT count(*) FROM facts').pluck().get()).toBe(0);
  });

  test('and so does the backup of one that nobody has signed in to yet', async () => {
    const { store, path } = filled();
    store.tokens('somewhere', 'me').save(TOKEN, 'seed-digest');
    const [first, second] = [join(folder(), 'a.sqlite'), join(folder(), 'b.sqlite')];
    await save(path, first);
    await save(first, second);
    expect(newStore(second).tokens('somewhere', 'me').read()?.userId).toBe('person-1');
  });
});

test('tells how far it is, as a part of all', async () => {
  const { path } = filled(500);
  const told: number[] = [];
  await save(path, join(folder(), 'saved.sqlite'), { onProgress: (part: number) => told.push(part) });
  expect(told[0]).toBe(0);
  expect(told.every((part) => part >= 0 && part <= 1)).toBe(true);
});

test('E10 while another process writes without a pause it holds one moment, and it ends', {
  timeout: 60_000,
}, async () => {
  const { store, path } = filled(60_000);
  const writer = start(
    `
    import { Store } from 'store/store.ts';
    const store = new Store(process.argv[1], []);
    const stream = store.records.streams.number({ provider: 'somewhere', account: 'me', resource: 'sleep' });
    for (let index = 0; ; index += 1) {
      const items = [{ text: '{"id":"new-' + index + '"}', change: { put: true, row: { id: 'new-' + index } } }];
      store.records.apply(stream, { items, rejects: [], now: ${NOON} });
      if (index === 0) console.log('ready');
      await new Promise((resolve) => setImmediate(resolve));
    }`,
    [path],
  );
  await new Promise((resolve) => writer.stdout?.once('data', resolve));
  const target = join(folder(), 'saved.sqlite');
  const { records } = await save(path, target);
  writer.kill('SIGKILL');
  expect(store.records.find.liveRows(1)).toBeGreaterThan(records);
  const db = opened(target);
  const counted = db.prepare('SELECT live_rows FROM sync_state').pluck().get();
  expect([counted, db.pragma('integrity_check', { simple: true })]).toEqual([records, 'ok']);
  expect(records).toBeGreaterThan(60_000);
});

describe('whole or not at all', () => {
  test('what was there is replaced, with what SQLite has left beside it', async () => {
    const { path } = filled();
    const target = join(folder(), 'saved.sqlite');
    for (const end of ['', '-wal', '-shm', '-journal']) writeFileSync(target + end, 'old');
    await save(path, target);
    expect(readdirSync(join(target, '..'))).toEqual(['saved.sqlite']);
    expect(newStore(target).db.prepare('SELECT count(*) FROM items').pluck().get()).toBe(50);
  });

  test('G2 stopped, it leaves nothing behind', async () => {
    const { path } = filled();
    const target = join(folder(), 'saved.sqlite');
    const stop = new AbortController();
    const onProgress = () => stop.abort(new InterruptedError('stopped'));
    await expect(save(path, target, { signal: stop.signal, onProgress })).rejects.toThrow('stopped');
    expect([existsSync(target), filesBeside(path).halves]).toEqual([false, []]);
    expect(readdirSync(join(target, '..'))).toEqual([]);
  });

  test('D11 two at once: the second says so', async () => {
    const { path } = filled();
    const lock = Lock.try(`${path}.backup.lock`);
    const target = join(folder(), 'saved.sqlite');
    await expect(save(path, target)).rejects.toThrow(LockedError);
    lock?.release();
    await save(path, target);
  });

  test.each([
    ['backup.copied', undefined],
    ['file-written', undefined],
    ['file-renamed', 'whole'],
  ])('E13 killed at %s: nothing elsewhere but the whole file, and the next run cleans up', (name, end) => {
    const { store, path } = filled();
    store.tokens('somewhere', 'me').save(TOKEN);
    const target = join(folder(), 'saved.sqlite');
    const { signal } = run(SAVE, [path, target], '000', { HEALTH_SYNC_FAILPOINT: `${name}:1` });
    expect(signal).toBe('SIGKILL');
    for (const file of readdirSync(join(target, '..'), { encoding: 'utf8' }))
      expect(readFileSync(join(target, '..', file)).includes('secret-')).toBe(false);
    for (const half of filesBeside(path).halves) expect(statSync(half).mode & 0o777).toBe(0o600);
    expect(filesBeside(path).halves.length).toBeGreaterThan(0);
    expect(existsSync(target)).toBe(end === 'whole');
    tidy(path, NOON);
    expect(filesBeside(path).halves).toEqual([]);
    expect(store.db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test.skipIf(!hasStrace)('the order is fsync, rename, fsync of the folder (needs strace)', () => {
    const { path } = filled();
    const target = join(folder(), 'saved.sqlite');
    const trace = `${target}.trace`;
    const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2';
    spawnSync('strace', [
      '-f',
      '-o',
      trace,
      '-e',
      calls,
      process.execPath,
      ...argumentsOf(SAVE, [path, target]),
    ]);
    const order = readFileSync(trace, 'utf8').matchAll(/ (fsync|fdatasync|rename)\w*\(/g);
    expect([...order].map(([, call]) => call).slice(-3)).toEqual(['fsync', 'rename', 'fsync']);
  });

  test('E13 halves in another folder go when they are old enough to be nobody’s', async () => {
    const { path } = filled();
    const target = join(folder(), 'saved.sqlite');
    const half = (digits: string) => join(target, `../.health.sqlite.${digits}.tmp`);
    const [old, young] = [half('0123456789ab'), half('ba9876543210')];
    const others = join(target, '../.other.sqlite.0123456789ab.tmp');
    for (const file of [old, young, others]) writeFileSync(file, 'half');
    for (const file of [old, others]) utimesSync(file, 0, 0);
    await save(path, target);
    expect([old, young, others].map((file) => existsSync(file))).toEqual([false, true, true]);
  });

  test('a target that cannot be replaced is named with the system’s reason, and nothing is left', async () => {
    const { path } = filled();
    const target = join(folder(), 'saved.sqlite');
    mkdirSync(target);
    await expect(save(path, target)).rejects.toMatchObject({
      outcome: 'STORE',
      message: `${target} cannot be written: illegal operation on a directory`,
    });
    expect(readdirSync(join(target, '..'))).toEqual(['saved.sqlite']);
  });

  test('halves of a backup that is at work are left to it', () => {
    const { path } = filled();
    const half = join(path, `../.health.sqlite.0123456789ab.tmp`);
    writeFileSync(half, 'half');
    const lock = Lock.try(`${path}.backup.lock`);
    sweepHalves(path);
    expect(existsSync(half)).toBe(true);
    lock?.release();
    sweepHalves(path);
    expect(existsSync(half)).toBe(false);
  });
});

describe('E9 a damaged database', () => {
  test('is not saved over an earlier backup', async () => {
    const { store, path } = filled(2_000);
    const target = join(folder(), 'saved.sqlite');
    await save(path, target);
    const before = readFileSync(target);
    store.db.pragma('wal_checkpoint(TRUNCATE)');
    store.close();
    breakPage(path, 'items');
    await expect(save(path, target)).rejects.toMatchObject({
      outcome: 'STORE',
      message: expect.stringContaining('damaged'),
    });
    expect(readFileSync(target).equals(before)).toBe(true);
    expect(readdirSync(join(target, '..'))).toEqual(['saved.sqlite']);
  });

  test('that only the check of the copy notices is not saved either', async () => {
    const { store, path } = filled();
    store.close();
    statements(
      path,
      `PRAGMA ignore_check_constraints = ON; INSERT INTO entries
         (destination, target, provider, account, resource, record_id, state, session, kept, noted_at)
         VALUES ('a', 'b', 'c', 'd', 'e', 'f', 'nobody knows', '{}', 0, 0)`,
    );
    const target = join(folder(), 'saved.sqlite');
    await expect(save(path, target)).rejects.toMatchObject({
      outcome: 'STORE',
      message: `${path} is damaged; nothing was saved`,
    });
    expect(readdirSync(join(target, '..'))).toEqual([]);
  });

  test('whose index alone does not fit is saved with a sound one', async () => {
    const { store, path } = filled();
    store.close();
    breakIndex(path);
    const target = join(folder(), 'saved.sqlite');
    expect(await save(path, target)).toMatchObject({ records: 50, mended: true });
    const db = opened(target);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const byDay =
      "SELECT count(*) FROM items INDEXED BY items_by_day WHERE stream = 1 AND day = '2026-01-01'";
    expect(db.prepare(byDay).pluck().get()).toBe(50);
  });
});
