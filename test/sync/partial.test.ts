import { afterEach, describe, expect, test } from 'vitest';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

const HOUR = 3_600_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function family(options: HouseholdOptions = {}): Promise<Household> {
  const home = await Household.start(options);
  homes.push(home);
  return home;
}

const withOutcome = (sources: { source: string; outcome: string }[], outcome: string) =>
  sources.filter((one) => one.outcome === outcome).map(({ source }) => source.replace('oura.', ''));

test('D14 one collection failing stops no other, and each says how it ended', async () => {
  const home = await family();
  home.oura.faults.add({ path: /workout/ }, answer(200, '<html>'), 99);
  home.oura.faults.add({ path: /daily_stress/ }, answer(400, {}), 99);
  const { code, outcome, sources, push, failures, stderr } = await home.sync();
  expect([code, outcome]).toEqual([5, 'PARTIAL']);
  expect(withOutcome(sources, 'CONTRACT')).toEqual(['daily_stress', 'workout']);
  expect(withOutcome(sources, 'OK').length).toBe(17);
  expect(push.created).toBe(home.clockify.entries().length);
  expect(push.created).toBeGreaterThan(15);
  expect(failures.length).toBe(2);
  expect(stderr).toMatch(/GET \/v2\/usercollection\/workout/);
  expect(stderr).toMatch(/2 of 19 parts failed, the rest is saved/);
  expect([home.covered('workout'), home.covered('session').length]).toEqual([[], 1]);
});

test('A14 D5 a scope taken away is named, stays local to its collections and deletes nothing', async () => {
  const home = await family();
  await home.fill();
  const before = home.rows('SELECT resource, record_id FROM records WHERE deleted_at IS NULL ORDER BY 1, 2');
  const entries = home.clockify.entries();
  home.oura.grant.scopes(['email', 'personal', 'heartrate', 'tag', 'session', 'spo2', 'stress']);
  home.forgetRequests();
  const { code, sources, stderr } = await home.sync();
  expect(code).toBe(5);
  expect(stderr).toContain('scope "daily"');
  expect(stderr).toContain('scope "workout"');
  expect(withOutcome(sources, 'OK').sort()).toEqual(
    ['daily_resilience', 'daily_spo2', 'enhanced_tag', 'heartrate', 'personal_info', 'session', 'tag'].sort(),
  );
  expect(home.rows('SELECT resource, record_id FROM records WHERE deleted_at IS NULL ORDER BY 1, 2')).toEqual(
    before,
  );
  expect(home.clockify.entries()).toEqual(entries);
  expect(home.clockify.writes()).toEqual([]);
});

