import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { filesBeside } from '../../src/store/beside.ts';
import { connect } from '../../src/store/database.ts';
import { damageOf, inspect, integrity } from '../../src/store/inspect.ts';
import { erase } from '../../src/store/purge.ts';
import { removeDatabase } from '../../src/store/removal.ts';
import { sweepHalves } from '../../src/store/tidy.ts';
import { folder, NOON, newStore } from './support.ts';

test('K10 what is damaged is removed as well, and what is not there is nothing to remove', () => {
  const path = join(folder(), 'health.sqlite');
  expect(removeDatabase(path)).toEqual([]);
  writeFileSync(path, 'no database at all, but in its place');
  expect(removeDatabase(path)).toEqual([path]);
  expect(existsSync(path)).toBe(false);
});

test('K10 while another program has it open nothing is removed', () => {
  const path = join(folder(), 'health.sqlite');
  const store = newStore(path);
  store.db.exec('BEGIN; SELECT count(*) FROM items');
  const other = new Database(path, { timeout: 1 });
  expect(() => removeDatabase(path)).toThrow(`another program has ${path} open; nothing was removed`);
  expect(existsSync(path)).toBe(true);
  other.close();
});

test('K10 while another program writes, erasing says that bytes are left', () => {
  const path = join(folder(), 'health.sqlite');
  const store = newStore(path);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  store.db.pragma('busy_timeout = 1');
  expect(erase(store.db)).toBe(false);
  other.exec('ROLLBACK');
  other.close();
  expect(erase(store.db)).toBe(true);
});

test('what a person saved under the usual name, and nothing else, counts as a backup', () => {
  const path = join(folder(), 'health.sqlite');
  const others = [
    'health-2026-03-12.txt',
    'health-2026-03-12b.sqlite',
    'health-old.sqlite',
    'other-2026-03-12.sqlite',
  ];
  const names = [
    'health.sqlite',
    'health-2026-03-12.sqlite',
    'health.sqlite.schema-1.backup',
    'health.sqlite.run.lock',
  ];
  for (const name of [...names, ...others]) writeFileSync(join(path, '..', name), '');
  const at = (name: string | undefined) => [join(path, '..', String(name))];
  expect(filesBeside(path)).toEqual({
    database: at(names[0]),
    backups: at(names[1]),
    copies: at(names[2]),
    locks: at(names[3]),
    halves: [],
  });
});

test('where no backup was killed, sweeping leaves nothing behind, not even a lock', () => {
  const path = join(folder(), 'health.sqlite');
  newStore(path);
  sweepHalves(path);
  expect(filesBeside(path).locks).toEqual([]);
});

test('a sound database is inspected as what it is', () => {
  const { db, records } = newStore();
  const stream = records.streams.number({ provider: 'ring', account: 'me', resource: 'sleep' });
  const items = ['a', 'b'].map((id) => ({ text: '{}', change: { row: { id } } }));
  const rejects = [{ item: { text: '7', value: 7 }, reason: 'item: invalid_type' }];
  records.apply(stream, { items, rejects, now: NOON });
  expect(inspect(db)).toMatchObject({
    damage: [],
    isOurs: true,
    miscounted: [],
    unfit: [],
    rejects: [{ source: 'ring.sleep', count: 1 }],
    records: 2,
  });
  db.exec('UPDATE sync_state SET live_rows = 3');
  expect(inspect(db)).toMatchObject({ miscounted: ['ring.sleep'], records: 3 });
});

test('any other trouble than damage or a reader is not taken for one', () => {
  const closed = connect(join(folder(), 'health.sqlite'));
  closed.close();
  expect(() => erase(closed)).toThrow('not open');
  expect(() => integrity(closed)).toThrow('not open');
});

test('what cannot even be opened is said in one line', () => {
  expect(damageOf(join(folder(), 'nowhere.sqlite'))).toEqual(['unable to open database file']);
});
