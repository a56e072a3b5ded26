/**
 * Kills `sync` at random moments and at every failpoint, runs it again to its end, and compares database and Clockify
 * with the truth of the imitations. By hand: node test/torture/kill.ts --trials 200 --seed 7
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { aDayLater, newHousehold, newTally, story, type Tally } from './story.ts';

/** mulberry32: the same numbers for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Options {
  readonly trials: number;
  readonly seed: number;
  readonly jobs: number;
  readonly log?: (line: string) => void;
}

/** Kills at moments spread evenly over a run. */
export async function randomKills({ trials, seed, jobs, log }: Options): Promise<Tally> {
  const length = await runLength(seed);
  log?.(`seed ${seed}; a run takes ${length.first} ms the first time, ${length.later} ms a day later`);
  const tally = newTally();
  let next = 0;
  const worker = async () => {
    while (next < trials / 2) {
      next += 1;
      const name = `trial ${next} of seed ${seed}`;
      const roll = dice(seed * 10_007 + next);
      const blows = (phase: 'first' | 'later') => {
        // Most runs die once, some two or three times in a row.
        const count = 1 + Math.floor(roll() ** 2 * 3);
        return Array.from({ length: count }, () => ({ after: roll() * length[phase] }));
      };
      // With a grace time no pair may be lost; a strict service may lose one whose answer was on its way.
      await story(await newHousehold(seed + next), blows, tally, name);
      if (next % 10 === 0)
        log?.(`${tally.trials} trials, ${tally.kills} kills, ${tally.problems.length} problems`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return tally;
}

/** How long the two kinds of run take here and now (milliseconds). */
async function runLength(seed: number): Promise<{ first: number; later: number }> {
  const household = await newHousehold(seed);
  const timed = async () => {
    const start = performance.now();
    await household.home.run(['sync']);
    return Math.round(performance.now() - start);
  };
  try {
    const first = await timed();
    aDayLater(household);
    return { first, later: await timed() };
  } finally {
    await household.home.end();
  }
}

/** Every failpoint that stands in the sources. */
export function failpoints(): string[] {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const text = globSync('**/*.ts', { cwd: root }).map((file) => readFileSync(`${root}${file}`, 'utf8'));
  const named = text.flatMap((one) =>
    [...one.matchAll(/\bfailpoint\((['`])(.+?)\1\)/g)].map((found) => found[2]),
  );
  const states = ['intent', 'done', 'gone'];
  const all = named.flatMap((name) =>
    /\$\{/.test(name ?? '') ? states.map((state) => `ledger.${state}`) : (name ?? []),
  );
  return [...new Set(all)].sort();
}

/** Kills at the failpoint's first, second and fifth passing, on both kinds of run. */
export async function failpointKills(name: string, seed: number): Promise<Tally> {
  const tally = newTally();
  for (const count of [1, 2, 5]) {
    const failpoint = `${name}:${count}`;
    await story(await newHousehold(seed + count, 'strict'), () => [{ failpoint }], tally, failpoint);
  }
  return tally;
}

/** One run a day later that dies at each of these in turn. */
export async function chainOfKills(names: readonly string[], seed: number): Promise<Tally> {
  const tally = newTally();
  const blows = names.map((name) => ({ failpoint: `${name}:1` }));
  const household = await newHousehold(seed, 'strict');
  await story(household, (phase) => (phase === 'first' ? [] : blows), tally, 'chain');
  return tally;
}

function row(name: string, { trials, kills, lost, doubled, damaged, stuck }: Tally): string {
  const numbers = [trials, kills, lost, doubled, damaged, stuck].map((number) => String(number).padStart(8));
  return `${name.padEnd(24)}${numbers.join('')}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      trials: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      jobs: { type: 'string', default: '2' },
      'no-failpoints': { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const tallies: [string, Tally][] = [
    [
      'random moments',
      await randomKills({ trials: Number(values.trials), seed, jobs: Number(values.jobs), log }),
    ],
  ];
  for (const name of values['no-failpoints'] ? [] : failpoints()) {
    const tally = await failpointKills(name, seed);
    tallies.push([name, tally]);
    log(`${name}: ${tally.kills === 0 ? 'sync does not pass it' : `${tally.kills} kills`}`);
  }
  const heads = ['trials', 'kills', 'lost', 'doubled', 'damaged', 'stuck'].map((head) => head.padStart(8));
  const lines = [
    `seed ${seed}`,
    `${''.padEnd(24)}${heads.join('')}`,
    ...tallies.map(([name, one]) => row(name, one)),
  ];
  const problems = tallies.flatMap(([, one]) => one.problems);
  process.stdout.write(`${[...lines, ...problems].join('\n')}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
