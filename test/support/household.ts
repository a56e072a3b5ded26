import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type ClockifySandbox, type ClockifySandboxOptions, startClockify } from '../../src/sandbox/clockify.ts';
import { type OuraSandbox, type OuraSandboxOptions, startOura } from '../../src/sandbox/oura.ts';
import { type Finished, runProgram } from './program.ts';

/** When the story begins; both imitations and the program believe it. */
export const MORNING = Date.parse('2026-03-12T08:00:00Z');

export interface HouseholdOptions {
  readonly start?: number;
  readonly oura?: Partial<OuraSandboxOptions>;
  readonly clockify?: Partial<ClockifySandboxOptions>;
  /** Lines for the sections of the configuration. */
  readonly config?: { app?: string; oura?: string; clockify?: string };
  readonly zone?: string;
}

/** A person with a ring: both imitations on loopback, a configuration and a database in a folder of their own. */
export class Household {
  readonly oura: OuraSandbox;
  readonly clockify: ClockifySandbox;
  readonly folder: string;
  /** UTC epoch milliseconds; the imitations read it, and each run starts at it. */
  readonly time: { now: number };

  private constructor(oura: OuraSandbox, clockify: ClockifySandbox, folder: string, time: { now: number }) {
    this.oura = oura;
    this.clockify = clockify;
    this.folder = folder;
    this.time = time;
  }

  static async start(options: HouseholdOptions = {}): Promise<Household> {
    const time = { now: options.start ?? MORNING };
    const now = () => time.now;
    const zone = options.zone ?? 'Europe/Berlin';
    const oura = await startOura({ now, days: 20, zone, ...options.oura });
    const clockify = await startClockify({ now, zone, ...options.clockify });
    const home = new Household(oura, clockify, mkdtempSync(join(tmpdir(), 'household-')), time);
    home.configure(options.config ?? {}, zone);
    return home;
  }

  configure(lines: { app?: string; oura?: string; clockify?: string }, zone = 'Europe/Berlin'): void {
    const { access_token, refresh_token } = this.oura.issueToken();
    writeFileSync(
      this.configFile,
      `[app]
timezone = "${zone}"
${lines.app ?? ''}
[oura]
enabled = true
client_id = "${this.oura.clientId}"
client_secret = "${this.oura.clientSecret}"
base_url = "${this.oura.url}"
authorize_url = "${this.oura.url}/oauth/v2/ext/oauth-authorize"
token_url = "${this.oura.url}/oauth/v2/ext/oauth-token"
access_token = "${access_token}"
refresh_token = "${refresh_token}"
start_date = "2020-01-01"
${lines.oura ?? ''}
[clockify]
api_key = "${this.clockify.apiKey}"
base_url = "${this.clockify.url}/api/v1"
requests_per_second = 50
${lines.clockify ?? ''}
`,
      { mode: 0o600 },
    );
  }

  get configFile(): string {
    return join(this.folder, 'health-sync.toml');
  }

  get database(): string {
    return join(this.folder, 'health.sqlite');
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return runProgram(args, {
      cwd: this.folder,
      env: { HEALTH_SYNC_CLOCK: new Date(this.time.now).toISOString(), ...env },
    });
  }

  /** The object that `sync --json` prints. */
  // biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
  async sync(...args: string[]): Promise<any> {
    const finished = await this.run(['sync', '--json', ...args]);
    return { code: finished.code, stderr: finished.stderr, ...JSON.parse(finished.stdout || '{}') };
  }

  rows<T>(sql: string, ...values: unknown[]): T[] {
    const db = new Database(this.database, { readonly: true });
    try {
      return db.prepare<unknown[], T>(sql).all(...values);
    } finally {
      db.close();
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.oura.close(), this.clockify.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
