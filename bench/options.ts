import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** How much there is of everything. */
export interface Sizes {
  /** Days of one, five and twenty years of Oura, and of three years of all seven sources. */
  readonly year: number;
  readonly days: number;
  readonly long: number;
  readonly seven: number;
  /** Records of the large database. */
  readonly rows: number;
  /** New entries of a push, and entries that a plan is held against. */
  readonly pushed: number;
  readonly entries: number;
  /** Refreshes of a token; kills of a process that holds the lock. */
  readonly refreshes: number;
  readonly kills: number;
  /** Starts per round of what ends within a blink. */
  readonly starts: number;
}

const FULL: Sizes = {
  ...{ year: 365, days: 1826, long: 7305, seven: 1096 },
  ...{ rows: 10_000_000, pushed: 300, entries: 20_000, refreshes: 200, kills: 20, starts: 4 },
};
/** Numbers come out, but none that means anything: for the benchmark's own test. */
const TINY: Sizes = {
  ...{ year: 4, days: 8, long: 16, seven: 3 },
  ...{ rows: 1_000, pushed: 3, entries: 20, refreshes: 2, kills: 1, starts: 1 },
};

export interface Options {
  readonly rounds: number;
  /** undefined: all rows. */
  readonly only: readonly string[] | undefined;
  readonly json: boolean;
  readonly fullFields: boolean;
  /** The file to measure; a script is run by this Node. */
  readonly program: string;
  readonly write: string | undefined;
  readonly sizes: Sizes;
}

export const BUILT = fileURLToPath(new URL('../dist/oura-clockify', import.meta.url));

export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      'full-fields': { type: 'boolean', default: false },
      program: { type: 'string', default: BUILT },
      write: { type: 'string' },
      tiny: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1 on');
  return {
    rounds,
    only: values.only?.split(',').map((name) => name.trim()),
    json: values.json,
    fullFields: values['full-fields'],
    program: resolve(values.program),
    write: values.write,
    sizes: values.tiny ? TINY : FULL,
  };
}
