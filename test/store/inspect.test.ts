import { expect, test } from 'vitest';
import { inspect } from '../../src/store/inspect.ts';
import { breakIndex } from '../support/damage.ts';
import { NOON, newStore } from './support.ts';

test('E9 of a damaged database nothing is counted, also when one thing alone is wrong with it', () => {
  const { db, records, path } = newStore();
  const stream = records.streams.number({ provider: 'somewhere', account: 'me', resource: 'sleep' });
  const change = { row: { id: 'a', day: '2024-01-15' } };
  records.apply(stream, { items: [{ text: '{}', change }], rejects: [], now: NOON });
  expect(inspect(db)).toMatchObject({ damage: [], records: 1 });
  db.close();
  breakIndex(path);
  const damaged = inspect(newStore(path).db);
  expect(damaged.damage).toHaveLength(1);
  expect(damaged.records).toBe(0);
});
