import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { windows } from '../../src/core/cursor.ts';
import type { AnyProvider, RawItem, ReadHttp, Resource } from '../../src/core/provider.ts';
import { syncProvider } from '../../src/core/sync.ts';
import type { Store } from '../../src/store/store.ts';
import { NOON, newStore } from '../store/support.ts';

/** A first sync of one resource whose pages are these. */
async function firstSync(store: Store, pages: () => AsyncIterable<readonly RawItem[]>) {
  const resource: Resource = {
    name: 'samples',
    title: 'samples',
    cursor: windows({ sliceDays: 30, firstOfDay: 7, firstOfWeek: 7, probe: true }),
    schema: z.object({ id: z.string() }),
    columns: [],
    pages,
    change: ({ id }: { id: string }) => ({ row: { id } }),
  };
  const provider = {
    id: 'ring',
    concurrency: 1,
    resources: [resource],
    startDate: () => '2024-01-10',
  } as unknown as AnyProvider;
  const [result] = await syncProvider({
    provider,
    config: {},
    account: 'me',
    records: store.records,
    http: {} as ReadHttp,
    httpWithoutRenewal: {} as ReadHttp,
    clock: { now: () => NOON, sleep: async () => {} },
    zone: 'UTC',
    resources: [resource],
    full: false,
    allowDeletes: false,
    granted: () => undefined,
  });
  return result;
}

function pageOf(number: number, rows: number): RawItem[] {
  return Array.from({ length: rows }, (_, index) => {
    const value = { id: `${number}-${index}` };
    return { value, text: JSON.stringify(value) };
  });
}

const count = (store: Store) => store.db.prepare('SELECT count(*) FROM items').pluck().get() as number;

test('D10 of a long history no more than one page waits to be stored while the next is fetched', async () => {
  const store = newStore();
  const waiting: number[] = [];
  async function* pages() {
    for (let number = 0; number < 200; number += 1) {
      waiting.push(number - count(store) / 10);
      // As over a network.
      await new Promise((resolve) => setImmediate(resolve));
      yield pageOf(number, 10);
    }
  }
  const result = await firstSync(store, pages);
  expect([result?.outcome, count(store)]).toEqual(['OK', 2000]);
  expect(Math.max(...waiting)).toBeLessThanOrEqual(1);
});

test('E2 a page of any size is stored in transactions of 2,000 rows, so that nobody waits long', async () => {
  const store = newStore();
  const other = new Database(store.path, { readonly: true });
  onTestFinished(() => void other.close());
  const inTransaction = new Map<unknown, number>();
  // Another connection sees a new version with every commit.
  store.db.function('note_row', () => {
    const version = other.pragma('data_version', { simple: true });
    inTransaction.set(version, (inTransaction.get(version) ?? 0) + 1);
    return 0;
  });
  store.db.exec('CREATE TEMP TRIGGER notes AFTER INSERT ON main.items BEGIN SELECT note_row(); END');
  const result = await firstSync(store, async function* () {
    yield pageOf(0, 7_000);
  });
  expect([result?.outcome, count(store)]).toEqual(['OK', 7_000]);
  expect([...inTransaction.values()]).toEqual([2_000, 2_000, 2_000, 1_000]);
});
