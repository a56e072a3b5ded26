import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hits, Recording } from './recorder.ts';

/** How often each character of a file ran, all processes together. */
export class Counts {
  #counts = new Float64Array(0);

  add(hits: Hits): void {
    const length = hits.at(-1)?.[1] ?? 0;
    if (length > this.#counts.length) {
      const longer = new Float64Array(length);
      longer.set(this.#counts);
      this.#counts = longer;
    }
    for (const [start, end, count] of hits)
      for (let position = start; position < end; position += 1)
        this.#counts[position] = (this.#counts[position] ?? 0) + count;
  }

  at(position: number): number {
    return this.#counts[position] ?? 0;
  }

  /** From which character to which (excluded) anything ran at all. */
  ran(): [start: number, end: number][] {
    const found: [number, number][] = [];
    for (let start = 0; start < this.#counts.length; start += 1) {
      if (this.at(start) === 0) continue;
      let end = start;
      while (this.at(end) > 0) end += 1;
      found.push([start, end]);
      start = end;
    }
    return found;
  }
}

/** What one test file ran. */
export interface Ran {
  starts: boolean;
  readonly files: Map<string, Counts>;
}

/** By test file. */
export function readRecordings(folder: string): Map<string, Ran> {
  const byTest = new Map<string, Ran>();
  for (const name of readdirSync(join(folder, 'recordings'))) {
    const { test, starts, files }: Recording = JSON.parse(
      readFileSync(join(folder, 'recordings', name), 'utf8'),
    );
    const ran = byTest.get(test) ?? { starts: false, files: new Map<string, Counts>() };
    byTest.set(test, ran);
    ran.starts ||= starts;
    for (const [file, hits] of Object.entries(files)) {
      const counts = ran.files.get(file) ?? new Counts();
      ran.files.set(file, counts);
      counts.add(hits);
    }
  }
  return byTest;
}

/** The same without the tests: file -> characters. */
export function everyTest(byTest: ReadonlyMap<string, Ran>): Map<string, Counts[]> {
  const all = new Map<string, Counts[]>();
  for (const { files } of byTest.values())
    for (const [file, counts] of files) all.set(file, [...(all.get(file) ?? []), counts]);
  return all;
}
