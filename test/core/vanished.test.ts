import { expect, test } from 'vitest';
import { findVanished } from '../../src/core/vanished.ts';

const NOW = Date.parse('2026-03-12T08:00:00Z');
const HOUR = 3_600_000;
const base = { absent: ['a'], storedCount: 5, allowDeletes: false, source: 'somewhere', now: NOW };

test.each([
  [5.999, []],
  [6, ['a']],
])('D5 absent from listings %d hours apart: %j are gone', async (hours, gone) => {
  const missingSince = () => NOW - hours * HOUR;
  expect(await findVanished({ ...base, isGone: undefined, missingSince })).toEqual(gone);
});

test('D5 a record with a route of its own is asked for, however long it is missing', async () => {
  const missingSince = () => 0;
  expect(await findVanished({ ...base, isGone: async () => false, missingSince })).toEqual([]);
  expect(await findVanished({ ...base, isGone: async () => true, missingSince: () => NOW })).toEqual(['a']);
});
