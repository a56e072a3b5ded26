import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { ClockifySandbox } from '../../src/sandbox/clockify.ts';
import { startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import { agree } from '../cli/support.ts';
import { freePort } from '../support/freePort.ts';
import { type Household, householdOf, nights } from '../support/household.ts';
import { type Finished, type Started, startProgram } from '../support/program.ts';

/** A household and one command in it, which may be killed. */
export interface Scene {
  readonly home: Household;
  readonly args: readonly string[];
  /** What a person types after a kill, where the same words would be refused. */
  readonly again?: readonly string[];
  /** What a person or a browser does while it runs. */
  readonly meanwhile?: (started: Started) => Promise<unknown>;
}

type Prepare = () => Promise<Scene>;

/** Where something is kept, and perhaps where it was pushed to. */
interface Place {
  readonly folder: string;
  readonly time: { now: number };
  readonly clockify?: ClockifySandbox;
}

/** Four nights, read and pushed. */
async function pushed(args: readonly string[], more = ''): Promise<Scene> {
  const home = await fresh(more);
  await home.fill();
  return { home, args };
}

async function fresh(more = ''): Promise<Household> {
  const home = await householdOf(nights(4), { config: { app: 'log_file = "log"' } });
  onTestFinished(() => home.end());
  const config = readFileSync(home.configFile, 'utf8');
  writeFileSync(home.configFile, config + more);
  return home;
}

async function hevy(): Promise<{ section: string; apiKey: string }> {
  const service = await startHevy({ now: Date.now, days: 2 });
  onTestFinished(() => service.close());
  return { section: `[hevy]\nenabled = true\nbase_url = "${service.url}"\n`, apiKey: service.apiKey };
}

async function byPassword(): Promise<Scene> {
  const service = await startEightSleep({ now: Date.now, days: 2, quota: 'off' });
  onTestFinished(() => service.close());
  const { email, password, ...rest } = service.settings;
  const lines = Object.entries(rest).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const home = await fresh(['[eightsleep]', 'enabled = true', ...lines, ''].join('\n'));
  return {
    home,
    args: ['auth', 'eightsleep', '--email', String(email), '--password-stdin'],
    meanwhile: async ({ child }) => void child.stdin.write(`${password}\n`),
  };
}

async function byBrowser(): Promise<Scene> {
  const home = await fresh();
  const redirect = `http://localhost:${await freePort()}/callback`;
  home.oura.grant.redirect(redirect);
  const config = readFileSync(home.configFile, 'utf8')
    .replace(/^(access|refresh)_token = .*\n/gm, '')
    .replace('[oura]\n', `[oura]\nredirect_uri = "${redirect}"\n`);
  writeFileSync(home.configFile, config, { mode: 0o600 });
  return { home, args: ['auth', 'oura'], meanwhile: agree };
}

async function keyForClockify(): Promise<Scene> {
  const home = await fresh();
  const config = readFileSync(home.configFile, 'utf8').replace(/^api_key = .*\n/m, '');
  writeFileSync(home.configFile, config, { mode: 0o600 });
  return {
    home,
    args: ['auth', 'clockify', '--key-stdin'],
    meanwhile: async ({ child }) => void child.stdin.write(`${home.clockify.apiKey}\n`),
  };
}

/** The database as the first release made it. */
async function ofTheFirstSchema(args: readonly string[]): Promise<Scene> {
  const home = await fresh();
  const sql = readFileSync(new URL('../fixtures/schema/1.sql', import.meta.url), 'utf8');
  const db = new Database(home.database);
  db.exec(sql);
  db.close();
  return { home, args };
}

/** A backup stands where the database was, and nobody has opened it yet. */
async function restored(args: readonly string[]): Promise<Scene> {
  const { home } = await pushed([]);
  await home.run(['backup', 'copy.sqlite']);
  for (const end of ['', '-wal', '-shm']) rmSync(home.database + end, { force: true });
  copyFileSync(join(home.folder, 'copy.sqlite'), home.database);
  return { home, args };
}

async function toInit(): Promise<Scene> {
  const home = await fresh();
  const own = join(home.folder, 'new');
  mkdirSync(own);
  writeFileSync(join(home.folder, 'secret'), 'a-client-secret\n');
  const oura = ['--services', 'oura', '--oura-client-id', 'app', '--oura-client-secret-file', 'secret'];
  return { home, args: ['--config', 'new/health-sync.toml', 'init', '--no-sign-in', ...oura] };
}

const GONE = ['--no-backup', '--yes'];

/** Every command that makes anything last, but `sync`: that one is killed in kill.ts. */
export const COMMANDS: Readonly<Record<string, Prepare>> = {
  // First, since it takes the least time for what most of them pass.
  'init-db': async () => ({ home: await fresh(), args: ['init-db'] }),
  'a first sync': async () => ({ home: await fresh(), args: ['sync'] }),
  'sync --restyle': async () => {
    const scene = await pushed(['sync', '--restyle', '--yes']);
    const config = readFileSync(scene.home.configFile, 'utf8');
    writeFileSync(scene.home.configFile, config.replace('[clockify]\n', '[clockify]\nbillable = true\n'));
    return scene;
  },
  'status of a restored backup': () => restored(['status']),
  'auth with a browser': byBrowser,
  'auth with a password': byPassword,
  'auth with a key': async () => {
    const { section, apiKey } = await hevy();
    const meanwhile = async ({ child }: Started) => void child.stdin.write(`${apiKey}\n`);
    return { home: await fresh(section), args: ['auth', 'hevy', '--key-stdin'], meanwhile };
  },
  'auth clockify': keyForClockify,
  'logout oura': () => pushed(['logout', 'oura']),
  'logout clockify': () => pushed(['logout', 'clockify']),
  cleanup: () => pushed(['cleanup', '--yes']),
  'purge of a source': () => pushed(['purge', 'oura', '--revoke', ...GONE]),
  // A second backup in the place of the first would be one of nothing.
  'purge with a backup': async () => ({
    ...(await pushed(['purge', 'oura', '--backup', 'saved', '--yes'])),
    again: ['purge', 'oura', '--backup', 'saved again', '--yes'],
  }),
  'purge --all': () => pushed(['purge', '--all', ...GONE]),
  backup: () => pushed(['backup', 'copy.sqlite', '--force']),
  init: toInit,
  'init-db on an older database': () => ofTheFirstSchema(['init-db']),
  'status of an older database': () => ofTheFirstSchema(['status']),
};

/** Runs the scene's command to its end, or to where it is killed. */
export async function play({ home, args, meanwhile }: Scene, failpoint?: string): Promise<Finished> {
  const env = {
    HEALTH_SYNC_CLOCK: new Date(home.time.now).toISOString(),
    ...(failpoint === undefined ? {} : { HEALTH_SYNC_FAILPOINT: failpoint }),
  };
  const started = startProgram(args, { cwd: home.folder, env });
  // Whoever is killed does not listen any more.
  await meanwhile?.(started).catch(() => {});
  started.child.stdin.end();
  return started.finished;
}

export function repeat(scene: Scene): Promise<Finished> {
  return play({ ...scene, args: scene.again ?? scene.args });
}

/** Temporary files count as abandoned after a minute: this makes them an hour old. */
export function anHourPasses({ home }: { readonly home: Place }): void {
  home.time.now += 3_600_000;
  for (const name of readdirSync(home.folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(home.folder, name);
    const then = statSync(file).mtimeMs / 1000 - 3_600;
    if (/\.tmp/.test(name)) utimesSync(file, then, then);
  }
}

/** All that lasts of it, without what differs from one household to the next: addresses, tokens and ids. */
export function remains({ home }: { readonly home: Place }) {
  const files = readdirSync(home.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/-(wal|shm)$|\.lock(-journal)?$|^log$|^saved/.test(name))
    .sort();
  const saved = ['saved', 'saved again'].map((name) => join(home.folder, name)).filter(existsSync);
  return {
    files,
    configured: files.filter((name) => name.endsWith('.toml')).map((name) => keysIn(join(home.folder, name))),
    databases: files
      .filter((name) => name.endsWith('.sqlite'))
      .map((name) => contentOf(join(home.folder, name))),
    /** Records in the fullest of the backups. */
    saved: Math.max(...saved.map((file) => contentOf(file).records?.length ?? 0), 0),
    entries: home.clockify
      ?.entries()
      .map(({ timeInterval: { start, end }, description, billable }) => [start, end, description, billable])
      .sort(),
  };
}

function keysIn(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^(\[.+\]|\w+ =)/gm)].map(([key]) => key);
}

