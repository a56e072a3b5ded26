import fc from 'fast-check';
import { kindOf } from './finding.ts';
import { newTally, type Tally } from './tally.ts';

/** One subject, ready: what is drawn, and what must hold of each case. */
export interface Subject<T> {
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  /** Throws a Finding, or whatever the program threw. */
  readonly check: (one: T) => Promise<void> | void;
  readonly end?: () => Promise<void> | void;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of subjects holds many kinds of case; each meets only its own.
export type AnySubject = Subject<any>;

export interface Rounds {
  readonly cases: number;
  readonly seed: number;
  readonly log?: ((line: string) => void) | undefined;
  /** Called before each case, so that one that never ends can be named. */
  readonly onCase?: ((one: string) => void) | undefined;
}

/** A round ends with its first finding, so that there are several of them. */
const ROUND = 10_000;
const MOST_FINDINGS = 5;

/** Plays so many cases of a subject; each finding is made as small as fast-check can. */
export async function play<T>({ name, cases, check }: Subject<T>, rounds: Rounds): Promise<Tally> {
  const tally = newTally(name);
  const began = performance.now();
  for (let round = 0; tally.cases < rounds.cases && tally.problems.length < MOST_FINDINGS; round += 1) {
    const seed = (rounds.seed + round * 7919) | 0;
    const number = Math.min(ROUND, rounds.cases - tally.cases);
    let count = 0;
    const property = fc.asyncProperty(cases, async (one) => {
      count += 1;
      rounds.onCase?.(`${name}, case ${count} of the round with seed ${seed}`);
      await check(one);
    });
    const found = await fc.check(property, { numRuns: number, seed });
    tally.cases += found.failed ? found.numRuns : number;
    tally.seconds = (performance.now() - began) / 1000;
    if (found.failed) {
      const error = found.errorInstance;
      tally[kindOf(error)] += 1;
      const stack = error instanceof Error ? `${error.stack}${causeOf(error)}` : String(error);
      rounds.log?.(`${name}: ${kindOf(error)} with seed ${seed}`);
      tally.problems.push(
        `${name}: seed ${seed}, path ${found.counterexamplePath}: ${fc.stringify(found.counterexample?.[0])}\n  ${stack}`,
      );
    }
    if (number === ROUND) rounds.log?.(`${name}: ${tally.cases} in ${tally.seconds.toFixed(0)} s`);
  }
  return tally;
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\n  because ${cause.stack}` : '';
}
