import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { payload } from '../../src/core/common.ts';
import { StoreError } from '../../src/core/errors.ts';
import { readStatus } from '../../src/store/status.ts';
import { Store } from '../../src/store/store.ts';
import { resourceViews, sharedViews } from '../../src/store/views.ts';
import { DAY, folder, NOON } from './support.ts';

const SCALE = { provider: 'scale', resource: 'weights' };
const VIEWS = [
  ...resourceViews({ ...SCALE, columns: [{ name: 'kg', path: '$.kg', about: 'kilograms' }] }),
  ...sharedViews([{ ...SCALE, rows: { view: 'weights', columns: { weight_kg: payload('$.kg') } } }]),
];

/** What SQLite and JSON.parse both call malformed. */
const BROKEN = '{"kg":';

describe('E9 what the database holds and cannot be read stands in nobody else’s way:', () => {
  let store: Store;
  let stream: number;
  beforeEach(() => {
    store = new Store(join(folder(), 'health.sqlite'), VIEWS);
    stream = store.records.streams.number({ ...SCALE, account: 'me' });
    const items = ['a', 'b'].map((id, index) => ({
      text: `{"kg":${70 + index}}`,
      change: { row: { id, startedAt: '2024-01-15T07:00:00Z' } },
    }));
    store.records.apply(stream, { items, rejects: [], now: NOON });
    store.db.prepare("UPDATE items SET payload = ? WHERE id = 'a'").run(BROKEN);
    return () => store.close();
  });

  test('a record leaves its view to the others', () => {
    expect(store.db.prepare('SELECT record_id, kg FROM scale_weights').all()).toEqual([
      { record_id: 'b', kg: 71 },
    ]);
  });

  test('a record leaves the view over all sources to the others', () => {
    const rows = store.db.prepare('SELECT record_id, weight_kg FROM weights ORDER BY record_id').all();
    expect(rows).toEqual([
      { record_id: 'a', weight_kg: null },
      { record_id: 'b', weight_kg: 71 },
    ]);
  });

  test('a record is none that waits for its score, for its day or for its documents', () => {
    const { find } = store.records;
    const unfinished = { path: '$.kg', value: 71 as unknown as string };
    expect(find.unfinished(stream, unfinished, NOON + DAY)).toEqual(['b']);
    expect(find.undated(stream).map(({ id }) => id)).toEqual(['b']);
    expect([...find.stored(stream)].map(({ id }) => id)).toEqual(['b']);
  });

  test('a fact is as good as forgotten', () => {
    store.facts.put('scale', 'zone', 'UTC', NOON);
    expect(store.facts.get('scale', 'zone', 0)).toBe('UTC');
    store.db.prepare('UPDATE facts SET value = ?').run(BROKEN);
    expect(store.facts.get('scale', 'zone', 0)).toBeUndefined();
  });

  test('a run is told without its counts', () => {
    store.runs.end(store.runs.begin('sync', NOON), 'OK', { created: 2 }, NOON);
    store.db.prepare('UPDATE sync_runs SET summary = ?').run(BROKEN);
    expect(store.runs.last('sync')).toMatchObject({ outcome: 'OK', summary: null });
  });

  test('marks end the command in words, without quoting them', () => {
    store.db.prepare('UPDATE sync_state SET state = ?').run(BROKEN);
    for (const read of [() => readStatus(store.db, 'me'), () => store.records.streams.state(stream)]) {
      expect(read).toThrow(StoreError);
      expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('kg') }));
    }
  });
});
