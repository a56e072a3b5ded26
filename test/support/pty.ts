import { spawn } from 'node:child_process';
import type { Household } from './household.ts';
import { ENTRY } from './program.ts';

/** Runs the program on a terminal of its own (util-linux `script`) and presses Ctrl-C once the pattern is shown. */
export function inPty(
  home: Household,
  args: readonly string[],
  stopAt: RegExp,
): Promise<{ code: number | null; output: string }> {
  const command = [process.execPath, ENTRY, ...args].map((word) => `'${word}'`).join(' ');
  const env = {
    PATH: process.env.PATH,
    HOME: home.folder,
    TERM: 'xterm',
    HEALTH_SYNC_CLOCK: new Date(home.time.now).toISOString(),
  };
  const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], { cwd: home.folder, env });
  let output = '';
  let stopped = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (stopped || !stopAt.test(output)) return;
    stopped = true;
    child.stdin.write('\u0003');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
