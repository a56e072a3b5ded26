import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FOLDER } from '../support/runFolder.ts';
import { ROOT } from './parts.ts';

/**
 * Puts something else in the place of the bundle that tests start: the program from its sources, where V8 counts the very
 * characters that were written.
 */
export default function setup(): void {
  const run = process.env[RUN_FOLDER];
  if (run === undefined) throw new Error('npm run coverage starts this');
  const folder = join(run, 'bundle');
  mkdirSync(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const path = (name: string) => JSON.stringify(join(ROOT, name));
  writeFileSync(
    join(folder, 'oura-clockify.cjs'),
    `require('node:module').enableCompileCache(${JSON.stringify(join(folder, 'compiled'))});
require(${path('test/coverage/child.ts')}).record(${JSON.stringify(run)});
import(${path('src/main.ts')});
`,
  );
}
