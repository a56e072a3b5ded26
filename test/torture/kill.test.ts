import { expect, test } from 'vitest';
import { chainOfKills, PASSED_BY_SYNC, randomTrials } from './kill.ts';

test('D1 E1 F1 killed at random moments, the next run leaves nothing lost, doubled, damaged or stuck', {
  timeout: 240_000,
}, async () => {
  const seed = 20_260_312;
  const { trials, kills, problems } = await randomTrials({ kind: 'kills', trials: 6, seed, jobs: 2 });
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(trials).toBe(6);
  expect(kills).toBeGreaterThanOrEqual(3);
});

test('A1 D1 F1 killed at every failpoint in turn, the last run leaves nothing lost, doubled, damaged or stuck', {
  timeout: 240_000,
}, async () => {
  const { kills, problems } = await chainOfKills(PASSED_BY_SYNC, 3);
  expect(problems).toEqual([]);
  expect(kills).toBe(PASSED_BY_SYNC.length);
});

test('A2 D1 killed twice before the refresh token leaves: it may have been sent, so a sign-in may be asked for, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const { kills, signIns, problems } = await chainOfKills(
    ['token.send-noted', 'token.send-noted'],
    5,
    'grace',
  );
  expect(problems).toEqual([]);
  expect([kills, signIns]).toEqual([2, 1]);
});
