import { afterEach, expect, test } from 'vitest';
import { tooManyRequests } from '../../src/sandbox/oura.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

const HOUR = 3_600_000;
/** The program's clock runs on during a run, so a rolling hour later is a little more than an hour later. */
const AN_HOUR_LATER = HOUR + 60_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

const days = (home: Household) =>
  home.clockify
    .entries()
    .map(({ description }) => /\[Oura:([\d-]+)_/.exec(description ?? '')?.[1])
    .sort();
const refusals = (home: Household) => home.clockify.requests.filter(({ status }) => status === 429).length;

test('F12 a free workspace takes 60 nights in three runs an hour apart, newest first, each once', async () => {
  const home = await sleepers(60, { clockify: { plan: 'free', quota: {} } });
  const all = nights(60).map(({ day }) => day);

  const first = await home.sync();
  // Who, where, which project, making it, one list: five of the thirty.
  expect([first.code, first.outcome]).toEqual([4, 'TEMP']);
  expect(first.push).toMatchObject({ created: 25, pending: 35 });
  expect(days(home)).toEqual(all.slice(35));
  const opens = Date.parse(first.push.nextWindow) - home.time.now;
  expect(opens).toBeGreaterThan(HOUR - 1000);
  expect(opens).toBeLessThan(HOUR + 20_000);

  home.time.now += 30 * 60_000;
  home.forgetRequests();
  const tooEarly = await home.run(['sync']);
  expect(tooEarly.code).toBe(4);
  expect(tooEarly.stdout).toMatch(
    /35 pending; the next request window opens at 2026-03-12T09:00:\d\d\.\d+Z; at 30 requests per hour the rest takes about 2 h\./,
  );
  expect(tooEarly.stderr).toContain('the request limit is used up until 2026-03-12T09:00:');
  const quiet = await home.run(['sync', '--quiet']);
  expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([4, '', '']);
  expect(home.clockify.requests).toEqual([]);

  home.time.now += AN_HOUR_LATER - 30 * 60_000;
  const second = await home.sync();
  expect([second.code, second.push.created, second.push.pending]).toEqual([4, 29, 6]);
  expect(days(home)).toEqual(all.slice(6));

  home.time.now += AN_HOUR_LATER;
  const third = await home.sync();
  expect([third.code, third.outcome, third.push.created, third.push.pending]).toEqual([0, 'OK', 6, 0]);
  expect(days(home)).toEqual(all);
  expect(home.ledger().map(({ state }) => state)).toEqual(Array(60).fill('done'));
  expect(refusals(home)).toBe(0);
});

const replies: [string, NonNullable<HouseholdOptions['clockify']>][] = [
  ['JSON', { quotaBody: 'json' }],
  ['a bare text', { quotaBody: 'text' }],
  ['nothing at all', { quotaBody: 'empty' }],
  ['a Retry-After', { quotaBody: 'empty', retryAfter: true }],
];

test.each(replies)(
  'F12 a 429 midway with %s: what is done stays, and the next hour goes on',
  async (_, options) => {
    const home = await sleepers(12, { clockify: { ...options, quota: { perHour: 10 } } });
    const first = await home.sync();
    expect([first.code, first.push.created, first.push.pending]).toEqual([4, 5, 7]);
    expect([days(home).length, refusals(home)]).toEqual([5, 1]);
    home.forgetRequests();
    const closed = await home.sync();
    expect([closed.code, closed.push.pending, home.clockify.requests]).toEqual([4, 7, []]);
    home.time.now += AN_HOUR_LATER;
    const second = await home.sync();
    expect([second.code, second.push.created, second.push.pending]).toEqual([0, 7, 0]);
    expect(days(home)).toEqual(nights(12).map(({ day }) => day));
  },
);

test('F12 C3 a Retry-After of two days is obeyed by later runs', async () => {
  const home = await sleepers(2);
  home.clockify.faults.add(
    { path: /workspaces$/ },
    { reachesHandler: false, play: (response) => response.writeHead(429, { 'retry-after': '172800' }).end() },
  );
  const first = await home.sync();
  // Oura was read well and only the window is closed.
  expect([first.code, first.push.nextWindow.slice(0, 13)]).toEqual([4, '2026-03-14T08']);
  home.forgetRequests();
  home.time.now += 47 * HOUR;
  expect((await home.sync()).code).toBe(4);
  expect(home.clockify.requests).toEqual([]);
  home.time.now += AN_HOUR_LATER;
  expect([(await home.sync()).code, days(home).length]).toEqual([0, 2]);
});

test('F12 another tool that spends the quota only delays', async () => {
  const home = await sleepers(10, { clockify: { plan: 'free', quota: {} } });
  home.clockify.spendQuota(20);
  const first = await home.sync();
  expect([first.code, first.push.created, first.push.pending]).toEqual([4, 5, 5]);
  expect(refusals(home)).toBe(1);
  home.time.now += AN_HOUR_LATER;
  expect([(await home.sync()).code, days(home).length]).toEqual([0, 10]);
});

test('C3 Oura’s 429 with a long Retry-After closes Oura alone; what is stored is pushed', async () => {
  const home = await sleepers(3);
  await home.sync('--no-push');
  home.oura.faults.add({ path: /sleep$/ }, tooManyRequests(900, home.time.now));
  const closed = await home.sync();
  expect([closed.code, closed.outcome, closed.push.created]).toEqual([4, 'TEMP', 3]);
  home.forgetRequests();
  home.time.now += 800_000;
  expect([(await home.sync()).code, home.oura.requests]).toEqual([4, []]);
  home.time.now += 160_000;
  expect((await home.sync()).code).toBe(0);
});
