import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GNU time: the only way to learn the peak memory of a child from outside. */
const TIME = '/usr/bin/time';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a process cost as a whole, from its start to its end. */
export interface Cost {
  /** User and system, in seconds; of 10 ms resolution. */
  readonly cpu: number;
  /** Seconds. */
  readonly wall: number;
  /** Megabytes. */
  readonly peak: number;
}

export interface Run extends Cost {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function requireGnuTime(): void {
  if (!existsSync(TIME))
    throw new Error(`${TIME} is missing: install GNU time (Debian: apt-get install time)`);
}

/** Runs a command to its end and says what it cost. */
export async function measured(command: Command): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'));
  const report = join(folder, 'cost');
  try {
    const begin = process.hrtime.bigint();
    const child = spawn(TIME, ['-f', '%U %S %M', '-o', report, command.file, ...command.args], {
      cwd: command.cwd,
      env: { PATH: process.env.PATH, HOME: command.cwd, ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        written[name] += text;
      });
    let wall = 0;
    child.once('exit', () => {
      wall = Number(process.hrtime.bigint() - begin) / 1e9;
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? -1));
    });
    // After a failure GNU time writes a sentence of its own first.
    const [user = 0, system = 0, kilobytes = 0] = (
      readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? ''
    )
      .split(' ')
      .map(Number);
    return { code, ...written, cpu: user + system, wall, peak: kilobytes / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same, for a command that has to end with one of these codes. */
export async function succeeded(command: Command, codes: readonly number[] = [0]): Promise<Run> {
  const run = await measured(command);
  if (codes.includes(run.code)) return run;
  throw new Error(
    `${command.file} ${command.args.join(' ')} ended with ${run.code}\n${run.stderr}${run.stdout}`,
  );
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** Each side in turn: A B A B. */
export async function inTurn<Name extends string, T>(
  rounds: number,
  sides: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(sides) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) results[name].push(await sides[name]());
  return results;
}

export async function repeated<T>(rounds: number, side: () => Promise<T>): Promise<T[]> {
  return (await inTurn(rounds, { side })).side;
}

/** Seconds from start to end, without GNU time in between: for what ends within a blink. */
export async function wallOf(
  { file, args, cwd, env }: Command,
  codes: readonly number[] = [0],
): Promise<number> {
  const begin = process.hrtime.bigint();
  const child = spawn(file, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ...env },
    stdio: 'ignore',
  });
  const ended = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const wall = Number(process.hrtime.bigint() - begin) / 1e9;
  if (ended === null || !codes.includes(ended))
    throw new Error(`${file} ${args.join(' ')} ended with ${ended}`);
  return wall;
}
