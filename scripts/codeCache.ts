/**
 * node scripts/codeCache.ts FOLDER
 *
 * Runs a few commands of the chunks in the folder in this process, as the single file would, and writes beside each chunk
 * what V8 compiled of it meanwhile. Functions that they did not use are compiled when they are first needed.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Script } from 'node:vm';
import { cacheName, chunkLoader, compiled, MAIN } from '../src/single-file/chunks.ts';

const folder = resolve(process.argv[2] as string);
const scripts = new Map<string, Script>();
for (const name of readdirSync(folder).filter((file) => file.endsWith('.js')))
  scripts.set(`./${name}`, compiled(`./${name}`, readFileSync(join(folder, name), 'latin1')));

const home = mkdtempSync(join(tmpdir(), 'oura-clockify-warm-'));
const config = join(home, 'health-sync.toml');
writeFileSync(config, '[app]\ntimezone = "Europe/Berlin"\n[oura]\nenabled = true\naccess_token = "none"\n', {
  mode: 0o600,
});
const commands = [['--help'], ['init-db'], ['status'], ['check-token'], ['providers', '--json']];

const file = createRequire(import.meta.url).resolve('better-sqlite3');
const place = { file, folder: join(file, '..'), url: pathToFileURL(file).href };
process.stdout.write = () => true;
process.stderr.write = () => true;
const next = () => {
  process.argv = [process.execPath, MAIN, '--config', config, ...(commands.shift() ?? [])];
  chunkLoader((name) => scripts.get(name) as Script, createRequire(file), place)(MAIN);
};
// Emitted once more only if something was still to come.
process.on('beforeExit', () => {
  if (commands.length > 0) setImmediate(next);
});
process.on('exit', () => {
  rmSync(home, { recursive: true, force: true });
  process.exitCode = 0;
  for (const [name, script] of scripts)
    writeFileSync(join(folder, cacheName(name)), script.createCachedData());
});
next();
