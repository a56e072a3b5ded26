import { afterEach, expect, test } from 'vitest';
import { Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

const DAY = 86_400_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function family(options: HouseholdOptions = {}): Promise<Household> {
  const home = await Household.start(options);
  homes.push(home);
  return home;
}

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

const COLLECTIONS = 19;

test('D20 a plain second sync changes nothing, writes nothing and asks once per collection', async () => {
  const home = await family();
  const first = await home.sync();
  expect([first.code, first.outcome, first.stderr]).toEqual([0, 'OK', '']);
  expect(first.sources.length).toBe(COLLECTIONS);
  expect(first.totals.records.created).toBeGreaterThan(400);
  expect(first.push.created).toBe(home.clockify.entries().length);
  const before = home.rows('SELECT * FROM items');
  const entries = home.clockify.entries();

  home.forgetRequests();
  const second = await home.sync();
  expect(second.code).toBe(0);
  const { created, updated, deleted, rejected } = second.totals.records;
  expect([created, updated, deleted, rejected]).toEqual([0, 0, 0, 0]);
  expect(second.totals.entries).toEqual(
    Object.fromEntries(Object.keys(second.totals.entries).map((name) => [name, 0])),
  );
  expect(home.rows('SELECT * FROM items')).toEqual(before);
  expect(home.clockify.entries()).toEqual(entries);
  expect(home.clockify.requests).toEqual([]);
  expect(home.oura.requests.map(({ method }) => method)).toEqual(Array(COLLECTIONS).fill('GET'));
});

// Documents are read in slices of a year, heart rate in slices of a month.
test('D20 two years and more: the second sync changes nothing and sends not one write', {
  timeout: 180_000,
}, async () => {
  const home = await family({ oura: { days: 800 }, config: { clockify: 'start_date = "2026-02-20"' } });
  const first = await home.sync();
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.totals.records.created).toBeGreaterThan(200_000);
  home.forgetRequests();
  const second = await home.sync();
  expect(second.code).toBe(0);
  const { created, updated, deleted } = second.totals.records;
  expect([created, updated, deleted]).toEqual([0, 0, 0]);
  expect(home.clockify.requests).toEqual([]);
  expect(home.oura.requests.length).toBe(COLLECTIONS);
});

test('an ordinary night costs Clockify one list and one create', async () => {
  const home = await family();
  await home.fill();
  const entries = home.clockify.entries().length;
  for (const _ of [1, 2, 3]) {
    home.time.now += DAY;
    home.forgetRequests();
    const { code, push } = await home.sync();
    expect([code, push.updated, push.deleted]).toEqual([0, 0, 0]);
    expect(home.asked()).toEqual(['GET time-entries', ...Array(push.created).fill('POST time-entries')]);
    expect(push.created).toBeGreaterThanOrEqual(1);
  }
  expect(home.clockify.entries().length).toBeGreaterThan(entries);
});

test('an ordinary night without naps is exactly two requests to Clockify', async () => {
  const home = await sleepers(10);
  await home.fill();
  home.time.now += DAY;
  home.oura.truth.replaceAll('sleep', nights(11, '2026-03-13'));
  home.forgetRequests();
  const { push } = await home.sync();
  expect(push.created).toBe(1);
  expect(home.asked()).toEqual(['GET time-entries', 'POST time-entries']);
  expect(home.clockify.entries().length).toBe(11);
});

test('after a week it asks again whose key it is, where and under which project', async () => {
  const home = await sleepers(3);
  await home.fill();
  home.time.now += 7 * DAY + 60_000;
  home.oura.truth.replaceAll('sleep', nights(10, '2026-03-19'));
  home.forgetRequests();
  const { push } = await home.sync();
  expect(home.asked()).toEqual([
    'GET user',
    'GET workspaces',
    'GET projects',
    'GET time-entries',
    ...Array(7).fill('POST time-entries'),
  ]);
  expect(push.created).toBe(7);
});

test('--json has one documented shape, with and without work', async () => {
  const home = await sleepers(2);
  const first = await home.sync();
  const { code: _, stderr: __, ...object } = first;
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.slice(0, 1).map(shape)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
        : value === null
          ? 'null'
          : typeof value;
  const counts = {
    created: 'number',
    updated: 'number',
    unchanged: 'number',
    deleted: 'number',
    rejected: 'number',
  };
  const entries = {
    created: 'number',
    updated: 'number',
    deleted: 'number',
    adopted: 'number',
    kept: 'number',
    deletedThere: 'number',
    blocked: 'number',
  };
  const skipped = { type: 'number', short: 'number', early: 'number', invalid: 'number' };
  const row = { action: 'string', day: 'string', start: 'string', end: 'string', text: 'string' };
  expect(shape(object)).toEqual({
    outcome: 'string',
    sources: [
      {
        source: 'string',
        outcome: 'string',
        ...counts,
        read: { from: 'string', to: 'string' },
        message: 'null',
      },
    ],
    push: {
      dryRun: 'boolean',
      checked: 'boolean',
      plan: [row],
      skipped,
      unchanged: 'number',
      ...entries,
      pending: 'number',
      nextWindow: 'null',
      wouldCreateProject: 'null',
      message: 'null',
      rules: [
        {
          rule: 'null',
          source: 'string',
          project: 'string',
          tried: 'boolean',
          checked: 'boolean',
          skipped,
          unchanged: 'number',
          ...entries,
          pending: 'number',
          wouldCreateProject: 'null',
          message: 'null',
        },
      ],
      withoutRule: [],
    },
    totals: { records: counts, entries, pending: 'number' },
    failures: [],
  });
  const second = await home.sync();
  expect(Object.keys(second)).toEqual(Object.keys(first));
  expect(second.push.unchanged).toBe(2);
});

test('without --json one line per collection on stderr, the result on stdout; --quiet says nothing', async () => {
  const home = await family();
  const loud = await home.run(['sync']);
  expect(loud.code).toBe(0);
  expect(loud.stderr.trim().split('\n').length).toBe(COLLECTIONS);
  expect(loud.stderr).toContain('oura.sleep: 38 new, 0 changed, 0 deleted');
  expect(loud.stdout).toMatch(/^Records: \d+ new, 0 changed, 0 deleted\.\nClockify: \d+ created/);
  const quiet = await home.run(['sync', '--quiet']);
  expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([0, '', '']);
});
