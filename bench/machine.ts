import { cpus } from 'node:os';
import type { Options } from './options.ts';

/** What the figures depend on besides the program. */
export function machine({ rounds, fullFields }: Options): string {
  const [processor] = cpus();
  const fields = fullFields ? 'replies with every field' : 'replies as the recordings were';
  return `${cpus().length} cores (${processor?.model.trim()}), Node ${process.version}, medians of ${rounds} after a warm-up, ${fields}`;
}
