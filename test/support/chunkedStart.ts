/** What the children of the tests start: the chunks beside this script, loaded as the single file loads its own. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheName, chunkLoader, compiled, MAIN } from '../../src/single-file/chunks.ts';

// From here better-sqlite3 finds its own addon.
const file = createRequire(__filename).resolve('better-sqlite3');
const place = { file, folder: dirname(file), url: pathToFileURL(file).href };
const chunk = (name: string) => {
  const cache = join(__dirname, cacheName(name));
  return compiled(
    name,
    readFileSync(join(__dirname, name), 'latin1'),
    // Not there where a program that was broken on purpose could not be warmed up.
    existsSync(cache) ? readFileSync(cache) : undefined,
  );
};
chunkLoader(chunk, createRequire(file), place)(MAIN);
