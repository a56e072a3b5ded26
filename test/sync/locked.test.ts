import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Lock } from '../../src/store/lock.ts';
import { type Household, hold, householdOf, nights } from '../support/household.ts';

const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number): Promise<Household> {
  const home = await householdOf(nights(count));
  homes.push(home);
  return home;
}

test('D11 of two runs at once one works and the other ends LOCKED at once', async () => {
  const home = await sleepers(3);
  const { letGo } = hold(home);
  const first = home.begin(['sync']);
  await home.received(home.oura, /usercollection/);
  home.forgetRequests();
  const second = await home.run(['sync']);
  expect([second.code, second.stdout]).toEqual([6, '']);
  expect(second.stderr).toMatch(/another run is at work on .*health\.sqlite\n {2}Wait for it to end/);
  expect([home.oura.requests, home.clockify.requests]).toEqual([[], []]);
  letGo();
  expect((await first.finished).code).toBe(0);
  expect(home.clockify.entries().length).toBe(3);
});

test('D12 after SIGKILL the lock is free at once and the next run completes', async () => {
  const home = await sleepers(3);
  hold(home);
  const first = home.begin(['sync']);
  await home.received(home.oura, /usercollection/);
  const path = `${home.database}.run.lock`;
  expect(Lock.try(path)).toBeUndefined();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  // The kernel has freed it by the time the exit is known: the very first try gets it.
  const lock = Lock.try(path);
  expect(lock).toBeInstanceOf(Lock);
  lock?.release();
  expect([(await home.sync()).code, home.clockify.entries().length]).toEqual([0, 3]);
});

test('F3 D11 twenty runs at once leave every night once', { timeout: 180_000 }, async () => {
  const home = await sleepers(5);
  const all = await Promise.all(Array.from({ length: 20 }, () => home.run(['sync'])));
  expect(all.filter(({ code }) => code !== 0 && code !== 6)).toEqual([]);
  expect(all.filter(({ code }) => code === 0).length).toBeGreaterThanOrEqual(1);
  expect(all.filter(({ stderr }) => /\n\s+at /.test(stderr))).toEqual([]);
  expect(home.clockify.entries().map(({ description }) => description)).toEqual(
    nights(5)
      .reverse()
      .map(({ day }) => `🛌 Sleep - 7h 30m (94% efficiency) [Oura:${day}_23:00]`),
  );
  expect((await home.sync()).push.created).toBe(0);
});
