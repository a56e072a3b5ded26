import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runProgram, startProgram, temporaryFolder } from '../support/program.ts';

/** Nothing at all: no PATH, no HOME. */
const BARE = { PATH: undefined, HOME: undefined };

interface Action {
  readonly action: string;
  readonly day: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
type Json = any;

async function demo(cwd: string, env: Record<string, string | undefined> = BARE): Promise<Json> {
  const { code, stdout, stderr } = await runProgram(['demo', '--json'], { cwd, env });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

function rows<T>(database: string, sql: string): T[] {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], T>(sql).all();
  } finally {
    db.close();
  }
}

function stepsOf({ steps }: Json): Record<string, Json> {
  return Object.fromEntries(steps.map((step: Json) => [step.step, step]));
}

describe('demo', () => {
  let cwd: string;
  let told: Json;
  let steps: Record<string, Json>;
  let took: number;

  beforeAll(async () => {
    cwd = temporaryFolder();
    const began = Date.now();
    told = await demo(cwd);
    took = Date.now() - began;
    steps = stepsOf(told);
  });

  test('tells the whole story from an empty environment in less than 20 s', () => {
    expect(took).toBeLessThan(20_000);
    expect(told).toMatchObject({ outcome: 'OK', invented: true, folder: join(cwd, 'oura-clockify-demo') });
    expect(steps['sign-in'].scopes).toHaveLength(11);
    expect(steps.sync).toMatchObject({ days: 30, collections: 19 });
    expect(steps.sync.records.created).toBeGreaterThan(1_000);
    expect(steps.sync.entries.created).toBe(steps.check.nights);
    expect(steps.check.entries).toBe(steps.check.nights);
    expect(steps['check again']).toEqual({
      step: 'check again',
      nights: steps.check.nights - 1,
      entries: steps.check.nights - 1,
    });
  });

  test('updates two nights, deletes one and keeps one, and touches nothing else', () => {
    const [rescored, moved, edited, deleted] = steps.change.changes;
    const again = steps['sync again'];
    expect(again.actions.map(({ action, day }: Action) => [action, day])).toEqual([
      ['update', rescored.day],
      ['update', moved.day],
      ['keep (edited there)', edited.day],
      ['delete', deleted.day],
    ]);
    expect(again.entries).toMatchObject({ created: 0, updated: 2, deleted: 1, kept: 1, adopted: 0 });
    expect(again.records).toMatchObject({ created: 0, updated: 2, deleted: 1, rejected: 0 });
    // One listing, two entries read and written as one request each at most, one deletion.
    expect(again.requests.clockifyWrites).toBe(3);
    expect(again.requests.clockifyRequests).toBeLessThanOrEqual(6);
  });

  test('leaves a database that says the same', () => {
    const entries = rows<{ state: string; day: string; kept: number }>(
      told.database,
      'SELECT state, day, kept_as_edited AS kept FROM clockify_entries',
    );
    expect(entries).toHaveLength(steps['check again'].entries);
    expect(entries.every(({ state }) => state === 'done')).toBe(true);
    const [, , edited, deleted] = steps.change.changes;
    expect(entries.filter(({ kept }) => kept === 1).map(({ day }) => day)).toEqual([edited.day]);
    const buried = rows<{ day: string }>(
      told.database,
      "SELECT payload_json ->> '$.day' AS day FROM records WHERE resource = 'sleep' AND deleted_at IS NOT NULL",
    );
    expect(buried).toEqual([{ day: deleted.day }]);
    expect(rows(told.database, told.query.sql)).toEqual(told.query.rows);
    expect(told.query.rows.length).toBeGreaterThan(0);
    const runs = rows<{ outcome: string }>(told.database, 'SELECT outcome FROM sync_runs');
    expect(runs.map(({ outcome }) => outcome)).toEqual(['OK', 'OK']);
    expect(statSync(told.config).mode & 0o777).toBe(0o600);
    expect(readFileSync(told.config, 'utf8')).toContain('Everything here is invented');
  });

  test('shows progress on stderr, and on stdout the table and a query that works', async () => {
    const { code, stdout, stderr } = await runProgram(['demo'], { cwd: temporaryFolder() });
    expect(code).toBe(0);
    expect(stderr).toContain('signed in to Oura by OAuth, 11 scopes');
    expect(stderr.match(/has exactly one entry there/g)).toHaveLength(2);
    expect(stdout.match(/ {2}updated {2}/g)).toHaveLength(2);
    expect(stdout.match(/ {2}kept {2}/g)).toHaveLength(1);
    expect(stdout.match(/ {2}deleted$/gm)).toHaveLength(1);
    const [, database, sql] = /sqlite3 (\S+) "(SELECT .*)"/.exec(stdout) ?? [];
    expect(rows(database as string, sql as string).length).toBeGreaterThan(0);
    expect(stdout).toContain('invented');
  });

  test('says nothing beside the result with --quiet', async () => {
    const { code, stderr } = await runProgram(['demo', '--quiet'], { cwd: temporaryFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each(['2026-03-29T01:30:00Z', '2026-10-25T00:10:00Z', '2024-02-29T23:59:58Z'])(
    'tells the same story at %s',
    async (instant) => {
      const env = { ...BARE, TZ: 'Europe/Berlin', HEALTH_SYNC_CLOCK: instant };
      const { entries } = stepsOf(await demo(temporaryFolder(), env))['sync again'];
      expect(entries).toMatchObject({ created: 0, updated: 2, deleted: 1, kept: 1 });
    },
  );

  test('never talks to the accounts that the environment names', async () => {
    const asked: string[] = [];
    const real = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void real.close());
    const address = `http://127.0.0.1:${(real.address() as AddressInfo).port}`;
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, '.env'), `CLOCKIFY_API_BASE=${address}\nCLOCKIFY_API_KEY=real\n`);
    writeFileSync(join(cwd, 'health-sync.toml'), `[oura]\nenabled = true\nbase_url = "${address}"\n`);
    await demo(cwd, {
      ...BARE,
      OURA_API_BASE: address,
      OURA_CLIENT_ID: 'real',
      OURA_ACCESS_TOKEN: 'real',
      CLOCKIFY_API_BASE: address,
      CLOCKIFY_API_KEY: 'real',
      HEALTH_SYNC_CONFIG: join(cwd, 'health-sync.toml'),
      HTTP_PROXY: address,
    });
    expect(asked).toEqual([]);
  });
});

describe('the folder of the demo', () => {
  test('is used again, and only its own files are replaced', async () => {
    const cwd = temporaryFolder();
    const first = await demo(cwd);
    writeFileSync(join(first.folder, 'notes.txt'), 'mine');
    const second = await demo(cwd);
    expect(second.folder).toBe(first.folder);
    expect(stepsOf(second).sync.records.created).toBeGreaterThan(1_000);
    expect(readFileSync(join(first.folder, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('is among the temporary files where the working directory takes none', async () => {
    const TMPDIR = temporaryFolder();
    const told = await demo(process.platform === 'linux' ? '/proc' : '/', { ...BARE, TMPDIR });
    expect(told.folder.startsWith(join(TMPDIR, 'oura-clockify-demo-'))).toBe(true);
    expect(existsSync(told.database)).toBe(true);
  });

  test('is the one that --dir names, made where it is missing', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    const { code, stdout } = await runProgram(['demo', '--json', '--dir', folder]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ folder, database: join(folder, 'health.sqlite') });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('is never one with other things in it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'health.sqlite'), 'precious');
    const { code, stderr } = await runProgram(['demo', '--dir', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain('was not made by the demo');
    expect(readdirSync(folder)).toEqual(['health.sqlite']);
    expect(readFileSync(join(folder, 'health.sqlite'), 'utf8')).toBe('precious');
  });

  test('that cannot be made is a fault of the disk, and nothing hangs', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect((await runProgram(['demo', '--dir', join(file, 'below')])).code).toBe(7);
    if (process.platform === 'linux')
      expect((await runProgram(['demo', '--dir', '/proc/nowhere/at/all'])).code).toBe(7);
  });

  test('with a .env is refused, because that would count', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'health-sync.toml'), '# Written by `oura-clockify demo`.\n');
    writeFileSync(join(folder, '.env'), 'CLOCKIFY_API_KEY=real\n');
    const { code, stderr } = await runProgram(['demo', '--dir', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain('.env');
  });

  test('is not chosen by --db or --config', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'x'));
    const { code } = await runProgram(['--db', join(cwd, 'x', 'my.sqlite'), 'demo'], { cwd });
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['x']);
  });

  test('serves one demo at a time, and a stopped one ends with 130', async () => {
    const cwd = temporaryFolder();
    const running = startProgram(['demo'], { cwd });
    await running.stderrMatch(/signed in/);
    const other = await runProgram(['demo'], { cwd });
    expect(other.code).toBe(6);
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(130);
    expect((await runProgram(['demo', '--quiet'], { cwd })).code).toBe(0);
  });
});
