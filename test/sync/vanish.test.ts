import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answer, type Fault, rewrite, truncate } from '../../src/sandbox/faults.ts';
import { type Household, householdOf, nights } from '../support/household.ts';

const HOUR = 3_600_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: Parameters<typeof householdOf>[1] = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  await home.fill();
  return home;
}

const everything = (home: Household) => ({
  records: home.live('sleep'),
  entries: home.clockify.entries(),
  ledger: home.ledger(),
  covered: home.covered('sleep'),
});

const removed = (home: Household) => home.clockify.requests.filter(({ method }) => method === 'DELETE');

describe('an answer that proves nothing deletes nothing and moves no mark', () => {
  let home: Household;
  let before: ReturnType<typeof everything>;
  beforeAll(async () => {
    home = await householdOf(nights(30));
    await home.fill();
    before = everything(home);
    // The days that a failed run must not count as read.
    home.time.now += 24 * HOUR;
  });
  afterAll(() => home.end());
  afterEach(() => {
    home.oura.faults.clear();
    home.oura.truth.show('sleep');
  });

  const changed = (change: (page: { data: Record<string, unknown>[]; next_token: unknown }) => unknown) =>
    rewrite((text) => JSON.stringify(change(JSON.parse(text))));
  const faulty: [string, number, RegExp, Fault][] = [
    ['C7 D9 HTML with 200', 8, /has no list "data"|not JSON/, answer(200, '<html>Sorry</html>')],
    ['C7 an empty body with 200', 8, /has no list/, answer(200, '')],
    [
      'D9 a list under another name',
      8,
      /no list "data"/,
      rewrite((text) => text.replace('"data"', '"items"')),
    ],
    ['D9 an object for the list', 8, /no list "data"/, changed((page) => ({ ...page, data: {} }))],
    ['D9 a bare list', 8, /no list "data"/, changed(({ data }) => data)],
    ['C8 an error inside a 200', 8, /no list "data"/, answer(200, { status: 401, error: 'oops' })],
    ['D9 a token that is no text', 8, /not a text/, changed((page) => ({ ...page, next_token: 7 }))],
    [
      'D7 a token that comes back',
      8,
      /same paging token came twice/,
      answer(200, { data: [], next_token: 'a' }),
    ],
    ['a 400', 8, /answered 400/, answer(400, { detail: 'bad' })],
    ['a 404 for the whole listing', 8, /answered 404/, answer(404, { detail: 'Not Found' })],
    ['A14 a 403', 3, /scope "daily"/, answer(403, { detail: 'Token has no access to this data' })],
    ['C3 a 429 that says how long', 4, /request limit is used up/, answer(429, '', { 'retry-after': '900' })],
  ];
  test.each(faulty)('%s', async (_, code, message, fault) => {
    home.forgetRequests();
    home.oura.faults.add({ path: /usercollection\/sleep$/ }, fault, 99);
    const finished = await home.sync();
    expect([finished.code, finished.failures[0]?.message]).toEqual([code, expect.stringMatching(message)]);
    expect(everything(home)).toEqual(before);
    expect(home.clockify.writes()).toEqual([]);
    if (code === 4) home.time.now += HOUR;
  });

  test('D5 an empty answer where there were nights', async () => {
    home.oura.truth.hide('sleep', 'all');
    const { code, totals, push } = await home.sync();
    expect([code, totals.records.deleted, push.deleted]).toEqual([0, 0, 0]);
    expect({ ...everything(home), covered: before.covered }).toEqual(before);
  });

  test('D5 a listing cut short is not believed: each night is asked for by its id', async () => {
    const some = before.records.slice(-5);
    home.oura.truth.hide('sleep', some);
    home.forgetRequests();
    const { code, totals } = await home.sync();
    expect([code, totals.records.deleted]).toEqual([0, 0]);
    const byId = home.oura.requests.filter(({ path }) => /sleep\/night-/.test(path));
    expect(byId.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(some);
    expect(everything(home).entries).toEqual(before.entries);
    expect(removed(home)).toEqual([]);
  });

  test('a truncated body is asked for again; when it stays so, nothing moves', async () => {
    home.oura.faults.add({ path: /usercollection\/sleep$/ }, truncate, 1);
    expect((await home.sync()).code).toBe(0);
    const covered = home.covered('sleep');
    home.time.now += 24 * HOUR;
    home.oura.faults.add({ path: /usercollection\/sleep$/ }, truncate, 99);
    const { code, stderr } = await home.sync();
    expect(code).toBe(4);
    expect(stderr).toMatch(/connection to 127\.0\.0\.1:\d+ failed/);
    expect(home.covered('sleep')).toEqual(covered);
    expect(everything(home).entries).toEqual(before.entries);
  });
});

test('C16 an item of another shape is set aside, the others are stored and nothing is deleted', async () => {
  const home = await sleepers(10);
  const before = everything(home);
  home.oura.truth.rescore('night-2026-03-10', { total_sleep_duration: 20_000 });
  const broken = (text: string) =>
    text.replace(/("id":"night-2026-03-11".*?"bedtime_start":)"[^"]+"/, '$1{"at":1}');
  home.oura.faults.add({ path: /sleep$/ }, rewrite(broken), 99);
  const { code, totals, push, stderr } = await home.sync();
  expect([code, totals.records.rejected, totals.records.updated, totals.records.deleted]).toEqual([
    5, 1, 1, 0,
  ]);
  expect([push.updated, push.deleted]).toEqual([1, 0]);
  expect(stderr).toContain('1 items did not have the expected shape');
  expect(home.rows('SELECT reason FROM rejects')).toEqual([{ reason: 'bedtime_start: invalid_type' }]);
  const [kept] = home.rows<{ payload: string }>('SELECT payload FROM rejects');
  expect(JSON.parse(kept?.payload ?? '')).toMatchObject({ id: 'night-2026-03-11', bedtime_start: { at: 1 } });
  expect(everything(home)).toMatchObject({ records: before.records, ledger: before.ledger });
});

test('D4 D5 a night deleted at the source is confirmed by a 404 and goes, with its entry', async () => {
  const home = await sleepers(10);
  home.oura.truth.remove('sleep', 'night-2026-03-09');
  home.forgetRequests();
  const { code, totals, push } = await home.sync();
  expect([code, totals.records.deleted, push.deleted]).toEqual([0, 1, 1]);
  expect(home.oura.requests.map(({ path, status }) => [path.split('/').at(-1), status])).toEqual([
    ['sleep', 200],
    ['night-2026-03-09', 404],
  ]);
  expect([home.live('sleep').length, home.clockify.entries().length, home.ledger().length]).toEqual([
    9, 9, 9,
  ]);
  const [tomb] = home.rows<{ deleted_at: string }>('SELECT * FROM records WHERE deleted_at IS NOT NULL');
  expect(tomb).toMatchObject({
    record_id: 'night-2026-03-09',
    payload_json: expect.stringContaining('27000'),
  });
});

test('D5 a 404 that is not the service’s own proves nothing', async () => {
  const home = await sleepers(10);
  home.oura.truth.remove('sleep', 'night-2026-03-09');
  home.oura.faults.add({ path: /sleep\/night-/ }, answer(404, '<html>Not Found</html>'), 99);
  const { code, totals } = await home.sync();
  expect([code, totals.records.deleted, home.live('sleep').length]).toEqual([8, 0, 10]);
  expect(removed(home)).toEqual([]);
});

test.each<[string, RegExp, Fault]>([
  ['was answered with nothing', /usercollection\/sleep$/, answer(200, { data: [], next_token: null })],
  [
    'had an item of another shape',
    /usercollection\/sleep$/,
    rewrite((text) => text.replace('"bedtime_start":"', '$&x')),
  ],
  ['could not tell what is gone', /sleep\/night-/, answer(200, { id: 7 })],
])('D5 a wide re-read that %s is done again by the next run of the day', async (_, path, fault) => {
  const home = await sleepers(20);
  // The next day, and yet before the token has run out.
  home.time.now += 20 * HOUR;
  home.oura.truth.remove('sleep', 'night-2026-03-01');
  home.oura.faults.add({ path }, fault, 1);
  const first = await home.sync();
  expect([first.totals.records.deleted, home.live('sleep').length]).toEqual([0, 20]);
  expect((await home.sync()).totals.records.deleted).toBe(1);
  expect(home.live('sleep')).not.toContain('night-2026-03-01');
});

test('D5 a night that came back is made again', async () => {
  const home = await sleepers(10);
  const [first] = nights(1, '2026-03-09');
  home.oura.truth.remove('sleep', 'night-2026-03-09');
  await home.fill();
  home.oura.truth.put('sleep', first as object as Record<string, unknown>);
  const { totals, push } = await home.sync();
  expect([totals.records.updated, push.created]).toEqual([1, 1]);
  expect(home.clockify.entries().length).toBe(10);
});

test('D5 only records whose own day lies in the range that was asked for can vanish', async () => {
  const home = await sleepers(10);
  home.oura.truth.remove('sleep', 'night-2026-03-08');
  // Two days of padding on both sides list the 8th as well, but nobody asked about it.
  for (const day of ['2026-03-07', '2026-03-09', '2026-03-10']) {
    const { totals } = await home.sync('--date', day);
    expect(totals.records.deleted).toBe(0);
  }
  expect((await home.sync('--date', '2026-03-08')).totals.records.deleted).toBe(0); // nothing left on that day: no proof
  expect((await home.sync('--from', '2026-03-07', '--to', '2026-03-08')).totals.records.deleted).toBe(1);
});

test('D5 more than a fifth and more than ten gone at once waits for --allow-deletes', async () => {
  const home = await sleepers(30);
  const before = everything(home);
  const gone = before.records.slice(0, 12);
  for (const id of gone) home.oura.truth.remove('sleep', id);
  const refused = await home.sync('--full');
  expect([refused.code, refused.failures[0].message]).toEqual([
    2,
    'oura.sleep: 12 of 30 records are missing from the listing; nothing was deleted',
  ]);
  expect(refused.failures[0].hint).toContain('--allow-deletes');
  expect({ ...everything(home), covered: before.covered }).toEqual(before);
  const allowed = await home.sync('--full', '--allow-deletes');
  expect([allowed.code, allowed.totals.records.deleted, allowed.push.deleted]).toEqual([0, 12, 12]);
  expect(home.live('sleep')).toEqual(before.records.slice(12));
  expect(home.clockify.entries().length).toBe(18);
});

test('D5 the push has a brake of its own: more than three and more than a fifth of the entries', async () => {
  const home = await sleepers(10);
  for (const day of ['07', '08', '09', '10']) home.oura.truth.remove('sleep', `night-2026-03-${day}`);
  const refused = await home.sync();
  expect([refused.code, refused.totals.records.deleted, home.clockify.entries().length]).toEqual([2, 4, 10]);
  expect(refused.stderr).toContain('4 of 8 entries would be deleted; nothing was written');
  expect((await home.sync('--allow-deletes')).push.deleted).toBe(4);
  expect(home.clockify.entries().length).toBe(6);
});

test('D21 a later start date deletes nothing', async () => {
  const home = await sleepers(10);
  const before = everything(home);
  const config = { HEALTH_SYNC_OURA_START_DATE: '2026-03-10' };
  const { code } = await home.run(['sync', '--full'], config);
  expect(code).toBe(0);
  expect(everything(home)).toEqual(before);
});
