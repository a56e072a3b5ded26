import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RUN_FOLDER } from './runFolder.ts';

/** Where the program of this checkout starts, from its sources. */
export const SOURCES = fileURLToPath(new URL('../../bin/oura-clockify.js', import.meta.url));

const run = process.env[RUN_FOLDER];

/** What the children start: what programBundle.ts made of the sources. */
export const ENTRY = run === undefined ? SOURCES : join(run, 'bundle/oura-clockify.cjs');

export interface ProgramOptions {
  /** The whole environment besides PATH and HOME; `undefined` takes one of those two away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Also HOME, unless `env` says otherwise. Default: a new empty folder, removed with the test process. */
  readonly cwd?: string;
  /** Written to stdin, which is then closed; without it stdin is empty. */
  readonly input?: string;
  /** Kills it after so many milliseconds; default 30,000. */
  readonly timeout?: number;
  /** The umask it is started under, e.g. `000`. */
  readonly umask?: string;
  /** What to start instead of the bundle. */
  readonly program?: string;
}

export interface Finished {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** The first match in what it has written to stderr so far or later. Rejects when it ends without one. */
  stderrMatch(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs the real program in a child process with a clean environment and waits for its end. */
export function runProgram(args: readonly string[], options: ProgramOptions = {}): Promise<Finished> {
  const { child, finished } = startProgram(args, options);
  child.stdin.end(options.input ?? '');
  return finished;
}

/** The same for talking to it while it runs. Its stdin stays open. */
export function startProgram(args: readonly string[], options: ProgramOptions = {}): Started {
  const cwd = options.cwd ?? temporaryFolder();
  const env = { PATH: process.env.PATH, HOME: cwd, ...options.env };
  const known = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const [file, ...first] =
    options.umask === undefined
      ? [process.execPath]
      : ['/bin/sh', '-c', `umask ${options.umask}; exec "$0" "$@"`, process.execPath];
  const child = spawn(file as string, [...first, options.program ?? ENTRY, ...args], {
    cwd,
    env: Object.fromEntries(known),
  });
  child.stdin.on('error', () => {});
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 30_000);
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...written });
    });
  });
  const stderrMatch = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(written.stderr);
        if (match !== null) resolve(match);
      };
      look();
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`${pattern} never came on stderr:\n${written.stderr}`)));
    });
  return { child, finished, stderrMatch };
}

/** For a run that takes this (UTC epoch milliseconds) for its start. Nobody waits for its pauses between tries. */
export function clockAt(now: number): Record<string, string> {
  return { HEALTH_SYNC_CLOCK: `${new Date(now).toISOString()} leaping` };
}

const folders: string[] = [];
// A worker of vitest does not get that far: its folders go with the folder of the run.
process.on('exit', () => folders.forEach(remove));

/** A new empty folder that is gone when the test run ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(run ?? tmpdir(), 'oura-clockify-test-'));
  folders.push(folder);
  return folder;
}

function remove(folder: string): void {
  // A test may have taken the owner's own rights away.
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(join(folder, entry.name), 0o700);
  rmSync(folder, { recursive: true, force: true });
}
