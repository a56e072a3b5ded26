import { afterEach, expect, test } from 'vitest';
import { type Household, householdOf, night, nights } from '../support/household.ts';

const DAY = 86_400_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

const before = (home: Household, days: number) =>
  new Date(home.time.now - days * DAY).toISOString().slice(0, 10);

test.each([
  // The story begins on a Thursday.
  ['5 days late by the next run', 5, 0],
  ['25 days late by the first run of a day', 25, 1],
  ['90 days late by the first run of a week', 90, 4],
])('D3 a night that appears %s is found, and gets its entry', async (_name, late, daysLater) => {
  const home = await householdOf(nights(2));
  homes.push(home);
  const first = await home.sync();
  expect(first.push.created).toBe(2);
  const day = before(home, late);
  home.oura.truth.put('sleep', night(day));
  home.time.now += daysLater * DAY;
  const second = await home.sync();
  expect([second.code, second.totals.records.created, second.push.created]).toEqual([0, 1, 1]);
  // What was looked at is told: the window reaches back to the night.
  expect(second.sources[0].read.from <= day).toBe(true);
  expect(home.live('sleep')).toContain(`night-${day}`);
});
