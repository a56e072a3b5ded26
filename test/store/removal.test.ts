import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { connect } from '../../src/store/database.ts';
import { damageOf, integrity } from '../../src/store/inspect.ts';
import { erase } from '../../src/store/purge.ts';
import { removeDatabase } from '../../src/store/removal.ts';
import { folder, newStore } from './support.ts';

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

test('any other trouble than damage or a reader is not taken for one', () => {
  const closed = connect(join(folder(), 'health.sqlite'));
  closed.close();
  expect(() => erase(closed)).toThrow('not open');
  expect(() => integrity(closed)).toThrow('not open');
});

test('what cannot even be opened is said in one line', () => {
  expect(damageOf(join(folder(), 'nowhere.sqlite'))).toEqual(['unable to open database file']);
});
