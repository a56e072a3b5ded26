import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';

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
