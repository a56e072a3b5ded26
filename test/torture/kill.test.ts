import { expect, test } from 'vitest';
import { chainOfKills, failpoints, randomTrials } from './kill.ts';

/** In the order in which a run passes them that has everything to do. */
const PASSED = [
  'token.send-noted',
  'token.reply-durable',
  'token.saved',
  'records.in-transaction',
  'records.committed',
  'records.buried',
  'ledger.gone',
  'ledger.intent',
  'push.created',
  'ledger.done',
  'push.updated',
  'push.removed',
  'ledger.forgotten',
];
/** Passed by commands that write the configuration, save, purge or upgrade; their own tests kill them there. */
const ELSEWHERE = [
  'backup.copied',
  'file-renamed',
  'file-written',
  'migration.committed',
  'migration.copied',
  'migration.in-transaction',
  'purge.deleted',
  'purge.file-removed',
  'purge.rebuilt',
];

test('D1 E1 F1 killed at random moments, the next run leaves nothing lost, doubled, damaged or stuck', {
  timeout: 240_000,
}, async () => {
  const seed = 20_260_312;
  const { trials, kills, problems } = await randomTrials({ kind: 'kills', trials: 12, seed, jobs: 2 });
  expect(problems, `seed ${seed}`).toEqual([]);
  expect(trials).toBe(12);
  expect(kills).toBeGreaterThanOrEqual(6);
});

test('A1 D1 F1 killed at every failpoint in turn, the last run leaves nothing lost, doubled, damaged or stuck', {
  timeout: 240_000,
}, async () => {
  expect(failpoints()).toEqual([...PASSED, ...ELSEWHERE].sort());
  const { kills, problems } = await chainOfKills(PASSED, 3);
  expect(problems).toEqual([]);
  expect(kills).toBe(PASSED.length);
});
