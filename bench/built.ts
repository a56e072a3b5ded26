import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT } from './options.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/** What is measured is the program as it is built, so it has to be there and to be today's. */
export function requireBuilt(program: string): void {
  if (!existsSync(program)) throw new Error(`there is no ${program}: run npm run build`);
  if (program !== BUILT) return;
  const changed = (path: string) => statSync(path).mtimeMs;
  const newest = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(SOURCES, path))
    .find((path) => changed(path) > changed(program));
  if (newest !== undefined) throw new Error(`${newest} is newer than ${program}: run npm run build`);
}
