import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Ran } from './hits.ts';
import { partOf, ROOT } from './parts.ts';

/** What `npm run coverage` leaves behind for `npm run mutation`. */
export interface Covering {
  /** Of each source as it was measured. */
  readonly digests: Readonly<Record<string, string>>;
  readonly tests: readonly CoveringTest[];
}

export interface CoveringTest {
  /** Below the checkout. */
  readonly file: string;
  /** How long it took (milliseconds). */
  readonly took: number;
  /** Whether it starts processes of its own. */
  readonly starts: boolean;
  /** Source -> from which character to which (excluded) it ran. */
  readonly ran: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

const FILE = join(ROOT, 'coverage/covering.json');

export function writeCovering(byTest: ReadonlyMap<string, Ran>, report: string): void {
  const took = durations(report);
  const tests = [...byTest].flatMap(([file, { starts, files }]) => {
    const own = took.get(file);
    if (own === undefined) return [];
    const ran = Object.fromEntries([...files].map(([path, counts]) => [path, counts.ran()]));
    return [{ file, took: own, starts, ran }];
  });
  const digests = Object.fromEntries([...partOf.keys()].map((file) => [file, digestOf(file)]));
  mkdirSync(join(ROOT, 'coverage'), { recursive: true });
  writeFileSync(FILE, JSON.stringify({ digests, tests } satisfies Covering));
}

export function readCovering(): Covering {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch (cause) {
    throw new Error('which test covers what is not known yet: npm run coverage', { cause });
  }
}

export function digestOf(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, file)))
    .digest('hex');
}

/** Test file -> milliseconds, from vitest's JSON report. One that failed says nothing about a mutant. */
function durations(report: string): Map<string, number> {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; status: string; startTime: number; endTime: number }[];
  };
  const passed = testResults.filter(({ status }) => status === 'passed');
  return new Map(passed.map(({ name, startTime, endTime }) => [relative(ROOT, name), endTime - startTime]));
}
