/**
 * What decides about speed and does not depend on the machine. Each number is what the program does today, or a little
 * more where the invented data vary: whoever raises one has made something slower and should know it.
 */
import { statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Household } from './support/household.ts';
import { ENTRY, runProgram, SOURCES } from './support/program.ts';
import { readWal } from './support/wal.ts';

const DAY = 86_400_000;
const RESOURCES = 19;

describe('a run', () => {
  let home: Household;
  let reader: Database.Database;

  beforeAll(async () => {
    home = await Household.start({ oura: { days: 60 }, clockify: { plan: 'paid' } });
    await home.run(['init-db']);
    // As long as somebody reads, no page of the log is folded back or written over: everything can be counted.
    reader = new Database(home.database, { readonly: true });
    reader.exec('BEGIN; SELECT count(*) FROM items');
  });
  afterAll(async () => {
    reader.close();
    await home.end();
  });

  const written = () => readWal(`${home.database}-wal`);
  /** What one run asks and writes. */
  async function measure(...args: string[]) {
    home.forgetRequests();
    const before = written();
    const { code, totals } = await home.sync(...args);
    const after = written();
    const rows = totals.records.created + totals.records.updated;
    return {
      code,
      rows,
      oura: home.oura.requests.length,
      clockify: home.clockify.requests.length,
      commits: after.commits - before.commits,
      pages: after.pages - before.pages,
    };
  }

  test('the first: a request and a commit per page, and two commits per entry', async () => {
    const fetched = await measure('--no-push');
    expect(fetched).toMatchObject({ code: 0, clockify: 0 });
    // 17 pages of heart rate, and for each of the 15 daily collections one listing and two looks further back.
    expect(fetched.oura).toBeLessThanOrEqual(68);
    // One a page, one a resource for how it ended, and that of the run.
    expect(fetched.commits).toBeLessThanOrEqual(110);
    expect(fetched.pages / fetched.rows).toBeLessThanOrEqual(0.09);
    const pushed = await measure('--push-only');
    const entries = home.ledger().length;
    expect(entries).toBeGreaterThan(60);
    expect(pushed.clockify).toBeLessThanOrEqual(entries + 5);
    expect(pushed.commits).toBeLessThanOrEqual(2 * entries + 6);
  });

  test('the second, nothing new: a request per resource, no row written', async () => {
    const second = await measure();
    expect(second).toMatchObject({ code: 0, rows: 0, oura: RESOURCES });
    expect(second.clockify).toBeLessThanOrEqual(1);
    expect(second.commits).toBeLessThanOrEqual(24);
    expect(second.pages).toBeLessThanOrEqual(26);
  });

  test('the next morning: one more night, two requests to Clockify', async () => {
    home.time.now += DAY;
    const nightly = await measure();
    expect(nightly.code).toBe(0);
    expect(nightly.rows).toBeGreaterThan(0);
    // The first run of a day looks back further: 7 days of heart rate are three pages.
    expect(nightly.oura).toBeLessThanOrEqual(RESOURCES + 3);
    expect(nightly.clockify).toBeLessThanOrEqual(2);
    expect(nightly.commits).toBeLessThanOrEqual(65);
  });

  test('beside its text a record takes at most 150 bytes of the file', () => {
    const [row] = home.rows<{ records: number; text: number; bytes: number }>(
      `SELECT count(*) AS records, sum(length(payload_json)) AS text,
         (SELECT sum(pgsize) FROM dbstat WHERE name = 'items') AS bytes FROM records`,
    );
    const { records, text, bytes } = row as { records: number; text: number; bytes: number };
    expect(records).toBeGreaterThan(17_000);
    const beside = (bytes - text) / records;
    expect(beside).toBeGreaterThan(50);
    expect(beside).toBeLessThanOrEqual(150);
  });
});

describe('what a command loads', () => {
  const hook = pathToFileURL(fileURLToPath(new URL('support/loadedModules.mjs', import.meta.url))).href;

  async function loadedBy(...args: string[]) {
    const env = { NODE_OPTIONS: `--import=${hook}` };
    const { stderr } = await runProgram(args, { program: SOURCES, env });
    const urls = JSON.parse(/^loaded: (.*)$/m.exec(stderr)?.[1] ?? '[]') as string[];
    const packages = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
    const own = urls.flatMap((url) => /\/src\/(.+)$/.exec(url)?.[1] ?? []);
    return { packages: [...new Set(packages)].sort(), own: own.sort() };
  }

  test('--version: nothing but the file that answers', async () => {
    expect(await loadedBy('--version')).toEqual({
      packages: [],
      own: ['core/errors.ts', 'main.ts', 'program.ts'],
    });
  });

  test('--help: the commands’ descriptions', async () => {
    const { packages, own } = await loadedBy('--help');
    expect(packages).toEqual(['commander']);
    expect(own.filter((file) => /^(store|http|providers|destinations)\//.test(file))).toEqual([]);
  });

  test.each(['status', 'check-token'])('%s: no network, no spinner', async (command) => {
    const { packages } = await loadedBy(command);
    expect(packages).toEqual(['better-sqlite3', 'commander', 'smol-toml', 'zod']);
  });
});

test('the program as one script is smaller than 2.75 MB', () => {
  expect(ENTRY).not.toBe(SOURCES);
  expect(statSync(ENTRY).size).toBeLessThan(2_750_000);
});
