import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Span } from '../../src/core/coverage.ts';
import { type Windows, windows } from '../../src/core/cursor.ts';
import { InterruptedError, StoreError } from '../../src/core/errors.ts';
import type { AnyProvider, ReadHttp, Resource } from '../../src/core/provider.ts';
import { type SyncRequest, syncProvider } from '../../src/core/sync.ts';
import { newStore } from '../store/support.ts';

const TODAY = '2024-05-15';
const daily = windows({ sliceDays: 20, firstOfDay: 7, firstOfWeek: 7, probe: true });

/** A service whose days are known, and everything that was asked of it. */
function service(days: string[] = [], cursor: Windows = daily) {
  const asked: (Span & { resource: string })[] = [];
  const resource = (name: string, more: Partial<Resource> = {}): Resource => ({
    name,
    title: name,
    scope: 'spo2',
    cursor,
    schema: z.object({ day: z.string() }),
    columns: [],
    async *pages({ span }) {
      asked.push({ resource: name, ...span });
      // As over a network: the others have been asked by then.
      await new Promise((resolve) => setImmediate(resolve));
      const inside = days.filter((day) => day >= span.from && day <= span.to);
      yield inside.map((day) => ({ text: JSON.stringify({ day }), value: { day } }));
    },
    change: ({ day }) => ({ row: { id: day, day } }),
    ...more,
  });
  const store = newStore();
  const provider = {
    id: 'ring',
    concurrency: 2,
    resources: [],
    startDate: () => '2024-01-01',
    overlapDays: () => 7,
  } as unknown as AnyProvider;
  const run = (more: Partial<SyncRequest> & { today?: string } = {}) => {
    asked.length = 0;
    return syncProvider({
      provider,
      config: {},
      account: 'me',
      records: store.records,
      http: {} as ReadHttp,
      httpWithoutRenewal: {} as ReadHttp,
      clock: { now: () => Date.parse(`${more.today ?? TODAY}T12:00:00Z`), sleep: async () => {} },
      zone: 'UTC',
      resources: [resource('sleep')],
      full: false,
      allowDeletes: false,
      granted: () => undefined,
      ...more,
    });
  };
  const covered = () =>
    store.records.streams.state(
      store.records.streams.number({ provider: 'ring', account: 'me', resource: 'sleep' }),
    ).covered;
  return { asked, days, resource, store, run, covered };
}

test('D1 a span whose last page could not be stored is not covered by another one, and no more are begun', async () => {
  const { run, store, asked, covered } = service([], { ...daily, probe: false });
  const apply = store.records.apply.bind(store.records);
  let calls = 0;
  store.records.apply = (...args) => {
    calls += 1;
    if (calls === 1) throw new StoreError('the disk is full');
    return apply(...args);
  };
  const [result] = await run();
  expect([result?.outcome, asked.length]).toEqual(['STORE', 2]);
  expect(covered()).toEqual([{ from: asked[1]?.from, to: asked[1]?.to }]);
});

test('the first row ever opens again what was covered without one; an empty stream costs one request', async () => {
  const { run, asked, days, covered, store } = service();
  await run();
  expect(asked.length).toBe(2);
  await run();
  expect(asked.length).toBe(1);
  days.push('2024-01-10', '2024-02-20', '2024-05-14');
  await run();
  expect(store.db.prepare('SELECT id FROM items ORDER BY id').pluck().all()).toEqual(days);
  expect(covered()).toEqual([{ from: '2024-01-01', to: '2024-05-14' }]);
  await run();
  expect(asked.length).toBe(1);
});

test('a slice with rows is followed by the next one, one without by all that is left', async () => {
  const { run, asked, days } = service();
  days.push('2024-05-10', '2024-04-20', '2024-01-05');
  await run();
  expect(asked).toEqual([
    { resource: 'sleep', from: '2024-04-27', to: '2024-05-16' },
    { resource: 'sleep', from: '2024-04-07', to: '2024-04-26' },
    { resource: 'sleep', from: '2024-03-18', to: '2024-04-06' },
    { resource: 'sleep', from: '2024-01-01', to: '2024-03-17' },
  ]);
});

