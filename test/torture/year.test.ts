import { expect, test } from 'vitest';
import { liveYear } from './year/live.ts';

test('D3 D4 D5 F5 F12 weeks among faults, late records, edits and journeys end with nothing lost or doubled', {
  timeout: 240_000,
}, async () => {
  const seed = 7;
  const { tally, runs, counts } = await liveYear({ seed, days: 50 });
  expect(tally.problems, `seed ${seed}`).toEqual([]);
  expect(runs).toBe(50);
  expect(tally.faults).toBeGreaterThan(5);
  const happened = [counts.late, counts.changed, counts.edited, counts.travelled];
  expect(
    happened.every((count) => count > 0),
    JSON.stringify(counts),
  ).toBe(true);
});

test('a night that the source deletes behind the program’s back would be noticed', async () => {
  const { tally } = await liveYear({
    seed: 7,
    days: 18,
    atTheEnd: ({ scene }) => {
      const night = scene.oura.truth.list('sleep').find(({ type }) => type === 'long_sleep');
      scene.oura.truth.remove('sleep', String(night?.id));
    },
  });
  expect(tally).toMatchObject({ trials: 1, doubled: 1 });
});
