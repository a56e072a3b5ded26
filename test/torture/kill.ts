/**
 * Kills `sync` at random moments and at every failpoint, runs it again to its end, and compares database and Clockify
 * with the truth of the imitations. By hand: node test/torture/kill.ts --trials 200 --seed 7
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Household } from '../support/household.ts';
import { eligible, examine, type Person } from './checks.ts';

const HOUR = 3_600_000;

/** Where a run is to be killed: after so many milliseconds, or at a failpoint. */
type Blow = { readonly after: number } | { readonly failpoint: string };

export interface Tally {
  trials: number;
  /** Runs that died; a run may also have been quicker than its killer. */
  kills: number;
  lost: number;
  doubled: number;
  damaged: number;
  stuck: number;
  /** What was wrong, with the number of the trial. */
  readonly problems: string[];
}

export const newTally = (): Tally => ({
  trials: 0,
  kills: 0,
  lost: 0,
  doubled: 0,
  damaged: 0,
  stuck: 0,
  problems: [],
});

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

async function newHousehold(seed: number): Promise<{ home: Household; person: Person }> {
  const home = await Household.start({
    // A strict service may lose a pair whose answer was on its way when the program died; one with a grace time may not.
    oura: { days: 12, seed, rotation: 'grace', pageSize: { documents: 5, samples: 700 } },
    clockify: { zone: 'America/Los_Angeles' },
  });
  const other = home.clockify.addEntry({ start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z' });
  const timer = home.clockify.startTimer();
  return {
    home,
    person: { edited: new Map(), deletedNights: new Set(), own: new Set([other.id, timer.id]) },
  };
}

/** A day later: the token has run out, nights came, changed and went, and the person edited and deleted entries. */
function aDayLater({ home, person }: { home: Household; person: Person }): void {
  home.time.now += 25 * HOUR;
  const [rescored, moved, edited, deleted, gone] = eligible(home)
    .filter(({ type }) => type === 'long_sleep')
    .reverse()
    .slice(1) as { id: string; bedtime_end: string }[];
  const entryOf = (id: string | undefined) =>
    home.ledger().find((row) => row.record_id === id)?.entry_id as string;
  const { truth } = home.oura;
  truth.rescore(rescored?.id as string, { total_sleep_duration: 20_000, efficiency: 77 });
  const end = new Date(Date.parse(moved?.bedtime_end as string) + 600_000).toISOString();
  truth.rescore(moved?.id as string, { bedtime_end: end });
  truth.rescore(edited?.id as string, { total_sleep_duration: 21_000 });
  truth.rescore(deleted?.id as string, { total_sleep_duration: 22_000 });
  truth.remove('sleep', gone?.id as string);
  home.clockify.editEntry(entryOf(edited?.id), { description: 'mine' });
  person.edited.set(entryOf(edited?.id), 'mine');
  home.clockify.deleteEntry(entryOf(deleted?.id));
  person.deletedNights.add(deleted?.id as string);
}

/** True when the run died of it. */
async function strike(home: Household, blow: Blow): Promise<boolean> {
  const env: Record<string, string> = 'failpoint' in blow ? { HEALTH_SYNC_FAILPOINT: blow.failpoint } : {};
  const { child, finished } = home.begin(['sync'], env);
  const timer = 'after' in blow ? setTimeout(() => child.kill('SIGKILL'), blow.after) : undefined;
  const { signal } = await finished;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

/** One trial: blows, then a run to the end, then the comparison. False: no use in going on with this household. */
async function trial(
  { home, person }: { home: Household; person: Person },
  blows: readonly Blow[],
  tally: Tally,
  name: string,
): Promise<boolean> {
  tally.trials += 1;
  for (const blow of blows) if (await strike(home, blow)) tally.kills += 1;
  const { code, stderr } = await home.run(['sync']);
  const note = (kind: 'lost' | 'doubled' | 'damaged' | 'stuck', found: readonly string[]) => {
    if (found.length > 0) tally[kind] += 1;
    tally.problems.push(...found.slice(0, 5).map((one) => `${name}: ${kind}: ${one}`));
  };
  if (code !== 0) {
    note('stuck', [`exit ${code}: ${stderr.trim().split('\n').slice(-3).join(' / ')}`]);
    return false;
  }
  const damage = examine(home, person);
  for (const kind of ['lost', 'doubled', 'damaged'] as const) note(kind, damage[kind]);
  return true;
}

/** Two trials per household: on the first run ever, and on one a day later that has everything to do. */
async function story(
  seed: number,
  blows: (phase: 'first' | 'later') => readonly Blow[],
  tally: Tally,
  name: string,
): Promise<void> {
  const household = await newHousehold(seed % 50);
  try {
    if (!(await trial(household, blows('first'), tally, `${name} first`))) return;
    aDayLater(household);
    if (!(await trial(household, blows('later'), tally, `${name} later`))) return;
    // The pair is good when it can be renewed once more.
    household.home.time.now += 25 * HOUR;
    const { code, stderr } = await household.home.run(['sync']);
    if (code === 0) return;
    tally.stuck += 1;
    tally.problems.push(`${name}: the tokens are not good any more: exit ${code} ${stderr}`);
  } finally {
    await household.home.end();
  }
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
      await story(seed + next, blows, tally, name);
      if (next % 10 === 0)
        log?.(`${tally.trials} trials, ${tally.kills} kills, ${tally.problems.length} problems`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return tally;
}

/** How long the two kinds of run take here and now (milliseconds). */
async function runLength(seed: number): Promise<{ first: number; later: number }> {
  const household = await newHousehold(seed % 50);
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
export async function failpointKills(
  name: string,
  seed: number,
  counts: readonly number[] = [1, 2, 5],
): Promise<Tally> {
  const tally = newTally();
  for (const count of counts) {
    const failpoint = `${name}:${count}`;
    await story(seed + count, () => [{ failpoint }], tally, failpoint);
  }
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
    tallies.push([name, await failpointKills(name, seed)]);
    log(`${name}: ${tallies.at(-1)?.[1].kills} kills`);
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
