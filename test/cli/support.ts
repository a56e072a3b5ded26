import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { type ClockifySandboxOptions, startClockify } from '../../src/sandbox/clockify.ts';
import { type OuraSandboxOptions, startOura } from '../../src/sandbox/oura.ts';
import {
  ENTRY,
  type Finished,
  type ProgramOptions,
  runProgram,
  type Started,
  startProgram,
  temporaryFolder,
} from '../support/program.ts';

export async function oura(options: Partial<OuraSandboxOptions> = {}) {
  const service = await startOura({ now: Date.now, days: 3, ...options });
  onTestFinished(() => service.close());
  return service;
}

export async function clockify(options: Partial<ClockifySandboxOptions> = {}) {
  const service = await startClockify({ now: Date.now, ...options });
  onTestFinished(() => service.close());
  return service;
}

/** The Oura section that leads to an imitation, and the callback it has registered. */
export function ouraSection(
  service: Awaited<ReturnType<typeof oura>>,
  port: number,
  ...more: string[]
): string {
  const redirect = `http://localhost:${port}/callback`;
  service.grant.redirect(redirect);
  return [
    '[oura]',
    'enabled = true',
    `client_id = "${service.clientId}"`,
    `client_secret = "${service.clientSecret}"`,
    `redirect_uri = "${redirect}"`,
    `base_url = "${service.url}"`,
    `authorize_url = "${service.url}/oauth/v2/ext/oauth-authorize"`,
    `token_url = "${service.url}/oauth/v2/ext/oauth-token"`,
    ...more,
    '',
  ].join('\n');
}

/** A working directory with a configuration. */
export class Desk {
  readonly folder = temporaryFolder();

  constructor(config?: string) {
    if (config !== undefined) this.writeConfig(config);
  }

  writeConfig(config: string): void {
    writeFileSync(this.configFile, config, { mode: 0o600 });
  }

  get configFile(): string {
    return join(this.folder, 'health-sync.toml');
  }

  get database(): string {
    return join(this.folder, 'health.sqlite');
  }

  get config(): string {
    return readFileSync(this.configFile, 'utf8');
  }

  run(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
    return runProgram(args, { cwd: this.folder, ...options });
  }

  begin(args: readonly string[], options: ProgramOptions = {}): Started {
    return startProgram(args, { cwd: this.folder, ...options });
  }

  /** What --json prints. */
  // biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
  async json(args: readonly string[], options: ProgramOptions = {}): Promise<any> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], options);
    return { code, stderr, ...JSON.parse(stdout) };
  }

  /** undefined: no pair is stored. */
  token(account = 'default'): { access_token: string; refresh_token: string; scope: string } | undefined {
    if (!existsSync(this.database)) return undefined;
    const db = new Database(this.database, { readonly: true });
    try {
      return db
        .prepare<[string], never>('SELECT * FROM oauth_tokens WHERE account = ? AND access_token IS NOT NULL')
        .get(account);
    } finally {
      db.close();
    }
  }
}

export function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** What the browser does once the program waits: opens the address, agrees, and goes where it is sent. */
export async function agree(started: Started): Promise<Response> {
  return fetch(await callbackOf(started));
}

/** Where the browser would be sent back to. */
export async function callbackOf(started: Started): Promise<string> {
  await started.stderrMatch(/Waiting for the browser/);
  const [, address = ''] = await started.stderrMatch(/^ {2}(http\S+)$/m);
  const reply = await fetch(address, { redirect: 'manual' });
  return reply.headers.get('location') ?? '';
}

/** Whether a terminal can be imitated here. */
export const hasTerminal = process.platform === 'linux' && existsSync('/usr/bin/script');

/** The program on a terminal of its own, answered to by `answers`: [what it asks, what is typed]. */
export async function onTerminal(
  args: readonly string[],
  folder: string,
  answers: readonly (readonly [RegExp, string | ((screen: string) => Promise<string>)])[],
  more: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; screen: string }> {
  const quoted = [process.execPath, ENTRY, ...args].map((word) => `'${word}'`).join(' ');
  const env = { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', ...more };
  const child = spawn('/usr/bin/script', ['-qefc', quoted, '/dev/null'], { cwd: folder, env });
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  let screen = '';
  let seen = 0;
  let next = 0;
  const look = async () => {
    const [asked, answer] = answers[next] ?? [];
    const match = asked?.exec(screen.slice(seen));
    if (answer === undefined || match == null) return;
    next += 1;
    seen += match.index + match[0].length;
    child.stdin.write(typeof answer === 'string' ? answer : await answer(screen));
    await look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      void look();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, screen };
}
