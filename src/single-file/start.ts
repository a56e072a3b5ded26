/**
 * Where the single file begins. The program lies beside this script in chunks, each an asset, together with the code that
 * V8 made of it when it was built: a command loads what it needs, and compiling it anew would take longer than the command.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { getRawAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { VERSION } from '../program.ts';
import { cacheName, chunkLoader, compiled, MAIN } from './chunks.ts';

const [, , ...argv] = process.argv;
// Answered before anything is loaded: scripts ask it often.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${VERSION}\n`);
else start();

function start(): void {
  const file = process.execPath;
  const place = { file, folder: dirname(file), url: pathToFileURL(file).href };
  chunkLoader(chunk, createRequire(file), place)(MAIN);
}

function chunk(name: string) {
  // The bundler writes ASCII only, and a string of single bytes needs neither decoding nor twice the memory.
  const source = Buffer.from(getRawAsset(name)).toString('latin1');
  const script = compiled(name, source, Buffer.from(getRawAsset(cacheName(name))));
  if (name === MAIN && script.cachedDataRejected === true && argv.includes('--debug'))
    process.stderr.write('The compiled code does not fit this process: starting takes longer.\n');
  return script;
}
