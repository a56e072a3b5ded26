import { expect, onTestFinished, test } from 'vitest';
import { hevy } from '../../src/providers/hevy.ts';
import { answer } from '../../src/sandbox/faults.ts';
import { type HevySandbox, type HevySandboxOptions, startHevy } from '../../src/sandbox/hevy.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { hevyDocument } from '../support/hevyDocument.ts';
import { publishedSpec } from '../support/openapi.ts';
import { DAY, HOUR, Subject } from '../support/subject.ts';
import { testProvider } from '../support/testProvider.ts';

const spec = publishedSpec('hevy-openapi.json');
const ids = (service: HevySandbox, collection: string) => service.truth.entries(collection).map(([id]) => id);
const first = (service: HevySandbox, collection: string) => ids(service, collection)[0] as string;
const newest = (service: HevySandbox) => ids(service, 'workouts').at(-1) as string;
const COLLECTIONS = [
  'workouts',
  'routines',
  'routine_folders',
  'exercise_templates',
  'body_measurements',
  'user_info',
];

/** Like another one, but earlier and under an id of its own: a workout that was entered by hand long after. */
function enteredLater(service: HevySandbox): { resource: string; id: string } {
  const id = '0b5f1c86-52c1-4d0e-9b56-3b6a6d7c0c11';
  const like = service.truth.get('workouts', newest(service)) as Document;
  service.truth.put('workouts', id, {
    ...like,
    id,
    start_time: '2026-02-20T17:00:00Z',
    end_time: '2026-02-20T18:00:00Z',
  });
  return { resource: 'workouts', id };
}

testProvider<HevySandbox>({
  provider: hevy,
  start: (options) => startHevy(options),
  config: { page_size: 5 },
  everything: (service) => Object.fromEntries(COLLECTIONS.map((name) => [name, ids(service, name)])),
  secondRun: (requests) => {
    const asked = requests.map(({ path }) => path);
    expect(asked.filter((path) => path === '/v1/workouts')).toEqual([]);
    expect(asked.filter((path) => path === '/v1/workouts/events')).toHaveLength(1);
    expect(asked.filter((path) => path === '/v1/workouts/count')).toHaveLength(1);
  },
  edit: (service) => {
    service.truth.patch('workouts', newest(service), { title: 'Renamed by hand' });
    return { resource: 'workouts', id: newest(service), shows: 'Renamed by hand' };
  },
  late: enteredLater,
  remove: (service) => {
    const id = newest(service);
    service.truth.remove('workouts', id);
    return { resource: 'workouts', id };
  },
  paged: { resource: 'workouts', path: /^\/v1\/workouts$/ },
  unknownField: (service, field, value) => {
    const id = first(service, 'routines');
    service.truth.patch('routines', id, { [field]: value });
    return { resource: 'routines', id };
  },
  broken: { resource: 'routines', path: /^\/v1\/routines$/ },
  limit: {
    refuse: (service) =>
      service.faults.add({ path: /./ }, answer(429, 'Too many requests', { 'retry-after': '900' }), 9_999),
    allow: (service) => service.faults.clear(),
    closedFor: 900_000,
  },
  errors: [
    {
      name: 'a key that is not accepted',
      make: (service) => service.revoke(),
      exit: 3,
      says: /Hevy Pro account/,
    },
    {
      name: 'a page size over the maximum',
      make: (service) => service.faults.add({ path: /routines$/ }, answer(400, 'page size'), 99),
      exit: 5,
      says: /400.*page_size/s,
    },
    {
      name: 'a failure of the event feed’s own kind',
      make: (service) => service.faults.add({ path: /\/v1\/workouts$/ }, answer(500, 'oops'), 99),
      exit: 5,
      says: /answered 500/,
    },
  ],
  document: spec === undefined ? undefined : hevyDocument(spec),
});

async function household(options: Partial<HevySandboxOptions> = {}, config: Document = {}) {
  const one = await Subject.start({
    id: 'hevy',
    start: ({ now }) => startHevy({ now, ...options }),
    config,
  });
  onTestFinished(() => one.end());
  return one;
}

test('a workout that was changed and then deleted stays deleted, whatever the log says below', async () => {
  const one = await household();
  await one.fill();
  const id = newest(one.service);
  for (const title of ['First', 'Second']) {
    one.time.now += HOUR;
    one.service.truth.patch('workouts', id, { title });
  }
  one.time.now += HOUR;
  one.service.truth.remove('workouts', id);
  one.time.now += HOUR;
  await one.sync();
  expect(one.live('workouts')).not.toContain(id);
  expect(one.live('workouts')).toEqual(ids(one.service, 'workouts').sort());
});

test('of two changes since the last run the later one is kept, over pages', async () => {
  const one = await household({}, { page_size: 1 });
  await one.fill();
  const id = newest(one.service);
  for (const title of ['First', 'Second', 'Third']) {
    one.time.now += HOUR;
    one.service.truth.patch('workouts', id, { title });
  }
  one.time.now += HOUR;
  await one.sync();
  expect(one.payload('workouts', id)).toContain('Third');
});

test('the watermark stays until the last page of events is in', async () => {
  const one = await household({}, { page_size: 1 });
  await one.fill();
  const { watermark } = one.state('workouts');
  const changed = ids(one.service, 'workouts').slice(-3);
  for (const id of changed) {
    one.time.now += HOUR;
    one.service.truth.patch('workouts', id, { title: `Changed ${id}` });
  }
  one.service.faults.add({ path: /events$/, skip: 1 }, answer(500, 'oops'), 9);
  await one.sync('--resources', 'workouts');
  expect(one.state('workouts').watermark).toBe(watermark);
  one.service.faults.clear();
  await one.sync();
  expect(one.state('workouts').watermark).toBeGreaterThan(watermark);
  for (const id of changed) expect(one.payload('workouts', id)).toContain(`Changed ${id}`);
});