test('A14 a lapsed membership ends AUTH and deletes nothing', async () => {
  const home = await family();
  await home.fill();
  const entries = home.clockify.entries();
  const rows = home.rows('SELECT * FROM items');
  home.oura.grant.lapse(true);
  home.forgetRequests();
  const { code, stderr } = await home.sync();
  expect(code).toBe(3);
  expect(stderr).toContain('membership has lapsed');
  expect(home.oura.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(home.rows('SELECT * FROM items')).toEqual(rows);
  expect(home.clockify.entries()).toEqual(entries);
});

describe('A14 what was not granted is no part of the run', () => {
  const signedIn = async (scopes: string[]) => {
    const home = await family({ oura: { scopes } });
    await home.sync();
    // The configured token did not say what it may; a renewed one does.
    home.time.now += 25 * HOUR;
    await home.sync();
    home.forgetRequests();
    return home;
  };

  test('but when nothing else was asked for, it ends AUTH and names the scopes, without a renewal', async () => {
    const home = await signedIn(['email', 'daily']);
    const { code, outcome, stderr } = await home.sync('--resources', 'heartrate,workout,daily_resilience');
    const renewals = home.oura.requests.filter(({ path }) => path.includes('token'));
    expect([code, outcome, renewals]).toEqual([3, 'AUTH', []]);
    expect(stderr).toContain('oura: no scope that is read was granted (');
    expect(stderr).toContain('oura-clockify auth oura');
    expect((await home.sync('--resources', 'heartrate,daily_sleep')).code).toBe(0);
  });

  test('so a lapsed membership is AUTH although one scope is unticked', async () => {
    const home = await signedIn(['email', 'personal', 'daily', 'heartrate']);
    home.oura.grant.lapse(true);
    expect((await home.sync('--resources', 'sleep,heartrate,workout')).code).toBe(3);
  });
});

test('D8 pages that came before the failure stay; the mark does not move; the next run completes', async () => {
  const home = await householdOf(nights(20), { oura: { pageSize: { documents: 4 } } });
  homes.push(home);
  let page = 0;
  home.oura.faults.add(
    { path: /sleep$/ },
    rewrite((text) => (++page < 3 ? text : '<html>')),
    99,
  );
  const broken = await home.sync();
  expect([broken.code, broken.totals.records.created, home.covered('sleep')]).toEqual([8, 8, []]);
  expect(home.live('sleep').length).toBe(8);
  home.oura.faults.clear();
  const whole = await home.sync();
  expect([whole.code, whole.totals.records.created, whole.totals.records.unchanged]).toEqual([0, 12, 8]);
  expect(home.covered('sleep').at(-1)?.to).toBe('2026-03-11');
  expect(home.clockify.entries().length).toBe(20);
});

test('D7 D8 a page token that comes back stops the collection, what it brought stays', async () => {
  const home = await householdOf(nights(20), { oura: { pageSize: { documents: 4 } } });
  homes.push(home);
  let first: string | undefined;
  home.oura.faults.add(
    { path: /sleep$/ },
    rewrite((text) => {
      const { data, next_token } = JSON.parse(text);
      first ??= next_token;
      return JSON.stringify({ data, next_token: first });
    }),
    99,
  );
  const { code, stderr } = await home.sync();
  expect(code).toBe(8);
  expect(stderr).toContain('the same paging token came twice');
  expect([home.live('sleep').length, home.covered('sleep')]).toEqual([8, []]);
  expect(home.oura.requests.filter(({ path }) => path.endsWith('/sleep'))).toHaveLength(2);
});

test('D5 rows without an id go only when two listings six hours apart do not hold them', async () => {
  const home = await family({ config: { oura: 'resources = ["daily_cardiovascular_age"]' } });
  const name = 'daily_cardiovascular_age';
  await home.fill();
  const all = home.live(name);
  const [early, late] = [all[2] as string, all.at(-3) as string];
  const lateId = home.oura.truth.list(name).find(({ day }) => day === late)?.id as string;
  const lateDocument = home.oura.truth.get(name, lateId);
  home.oura.truth.remove(name, early);
  home.oura.truth.remove(name, lateId);
  const deletedBySync = async () => (await home.sync('--full')).totals.records.deleted;
  expect(await deletedBySync()).toBe(0);
  home.time.now += 5 * HOUR;
  expect(await deletedBySync()).toBe(0);
  // Seen again in between: its absence starts anew.
  home.oura.truth.put(name, lateDocument ?? {});
  expect(await deletedBySync()).toBe(0);
  home.oura.truth.remove(name, lateId);
  home.time.now += HOUR + 60_000;
  expect(await deletedBySync()).toBe(1);
  expect(home.live(name)).toEqual(all.filter((day) => day !== early));
  home.time.now += 6 * HOUR + 60_000;
  expect(await deletedBySync()).toBe(1);
});

test('D5 samples of a series never vanish', async () => {
  const home = await family({ config: { oura: 'resources = ["heartrate", "ring_battery_level"]' } });
  await home.fill();
  const rows = home.live('heartrate').length + home.live('ring_battery_level').length;
  for (const name of ['heartrate', 'ring_battery_level']) {
    home.oura.truth.replaceAll(name, home.oura.truth.list(name).slice(0, 10));
  }
  for (const _ of [1, 2]) {
    const { code, totals } = await home.sync('--full');
    expect([code, totals.records.deleted]).toEqual([0, 0]);
    home.time.now += 7 * HOUR;
  }
  expect(home.live('heartrate').length + home.live('ring_battery_level').length).toBe(rows);
  expect(home.oura.requests.filter(({ path }) => /(heartrate|level)\//.test(path))).toEqual([]);
});
