/**
 * Where the single file begins. The program lies beside this script as an asset, together with the code that V8 made of
 * it when it was built: compiling two megabytes anew would take longer than most commands.
 */
import { createRequire } from 'node:module';
import { getRawAsset } from 'node:sea';
import { constants, Script } from 'node:vm';
import { VERSION } from '../program.ts';
import { CODE_CACHE, PROGRAM_SCRIPT, wrapped } from './script.ts';

const [, , ...argv] = process.argv;
// Answered before the program is loaded: scripts ask it often.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) process.stdout.write(`${VERSION}\n`);
else start();

function start(): void {
  // The bundler writes ASCII only, and a string of single bytes needs neither decoding nor twice the memory.
  const source = Buffer.from(getRawAsset(PROGRAM_SCRIPT)).toString('latin1');
  const script = new Script(wrapped(source), {
    filename: PROGRAM_SCRIPT,
    cachedData: Buffer.from(getRawAsset(CODE_CACHE)),
    // A person's plugins are imported from the disk.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (script.cachedDataRejected === true && argv.includes('--debug'))
    process.stderr.write('The compiled code does not fit this process; starting takes longer.\n');
  script.runInThisContext()(createRequire(process.execPath), process.execPath);
}
