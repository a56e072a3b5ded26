import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { since } from '../../src/core/cursor.ts';
import { ContractError } from '../../src/core/errors.ts';
import type { AnyProvider, ReadHttp, Resource } from '../../src/core/provider.ts';
import { type SyncRequest, syncProvider } from '../../src/core/sync.ts';
import { DAY, NOON, newStore } from '../store/support.ts';

interface Ride {
  readonly id: string;
  readonly updated: string;
  readonly day: string;
}

const at = (milliseconds: number) => new Date(milliseconds).toISOString();
const rideOf = (id: string, updated: number, day = at(NOON).slice(0, 10)): Ride => ({
  id,
  updated: at(updated),
  day,
});

/** A service that tells what changed strictly after an instant, and what was asked of it. */
function service(rides: Ride[], overlapSeconds?: number) {
  const asked: (number | undefined)[] = [];
  const state = { breaks: false };
  const resource: Resource = {
    name: 'rides',
    title: 'rides',
    cursor: since(),
    schema: z.object({ id: z.string(), updated: z.string(), day: z.string() }),
    columns: [],
    async *pages({ since: after }) {
      asked.push(after);
      const told = rides.filter(({ updated }) => after === undefined || Date.parse(updated) > after);
      for (const ride of told) yield [{ text: JSON.stringify(ride), value: ride }];
      if (state.breaks) throw new ContractError('the last page is not understood');
    },
    change: ({ id, updated, day }: Ride) => ({ row: { id, day, updatedAt: updated } }),
  };
  const store = newStore();
  const provider = {
    id: 'bike',
    concurrency: 1,
    resources: [resource],
    startDate: ({ start }: { start: string }) => start,
    ...(overlapSeconds !== undefined && { overlapSeconds: () => overlapSeconds }),
  } as unknown as AnyProvider;
  const run = async (now = NOON, more: Partial<SyncRequest> = {}, start = '2023-01-01') => {
    const [result] = await syncProvider({
      provider,
      config: { start },
      account: 'me',
      records: store.records,
      http: {} as ReadHttp,
      httpWithoutRenewal: {} as ReadHttp,
      clock: { now: () => now, sleep: async () => {} },
      zone: 'UTC',
      resources: [resource],
      full: false,
      allowDeletes: true,
      granted: () => undefined,
      ...more,
    });
    return result;
  };
  const stream = store.records.streams.number({ provider: 'bike', account: 'me', resource: 'rides' });
  const live = () => store.records.find.idsIn(stream).sort();
  return { asked, state, run, live, watermark: () => store.records.streams.state(stream).watermark };
}

describe('the watermark', () => {
  test('D3 is the newest change that was seen, never simply now: what the service learns late is found', async () => {
    const rides = [rideOf('a', NOON - 3 * DAY)];
    const { run, live, watermark } = service(rides);
    await run();
    expect(watermark()).toBe(NOON - 3 * DAY);
    // Dated before the run that did not see it.
    rides.push(rideOf('late', NOON - DAY));
    await run(NOON + DAY);
    expect(live()).toEqual(['a', 'late']);
  });

  test('D17 of two changes with the stamp at the mark both are stored, each once', async () => {
    const rides = [rideOf('a', NOON - DAY)];
    const { run, live, asked } = service(rides);
    await run();
    rides.push(rideOf('b', NOON - DAY));
    const second = await run(NOON + DAY);
    expect(live()).toEqual(['a', 'b']);
    expect(second?.counts).toMatchObject({ created: 1, unchanged: 1, updated: 0 });
    expect(asked.at(-1)).toBeLessThan(NOON - DAY);
  });

  test('C14 never lies beyond the moment of reading, whatever the service says, and a later change is found', async () => {
    const rides = [rideOf('a', NOON + 400 * DAY)];
    const { run, live, watermark } = service(rides);
    await run();
    expect(watermark()).toBe(NOON);
    rides.push(rideOf('b', NOON + DAY));
    await run(NOON + 2 * DAY);
    expect(live()).toEqual(['a', 'b']);
  });

  test('D9 stays where it was when the last page is not understood', async () => {
    const rides = [rideOf('a', NOON - 3 * DAY)];
    const { run, state, live, watermark } = service(rides);
    await run();
    const before = watermark();
    rides.push(rideOf('b', NOON - DAY));
    state.breaks = true;
    expect((await run(NOON + DAY))?.outcome).toBe('CONTRACT');
    expect([live(), watermark()]).toEqual([['a', 'b'], before]);
  });
});

test('H8 an overlap of 0 seconds is 0 seconds', async () => {
  const { run, asked } = service([rideOf('a', NOON - DAY)], 0);
  await run();
  await run(NOON + DAY);
  expect(asked.at(-1)).toBe(NOON - DAY);
});

test('D21 a later start date deletes nothing', async () => {
  const rides = ['a', 'b', 'c'].map((id, index) => rideOf(id, NOON - DAY, `2023-0${index + 1}-15`));
  const { run, live } = service(rides);
  await run();
  for (const days of [1, 2]) await run(NOON + days * DAY, { full: true }, '2023-02-01');
  expect(live()).toEqual(['a', 'b', 'c']);
});
