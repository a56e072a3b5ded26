import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { bundleEverything } from '../../scripts/bundle.ts';
import { ENTRY } from './program.ts';

type Script = 'loginProcess' | 'refreshingProcess';

/** Beside what the tests start, where better-sqlite3 is found. */
const FOLDER = dirname(ENTRY);
const made = new Map<Script, Promise<string>>();

function bundled(script: Script): Promise<string> {
  const known = made.get(script);
  if (known !== undefined) return known;
  const file = join(FOLDER, `${script}.cjs`);
  const source = join(import.meta.dirname, `${script}.ts`);
  const making = bundleEverything(source, file, ['better-sqlite3']).then(() => file);
  made.set(script, making);
  return making;
}

/** Runs a script of this folder in a process of its own. Answers what it printed, or the signal that ended it. */
export async function runScript(
  script: Script,
  args: readonly string[],
  failpoint?: string,
): Promise<string> {
  return (await startScript(script, args, failpoint)).ended;
}

/** The same for whoever stops it halfway. */
export async function startScript(
  script: Script,
  args: readonly string[],
  failpoint?: string,
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<string> }> {
  const file = await bundled(script);
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(FOLDER, 'compiled'),
    ...(failpoint !== undefined && { HEALTH_SYNC_FAILPOINT: failpoint }),
  };
  const child = fork(file, args, { silent: true, execArgv: [], env });
  const ended = new Promise<string>((resolve, reject) => {
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        printed += chunk;
      });
    child.once('error', reject);
    child.once('close', (_code, signal) => resolve(signal ?? printed));
  });
  return { child, ended };
}
