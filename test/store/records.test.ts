import { describe, expect, test } from 'vitest';
import { emptyState } from '../../src/core/cursor.ts';
import type { Row, Session } from '../../src/core/provider.ts';
import type { PageToStore, Understood } from '../../src/store/records.ts';
import type { Store } from '../../src/store/store.ts';
import { DAY, folder, NOON, newStore, run } from './support.ts';

const NAME = { provider: 'somewhere', account: 'me', resource: 'sleep' };

const session: Session = {
  kind: 'sleep',
  type: 'long_sleep',
  day: '2024-01-15',
  start: '2024-01-14T23:30:00+01:00',
  end: '2024-01-15T07:00:00-03:30',
  asleepSeconds: 27_000,
  efficiency: 92,
};
const item = (text: string, row: Partial<Row> = {}, own?: Session): Understood => ({
  text,
  change: { row: { id: 'a', day: '2024-01-15', ...row }, ...(own && { session: own }) },
});

function stored(store = newStore()) {
  const stream = store.records.streams.number(NAME);
  const apply = (items: readonly Understood[], more: Partial<PageToStore> = {}) =>
    store.records.apply(stream, { items, rejects: [], now: NOON, ...more });
  return { store, stream, apply };
}

const rows = (store: Store, sql = 'SELECT * FROM items') =>
  store.db.prepare<[], Record<string, unknown>>(sql).all();
const payloads = (store: Store) =>
  rows(store, 'SELECT payload FROM items ORDER BY id').map(({ payload }) => payload);

/** The counters of the stream and what they should be. */
function counters(store: Store) {
  const [kept] = rows(store, 'SELECT live_rows AS live, deleted_rows AS deleted FROM sync_state');
  const [real] = rows(
    store,
    'SELECT count(*) FILTER (WHERE deleted_at IS NULL) AS live, count(deleted_at) AS deleted FROM items',
  );
  return { kept, real };
}

test('a record that came before its kind had sessions is given its session when it comes unchanged', () => {
  const { store, apply } = stored();
  apply([item('{}')]);
  expect(rows(store, 'SELECT * FROM sessions')).toEqual([]);
  expect(apply([item('{}', {}, session)])).toMatchObject({ unchanged: 1 });
  expect(rows(store, 'SELECT id, type FROM sessions')).toEqual([{ id: 'a', type: 'long_sleep' }]);
});

