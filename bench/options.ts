import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** How much there is of everything. */
export interface Sizes {
  readonly days: number;
}

const FULL: Sizes = { days: 1826 };
/** Numbers come out, but none that means anything: for the benchmark's own test. */
const TINY: Sizes = { days: 12 };

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
    program: values.program,
    write: values.write,
    sizes: values.tiny ? TINY : FULL,
  };
}
