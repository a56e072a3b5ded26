/** A little of what `npm run fuzz` does a million times. */
import { expect, test } from 'vitest';
import { play } from './rounds.ts';
import { SUBJECTS } from './subjects.ts';

/** Each case takes milliseconds, and the longest part is to get a service with records ready. */
const CASES: Readonly<Record<string, number>> = { writes: 60, commands: 15 };
const USUAL = 150;
const SEED = 20_260_312;

const TITLES: Readonly<Record<string, string>> = {
  oura: 'C9 C11 D5 what Oura answers, damaged',
  withings: 'C9 C11 D5 what Withings answers, damaged',
  hevy: 'C9 C11 D5 what Hevy answers, damaged',
  strava: 'C9 C11 D5 what Strava answers, damaged',
  eightsleep: 'C9 C11 D5 what Eight Sleep answers, damaged',
  whoop: 'C9 C11 D5 what WHOOP answers, damaged',
  clockify: 'C9 C11 D5 what Clockify answers to reading, damaged',
  writes: 'C9 F1 what Clockify answers to a push, damaged',
  renewals: 'A2 A6 A7 C9 what a token endpoint answers to a renewal, damaged',
  callbacks: 'B1 B2 callbacks that are not the answer: no exchange, and then the right one',
  pastes: 'B3 pasted lines that are not the answer: no exchange, and then the right one',
  configs: 'H2 damaged configurations load or are refused in one line',
  environment: 'H2 damaged environments load or are refused in one line',
  commands: 'G10 any command line ends with a code of ours',
};

test.each(SUBJECTS.map(({ name, make }) => [TITLES[name] ?? name, name, make] as const))(
  '%s',
  async (_title, name, make) => {
    const subject = await make();
    const cases = CASES[name] ?? USUAL;
    const tally = await play(subject, { cases, seed: SEED });
    await subject.end?.();
    expect(tally.problems).toEqual([]);
    expect(tally.cases).toBe(cases);
  },
);

test('every subject has a title', () => {
  expect(SUBJECTS.map(({ name }) => name)).toEqual(Object.keys(TITLES));
});
