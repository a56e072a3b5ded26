import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sections } from './place.ts';
import type { Asked } from './server/front.ts';

const MAIN = fileURLToPath(new URL('server/main.ts', import.meta.url));

export interface ServicesOptions {
  readonly names: readonly string[];
  readonly days: number;
  readonly fullFields?: boolean;
  /** Exactly so many periods of sleep in place of the invented ones, and how many a day. */
  readonly sleeps?: { readonly count: number; readonly perDay: number; readonly pushed?: boolean };
}

/** The imitated services in their own process, so that they take no CPU of what is measured. */
export interface Services {
  readonly sections: Sections;
  log(): Promise<Asked[]>;
  /** How many requests are not answered yet. */
  open(): Promise<number>;
  /** Forgets the log, not what is remembered. */
  reset(): Promise<void>;
  latency(milliseconds: number): Promise<void>;
  /** UTC epoch milliseconds; what was remembered is forgotten. */
  clock(now: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const child = spawn(process.execPath, [MAIN, ...argumentsOf(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the server of the benchmark ended with ${code}`)));
  });
  ended.catch(() => {});
  const first = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const { control, sections } = JSON.parse(await Promise.race([first, ended]));
  const tell = async (route: string, body: unknown = {}) => {
    const reply = await fetch(control + route, { method: 'POST', body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${route}: ${reply.status} ${await reply.text()}`);
  };
  const ask = async (route: string) => (await fetch(control + route)).json();
  return {
    sections,
    log: () => ask('/log') as Promise<Asked[]>,
    open: () => ask('/open') as Promise<number>,
    reset: () => tell('/reset'),
    latency: (milliseconds) => tell('/latency', { milliseconds }),
    clock: (now) => tell('/clock', { now }),
    stop: async () => {
      child.stdin.end();
      await ended.catch(() => {});
    },
  };
}

function argumentsOf({ names, days, fullFields, sleeps }: ServicesOptions): string[] {
  const args = ['--services', names.join(','), '--days', String(days)];
  if (fullFields) args.push('--full-fields');
  if (sleeps !== undefined) args.push('--sleeps', String(sleeps.count), '--per-day', String(sleeps.perDay));
  if (sleeps?.pushed) args.push('--pushed');
  return args;
}
