import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../../src/core/digest.ts';
import { OtherPersonError } from '../../src/core/sync/person.ts';
import { rewrite } from '../../src/sandbox/faults.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { HOUR as HOURS, Subject } from '../support/subject.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: StrictTokenEndpoint;

beforeEach(async () => {
  me = account();
  service = await startTokenEndpoint();
});
afterEach(async () => {
  await service.close();
  await me.close();
});

/** From now on the token endpoint says who it is. */
function name(person: string): void {
  const named = rewrite((text) => text.replace('{', `{"user_id":"${person}",`));
  service.server.faults.add({ method: 'POST', path: /token$/ }, named, 9);
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
const seeded = () => {
  const seed = service.issue();
  return service.oauth({ seed });
};

describe('A21 a renewal that names somebody else', () => {
  test.each([true, false])(
    'stores nothing and is not tried again (old refresh token kept: %s)',
    async (keeps) => {
      me.save({ ...service.issue(), world: 'new', expiresAt: 1, userId: 'ann' });
      name('ben');
      const oauth = service.oauth({ dialect: keeps ? { keepsOldRefreshToken: true } : {} });
      const failure = await failureOf(me.keeper(oauth).headers());
      expect(failure).toBeInstanceOf(OtherPersonError);
      expect(failure).toMatchObject({
        outcome: 'AUTH',
        hint: expect.stringContaining('oura-clockify --account NAME auth somewhere'),
      });
      expect(await failureOf(me.keeper(oauth).headers())).toMatchObject({ outcome: 'AUTH' });
      expect(me.store.read()).toMatchObject({
        token: { accessToken: 'access-1', userId: 'ann' },
        reply: null,
      });
      expect(service.posts()).toHaveLength(1);
    },
  );

  test('is refused as well when it lay on disk unread', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1, userId: 'ann' });
    me.store.noteSend(sha256('refresh-1'), me.clock.now());
    me.store.noteReply('{"access_token":"access-9","refresh_token":"refresh-9","user_id":"ben"}', 'new');
    expect(await failureOf(me.keeper(service.oauth()).headers())).toBeInstanceOf(OtherPersonError);
    expect(await failureOf(me.keeper(service.oauth()).headers())).toMatchObject({ outcome: 'AUTH' });
    expect(me.store.read()).toMatchObject({ token: { accessToken: 'access-1', userId: 'ann' }, reply: null });
    expect(service.posts()).toHaveLength(0);
  });

  test('is fine when it names the same person, or nobody', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1, userId: 'ann' });
    await me.keeper(service.oauth()).headers();
    name('ann');
    me.clock.advance(2 * HOUR);
    await me.keeper(service.oauth()).headers();
    expect(me.store.read()?.token).toMatchObject({ accessToken: 'access-3', userId: 'ann' });
  });
});

describe('A21 a configured pair in place of somebody’s', () => {
  beforeEach(() => me.save({ ...service.issue(), world: 'new', expiresAt: null, userId: 'ann' }));

  test('is traded in before it is used, and keeps the person', async () => {
    expect(await me.keeper(seeded()).headers()).toEqual({ authorization: 'Bearer access-3' });
    expect(me.store.read()?.token).toMatchObject({ refreshToken: 'refresh-3', userId: 'ann' });
  });

  test('that turns out to be somebody else’s is never used', async () => {
    name('ben');
    const oauth = seeded();
    expect(await failureOf(me.keeper(oauth).headers())).toBeInstanceOf(OtherPersonError);
    expect(await failureOf(me.keeper(oauth).headers())).toMatchObject({ outcome: 'AUTH' });
    expect(me.store.read()?.token).toMatchObject({ userId: 'ann' });
    expect(service.posts()).toHaveLength(1);
  });
});

test('A21 Withings, where only tokens say whose they are: somebody else’s store nothing', async () => {
  const one = await Subject.start({ id: 'withings', start: startWithings });
  onTestFinished(() => one.end());
  expect((await one.sync()).code).toBe(0);
  one.time.now += 4 * HOURS;
  expect((await one.sync()).code).toBe(0);
  const records = () => one.rows('SELECT resource, record_id FROM records ORDER BY 1, 2');
  const whose = () => one.rows('SELECT user_id FROM oauth_tokens');
  const before = [records(), whose()];
  const other = await startWithings({ now: () => one.time.now, seed: 9, zone: 'America/New_York' });
  onTestFinished(() => other.close());
  one.configure({ ...other.settings, ...other.seed() });
  for (const said of ['somebody else', 'auth withings']) {
    const { code, stderr } = await one.sync();
    expect([code, stderr]).toEqual([3, expect.stringContaining(said)]);
    expect([records(), whose()]).toEqual(before);
    one.time.now += 4 * HOURS;
  }
});