const TABLES = {
  records:
    'SELECT provider, resource, record_id, payload_json, deleted_at IS NULL AS live, day FROM records ORDER BY 1, 2, 3',
  missing: 'SELECT provider, resource, id FROM missing JOIN sync_state USING (stream) ORDER BY 1, 2, 3',
  sessions: 'SELECT id, kind, day, start_at, end_at FROM sessions ORDER BY 1',
  ledger: 'SELECT record_id, state, kept FROM entries ORDER BY 1',
  signIns: `SELECT provider, account, access_token IS NULL AS out, refresh_token IS NULL AS short, reply, sends, world, scope
    FROM oauth_tokens ORDER BY 1, 2`,
  // What follows the colon is a digest of a key.
  facts: "SELECT substr(scope, 1, instr(scope || ':', ':') - 1), count(*) FROM facts GROUP BY 1 ORDER BY 1",
  closed: 'SELECT scope FROM rate_closed ORDER BY 1',
  checked: 'PRAGMA integrity_check',
  schema: 'PRAGMA user_version',
};

function contentOf(file: string): Record<string, unknown[]> {
  const db = new Database(file, { readonly: true });
  try {
    return Object.fromEntries(Object.entries(TABLES).map(([name, sql]) => [name, db.prepare(sql).all()]));
  } finally {
    db.close();
  }
}