test('a record that shares the day of another one gets it when that one comes, in whatever run', async () => {
  const { run, resource, store, days } = service(['2024-05-10', '2024-05-11']);
  const recovery = resource('recovery', {
    dayOf: { resource: 'sleep', id: ({ day }) => day },
    change: ({ day }) => ({ row: { id: `of ${day}` } }),
  });
  const dated = () => store.db.prepare("SELECT id, day FROM items WHERE id LIKE 'of %' ORDER BY id").all();
  await run({ resources: [recovery] });
  expect(dated()).toEqual([
    { id: 'of 2024-05-10', day: null },
    { id: 'of 2024-05-11', day: null },
  ]);
  days.pop();
  await run({ resources: [resource('sleep')] });
  await run({ resources: [recovery] });
  expect(dated()).toEqual([
    { id: 'of 2024-05-10', day: '2024-05-10' },
    { id: 'of 2024-05-11', day: null },
  ]);
});

describe('A14 scopes that the service said it granted', () => {
  test.each<[string, string[], string, number]>([
    ['without the one needed: the service has the last word', ['daily'], 'OK', 2],
    ['under a longer name', ['spo2Daily'], 'OK', 2],
    ['under another prefix', ['extapi:SPO2'], 'OK', 2],
  ])('%s', async (_name, granted, outcome, requests) => {
    const { run, asked } = service();
    const [result] = await run({ granted: () => granted });
    expect([result?.outcome, asked.length]).toEqual([outcome, requests]);
  });
});

test('D15 a run whose clock was ahead has covered nothing of what is still to come', async () => {
  const { run, asked, covered } = service(['2024-05-14']);
  await run({ today: '2031-01-01' });
  await run();
  expect(covered().at(-1)?.to).toBe('2024-05-14');
  await run({ today: '2024-09-01' });
  expect(asked.at(-1)?.from).toBe('2024-05-15');
});

describe('a resource that starts with another one', () => {
  const explicit = { from: '1990-01-01', to: TODAY };
  const follower = { startsWith: 'sleep' };

  test('is not asked for dates before that one’s first day', async () => {
    const { run, asked, resource } = service(['2024-05-01']);
    await run({ resources: [resource('sleep')] });
    await run({ explicit, resources: [resource('heartrate', follower)] });
    expect(asked).toEqual([{ resource: 'heartrate', from: '2024-05-01', to: '2024-05-16' }]);
  });

  test('looks back a week’s re-read when that one has no day', async () => {
    const { run, asked, resource } = service();
    await run({ explicit, resources: [resource('sleep'), resource('heartrate', follower)] });
    expect(asked.filter((one) => one.resource === 'heartrate')).toEqual([
      { resource: 'heartrate', from: '2024-05-09', to: '2024-05-16' },
    ]);
  });

  test('named alone, with nothing known of that one, is asked for what was named', async () => {
    const { run, asked, resource } = service();
    const march = { from: '2024-03-01', to: '2024-03-10' };
    await run({ explicit: march, resources: [resource('heartrate', follower)] });
    expect(asked).toEqual([{ resource: 'heartrate', ...march }]);
  });
});

