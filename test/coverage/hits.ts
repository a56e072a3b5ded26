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

/** What each test file ran: test -> file -> characters. */
export function readRecordings(folder: string): Map<string, Map<string, Counts>> {
  const byTest = new Map<string, Map<string, Counts>>();
  for (const name of readdirSync(join(folder, 'recordings'))) {
    const { test, files }: Recording = JSON.parse(readFileSync(join(folder, 'recordings', name), 'utf8'));
    const byFile = byTest.get(test) ?? new Map<string, Counts>();
    byTest.set(test, byFile);
    for (const [file, hits] of Object.entries(files)) {
      const counts = byFile.get(file) ?? new Counts();
      byFile.set(file, counts);
      counts.add(hits);
    }
  }
  return byTest;
}

/** The same without the tests: file -> characters. */
export function everyTest(byTest: ReadonlyMap<string, ReadonlyMap<string, Counts>>): Map<string, Counts[]> {
  const all = new Map<string, Counts[]>();
  for (const byFile of byTest.values())
    for (const [file, counts] of byFile) all.set(file, [...(all.get(file) ?? []), counts]);
  return all;
}
