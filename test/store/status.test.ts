import { expect, test } from 'vitest';
import type { Db } from '../../src/store/database.ts';
import { readStatus } from '../../src/store/status.ts';
import { NOON, newStore } from './support.ts';

test('without a rule nothing waits for an entry', () => {
  const { db } = newStore();
  const { pending } = readStatus(db, 'me');
  expect(pending('ring', 'sleep', [])).toBe(0);
});

test('where records have no date, the newest is told by the minute that its id begins with', () => {
  const { db, records } = newStore();
  const stream = records.streams.number({ provider: 'ring', account: 'me', resource: 'heartrate' });
  const items = ['2024-01-14T23:58:10Z a', '2024-01-14T23:59:20Z b'].map((id) => ({
    text: '{}',
    change: { row: { id } },
  }));
  records.apply(stream, { items, rejects: [], now: NOON });
  expect(readStatus(db, 'me').streams).toMatchObject([{ newest: '2024-01-14T23:59' }]);
});

test('E12 what status reads does not grow with the records: counters and the end of an index', () => {
  const { db, records } = newStore();
  const stream = records.streams.number({ provider: 'ring', account: 'me', resource: 'sleep' });
  const items = ['2024-01-14', '2024-01-15'].map((day) => ({
    text: '{}',
    change: { row: { id: day, day } },
  }));
  records.apply(stream, { items, rejects: [], now: NOON });
  const statements: string[] = [];
  const watched = {
    prepare: (sql: string) => {
      statements.push(sql);
      return db.prepare(sql);
    },
  } as unknown as Db;
  const { streams } = readStatus(watched, 'me');
  expect(streams).toMatchObject([{ rows: 2, newest: '2024-01-15' }]);
  const plans = statements.flatMap((sql) => {
    const values = sql
      .replace(/[^?]/g, '')
      .split('')
      .map(() => 1);
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    return plan.map(({ detail }) => (/LIMIT 1$/.test(sql) ? `${detail}, one row` : detail));
  });
  expect(plans.filter((plan) => /\bitems\b/.test(plan))).toEqual([
    'SEARCH items USING COVERING INDEX items_by_day (stream=? AND day>?)',
    'SEARCH items USING PRIMARY KEY (stream=?), one row',
  ]);
});
