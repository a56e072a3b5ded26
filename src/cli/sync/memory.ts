import { setFlagsFromString } from 'node:v8';

/**
 * Left alone, V8 lets garbage pile up to several times of what is alive, because the machine has room for it: a first sync
 * of five years then takes 280 MB instead of 190. Called once everything is loaded: what V8 compiled at build time fits its
 * usual flags only, and they cannot be given at the start, where they would cost every command 10 ms.
 */
export function keepMemorySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
  // By then V8 would like to clean up after the loading, and does so as soon as the program waits: for 10 ms, in which
  // a new pair of tokens may have to be stored. A run that finds little is over before it would pay.
  setFlagsFromString('--no-incremental-marking');
}

/** Rows of one resource, from which on cleaning pays. */
const MANY = 500;
let isUsual = false;

/** Ends the putting off. To be called after each page, with the rows of its resource so far. */
export function cleanOnceMany(rows: number): void {
  if (isUsual || rows < MANY) return;
  isUsual = true;
  setFlagsFromString('--incremental-marking');
}
