import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Since, since } from '../../src/core/cursor.ts';
import type { AnyProvider, ReadHttp, Resource } from '../../src/core/provider.ts';
import { type SyncRequest, syncProvider } from '../../src/core/sync.ts';
import { DAY, NOON, newStore } from '../store/support.ts';

/** A Monday. */
const TODAY = '2024-01-15';

/** A service that tells changes, and lists by dates where the cursor does, with everything that it was asked. */
function service(cursor: Since) {
  const asked: string[] = [];
  const rides = new Map<string, string>();
  const told: { total?: number; mark?: number | string } = {};
  const resource: Resource = {
    name: 'rides',
    title: 'rides',
    cursor,
    schema: z.object({ id: z.string().min(1), day: z.string(), updated: z.string() }),
    columns: [],
    async *pages({ span, since: after, total, mark }) {
      asked.push(after === undefined ? `${span.from} ${span.to}` : `after ${new Date(after).toISOString()}`);
      if (told.total !== undefined) total(told.total);
      if (told.mark !== undefined) mark(told.mark);
      const inside = [...rides].filter(
        ([, day]) => cursor.byDates === undefined || (day >= span.from && day <= span.to),
      );
      yield inside
        .map(([id, day]) => ({ id, day, updated: `${day}T10:00:00Z` }))
        .filter(({ updated }) => after === undefined || Date.parse(updated) > after)
        .map((value) => ({ text: JSON.stringify(value), value }));
    },
    change: ({ id, day, updated }) => ({ row: { id, day, updatedAt: updated } }),
  };
  const store = newStore();
  const stream = store.records.streams.number({ provider: 'bike', account: 'me', resource: 'rides' });
  const run = async (days = 0, more: Partial<SyncRequest> = {}, start = '2024-01-01') => {
    asked.length = 0;
    const provider = {
      id: 'bike',
      concurrency: 1,
      resources: [resource],
      startDate: () => start,
      overlapSeconds: () => 3600,
    } as unknown as AnyProvider;
    const [result] = await syncProvider({
      provider,
      config: {},
      account: 'me',
      records: store.records,
      http: {} as ReadHttp,
      httpWithoutRenewal: {} as ReadHttp,
      clock: { now: () => NOON + days * DAY, sleep: async () => {} },
      zone: 'UTC',
      resources: [resource],
      full: false,
      allowDeletes: false,
      granted: () => undefined,
      ...more,
    });
    return { asked: [...asked], counts: result?.counts, outcome: result?.outcome };
  };
  return {
    run,
    rides,
    told,
    state: () => store.records.streams.state(stream),
    live: () => store.records.find.idsIn(stream),
  };
}

const dated = since({ byDates: { sliceDays: 10, relistDays: 7 } });
const WHOLE = ['2024-01-07 2024-01-16', '2024-01-01 2024-01-06'];

describe('a service that tells what changed and lists by dates', () => {
  test('is read whole at first, in slices, then asked for changes alone', async () => {
    const { run, rides, state } = service(dated);
    rides.set('a', '2024-01-03').set('b', '2024-01-12');
    expect((await run()).asked).toEqual(WHOLE);
    expect(state()).toMatchObject({
      watermark: Date.parse('2024-01-12T10:00:00Z'),
      covered: [{ from: '2024-01-01', to: '2024-01-14' }],
    });
    expect(await run()).toMatchObject({ asked: ['after 2024-01-12T09:00:00.000Z'], counts: { created: 0 } });
  });

  test('its watermark moves with the last slice and not before', async () => {
    const { run, rides, state } = service(dated);
    rides.set('a', '2024-01-12');
    const stop = new AbortController();
    const onProgress: SyncRequest['onProgress'] = ({ spansDone }) => {
      if (spansDone === 1) rides.set('broken', '2024-01-02');
    };
    await run(0, { onProgress, signal: stop.signal });
    expect(state().watermark).toBe(Date.parse('2024-01-12T10:00:00Z'));
  });

  test('dates that a person named are read whole, and change nothing of what is remembered', async () => {
    const { run, rides, state } = service(dated);
    rides.set('a', '2024-01-12');
    await run();
    const before = state();
    rides.set('b', '2024-01-05');
    const march = { from: '2024-01-02', to: '2024-01-05' };
    expect(await run(0, { explicit: march })).toMatchObject({
      asked: ['2024-01-02 2024-01-05'],
      counts: { created: 1 },
    });
    expect(state()).toEqual(before);
  });

  test('the first run of a week lists the last days whole, but nothing from before the start', async () => {
    const { run, rides } = service(dated);
    rides.set('a', '2024-01-12');
    await run();
    expect((await run(6)).asked).toHaveLength(1);
    expect((await run(7)).asked).toEqual(['after 2024-01-12T09:00:00.000Z', '2024-01-16 2024-01-23']);
    expect((await run(7)).asked).toHaveLength(1);
    expect((await run(14, {}, '2024-01-26')).asked.slice(1)).toEqual(['2024-01-26 2024-01-30']);
  });

  test('an earlier start is read whole, a later one is not, and --full always is', async () => {
    const { run, rides } = service(dated);
    rides.set('a', '2024-01-12');
    await run();
    expect((await run(0, {}, '2024-01-05')).asked).toHaveLength(1);
    expect((await run(0, { full: true })).asked).toEqual(WHOLE);
    expect((await run(0, {}, '2023-12-30')).asked).toEqual([
      '2024-01-07 2024-01-16',
      '2023-12-30 2024-01-06',
    ]);
    expect((await run(0, {}, '2030-01-01')).asked).toHaveLength(1);
  });
});

