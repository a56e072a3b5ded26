import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder with 0700 where it is missing, and those above it. Node's own `recursive` spins for ever where a
 * folder that is there says ENOENT, as /proc does.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const above = dirname(path);
    const aboveIsMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(above);
    if (!aboveIsMissing || above === path) throw error;
    makeFolder(above);
    makeFolder(path);
  }
}