describe('storing', () => {
  test.each<[string, string, string, string]>([
    ['D20 the same text is unchanged', '{"a":1}', '{"a":1}', 'unchanged'],
    [
      'D19 another order of keys is unchanged',
      '{"a":1,"b":{"c":2,"d":3}}',
      '{"b":{"d":3,"c":2},"a":1}',
      'unchanged',
    ],
    ['other spaces are unchanged', '{"a":1}', '{ "a": 1 }', 'unchanged'],
    ['the same number written otherwise is unchanged', '{"a":1}', '{"a":1.0}', 'unchanged'],
    ['another value is updated', '{"a":1}', '{"a":2}', 'updated'],
    ['another order in a list is updated', '{"a":[1,2]}', '{"a":[2,1]}', 'updated'],
    ['null in place of nothing is updated', '{}', '{"a":null}', 'updated'],
    ['a text in place of a number is updated', '{"a":1}', '{"a":"1"}', 'updated'],
    [
      'C9 nesting without end is updated',
      `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      `{"a":${'['.repeat(50_001)}${']'.repeat(50_001)}}`,
      'updated',
    ],
    ['C15 a field that is new is updated', '{"a":1}', '{"a":1,"b":null}', 'updated'],
    [
      'C12 a number that differs beyond 2^53 is updated',
      '{"a":9007199254740993}',
      '{"a":9007199254740992}',
      'updated',
    ],
    [
      'C12 the same number beyond 2^53 is unchanged',
      '{"a":9007199254740993,"b":1}',
      '{"b":1,"a":9007199254740993}',
      'unchanged',
    ],
  ])('D4 %s', (_name, first, second, outcome) => {
    const { store, apply } = stored();
    expect(apply([item(first)])).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
    expect(apply([item(second)])).toMatchObject({ created: 0, updated: 0, unchanged: 0, [outcome]: 1 });
    expect(payloads(store)).toEqual([outcome === 'updated' ? second : first]);
  });

  test('C12 keeps the text exactly as it came', () => {
    const { store, apply } = stored();
    const text = '{"id":9007199254740993, "x":1.0,"é":"\\u00e9"}';
    apply([item(text)]);
    expect(payloads(store)).toEqual([text]);
  });

  test('D18 keeps the same id of other accounts, sources and resources apart', () => {
    const { store, apply } = stored();
    const names = [
      { ...NAME, account: 'b' },
      { ...NAME, provider: 'b' },
      { ...NAME, resource: 'b' },
    ];
    apply([item('{"a":0}')]);
    names.forEach((name, index) => {
      const counts = store.records.apply(store.records.streams.number(name), {
        items: [item(`{"a":${index + 1}}`)],
        rejects: [],
        now: NOON,
      });
      expect(counts.created).toBe(1);
    });
    expect(rows(store, 'SELECT DISTINCT provider, account, resource FROM records').length).toBe(4);
  });

  test('D6 an id twice on a page is one row', () => {
    const { store, apply } = stored();
    expect(apply([item('{"a":1}'), item('{"a":1}'), item('{"a":2}')])).toMatchObject({
      created: 1,
      unchanged: 1,
      updated: 1,
    });
    expect(payloads(store)).toEqual(['{"a":2}']);
    expect(counters(store).kept).toEqual({ live: 1, deleted: 0 });
  });

  test('D20 dates first and last seen, a re-read at most once a day', () => {
    const { store, apply } = stored();
    const seen = () =>
      rows(
        store,
        'SELECT first_seen * 1000 AS first, last_seen * 1000 AS last, changed_at * 1000 AS changed FROM items',
      )[0];
    apply([item('{"a":1}')]);
    apply([item('{"a":1}')], { now: NOON + DAY - 1000 });
    expect(seen()).toEqual({ first: NOON, last: NOON, changed: null });
    apply([item('{"a":1}')], { now: NOON + DAY });
    expect(seen()).toEqual({ first: NOON, last: NOON + DAY, changed: null });
    apply([item('{"a":2}')], { now: NOON + DAY + 1000 });
    expect(seen()).toEqual({ first: NOON, last: NOON + DAY + 1000, changed: NOON + DAY + 1000 });
  });

  test('D15 keeps the instant and the offset of both ends, and goes with its record', () => {
    const { store, stream, apply } = stored();
    apply([item('{}', {}, session)]);
    const [kept] = store.sessions(NAME);
    expect(kept).toEqual({
      ...NAME,
      recordId: 'a',
      kind: 'sleep',
      type: 'long_sleep',
      day: '2024-01-15',
      startAt: Date.parse('2024-01-14T22:30:00Z'),
      startOffset: 60,
      endAt: Date.parse('2024-01-15T10:30:00Z'),
      endOffset: -210,
      asleepSeconds: 27_000,
      efficiency: 92,
      title: null,
    });
    apply([item('{"a":1}', {}, { ...session, type: null, asleepSeconds: null, efficiency: null })]);
    expect(store.sessions(NAME)).toMatchObject([{ type: null, asleepSeconds: null, efficiency: null }]);
    store.records.bury(stream, ['a'], NOON);
    expect(store.sessions(NAME)).toEqual([]);
    apply([item('{"a":1}', {}, session)]);
    expect(store.sessions(NAME)).toMatchObject([{ type: 'long_sleep' }]);
  });
});

describe('one transaction', () => {
  const state = { ...emptyState, covered: [{ from: '2024-01-01', to: '2024-01-14' }] };

  test('holds rows, rejects and the cursor’s state', () => {
    const { store, stream, apply } = stored();
    const rejects = [{ item: { text: '{"bad":1}', value: {} }, reason: 'id: invalid_type' }];
    expect(apply([item('{}')], { state, rejects })).toMatchObject({ created: 1, rejected: 1 });
    expect(store.records.streams.state(stream)).toEqual(state);
    expect(rows(store, 'SELECT reason, payload FROM rejects')).toEqual([
      { reason: 'id: invalid_type', payload: '{"bad":1}' },
    ]);
    apply([], { rejects });
    expect(rows(store, 'SELECT * FROM rejects').length).toBe(1);
  });

  test('D9 stores nothing of a page that fails, and no state', () => {
    const { store, stream, apply } = stored();
    const broken = item('{}', { id: undefined as unknown as string });
    expect(() => apply([item('{}'), broken], { state })).toThrow();
    expect([payloads(store), store.records.streams.state(stream)]).toEqual([[], emptyState]);
    expect(counters(store).kept).toEqual({ live: 0, deleted: 0 });
  });

  test.each([
    ['records.in-transaction', 0, []],
    ['records.committed', 1, state.covered],
  ])('D1 killed at %s it is there whole or not at all', (point, count, covered) => {
    const path = `${folder()}/health.sqlite`;
    const script = `
      import { Store } from 'store/store.ts';
      const { records } = new Store(process.argv[1], []);
      const page = JSON.parse(process.argv[2]);
      records.apply(records.streams.number(${JSON.stringify(NAME)}), { ...page, rejects: [], now: ${NOON} });`;
    const page = JSON.stringify({ items: [item('{}')], state });
    expect(run(script, [path, page], '077', { HEALTH_SYNC_FAILPOINT: `${point}:1` }).signal).toBe('SIGKILL');
    const { store, stream } = stored(newStore(path));
    expect(payloads(store).length).toBe(count);
    expect(store.records.streams.state(stream).covered).toEqual(covered);
  });
});

describe('D5 what vanished', () => {
  test('becomes a tombstone that keeps its content, and comes back as it was', () => {
    const { store, stream, apply } = stored();
    apply([item('{"a":1}')]);
    store.records.bury(stream, ['a', 'unknown'], NOON + 1000);
    expect(rows(store, 'SELECT payload_json, deleted_at FROM records')).toEqual([
      { payload_json: '{"a":1}', deleted_at: '2024-01-15T12:00:01Z' },
    ]);
    expect([store.records.find.idsIn(stream), store.records.find.has(stream, 'a')]).toEqual([[], true]);
    store.records.bury(stream, ['a'], NOON + 2000);
    expect(counters(store).kept).toEqual({ live: 0, deleted: 1 });
    expect(apply([item('{"a":1}')])).toMatchObject({ created: 0, updated: 1 });
    expect(rows(store, 'SELECT deleted_at FROM records')).toEqual([{ deleted_at: null }]);
    expect(counters(store).kept).toEqual({ live: 1, deleted: 0 });
  });

  test('is buried by a change that says so, and counted', () => {
    const { store, apply } = stored();
    apply([item('{"a":1}'), item('{"b":1}', { id: 'b' })]);
    expect(apply([{ text: '', change: { remove: 'a' } }])).toMatchObject({ deleted: 1, updated: 0 });
    expect(rows(store, 'SELECT id FROM items WHERE deleted_at IS NULL')).toEqual([{ id: 'b' }]);
    expect(apply([{ text: '', change: { remove: 'never-there' } }])).toMatchObject({ deleted: 0 });
    expect(counters(store).kept).toEqual(counters(store).real);
  });

  test('an instant that is none is kept as none', () => {
    const { store, apply } = stored();
    apply([item('{}', { startedAt: 'yesterday', endedAt: '2024-01-15T06:00:00Z' })]);
    expect(rows(store, 'SELECT started_at AS start FROM items')).toEqual([{ start: null }]);
  });

  test('that was set aside is not any more once it is understood, and others stay', () => {
    const { store, apply } = stored();
    const reject = (text: string) => ({ item: { text, value: JSON.parse(text) }, reason: 'day: missing' });
    const aside = () => rows(store, 'SELECT payload FROM rejects ORDER BY payload').map((row) => row.payload);
    expect(apply([], { rejects: [reject('{"a":1}'), reject('{"b":1}')] })).toMatchObject({ rejected: 2 });
    apply([], { rejects: [reject('{"a":1}')] });
    expect(aside()).toEqual(['{"a":1}', '{"b":1}']);
    apply([item('{"a":1}')]);
    expect(aside()).toEqual(['{"b":1}']);
  });

  test('whose content says that it is unfinished is found, newest first, once it was seen long enough ago', () => {
    const { store, stream, apply } = stored();
    const open = (id: string, day: string) => item('{"state":"open"}', { id, startedAt: `${day}T08:00:00Z` });
    apply([open('a', '2024-01-13'), open('b', '2024-01-14'), item('{"state":"done"}', { id: 'c' })]);
    const unfinished = (before: number) =>
      store.records.find.unfinished(stream, { path: '$.state', value: 'open' }, before);
    expect(unfinished(NOON)).toEqual([]);
    expect(unfinished(NOON + 1000)).toEqual(['b', 'a']);
    store.records.bury(stream, ['b'], NOON);
    expect(unfinished(NOON + 1000)).toEqual(['a']);
  });

  test('of a stream that is not there yet nothing is known', () => {
    const { store } = stored();
    expect(store.records.streams.state(99)).toEqual(emptyState);
    expect(store.records.find.liveRows(99)).toBe(0);
    expect(store.records.find.firstDay(99)).toBeUndefined();
    expect(store.records.find.dayOf(NAME, 'x')).toBeUndefined();
  });

  test('that waits for its parent’s record is asked for by the parent’s days, newest first', () => {
    const { store, stream, apply } = stored();
    const day = (id: string) => item('{}', { id, day: id, startedAt: `${id}T08:00:00Z` });
    apply(['2024-01-13', '2024-01-14', '2024-01-15'].map(day));
    const child = store.records.streams.number({ ...NAME, resource: 'details' });
    const awaiting = (more: { from: string; to: string } | undefined, again = false) =>
      store.records.find.awaiting(child, stream, { span: more, again });
    expect(awaiting(undefined)).toEqual(['2024-01-15', '2024-01-14', '2024-01-13']);
    expect(awaiting({ from: '2024-01-14', to: '2024-01-14' })).toEqual(['2024-01-14']);
    store.records.noteAbsent(child, '2024-01-15', NOON + DAY);
    expect(awaiting(undefined)).toEqual(['2024-01-14', '2024-01-13']);
    expect(awaiting(undefined, true)).toEqual(['2024-01-15', '2024-01-14', '2024-01-13']);
  });

  test('is noted since when it is missing, until it is seen again', () => {
    const { store, stream, apply } = stored();
    apply([item('{}')]);
    expect(store.records.noteMissing(stream, 'a', NOON)).toBe(NOON);
    expect(store.records.noteMissing(stream, 'a', NOON + 5)).toBe(NOON);
    apply([item('{}')]);
    expect(store.records.noteMissing(stream, 'a', NOON + 9)).toBe(NOON + 9);
  });

  test('is looked for among live records of days inside the span', () => {
    const { store, stream, apply } = stored();
    const days = ['2024-01-14', '2024-01-15', '2024-01-16', undefined];
    apply(days.map((day, index) => item('{}', { id: String(index), day })));
    expect(store.records.find.idsIn(stream, { from: '2024-01-15', to: '2024-01-16' })).toEqual(['1', '2']);
    expect(store.records.find.idsIn(stream)).toEqual(['0', '1', '2', '3']);
    expect(store.records.find.firstDay(stream)).toBe('2024-01-14');
    store.records.bury(stream, ['0'], NOON);
    expect(store.records.find.firstDay(stream)).toBe('2024-01-15');
  });
});

test('E12 the counters are the real counts after any mix of creating, changing, burying and restoring', () => {
  const { store, stream, apply } = stored();
  for (let round = 0; round < 60; round += 1) {
    const ids = Array.from({ length: 7 }, (_, index) => String((round * 5 + index * index) % 23));
    if (round % 3 === 2) store.records.bury(stream, ids, NOON);
    else apply(ids.map((id) => item(`{"r":${round % 4}}`, { id })));
    const { kept, real } = counters(store);
    expect(kept).toEqual(real);
  }
  expect(counters(store).real?.deleted).toBeGreaterThan(0);
});