describe('a service that tells changes alone', () => {
  test('is believed for as far back as it reaches', async () => {
    const { run, rides } = service(since({ reachDays: 10 }));
    rides.set('a', '2024-01-12');
    await run();
    // Yesterday was the last day that it has read for certain.
    expect((await run(9)).asked).toEqual(['after 2024-01-12T09:00:00.000Z']);
    expect((await run(20)).asked).toEqual(['2024-01-01 2024-02-05']);
  });

  test('without a reach it is believed for ever', async () => {
    const { run, rides } = service(since());
    rides.set('a', '2024-01-12');
    await run();
    expect((await run(900)).asked).toEqual(['after 2024-01-12T09:00:00.000Z']);
  });

  test('that counts otherwise than what is stored is read whole, once a day', async () => {
    const { run, rides, told } = service(since());
    rides.set('a', '2024-01-12').set('old', '2023-12-24');
    told.total = 2;
    await run();
    // What lies before the start is counted there and left out here.
    expect((await run(1, {})).asked).toEqual(['after 2024-01-12T09:00:00.000Z']);
    rides.set('b', '2024-01-02');
    told.total = 3;
    expect((await run(1)).asked).toHaveLength(1);
    expect(await run(2)).toMatchObject({
      asked: ['after 2024-01-12T09:00:00.000Z', '2024-01-01 2024-01-18'],
      counts: { created: 1 },
    });
  });

  test('its own mark counts for more than the records, as a number or a text, but not beyond now or back', async () => {
    const { run, rides, told, state } = service(since());
    rides.set('a', '2024-01-12');
    told.mark = '2024-01-13T00:00:00Z';
    await run();
    expect(state().watermark).toBe(Date.parse('2024-01-13'));
    told.mark = NOON - DAY;
    await run();
    expect(state().watermark).toBe(NOON - DAY);
    told.mark = NOON - 3 * DAY;
    await run();
    expect(state().watermark).toBe(NOON - DAY);
    told.mark = NOON + DAY;
    await run();
    expect(state().watermark).toBe(NOON);
  });

  test('that has nothing yet leaves no watermark, so that it is read whole again', async () => {
    const { run, state } = service(since());
    expect((await run()).asked).toEqual(['2024-01-01 2024-01-16']);
    expect(state().watermark).toBeUndefined();
    expect((await run()).asked).toEqual(['2024-01-01 2024-01-16']);
  });

  test('a start of today covers nothing', async () => {
    const { run, state } = service(since());
    expect((await run(0, {}, TODAY)).asked).toEqual(['2024-01-15 2024-01-16']);
    expect(state().covered).toEqual([]);
  });
});

describe('a record that a whole listing lacks', () => {
  test('D5 is not taken for gone beside an item that was not understood, nor in an empty listing', async () => {
    const { run, rides, live } = service(since());
    rides.set('a', '2024-01-10').set('b', '2024-01-12');
    await run();
    rides.delete('a');
    rides.set('', '2024-01-11');
    for (const days of [1, 2, 3]) await run(days, { full: true });
    expect(live()).toEqual(['a', 'b']);
    rides.clear();
    for (const days of [4, 5, 6]) await run(days, { full: true });
    expect(live()).toEqual(['a', 'b']);
    rides.set('b', '2024-01-12');
    await run(7, { full: true });
    expect(live()).toEqual(['a', 'b']);
    await run(8, { full: true });
    expect(live()).toEqual(['b']);
  });
});
