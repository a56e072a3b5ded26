import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { namePattern, type Sabotage, sabotaged } from './sabotage.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'coverage']);

/** A test that goes on for longer hangs, which is no verdict (milliseconds). */
const LONGEST = 180_000;

export interface Verdict {
  /** `killed`: the test failed. `survived`: it passed. `no verdict`: no test ran to its end. */
  readonly kind: 'killed' | 'survived' | 'no verdict';
  /** What vitest printed, for the two that are not expected. */
  readonly output: string;
}

/** A private copy of the tree, so that the checkout is never broken, not even for a moment. */
export class Checkout {
  readonly #folder: string;
  readonly #report: string;
  #child: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#report = join(folder, 'report.json');
    mkdirSync(folder);
    for (const name of readdirSync(ROOT))
      if (!LEFT_OUT.has(name)) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    // Linked one by one: what tools keep inside the folder is this copy's own.
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      if (name !== '.vite' && name !== '.cache')
        symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }

  /** Applies it, runs its test and takes it back. */
  try(sabotage: Sabotage): Promise<Verdict> {
    return this.broken(
      sabotage.file,
      (sound) => sabotaged(sound, sabotage),
      () => this.run(sabotage.test, namePattern(sabotage), sabotage.hangs ? ['--testTimeout=5000'] : []),
    );
  }

  /** Does something while one file is another one. */
  async broken<T>(file: string, change: (sound: string) => string, meanwhile: () => Promise<T>): Promise<T> {
    const path = join(this.#folder, file);
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, change(sound));
    try {
      return await meanwhile();
    } finally {
      writeFileSync(path, sound);
    }
  }

  run(file: string, name: string, more: readonly string[] = []): Promise<Verdict> {
    return this.vitest([file, '--testNamePattern', name, ...more]);
  }

  /** Until the first test fails. What goes on for longer than `longest` is ended (milliseconds). */
  async vitest(
    what: readonly string[],
    { longest = LONGEST, env = {} }: { longest?: number; env?: Record<string, string> } = {},
  ): Promise<Verdict> {
    rmSync(this.#report, { force: true });
    const output = await this.#vitest(
      [
        'run',
        '--maxWorkers=1',
        '--bail=1',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${this.#report}`,
        ...what,
      ],
      longest,
      env,
    );
    const { numPassedTests, numFailedTests } = this.#counts();
    if (numFailedTests > 0) return { kind: 'killed', output };
    return { kind: numPassedTests > 0 ? 'survived' : 'no verdict', output };
  }

  /** Ends the test that runs, with everything it started. */
  stop(): void {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    this.#child = undefined;
  }

  #counts(): { numPassedTests: number; numFailedTests: number } {
    try {
      return JSON.parse(readFileSync(this.#report, 'utf8'));
    } catch {
      return { numPassedTests: 0, numFailedTests: 0 };
    }
  }

  #vitest(args: readonly string[], longest: number, env: Readonly<Record<string, string>>): Promise<string> {
    const program = join(this.#folder, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
      detached: true,
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    this.#child = child;
    const timer = setTimeout(() => this.stop(), longest);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        clearTimeout(timer);
        this.#child = undefined;
        resolve(Buffer.concat(chunks).toString());
      });
    });
  }
}
