import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  type ClockifySandbox,
  type ClockifySandboxOptions,
  startClockify,
} from '../../src/sandbox/clockify.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import {
  type Document,
  type OuraSandbox,
  type OuraSandboxOptions,
  startOura,
} from '../../src/sandbox/oura.ts';
import { clockAt, type Finished, runProgram, type Started, startProgram } from './program.ts';
import { fill } from './syncHere.ts';

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
    // The imitation's clock stands still during a run, so its limit per second would count a whole run as one.
    const clockify = await startClockify({ now, zone, quota: { perSecond: 1e6 }, ...options.clockify });
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
    return runProgram(args, this.#surroundings(env));
  }

  /** For whoever stops it halfway. */
  begin(args: readonly string[], env: Record<string, string> = {}): Started {
    const started = startProgram(args, this.#surroundings(env));
    started.child.stdin.end();
    return started;
  }

  #surroundings(env: Record<string, string>) {
    const clock = clockAt(this.time.now);
    return { cwd: this.folder, env: { ...clock, ...env }, timeout: 120_000 };
  }

  /** What a `sync` leaves that goes well: for tests of what comes after it. */
  fill(): Promise<void> {
    return fill(this);
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

  /** Empties both request logs, so that what follows can be counted. */
  forgetRequests(): void {
    this.oura.requests.length = 0;
    this.clockify.requests.length = 0;
  }

  /** What was asked of Clockify since `forgetRequests`, such as `GET time-entries` or `POST projects`. */
  asked(): string[] {
    return this.clockify.requests.map(({ method, path }) => `${method} ${lastWord(path)}`);
  }

  /** Ids of the live records of a collection, sorted. */
  live(resource: string): string[] {
    const sql = 'SELECT record_id FROM records WHERE resource = ? AND deleted_at IS NULL ORDER BY record_id';
    return this.rows<{ record_id: string }>(sql, resource).map((row) => row.record_id);
  }

  ledger(): { record_id: string; state: string; entry_id: string | null }[] {
    return this.rows('SELECT record_id, state, entry_id FROM clockify_entries ORDER BY record_id');
  }

  covered(resource: string): { from: string; to: string }[] {
    const [row] = this.rows<{ state: string }>('SELECT state FROM sync_state WHERE resource = ?', resource);
    return row === undefined ? [] : JSON.parse(row.state).covered;
  }

  /** Waits until a sandbox has received a request whose path matches. */
  async received(server: { requests: { path: string }[] }, path: RegExp): Promise<void> {
    await until(() => server.requests.some((request) => path.test(request.path)));
  }

  async end(): Promise<void> {
    await Promise.all([this.oura.close(), this.clockify.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The collection a path ends in, ids left out. */
function lastWord(path: string): string {
  return path.split('/').findLast((part) => !/^[0-9a-f]{24}$/.test(part)) ?? path;
}

/** Looks again and again, for at most so many milliseconds. */
export async function until(holds: () => boolean, within = 10_000): Promise<void> {
  const end = Date.now() + within;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Holds the next answer of Oura's data back, so that the program that asked for it stays at work until `letGo`. */
export function hold(home: Household): { letGo: () => void } {
  const held: (() => void)[] = [];
  const fault: Fault = {
    reachesHandler: true,
    play: (response, reply, text) => {
      held.push(() => response.writeHead(reply.status, { 'content-type': 'application/json' }).end(text));
    },
  };
  home.oura.faults.add({ path: /usercollection/ }, fault);
  return { letGo: () => held.forEach((release) => void release()) };
}

/** A night as Oura tells it: 23:00 to 07:00 UTC, 7 h 30 min asleep, unless told otherwise. */
export function night(day: string, changes: Document = {}): Document {
  const evening = new Date(Date.parse(day) - 3_600_000).toISOString().slice(0, 19);
  return {
    id: `night-${day}`,
    day,
    type: 'long_sleep',
    bedtime_start: `${evening}+00:00`,
    bedtime_end: `${day}T07:00:00+00:00`,
    total_sleep_duration: 27_000,
    efficiency: 94,
    ...changes,
  };
}

/** So many nights in a row, the last one waking on `last`; oldest first. */
export function nights(count: number, last = '2026-03-12'): Document[] {
  const day = (back: number) => new Date(Date.parse(last) - back * 86_400_000).toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, index) => night(day(count - 1 - index)));
}

/** Only sleep, and only these nights: what tests of the push need, and quick. */
export async function householdOf(
  documents: readonly Document[],
  options: HouseholdOptions = {},
): Promise<Household> {
  const own = options.config?.oura ?? '';
  const oura = own.includes('resources =') ? own : `resources = ["sleep"]\n${own}`;
  const config = { ...options.config, oura };
  const home = await Household.start({ ...options, config });
  home.oura.truth.replaceAll('sleep', documents);
  return home;
}
