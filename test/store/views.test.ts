import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declaredViews } from '../../src/cli/sections.ts';
import { providers } from '../../src/providers/index.ts';
import { Store } from '../../src/store/store.ts';
import { resourceViews, type View, viewName } from '../../src/store/views.ts';
import { folder, NOON, newStore } from './support.ts';

const columnsOf = (store: Store, view: string) =>
  store.db
    .prepare(`SELECT * FROM "${view}"`)
    .columns()
    .map(({ name }) => name);

describe('every view', () => {
  let path: string;
  let store: Store;
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'views-'));
    store = new Store(join(path, 'health.sqlite'), declaredViews());
  });
  afterAll(() => {
    store.close();
    rmSync(path, { recursive: true, force: true });
  });
  const resources = providers.flatMap(({ id, resources }) =>
    resources.map(({ name, columns }) => ({ provider: id, resource: name, columns })),
  );

  test.each(resources)('of $provider $resource has the columns of its schema and can be selected', (view) => {
    expect(columnsOf(store, viewName(view))).toEqual([
      'account',
      'record_id',
      ...view.columns.map(({ name }) => name),
    ]);
    expect(store.db.prepare(`SELECT * FROM "${viewName(view)}"`).all()).toEqual([]);
  });

  test.each([...declaredViews().map(({ name }) => name), 'records'])('%s has no column twice', (name) => {
    const columns = columnsOf(store, name).map((one) => one.toLowerCase());
    expect(new Set(columns).size).toBe(columns.length);
    expect(store.db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()).toBe(0);
  });

  test('has a name of its own, and every column says what it is', () => {
    const names = declaredViews().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const silent = resources.flatMap(({ columns }) => columns.filter(({ about }) => about === ''));
    expect(silent).toEqual([]);
  });

  test('`records` holds the columns that a person queries', () => {
    expect(columnsOf(store, 'records')).toEqual(
      expect.arrayContaining(
        'provider account resource record_id start_time end_time source_updated_at payload_json fetched_at deleted_at'.split(
          ' ',
        ),
      ),
    );
  });
});

describe('a typed view', () => {
  const columns = [
    { name: 'score', path: '$.score', about: 'points' },
    { name: 'deep_hrv', path: '$.deep.hrv', about: 'ms' },
    { name: 'series', path: '$.series', about: 'JSON' },
  ];
  const [view] = resourceViews({ provider: 'somewhere', resource: "it's", columns }) as [View];

  test('reads live records of its own resource, numbers as numbers, and nothing for what is missing', () => {
    const store = new Store(join(folder(), 'health.sqlite'), [view]);
    const put = (resource: string, id: string, text: string) =>
      store.records.apply(store.records.streams.number({ provider: 'somewhere', account: 'me', resource }), {
        items: [{ text, change: { row: { id } } }],
        rejects: [],
        now: NOON,
      });
    put("it's", 'a', '{"score":80.5,"deep":{"hrv":3},"series":[1,null]}');
    put("it's", 'b', '{"score":null,"deep":null}');
    put("it's", 'c', '{"score":1}');
    put('other', 'd', '{"score":2}');
    store.records.bury(
      store.records.streams.number({ provider: 'somewhere', account: 'me', resource: "it's" }),
      ['c'],
      NOON,
    );
    expect(store.db.prepare(`SELECT * FROM "${view.name}" ORDER BY record_id`).all()).toEqual([
      { account: 'me', record_id: 'a', score: 80.5, deep_hrv: 3, series: '[1,null]' },
      { account: 'me', record_id: 'b', score: null, deep_hrv: null, series: null },
    ]);
    store.close();
  });

  test('is made anew when the declaration changed, and not touched when it did not', () => {
    const path = join(folder(), 'health.sqlite');
    const declared = (names: readonly string[]) =>
      resourceViews({
        provider: 'somewhere',
        resource: 'sleep',
        columns: names.map((name) => ({ name, path: `$.${name}`, about: name })),
      });
    const version = (store: Store) => store.db.pragma('schema_version', { simple: true });
    const versions = [['a'], ['a'], ['a', 'b']].map((names) => {
      const store = new Store(path, declared(names));
      const seen = version(store);
      expect(columnsOf(store, 'somewhere_sleep')).toEqual(['account', 'record_id', ...names]);
      store.close();
      return seen;
    });
    expect(versions[1]).toBe(versions[0]);
    expect(versions[2]).not.toBe(versions[1]);
  });
});

test('the view of what was written shows instants in UTC', () => {
  const { path } = newStore();
  const store = new Store(path, declaredViews());
  const ledger = store.ledger('clockify', 'w/u');
  ledger.put(
    {
      provider: 'oura',
      account: 'me',
      resource: 'sleep',
      recordId: 'a',
      state: 'done',
      remoteId: 'entry',
      fields: { startAt: NOON, endAt: NOON + 1000, text: 'text', projectId: 'p' },
      sent: null,
      session: { day: '2024-01-15' },
      template: null,
      kept: false,
      problem: null,
    },
    NOON,
  );
  expect(
    store.db.prepare('SELECT day, start_time, end_time, description, state FROM clockify_entries').all(),
  ).toEqual([
    {
      day: '2024-01-15',
      start_time: '2024-01-15T12:00:00Z',
      end_time: '2024-01-15T12:00:01Z',
      description: 'text',
      state: 'done',
    },
  ]);
});
