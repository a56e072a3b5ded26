import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { spread } from '../bench/measure.ts';
import { newPlace } from '../bench/place.ts';
import { exponentOf } from '../bench/rows/growth.ts';
import { rows } from '../bench/rows/index.ts';
import { requestsNeeded } from '../bench/rows/second.ts';
import type { Asked } from '../bench/server/front.ts';
import { type Services, startServices } from '../bench/services.ts';
import { tableOf, writeBetweenMarks } from '../bench/table.ts';
import { ENTRY, runProgram, temporaryFolder } from './support/program.ts';
import { hasSystemTool } from './support/systemTool.ts';

const BENCH = fileURLToPath(new URL('../bench', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CLOCK = '2026-03-12T08:00:00Z';

async function oura(): Promise<Services> {
  const services = await startServices({ names: ['oura'], days: 5 });
  onTestFinished(() => services.stop());
  return services;
}

function script(name: string, args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn(process.execPath, [join(BENCH, name), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })));
}

function contents(database: string, sql: string): string[] {
  const db = new Database(database, { readonly: true });
  try {
    return db.prepare<[], string>(sql).pluck().all().sort();
  } finally {
    db.close();
  }
}

test('the server asks the imitation once and answers from memory from then on', async () => {
  const services = await oura();
  const { base_url, access_token } = services.sections.oura as Record<string, string>;
  const url = `${base_url}/v2/usercollection/heartrate?start_datetime=2026-03-11T00:00:00Z&end_datetime=2026-03-12T00:00:00Z`;
  const ask = async () => (await fetch(url, { headers: { authorization: `Bearer ${access_token}` } })).text();
  const first = await ask();
  const second = await ask();
  expect(second).toBe(first);
  const found: { data: object[] } = JSON.parse(first);
  expect(found.data.length).toBeGreaterThan(100);
  expect(Object.keys(found.data[0] ?? {})).toEqual(['timestamp', 'bpm', 'source']);
  expect((await services.log()).map(({ remembered, rows, bytes }) => [remembered, rows, bytes])).toEqual([
    [false, found.data.length, first.length],
    [true, found.data.length, first.length],
  ]);
  await services.reset();
  await services.clock(Date.parse(CLOCK) + 86_400_000);
  await ask();
  expect((await services.log()).map(({ remembered }) => remembered)).toEqual([false]);
});

test('the bare loop stores exactly what the program stores', async () => {
  const services = await oura();
  const place = newPlace(services.sections);
  onTestFinished(() => place.remove());
  const env = { HEALTH_SYNC_CLOCK: CLOCK };
  const { code } = await runProgram(['sync', '--no-push'], { cwd: place.folder, env });
  expect(code).toBe(0);
  const reads = (await services.log()).filter(({ isRead }) => isRead);
  const requests = join(place.folder, 'requests.json');
  writeFileSync(requests, JSON.stringify(reads));
  await services.reset();
  const bare = join(place.folder, 'bare.sqlite');
  expect((await script('bareLoop.ts', [requests, bare])).code).toBe(0);
  const log = await services.log();
  expect([log.length, log.filter(({ remembered }) => !remembered)]).toEqual([reads.length, []]);
  const stored = contents(bare, `SELECT kind || ' ' || payload FROM records`);
  expect(stored.length).toBeGreaterThan(1_000);
  const ours = `SELECT provider || '.' || resource || ' ' || payload_json FROM records`;
  expect(stored).toEqual(contents(place.database, ours));
});

const hasGnuTime = hasSystemTool('/usr/bin/time', 'time');

describe.skipIf(!hasGnuTime)('npm run bench', () => {
  test('measures every row of the table', { timeout: 600_000 }, async () => {
    const { code, stdout } = await script('run.ts', [
      '--tiny',
      '--rounds',
      '1',
      '--json',
      '--program',
      ENTRY,
    ]);
    expect([0, 1]).toContain(code);
    const { lines } = JSON.parse(stdout) as { lines: { what: string; measured: string; ok?: boolean }[] };
    expect(lines.filter(({ measured, ok }) => ok !== undefined && !/^-?\d/.test(measured))).toEqual([]);
    const counts = lines.filter(({ what }) => /requests(?: to \w+)?$/.test(what));
    // With any history and on any machine.
    expect(counts.map(({ what, ok }) => [what, ok])).toEqual([
      ['the same: requests', true],
      ['the same: requests', true],
      ['nightly run: requests to Oura', true],
      ['nightly run: requests to Clockify', true],
    ]);
    expect(lines.length).toBe(24);
  });
});

test('docs/performance.md names every row', () => {
  const page = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
  expect(Object.keys(rows).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(page).toMatch(/<!-- bench -->\n[\s\S]*<!-- \/bench -->/);
});

test('growth is told by its exponent, the middle of several rounds by the median', () => {
  expect(
    exponentOf([
      [1, 2],
      [10, 20],
      [100, 200],
    ]),
  ).toBeCloseTo(1);
  expect(
    exponentOf([
      [1, 3],
      [5, 75],
      [20, 1200],
    ]),
  ).toBeCloseTo(2);
  expect(spread([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9 });
  expect(spread([1, 9, 2, 4])).toEqual({ median: 3, min: 1, max: 9 });
});

test('a listing needs one request, a series as many as its rows fill pages', () => {
  const asked = (path: string, rows: number) => ({ url: `http://127.0.0.1:1${path}?a=b`, rows }) as Asked;
  const log = [
    asked('/v2/usercollection/sleep', 9),
    asked('/v2/usercollection/sleep', 0),
    asked('/v2/usercollection/heartrate', 1000),
    asked('/v2/usercollection/heartrate', 1),
    asked('/v2/usercollection/ring_battery_level', 0),
  ];
  expect(requestsNeeded(log)).toBe(4);
});

test('the table is put between its marks', () => {
  const file = join(temporaryFolder(), 'page.md');
  writeFileSync(file, 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n');
  const table = tableOf([
    { what: 'one', measured: '2.00', goal: '<= 1', ok: false, figures: '2 s : 1 s' },
    { what: 'another', measured: '-', goal: '-', ok: undefined, figures: 'not there' },
  ]);
  writeBetweenMarks(file, table);
  writeBetweenMarks(file, table);
  expect(readFileSync(file, 'utf8')).toBe(`before
<!-- bench -->
| what    | measured | goal | ok? | figures   |
| ------- | -------- | ---- | --- | --------- |
| one     | 2.00     | <= 1 | NO  | 2 s : 1 s |
| another | -        | -    | -   | not there |
<!-- /bench -->
after
`);
  expect(() => writeBetweenMarks(file.replace('page.md', '../nowhere.md'), table)).toThrow();
});
