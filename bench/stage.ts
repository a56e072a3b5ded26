import { fileURLToPath } from 'node:url';
import type { Command } from './measure.ts';
import type { Options } from './options.ts';
import { newPlace, type Place, type Sections } from './place.ts';
import { type Services, type ServicesOptions, startServices } from './services.ts';

/** The instant at which the imitations stand still and every run of the program begins: a Thursday. */
export const NOW = Date.parse('2026-03-12T08:00:00Z');

/** What the rows of the table share. */
export interface Stage {
  readonly options: Options;
  /** On stderr, for whoever waits. */
  say(line: string): void;
  program(place: Place, args: readonly string[], now?: number): Command;
  /** One of the benchmark's own scripts. */
  script(place: Place, name: string, args: readonly string[]): Command;
  place(sections: Sections): Place;
  /** Until they are stopped or the stage is closed. */
  services(options: Omit<ServicesOptions, 'fullFields'>): Promise<Services>;
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
    script: ({ folder }, name, args) => ({
      file: process.execPath,
      args: [fileURLToPath(new URL(name, import.meta.url)), ...args],
      cwd: folder,
    }),
    place: newPlace,
    services: async (wanted) => {
      const services = await startServices({ ...wanted, fullFields: options.fullFields });
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
