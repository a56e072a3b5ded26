import { expect, test } from 'vitest';
import { leapingClock, systemClock } from '../../src/core/clock.ts';

test('a sleep of a month does not end at once, and an abort ends it with its reason', async () => {
  const stop = new AbortController();
  const sleep = systemClock.sleep(2 ** 31 + 1000, stop.signal);
  const first = await Promise.race([sleep.then(() => 'woke'), systemClock.sleep(30).then(() => 'asleep')]);
  stop.abort(new Error('stopped'));
  await expect(sleep).rejects.toThrow('stopped');
  expect(first).toBe('asleep');
});

test('an abort that came before ends even no wait', async () => {
  await expect(systemClock.sleep(0, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});

test('a leaping clock shows the end of a pause at once, and of pauses at the same time the end of the longest', async () => {
  const clock = leapingClock(Date.parse('2026-03-12T08:00:00Z'));
  const before = clock.now();
  await Promise.all([clock.sleep(3_600_000), clock.sleep(60_000), clock.sleep(3_000_000)]);
  const leapt = clock.now() - before;
  expect(leapt).toBeGreaterThanOrEqual(3_600_000);
  expect(leapt).toBeLessThan(3_660_000);
  await expect(clock.sleep(1, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
