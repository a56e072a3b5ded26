import { cpus, loadavg } from 'node:os';
import type { Options } from './options.ts';

/** Before the benchmark began: on a busy machine the figures say little. */
const [load = 0] = loadavg();

/** What the figures depend on besides the program. */
export function machine({ rounds, fullFields }: Options): string {
  const [processor] = cpus();
  const fields = fullFields ? 'replies with every field' : 'replies as the recordings were';
  return `${cpus().length} cores (${processor?.model.trim()}), load ${load.toFixed(1)} before it began, Node ${process.version}, medians of ${rounds} after a warm-up, ${fields}`;
}
