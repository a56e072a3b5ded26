import { type Covering, digestOf } from '../coverage/covering.ts';
import type { Mutant } from './mutants.ts';

export interface Chosen {
  readonly files: readonly string[];
  /** How long they took when they were measured (milliseconds). */
  readonly took: number;
}

/**
 * The test files that ran the place, quick and close ones first, as many as fit into the time. Where the source has changed
 * since, those that ran any of it.
 */
export function testsFor(mutant: Mutant, covering: Covering, budget: number): Chosen {
  const { file, start } = mutant;
  const isAsMeasured = covering.digests[file] === digestOf(file);
  const covers = covering.tests.filter(({ ran }) =>
    isAsMeasured ? ran[file]?.some(([from, to]) => from <= start && start < to) : ran[file] !== undefined,
  );
  const files: string[] = [];
  let took = 0;
  for (const test of covers.sort((a, b) => cost(a, file) - cost(b, file))) {
    if (files.length > 0 && took + test.took > budget) continue;
    files.push(test.file);
    took += test.took;
  }
  return { files, took };
}

/** A test of the same area is worth waiting for. */
function cost({ file, took }: { file: string; took: number }, source: string): number {
  const area = /^test\/(\w+)\//.exec(file)?.[1] ?? '';
  return source.includes(area) ? took / 4 : took;
}
