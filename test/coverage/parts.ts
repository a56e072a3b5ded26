import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What nothing may go wrong with, by name: its files, or folders of them. */
export const PARTS: Readonly<Record<string, readonly string[]>> = {
  auth: ['src/auth'],
  store: ['src/store'],
  sync: ['src/core/sync.ts', 'src/core/sync', 'src/core/vanished.ts', 'src/core/coverage.ts'],
  cursors: ['src/core/cursor.ts', 'src/core/pages.ts'],
  push: ['src/core/push.ts', 'src/core/push', 'src/core/pushAll.ts', 'src/core/cleanup.ts'],
  destination: ['src/destinations/clockify.ts', 'src/destinations/clockify'],
};

/** What only runs inside the single file, where V8 counts nothing; test/single-file starts that one. */
const SEALED = new Set(['src/store/addon.ts']);

/** Every file of the parts, below the checkout, with the part it belongs to. */
export const partOf: ReadonlyMap<string, string> = new Map(
  Object.entries(PARTS).flatMap(([part, places]) => places.flatMap(filesIn).map((file) => [file, part])),
);

function filesIn(place: string): string[] {
  if (place.endsWith('.ts')) return [place];
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${place}/${name.replaceAll('\\', '/')}`)
    .filter((file) => !SEALED.has(file))
    .sort();
}

/** Folders of tests, and tests, that have to do with the parts. */
export const TESTS: readonly string[] = [
  'test/auth/',
  'test/core/',
  'test/store/',
  'test/sync/',
  'test/push/',
  'test/cli/',
  'test/library/',
  'test/plugins/',
  'test/providers/',
];
