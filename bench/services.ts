import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sections } from './place.ts';
import type { Asked, Remembered } from './server/front.ts';

const MAIN = fileURLToPath(new URL('server/main.ts', import.meta.url));

export interface ServicesOptions {
  readonly services: readonly string[];
  readonly days: number;
  readonly fullFields?: boolean;
}

/** The imitated services in their own process, so that they take no CPU of what is measured. */
export interface Services {
  readonly sections: Sections;
  log(): Promise<Asked[]>;
  remembered(): Promise<Remembered[]>;
  /** Forgets the log, not what is remembered. */
  reset(): Promise<void>;
  latency(milliseconds: number): Promise<void>;
  /** UTC epoch milliseconds; what was remembered is forgotten. */
  clock(now: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startServices({ services, days, fullFields }: ServicesOptions): Promise<Services> {
  const args = ['--services', services.join(','), '--days', String(days)];
  const child = spawn(process.execPath, [MAIN, ...args, ...(fullFields ? ['--full-fields'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`the server of the benchmark ended with ${code}`)));
  });
  ended.catch(() => {});
  const first = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const { control, sections } = JSON.parse(await Promise.race([first, ended]));
  const ask = async (route: string) => (await fetch(control + route)).json();
  const tell = async (route: string, body: unknown = {}) => {
    const reply = await fetch(control + route, { method: 'POST', body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`${route}: ${reply.status} ${await reply.text()}`);
  };
  return {
    sections,
    log: () => ask('/log') as Promise<Asked[]>,
    remembered: () => ask('/remembered') as Promise<Remembered[]>,
    reset: () => tell('/reset'),
    latency: (milliseconds) => tell('/latency', { milliseconds }),
    clock: (now) => tell('/clock', { now }),
    stop: async () => {
      child.stdin.end();
      await ended.catch(() => {});
    },
  };
}
