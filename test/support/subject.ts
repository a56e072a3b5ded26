import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { clockAt, type Finished, runProgram } from './program.ts';
import { fill } from './syncHere.ts';

/** When the story begins; the imitation and the program believe it. A Thursday. */
export const MORNING = Date.parse('2026-03-12T08:00:00Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface SubjectOptions<S extends Imitation> {
  readonly id: string;
  readonly start: (options: { now: () => number }) => Promise<S>;
  /** More keys of the section. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly startsAt?: number;
}

/** A person with one service: its imitation on loopback, a configuration and a database in a folder of their own. */
export class Subject<S extends Imitation> {
  readonly id: string;
  readonly service: S;
  readonly folder: string;
  /** UTC epoch milliseconds; the imitation reads it, and each run starts at it. */
  readonly time: { now: number };
  readonly #config: Readonly<Record<string, unknown>>;

  private constructor(id: string, service: S, time: { now: number }, config: Record<string, unknown>) {
    this.id = id;
    this.service = service;
    this.time = time;
    this.#config = config;
    this.folder = mkdtempSync(join(tmpdir(), `${id}-`));
    this.configure();
  }

  static async start<S extends Imitation>(options: SubjectOptions<S>): Promise<Subject<S>> {
    const time = { now: options.startsAt ?? MORNING };
    const service = await options.start({ now: () => time.now });
    return new Subject(options.id, service, time, { ...options.config });
  }

  /** Writes the configuration anew: a fresh sign-in, and other keys. */
  configure(more: Readonly<Record<string, unknown>> = {}): void {
    const section = { ...this.service.settings, ...this.service.seed(), ...this.#config, ...more };
    const lines = Object.entries(section).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    const text = `[app]\ntimezone = "Europe/Berlin"\n[${this.id}]\nenabled = true\n${lines.join('\n')}\n`;
    writeFileSync(this.configFile, text, { mode: 0o600 });
  }

  get configFile(): string {
    return join(this.folder, 'health-sync.toml');
  }

  get database(): string {
    return join(this.folder, 'health.sqlite');
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    const clock = clockAt(this.time.now);
    return runProgram(args, { cwd: this.folder, env: { ...clock, ...env }, timeout: 120_000 });
  }

  /** What a `sync` leaves that goes well: for tests of what comes after it. */
  fill(): Promise<void> {
    return fill(this, { push: false });
  }

  /** The object that `sync --json` prints. */
  // biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
  async sync(...args: string[]): Promise<any> {
    const { code, stderr, stdout } = await this.run(['sync', '--no-push', '--json', ...args]);
    return { code, stderr, ...JSON.parse(stdout || '{}') };
  }

  rows<T>(sql: string, ...values: unknown[]): T[] {
    const db = new Database(this.database, { readonly: true });
    try {
      return db.prepare<unknown[], T>(sql).all(...values);
    } finally {
      db.close();
    }
  }

  /** Ids of the live records of a resource, sorted. */
  live(resource: string): string[] {
    const sql =
      'SELECT record_id FROM records WHERE provider = ? AND resource = ? AND deleted_at IS NULL ORDER BY record_id';
    return this.rows<{ record_id: string }>(sql, this.id, resource).map((row) => row.record_id);
  }

  payload(resource: string, id: string): string | undefined {
    const sql = 'SELECT payload_json FROM records WHERE provider = ? AND resource = ? AND record_id = ?';
    return this.rows<{ payload_json: string }>(sql, this.id, resource, id)[0]?.payload_json;
  }

  /** What the cursor remembers. */
  // biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
  state(resource: string): any {
    const sql = 'SELECT state FROM sync_state WHERE provider = ? AND resource = ?';
    return JSON.parse(this.rows<{ state: string }>(sql, this.id, resource)[0]?.state ?? '{}');
  }

  async end(): Promise<void> {
    await this.service.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
