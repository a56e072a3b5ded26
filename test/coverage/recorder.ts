import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { partOf, ROOT } from './parts.ts';

/** From which character to which (excluded) how often, in order; what never ran is left out. */
export type Hits = [start: number, end: number, count: number][];

/** What one process ran for one test file. */
export interface Recording {
  /** Below the checkout. */
  readonly test: string;
  /** Whether the test starts processes of its own. */
  readonly starts: boolean;
  readonly files: Record<string, Hits>;
}

const SOURCE = pathToFileURL(join(ROOT, 'src/')).href;

/**
 * Counts what this process runs of the parts, per character, as V8 sees it. Node strips types without moving anything, so
 * the characters are those of the sources.
 */
export class Recorder {
  readonly #session = new Session();
  readonly #folder: string;
  #written = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Writes down what ran since the last time, and counts from zero. */
  write(test: string, starts: boolean): void {
    const files: Recording['files'] = {};
    this.#session.post('Profiler.takePreciseCoverage', (_error, taken) => {
      for (const { url, functions } of taken?.result ?? []) {
        if (!url.startsWith(SOURCE)) continue;
        const file = `src/${url.slice(SOURCE.length)}`;
        if (!partOf.has(file)) continue;
        files[file] = painted(functions.flatMap(({ ranges }) => ranges));
      }
    });
    this.#written += 1;
    const recording: Recording = { test, starts, files };
    mkdirSync(join(this.#folder, 'recordings'), { recursive: true });
    const name = `${process.pid}-${this.#written}-${Date.now()}.json`;
    writeFileSync(join(this.#folder, 'recordings', name), JSON.stringify(recording));
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** An inner range counts for more than the one around it. */
function painted(ranges: readonly Range[]): Hits {
  const length = Math.max(0, ...ranges.map(({ endOffset }) => endOffset));
  const counts = new Float64Array(length);
  const size = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  for (const range of [...ranges].sort((a, b) => size(b) - size(a)))
    counts.fill(range.count, range.startOffset, range.endOffset);
  const hits: Hits = [];
  for (let start = 0; start < length; ) {
    const count = counts[start] as number;
    let end = start + 1;
    while (end < length && counts[end] === count) end += 1;
    if (count > 0) hits.push([start, end, count]);
    start = end;
  }
  return hits;
}

/** The test file for which this process, or the one it descends from, was started. */
export function testRunning(folder: string): string {
  for (let pid = process.pid; pid > 1; pid = parentOf(pid)) {
    try {
      return readFileSync(join(folder, 'running', String(pid)), 'utf8');
    } catch {}
  }
  return '';
}

export function noteRunning(folder: string, test: string): void {
  mkdirSync(join(folder, 'running'), { recursive: true });
  writeFileSync(join(folder, 'running', String(process.pid)), test);
}

function parentOf(pid: number): number {
  if (pid === process.pid) return process.ppid;
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
