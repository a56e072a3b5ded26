import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from './program.ts';
import { hasSystemTool } from './systemTool.ts';

export const CRON = '/usr/sbin/cron';

/** One run of a line: what cron's shell was given, and how it ended. */
export interface CronRun {
  readonly command: string;
  readonly code: number;
  /** The environment that cron made for it. */
  readonly env: readonly string[];
  /** Whether any of its three streams was a terminal. */
  readonly terminal: boolean;
}

export interface CronDaemon {
  readonly runs: () => CronRun[];
  /** Each mail that cron would have sent, its head included. */
  readonly mails: () => string[];
  readonly stop: () => Promise<void>;
}

/**
 * Whether cron can be started without touching the machine's own: that takes Linux, its daemon and a mount namespace,
 * and so root, which not every container has. Whoever lacks one is told.
 */
export function canRunCron(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.warn('Skipped: to start cron in a place of its own takes root on Linux');
    return false;
  }
  if (!hasSystemTool(CRON, 'cron') || !hasSystemTool('/usr/bin/unshare', 'util-linux')) return false;
  const { status, stderr } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  if (status === 0) return true;
  console.warn(`Skipped: no mount namespace for cron: ${stderr.toString().trim()}`);
  return false;
}

/** Cron's `SHELL`: the usual one, and a note of what it was started with and how that ended. */
const shell = (folder: string) => `#!/bin/sh
terminal=false
if [ -t 0 ] || [ -t 1 ] || [ -t 2 ]; then terminal=true; fi
note=$(mktemp ${folder}/notes/XXXXXXXX)
env > "$note.env"
/bin/sh "$@"
code=$?
{ echo "$code $terminal"; echo "$2"; } > "$note"
mv "$note" "$note.done"
exit $code
`;

const sendmail = (folder: string) => `#!/bin/sh
mail=$(mktemp ${folder}/mails/XXXXXXXX) && cat > "$mail" && mv "$mail" "$mail.done"
`;

/** Cron with this crontab and no other, at work until it is stopped. Nothing of the machine's own cron is seen or changed. */
export function startCron(crontab: readonly string[]): CronDaemon {
  const folder = temporaryFolder();
  for (const name of ['spool', 'spool/crontabs', 'cron.d', 'run', 'sbin', 'notes', 'mails'])
    mkdirSync(join(folder, name), { mode: 0o700 });
  copyFileSync(CRON, join(folder, 'sbin/cron'));
  for (const [name, text] of [
    ['shell', shell(folder)],
    ['sbin/sendmail', sendmail(folder)],
  ] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  const lines = [`SHELL=${folder}/shell`, ...crontab, ''];
  writeFileSync(join(folder, 'spool/crontabs', userInfo().username), lines.join('\n'), { mode: 0o600 });
  writeFileSync(join(folder, 'crontab'), '');
  const places = {
    spool: '/var/spool/cron',
    'cron.d': '/etc/cron.d',
    crontab: '/etc/crontab',
    run: '/run',
    // Cron sends its mail with what it finds there.
    sbin: '/usr/sbin',
  };
  const mounts = Object.entries(places).map(([name, place]) => `mount --bind ${folder}/${name} ${place}`);
  const script = [...mounts, `exec ${CRON} -f`].join(' && ');
  const daemon = spawn('unshare', ['--mount', '/bin/sh', '-c', script], { stdio: 'ignore', env: {} });
  const ended = new Promise<void>((resolve) => void daemon.once('close', () => resolve()));
  const done = (place: string) =>
    readdirSync(join(folder, place))
      .filter((name) => name.endsWith('.done'))
      .map((name) => join(folder, place, name));
  return {
    runs: () =>
      done('notes').map((file) => {
        const [ending = '', ...command] = readFileSync(file, 'utf8').trim().split('\n');
        const [code, terminal] = ending.split(' ');
        const env = readFileSync(file.replace(/done$/, 'env'), 'utf8').trim().split('\n');
        return { command: command.join('\n'), code: Number(code), terminal: terminal === 'true', env };
      }),
    mails: () => done('mails').map((file) => readFileSync(file, 'utf8')),
    stop: async () => {
      daemon.kill();
      await ended;
    },
  };
}
