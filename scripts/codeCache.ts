/**
 * node scripts/codeCache.ts FOLDER
 *
 * Runs a few commands of the chunks in the folder in this process, as the single file would, and writes beside each chunk
 * what V8 compiled of it meanwhile. Functions that they did not use are compiled when they are first needed. Ends with the
 * code of the command that failed, if one did.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { cacheName, chunkLoader, compiled, MAIN } from '../src/single-file/chunks.ts';

const folder = resolve(process.argv[2] as string);
const scripts = new Map<string, Script>();
for (const name of readdirSync(folder).filter((file) => file.endsWith('.js')))
  scripts.set(`./${name}`, compiled(`./${name}`, readFileSync(join(folder, name), 'latin1')));

const home = mkdtempSync(join(tmpdir(), 'oura-clockify-warm-'));
const config = join(home, 'health-sync.toml');
const commands = [
  ['--help'],
  ['init-db'],
  ['check-token'],
  ['sync'],
  // The second finds everything there and asks for little, as nearly every run does.
  ['sync'],
  ['status'],
  ['providers', '--json'],
];

// Servers in a thread of their own do not keep this one from running out of work, which is how it notices a command's end.
const imitations = new Worker(new URL('codeCacheServices.ts', import.meta.url));
const lines = await new Promise<string>((settle) => imitations.once('message', settle));
imitations.unref();
writeFileSync(config, lines, { mode: 0o600 });

const file = createRequire(import.meta.url).resolve('better-sqlite3');
const place = { file, folder: join(file, '..'), url: pathToFileURL(file).href };
process.stdout.write = () => true;
let said = '';
process.stderr.write = (text) => {
  said += text;
  return true;
};
// One of these commands must not end the process that the next one is to run in, which only waits (src/main.ts).
process.exit = ((code?: number) => {
  process.exitCode = code ?? process.exitCode;
}) as typeof process.exit;
// Unused for a while, a function's code would be dropped again.
setFlagsFromString('--no-flush-bytecode');
let latest: string[] = [];
const next = () => {
  latest = commands.shift() ?? [];
  // Then the next one that needs the token renews it.
  imitations.postMessage('expire');
  process.argv = [process.execPath, MAIN, '--config', config, ...latest];
  chunkLoader((name) => scripts.get(name) as Script, createRequire(file), place)(MAIN);
};
// Emitted once more only if something was still to come.
process.on('beforeExit', () => {
  if (commands.length > 0 && process.exitCode === 0) setImmediate(next);
});
process.on('exit', (code) => {
  rmSync(home, { recursive: true, force: true });
  // What failed has not run what it was meant to warm, and neither have those after it.
  if (code !== 0) writeSync(2, `${said}codeCache: ${latest.join(' ')} ended with ${code}\n`);
  // Compiled code is for the flags it was made under: the usual ones, which `sync` has changed as well.
  for (const flag of [
    '--flush-bytecode',
    '--incremental-marking',
    '--semi-space-growth-factor=2',
    '--heap-growing-percent=0',
  ])
    setFlagsFromString(flag);
  for (const [name, script] of scripts)
    writeFileSync(join(folder, cacheName(name)), script.createCachedData());
});
next();