describe('A21 whose account it is, where that record was not chosen', () => {
  /** A service that tells who somebody is, in whatever way. */
  function telling(who: () => readonly unknown[], more: Partial<Resource> = {}) {
    const made = service(['2024-05-10']);
    const looked: Span[] = [];
    const me = made.resource('me', {
      schema: z.object({ id: z.string() }),
      async *pages({ span }) {
        looked.push(span);
        yield who().map((value) => ({ text: JSON.stringify(value), value }));
      },
      change: ({ id }) => ({ row: { id } }),
      ...more,
    });
    const sleep = made.resource('sleep');
    const provider = {
      ...({
        id: 'ring',
        concurrency: 2,
        startDate: () => '2024-01-01',
        overlapDays: () => 7,
        auth: () => ({ kind: 'apiKey', header: 'x-key' }),
      } as unknown as AnyProvider),
      resources: [me, sleep],
      person: 'me',
    };
    const { facts } = made.store;
    const run = (credentials: string | undefined, changes: Partial<SyncRequest> = {}) =>
      made.run({ provider, resources: [sleep], facts, credentials, ...changes });
    const stored = () => made.store.db.prepare('SELECT id FROM items ORDER BY id').pluck().all();
    return { run, looked, stored, me, sleep };
  }

  test('other credentials of the same person are asked about once, and nothing of it is stored', async () => {
    const { run, looked, stored } = telling(() => [{ id: 'ann' }]);
    for (const credentials of ['one', 'one', 'two', 'two'])
      expect((await run(credentials))[0]?.outcome).toBe('OK');
    expect(looked).toEqual([
      { from: TODAY, to: TODAY },
      { from: TODAY, to: TODAY },
    ]);
    expect(stored()).toEqual(['2024-05-10']);
  });

  test('those of somebody else stop every resource, and again until they are changed back', async () => {
    const person = { id: 'ann' };
    const { run, looked, stored } = telling(() => [person]);
    await run('one');
    person.id = 'ben';
    for (let times = 0; times < 2; times += 1) {
      const [result] = await run('two');
      expect(result).toMatchObject({ outcome: 'AUTH', counts: { created: 0 } });
      expect(result?.error?.message).toContain('belong to somebody else; nothing was stored');
    }
    expect(looked).toHaveLength(3);
    expect((await run('one'))[0]?.outcome).toBe('OK');
    expect(stored()).toEqual(['2024-05-10']);
  });

  test('the stored record counts for more than what is remembered', async () => {
    const person = { id: 'ann' };
    const { run, me, sleep } = telling(() => [person]);
    await run('one', { resources: [me, sleep] });
    person.id = 'ben';
    expect((await run('two'))[0]?.outcome).toBe('AUTH');
    expect((await run('two', { resources: [me] }))[0]?.outcome).toBe('AUTH');
    person.id = 'ann';
    expect((await run('two'))[0]?.outcome).toBe('OK');
  });

  test('without names of the credentials it is asked every time', async () => {
    const { run, looked } = telling(() => [{ id: 'ann' }]);
    for (let times = 0; times < 2; times += 1) await run(undefined);
    expect(looked).toHaveLength(2);
  });

  test.each<[string, readonly unknown[], Partial<Resource>]>([
    ['nobody is named', [], {}],
    ['the answer does not fit', [{ id: 7 }], {}],
    ['it is a removal', [{ id: 'ann' }], { change: ({ id }) => ({ remove: id }) }],
    [
      'the service is down',
      [],
      {
        pages: () => {
          throw new StoreError('down');
        },
      },
    ],
  ])('%s: the run goes on', async (_name, who, more) => {
    const { run, stored } = telling(() => who, more);
    expect((await run('one'))[0]?.outcome).toBe('OK');
    expect(stored()).toEqual(['2024-05-10']);
  });

  test('a stop and a mistake of ours are not taken for silence', async () => {
    for (const failure of [new InterruptedError('stopped'), new TypeError('ours')]) {
      const fail = () => {
        throw failure;
      };
      const { run } = telling(() => [], { pages: fail });
      await expect(run('one')).rejects.toBe(failure);
    }
  });
});

test('a stop and a mistake of ours in one resource are no outcome of it', async () => {
  for (const failure of [new InterruptedError('stopped'), new TypeError('ours')]) {
    const { run, resource } = service(['2024-05-10']);
    const broken = resource('broken', {
      pages: () => {
        throw failure;
      },
    });
    await expect(run({ resources: [broken, resource('sleep')] })).rejects.toBe(failure);
  }
});

test('an item that is nothing at all is set aside with a reason', async () => {
  const { run, resource, store } = service();
  const odd = resource('sleep', {
    async *pages() {
      yield [
        { text: 'null', value: null },
        { text: '{"day":7}', value: { day: 7 } },
      ];
    },
  });
  await run({ resources: [odd] });
  const reasons = store.db.prepare('SELECT reason FROM rejects ORDER BY reason').pluck().all();
  expect(reasons).toEqual(['day: invalid_type', 'item: invalid_type']);
});
