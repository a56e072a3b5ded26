import { type Covering, type CoveringTest, digestOf } from '../coverage/covering.ts';
import type { Mutant } from './mutants.ts';

/** Test files that can run together. */
export interface Chosen {
  readonly files: readonly string[];
  /** Whether any of them starts processes of its own. */
  readonly starts: boolean;
  /** How long they took when they were measured (milliseconds). */
  readonly took: number;
}

/**
 * The test files that ran the place, quick and close ones first, as many as fit into the time. Where the source has changed
 * since, those that ran any of it. Tests that stay in their own process come first: they need no bundle.
 */
export function testsFor(mutant: Mutant, covering: Covering, budget: number): Chosen[] {
  const { file, start } = mutant;
  const isAsMeasured = covering.digests[file] === digestOf(file);
  const covers = covering.tests.filter(({ ran }) =>
    isAsMeasured ? ran[file]?.some(([from, to]) => from <= start && start < to) : ran[file] !== undefined,
  );
  covers.sort((a, b) => cost(a, file) - cost(b, file));
  let left = budget;
  return [false, true].flatMap((starts) => {
    const chosen: CoveringTest[] = [];
    for (const test of covers.filter((one) => one.starts === starts)) {
      if (left !== budget && test.took > left) continue;
      chosen.push(test);
      left -= test.took;
    }
    if (chosen.length === 0) return [];
    const took = chosen.reduce((sum, one) => sum + one.took, 0);
    return [{ files: chosen.map((one) => one.file), starts, took }];
  });
}

/** A test of the same area is worth waiting for. */
function cost({ file, took }: { file: string; took: number }, source: string): number {
  const area = /^test\/(\w+)\//.exec(file)?.[1] ?? '';
  return source.includes(area) ? took / 4 : took;
}
