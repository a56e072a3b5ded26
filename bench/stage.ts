import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './measure.ts';
import type { Options } from './options.ts';
import { newPlace, type Place, type Sections } from './place.ts';
import { type Services, startServices } from './services.ts';

/** The instant at which the imitations stand still and every run of the program begins. */
export const NOW = Date.parse('2026-03-12T08:00:00Z');

const BARE_LOOP = fileURLToPath(new URL('bareLoop.ts', import.meta.url));

/** What the rows of the table share. */
export interface Stage {
  readonly options: Options;
  /** On stderr, for whoever waits. */
  say(line: string): void;
  program(place: Place, args: readonly string[], now?: number): Command;
  bareLoop(place: Place, requests: string): Command;
  place(sections: Sections): Place;
  /** The imitations with so many days, until `close`. */
  services(names: readonly string[], days: number): Promise<Services>;
  /** Made by the first row that wants it. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function newStage(options: Options): Stage {
  const running = new Set<Services>();
  const made = new Map<string, Promise<unknown>>();
  const isScript = /\.[cm]?js$/.test(options.program);
  const [file, first] = isScript ? [process.execPath, [options.program]] : [options.program, []];
  return {
    options,
    say: (line) => void process.stderr.write(`${line}\n`),
    program: ({ folder }, args, now = NOW) => ({
      file,
      args: [...first, ...args],
      cwd: folder,
      env: { HEALTH_SYNC_CLOCK: new Date(now).toISOString() },
    }),
    bareLoop: ({ folder, database }, requests) => ({
      file: process.execPath,
      args: [BARE_LOOP, requests, database],
      cwd: folder,
    }),
    place: newPlace,
    services: async (names, days) => {
      const services = await startServices({ services: names, days, fullFields: options.fullFields });
      running.add(services);
      return services;
    },
    once: <T>(name: string, make: () => Promise<T>) => {
      const promise = (made.get(name) as Promise<T> | undefined) ?? make();
      made.set(name, promise);
      return promise;
    },
    close: async () => {
      await Promise.all([...running].map((services) => services.stop()));
    },
  };
}

/** The reads that the services remember, in a file for the bare loop. */
export async function requestsFile(services: Services, place: Place) {
  const requests = await services.remembered();
  const file = join(place.folder, 'requests.json');
  writeFileSync(file, JSON.stringify(requests));
  const sum = (of: 'rows' | 'bytes') => requests.reduce((total, one) => total + one[of], 0);
  return { file, requests: requests.length, rows: sum('rows'), bytes: sum('bytes') };
}
