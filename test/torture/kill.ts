import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Dice, dice } from '../../src/sandbox/dice.ts';
import type { Rotation } from '../../src/sandbox/tokens.ts';
import { byLibrary, byProgram } from './runs.ts';
import { aDayLater, newHome } from './scene.ts';
import { type Blow, type Lengths, type Phase, story } from './story.ts';
import { newTally, type Tally } from './tally.ts';
import { badRenewal, stormOver } from './weather.ts';

/** What the runs have to bear: to be killed, faults of the services, or both. */
export type Kind = 'kills' | 'faults' | 'both';

export interface Options {
  readonly kind: Kind;
  readonly trials: number;
  readonly seed: number;
  /** Households at once. */
  readonly jobs: number;
  /** Bad runs in a row, at most; default 3. */
  readonly blows?: number;
  /** Only this one; 0: all. */
  readonly household?: number;
  readonly log?: (line: string) => void;
}

/** About so many a run sends, and so many milliseconds lie between two of them. */
const REQUESTS = 24;
const BETWEEN = 15;
/** Trials with one household. */
const TOGETHER = 3;

/** Kills at moments spread evenly over a run's time and over its requests, and faults, all by seed. */
export async function randomTrials(options: Options): Promise<Tally> {
  const { kind, trials, seed, jobs, blows = 3, household = 0, log } = options;
  const lengths = await runLengths(seed);
  log?.(`${kind}: a run takes ${lengths.first} ms the first time, ${lengths.later} ms a day later`);
  const tally = newTally();
  const households = Math.ceil(trials / TOGETHER);
  let next = 0;
  const worker = async () => {
    while (next < households) {
      next += 1;
      const number = next;
      if (household !== 0 && number !== household) continue;
      const roll = dice(seed, kind, number);
      const rotation = rotationFor(kind, roll);
      await story(await newHome(seed + number, rotation), {
        blows: (phase) => blowsFor(kind, phase, blows, lengths, rotation, roll),
        days: TOGETHER - 1,
        run: kind === 'faults' ? byLibrary : byProgram,
        tally,
        name: `household ${number} of seed ${seed} (${kind}, ${rotation})`,
        took: (phase, milliseconds) => {
          // Others may want the machine, too.
          lengths[phase] = lengths[phase] * 0.9 + milliseconds * 0.1;
        },
      });
      if (number % 10 === 0)
        log?.(`${tally.trials} trials, ${tally.kills} kills, ${tally.problems.length} problems`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return tally;
}

/** With a grace time no pair may be lost; a strict service may lose one whose answer was on its way. */
function rotationFor(kind: Kind, roll: Dice): Rotation {
  return kind === 'kills' ? 'grace' : roll.pick(['grace', 'strict', 'none']);
}

/** Most trials have one bad run, some several in a row; one among faults lasts longer than one that is killed. */
function blowsFor(
  kind: Kind,
  phase: Phase,
  most: number,
  lengths: Lengths,
  rotation: Rotation,
  roll: Dice,
): Blow[] {
  const count = 1 + Math.floor(roll.next() ** (kind === 'kills' ? 2 : 4) * most);
  const renewalFails = phase === 'later' && roll.chance(0.5);
  return Array.from({ length: count }, (_, index) => {
    const moment = roll.chance(0.5)
      ? { after: roll.next() * lengths[phase] }
      : { requests: roll.whole(1, REQUESTS), after: roll.next() * BETWEEN };
    const signal = kind !== 'kills' && roll.chance(0.3) ? 'SIGTERM' : 'SIGKILL';
    const [stormSeed, share] = [roll.whole(1, 1e9), roll.pick([0.02, 0.1, 0.3])];
    return {
      ...(kind === 'faults' ? {} : { ...moment, signal }),
      ...(kind === 'kills'
        ? {}
        : {
            weather: ({ scene }) => {
              stormOver(scene, stormSeed, share);
              if (renewalFails && index === 0) badRenewal(scene, rotation, roll);
            },
          }),
    } satisfies Blow;
  });
}

async function runLengths(seed: number): Promise<Lengths> {
  const all = await newHome(seed);
  const timed = async () => {
    const start = performance.now();
    await all.home.run(['sync']);
    return Math.round(performance.now() - start);
  };
  try {
    // What the first one compiled is there for all others.
    await all.home.run(['sync', '--dry-run']);
    const first = await timed();
    aDayLater(all);
    return { first, later: await timed() };
  } finally {
    await all.home.end();
  }
}

/** What a run of `sync` passes that has everything to do, in that order. */
export const PASSED_BY_SYNC = [
  'run.begun',
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
  'run.ended',
];
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
export async function failpointKills(failpoint: string, seed: number): Promise<Tally> {
  const tally = newTally();
  for (const count of [1, 2, 5]) {
    const name = `${failpoint}:${count}`;
    await story(await newHome(seed + count, 'strict'), { blows: () => [{ failpoint: name }], tally, name });
  }
  return tally;
}

/** One run a day later that dies at each of these in turn. */
export async function chainOfKills(
  names: readonly string[],
  seed: number,
  rotation: Rotation = 'strict',
): Promise<Tally> {
  const tally = newTally();
  const blows = names.map((name) => ({ failpoint: `${name}:1` }));
  const all = await newHome(seed, rotation);
  await story(all, { blows: (phase) => (phase === 'first' ? [] : blows), tally, name: 'chain' });
  return tally;
}
