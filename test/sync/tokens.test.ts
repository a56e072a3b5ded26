import { afterEach, expect, test } from 'vitest';
import { answer, resetAfter, rewrite } from '../../src/sandbox/faults.ts';
import { type Household, type HouseholdOptions, hold, householdOf, nights } from '../support/household.ts';

const HOUR = 3_600_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

interface Stored {
  access_token: string;
  refresh_token: string;
  sends: number;
}
const stored = (home: Household) => home.rows<Stored>('SELECT * FROM oauth_tokens')[0];
const posts = (home: Household) =>
  home.oura.requests.filter(({ path }) => path.endsWith('oauth-token')).length;
const steps = (home: Household) =>
  home.oura.requests.map(({ method, path, status }) => `${method} ${path.split('/').at(-1)} ${status}`);

test('A9 invalid_grant is one request, exit AUTH with the command to type, and no request in the next run', async () => {
  const home = await sleepers(3, { config: { oura: 'resources = ["sleep", "workout", "daily_sleep"]' } });
  await home.fill();
  home.time.now += 25 * HOUR;
  home.oura.grant.revoke();
  home.forgetRequests();
  const { code, stderr } = await home.run(['sync']);
  expect([code, posts(home)]).toEqual([3, 1]);
  expect(stderr).toContain('the service does not accept this sign-in any more (invalid_grant)');
  expect(stderr).toContain('oura-clockify auth oura');
  const again = await home.run(['sync']);
  expect([again.code, posts(home)]).toEqual([3, 1]);
  expect(again.stderr).toContain('oura-clockify auth oura');
  expect(home.clockify.entries().length).toBe(3);
});

test('an expired token is renewed once for all collections, and the pair is on disk before it is used', async () => {
  const home = await sleepers(3, { config: { oura: 'resources = ["sleep", "workout", "session", "tag"]' } });
  await home.sync();
  // The configuration did not say when its token ends; what the endpoint answers does.
  home.time.now += 25 * HOUR;
  await home.sync();
  const before = stored(home);
  home.time.now += 25 * HOUR;
  home.forgetRequests();
  const usedFirst: boolean[] = [];
  home.oura.faults.add(
    { method: 'GET', path: /usercollection/ },
    rewrite((text) => {
      usedFirst.push(stored(home)?.access_token !== before?.access_token);
      return text;
    }),
    99,
  );
  expect((await home.sync()).code).toBe(0);
  expect(steps(home)[0]).toBe('POST oauth-token 200');
  expect(posts(home)).toBe(1);
  expect(usedFirst).toEqual([true, true, true, true]);
  const now = stored(home);
  expect(now?.refresh_token).not.toBe(before?.refresh_token);
  const sent = new Set(home.oura.requests.slice(1).map(({ headers }) => headers.authorization));
  expect(sent).toEqual(new Set([`Bearer ${now?.access_token}`]));
  home.forgetRequests();
  expect([(await home.sync()).code, posts(home)]).toEqual([0, 0]);
});

test('A13 a 401 on data is one refresh and one repeat, then AUTH', async () => {
  const home = await sleepers(3);
  await home.fill();
  home.forgetRequests();
  home.oura.faults.add({ path: /usercollection/ }, answer(401, { detail: 'Unauthorized' }), 99);
  const { code, stderr } = await home.run(['sync']);
  expect(code).toBe(3);
  expect(stderr).toContain('oura-clockify auth oura');
  expect(steps(home)).toEqual(['GET sleep 401', 'POST oauth-token 200', 'GET sleep 401']);
  home.oura.faults.clear();
  expect((await home.sync()).code).toBe(0);
});

test('A14 a 403 is no reason to refresh', async () => {
  const home = await sleepers(3);
  home.oura.grant.scopes(['heartrate']);
  const { code, stderr } = await home.run(['sync']);
  expect([code, posts(home)]).toEqual([3, 0]);
  expect(stderr).toContain('scope "daily"');
  // Before anything else the program looks whose account it is.
  expect(home.oura.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['personal_info', 'sleep']);
});

test.each(['grace', 'strict'] as const)(
  'A2 a lost reply with %s rotation: one more try, at most two sends of one token, no loop',
  async (rotation) => {
    const home = await sleepers(3, { oura: { rotation } });
    await home.fill();
    home.time.now += 25 * HOUR;
    home.forgetRequests();
    home.oura.faults.add({ path: /oauth-token/ }, resetAfter);
    expect((await home.sync()).code).toBe(4);
    const codes = [];
    for (const _ of [1, 2, 3]) codes.push((await home.run(['sync'])).code);
    expect(codes).toEqual(rotation === 'grace' ? [0, 0, 0] : [3, 3, 3]);
    const bodies = home.oura.requests.filter(({ path }) => path.endsWith('oauth-token'));
    expect(bodies.length).toBe(2);
    const { stderr } = await home.run(['sync']);
    if (rotation === 'strict') expect(stderr).toContain('oura-clockify auth oura');
  },
);

test('A12 with the token endpoint down it goes on while the access token is valid, and waits when it is not', async () => {
  const home = await sleepers(3);
  await home.fill();
  home.time.now += 25 * HOUR;
  await home.sync();
  // Half a minute before the end it would like a new one.
  home.time.now += 24 * HOUR - 30_000;
  home.forgetRequests();
  home.oura.faults.add({ path: /oauth-token/ }, answer(503, 'down'), 99);
  expect([(await home.sync()).code, posts(home)]).toEqual([0, 1]);
  home.time.now += HOUR;
  const down = await home.run(['sync']);
  expect(down.code).toBe(4);
  expect(down.stderr).toContain('the token endpoint answered 503');
  home.oura.faults.clear();
  expect((await home.sync()).code).toBe(0);
});

test('A5 a pair that another process renewed in the meantime is adopted, not renewed again', async () => {
  const home = await sleepers(3);
  await home.fill();
  home.time.now += 25 * HOUR;
  home.forgetRequests();
  // Its 401 is on its way when a second program renews the pair.
  const { letGo } = hold(home);
  const slow = home.begin(['sync']);
  await home.received(home.oura, /usercollection/);
  expect((await home.run(['verify'])).code).not.toBe(3);
  expect(posts(home)).toBe(1);
  const renewed = stored(home);
  letGo();
  expect([(await slow.finished).code, posts(home)]).toEqual([0, 1]);
  expect(stored(home)).toEqual(renewed);
});