test('D6 a deletion during the crawl that hides a workout is noticed by the count', async () => {
  let victim: string | undefined;
  const one = await household(
    {
      beforePage: ({ list, page, truth }) => {
        if (list !== 'workouts' || page !== 2 || victim !== undefined) return;
        victim = truth.entries('workouts').at(-1)?.[0] as string;
        truth.remove('workouts', victim);
      },
    },
    { page_size: 3 },
  );
  await one.sync();
  const there = ids(one.service, 'workouts');
  expect(there.filter((id) => !one.live('workouts').includes(id))).toEqual([]);
});

test('a workout that the store lost is found again by the count', async () => {
  const one = await household({ since: 'exclusive' });
  await one.fill();
  const like = one.service.truth.get('workouts', newest(one.service)) as Document;
  const id = '7d0e3a6e-7b0e-4a53-9a58-2f0e2d9c1a77';
  // It changed long before the watermark, so that no event tells of it.
  one.service.truth.replaceAll('workouts', [
    ...one.service.truth.entries('workouts'),
    [id, { ...like, id, updated_at: '2026-01-01T00:00:00Z' }],
  ]);
  one.time.now += DAY;
  await one.sync();
  expect(one.live('workouts')).toContain(id);
});

test.each(['superset_id', 'supersets_id'] as const)('the view of sets reads %s', async (supersetKey) => {
  const one = await household({ supersetKey });
  await one.sync();
  const inSupersets = one.rows<{ count: number }>(
    'SELECT count(*) AS count FROM hevy_sets WHERE superset_id IS NOT NULL',
  )[0]?.count;
  expect(inSupersets).toBeGreaterThan(0);
});

test.each([
  ['an empty page', { pastEnd: 'emptyPage' }],
  ['no such page', { emptyList: 'notFound' }],
  ['one page without an item', { emptyList: 1 }],
] as const)('lists without an item are read when the service answers with %s', async (_name, options) => {
  const one = await household(options);
  for (const name of COLLECTIONS.filter((name) => name !== 'user_info'))
    one.service.truth.replaceAll(name, []);
  expect((await one.sync()).code).toBe(0);
  expect(one.live('routines')).toEqual([]);
});

test('items of another shape are set aside, and what stands beside them is stored', async () => {
  const one = await household();
  const all = one.service.truth.list('workouts');
  const listed = { page: 1, page_count: 1, workouts: [null, 5, ...all] };
  one.service.faults.add({ path: /^\/v1\/workouts$/ }, answer(200, listed), 99);
  const first = await one.sync('--resources', 'workouts');
  expect([first.code, first.stderr]).toEqual([5, expect.stringMatching(/2 items.*set aside/)]);
  expect(one.live('workouts')).toEqual(ids(one.service, 'workouts').sort());
  one.service.faults.clear();
  one.time.now += HOUR;
  const workout = { ...(one.service.truth.get('workouts', newest(one.service)) as Document), title: 'Told' };
  const events = [null, { type: 'updated' }, { type: 'updated', workout }, { type: 'deleted' }];
  one.service.faults.add({ path: /events$/ }, answer(200, { page: 1, page_count: 1, events }), 99);
  const later = await one.sync('--resources', 'workouts');
  expect([later.code, later.stderr]).toEqual([5, expect.stringMatching(/3 items.*set aside/)]);
  expect(one.payload('workouts', newest(one.service))).toContain('Told');
});

test('a page of HTML in place of a workout proves nothing', async () => {
  const one = await household();
  await one.fill();
  const before = one.live('workouts');
  one.service.faults.add({ path: /^\/v1\/workouts$/ }, answer(404, '<html>gone</html>'), 9);
  const { code } = await one.sync('--full');
  expect([code, one.live('workouts')]).toEqual([5, before]);
});

test('weeks without a workout are no reason to list everything again', async () => {
  const one = await household();
  await one.fill();
  for (let day = 0; day < 40; day += 10) {
    one.time.now += 10 * DAY;
    one.service.requests.length = 0;
    await one.sync();
  }
  expect(one.service.requests.filter(({ path }) => path === '/v1/workouts')).toEqual([]);
  one.time.now += 31 * DAY;
  await one.sync();
  expect(one.service.requests.filter(({ path }) => path === '/v1/workouts').length).toBeGreaterThan(0);
});

test('nothing from before `since` is stored, and the count does not ask for it again', async () => {
  const one = await household({}, { since: '2026-03-01' });
  await one.fill();
  const wanted = one.service.truth
    .entries('workouts')
    .filter(([, { start_time }]) => String(start_time) >= '2026-03');
  expect(wanted.length).toBeLessThan(ids(one.service, 'workouts').length);
  expect(one.live('workouts')).toEqual(wanted.map(([id]) => id).sort());
  one.time.now += DAY;
  one.service.requests.length = 0;
  await one.sync();
  expect(one.service.requests.filter(({ path }) => path === '/v1/workouts')).toEqual([]);
});

test.each([[['--resources', 'workouts,body_measurements']], [[]]])(
  'somebody else’s key stores nothing, also with %j',
  async (args) => {
    const one = await household();
    await one.fill();
    const before = [one.live('workouts'), one.live('body_measurements')];
    const other = await startHevy({ now: () => one.time.now, seed: 2 });
    onTestFinished(() => other.close());
    one.configure(other.settings);
    const { code, stderr } = await one.sync(...args);
    expect([code, stderr]).toEqual([3, expect.stringContaining('belong to somebody else')]);
    expect([one.live('workouts'), one.live('body_measurements')]).toEqual(before);
  },
);
