import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleStart } from '../../scripts/bundle.ts';
import { bundleChunks } from '../../scripts/chunks.ts';
import { RUN_FOLDER } from './runFolder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Makes of the sources what the single file holds, in `bundle/` below the folder: chunks and their compiled code. Names the
 * folder in the environment, which program.ts reads when it is loaded. Returns what makes it anew.
 */
export async function bundleProgram(run: string): Promise<() => Promise<void>> {
  const folder = join(run, 'bundle');
  mkdirSync(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const bundle = async () => {
    await bundleChunks(join(ROOT, 'src/main.ts'), folder);
    // A command that fails or hangs there is for the tests to find: the program may be broken on purpose.
    const options = { stdio: 'ignore', timeout: 60_000 } as const;
    spawnSync(process.execPath, [join(ROOT, 'scripts/codeCache.ts'), folder], options);
    await bundleStart(join(folder, 'oura-clockify.cjs'), join(ROOT, 'test/support/chunkedStart.ts'));
  };
  await bundle();
  process.env[RUN_FOLDER] = run;
  return bundle;
}
