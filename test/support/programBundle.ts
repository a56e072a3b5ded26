import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleEverything } from '../../scripts/bundle.ts';
import { RUN_FOLDER } from './runFolder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The others find what the first child compiled. */
const LAUNCHER = `const { join } = require('node:path');
require('node:module').enableCompileCache(join(__dirname, 'compiled'));
require('./program.cjs');
`;

/**
 * Makes one script of the sources in `bundle/` below the folder, and names the folder in the environment, which
 * program.ts reads when it is loaded. Returns what makes it anew.
 */
export async function bundleProgram(run: string): Promise<() => Promise<void>> {
  const folder = join(run, 'bundle');
  mkdirSync(folder);
  // From here better-sqlite3 finds its own addon, as it does where it is installed.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const bundle = async () => {
    await bundleEverything(join(ROOT, 'src/main.ts'), join(folder, 'program.cjs'), ['better-sqlite3']);
  };
  await bundle();
  const launcher = join(folder, 'oura-clockify.cjs');
  writeFileSync(launcher, LAUNCHER);
  process.env[RUN_FOLDER] = run;
  // The cache keeps what the first child used: better the start of a command than `--version`.
  const env = { PATH: process.env.PATH, HOME: folder };
  execFileSync(process.execPath, [launcher, 'providers'], { cwd: folder, env, stdio: 'pipe' });
  return bundle;
}
