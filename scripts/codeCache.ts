/**
 * node scripts/codeCache.ts BUNDLE FILE
 *
 * Runs a few commands of the bundle in this process, as the single file would, and writes what V8 compiled meanwhile. Code
 * that they did not use is compiled when it is first needed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { constants, Script } from 'node:vm';
import { PROGRAM_SCRIPT, wrapped } from '../src/single-file/script.ts';

const [bundle, file] = process.argv.slice(2).map((path) => resolve(path)) as [string, string];
const folder = mkdtempSync(join(tmpdir(), 'oura-clockify-warm-'));
const config = join(folder, 'health-sync.toml');
writeFileSync(config, '[app]\ntimezone = "Europe/Berlin"\n[oura]\nenabled = true\naccess_token = "none"\n', {
  mode: 0o600,
});
const commands = [['--help'], ['init-db'], ['status'], ['check-token'], ['providers', '--json']];

const script = new Script(wrapped(readFileSync(bundle, 'latin1')), {
  filename: PROGRAM_SCRIPT,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});

process.stdout.write = () => true;
process.stderr.write = () => true;
const next = () => {
  const command = commands.shift();
  if (command === undefined) return;
  process.argv = [process.execPath, bundle, '--config', config, ...command];
  script.runInThisContext()(createRequire(bundle), bundle);
};
process.on('beforeExit', next);
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = 0;
  writeFileSync(file, script.createCachedData());
});
next();
