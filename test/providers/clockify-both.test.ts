import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { clockStartingAt } from '../../src/core/clock.ts';
import { openStore, sync } from '../../src/index.ts';
import { providers } from '../../src/providers/index.ts';
import type { ClockifySandboxOptions } from '../../src/sandbox/clockify.ts';
import { Desk } from '../cli/support.ts';
import { type Household, householdOf, nights } from '../support/household.ts';
import { DAY, HOUR } from '../support/subject.ts';
import { workday } from './clockify-support.ts';

/** Nights that are written to a Clockify which is read as well; on the free plan. */
async function home(
  count: number,
  clockify: Partial<ClockifySandboxOptions> = {},
  lines = '',
): Promise<Household> {
  const one = await householdOf(nights(count), {
    clockify: { plan: 'free', ...clockify },
    config: { clockify: `source_enabled = true\n${lines}` },
  });
  onTestFinished(() => one.end());
  return one;
}

const writes = (one: Household) => one.clockify.writes().length;
const refusals = (one: Household) => one.clockify.requests.filter(({ status }) => status === 429);

test('on the free plan reading leaves writing its part, hour after hour', async () => {
  const one = await home(40);
  for (let count = 0; count < 12; count += 1) one.clockify.addProject(`Client ${count}`);
  one.clockify.addEntry({ ...workday(1), description: 'Office' });
  for (let hour = 0; hour < 4; hour += 1) {
    one.forgetRequests();
    const { code } = await one.sync('--no-push');
    const read = one.clockify.requests.length;
    expect([code, read]).toEqual([0, hour === 0 ? 16 : 2]);
    const waiting = 40 - one.ledger().length;
    await one.sync('--push-only', '--yes');
    expect(writes(one)).toBeGreaterThanOrEqual(Math.min(10, waiting));
    expect(one.clockify.requests.length).toBeLessThanOrEqual(30);
    expect(refusals(one)).toEqual([]);
    if (one.ledger().length === 40) break;
    one.time.now += HOUR + 60_000;
  }
  expect(one.ledger().filter(({ state }) => state === 'done')).toHaveLength(40);
});

test('on an ordinary night reading costs six requests and one for each project, later runs two', async () => {
  const one = await home(3);
  one.clockify.addEntry({ ...workday(1), description: 'Office' });
  await one.sync('--yes');
  one.time.now += DAY;
  one.oura.truth.replaceAll('sleep', nights(4, '2026-03-13'));
  one.forgetRequests();
  expect((await one.sync()).code).toBe(0);
  expect(
    one
      .asked()
      .filter((request) => request.startsWith('GET '))
      .sort(),
  ).toEqual([
    'GET projects',
    'GET tags',
    // Of the one project, which the push made.
    'GET tasks',
    // For the store, and for the push.
    'GET time-entries',
    'GET time-entries',
    'GET user',
    'GET users',
    'GET workspaces',
  ]);
  expect(writes(one)).toBe(1);
  one.forgetRequests();
  one.time.now += 2 * HOUR;
  expect((await one.sync()).code).toBe(0);
  expect(one.asked().filter((request) => request !== 'GET time-entries')).toEqual(['GET user']);
  expect(one.asked().length).toBeLessThanOrEqual(3);
});

test('where writing has used up the hour, reading waits for the next one and says until when', async () => {
  const one = await home(40);
  await one.sync('oura', '--no-push');
  await one.sync('--push-only', '--yes');
  expect(one.clockify.requests).toHaveLength(30);
  const { code, stderr } = await one.sync('--no-push');
  expect([code, stderr]).toEqual([4, expect.stringMatching(/clockify: the request limit is used up until/)]);
  expect(refusals(one)).toEqual([]);
  one.time.now += HOUR + 60_000;
  expect((await one.sync('--no-push')).code).toBe(0);
});

test('nights that were written there come back as entries, but not as sessions, and stay as they are', async () => {
  const one = await home(3, { plan: 'paid' });
  await one.sync('--yes');
  one.clockify.addEntry({ ...workday(1), description: 'Office' });
  one.time.now += HOUR;
  await one.sync();
  const entries = one.clockify.entries().map(({ id }) => id);
  expect(one.live('time_entries')).toEqual([...entries].sort());
  expect(one.rows("SELECT count(*) AS work FROM sessions WHERE kind = 'work'")).toEqual([{ work: 1 }]);
  const queries = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');
  const [, workedAndSlept = ''] = /-- Worked and slept[^\n]*\n([^;]*);/.exec(queries) ?? [];
  expect(one.rows(workedAndSlept)).toEqual([{ day: '2026-03-11', worked_hours: 8, asleep_hours: 7.5 }]);
  one.forgetRequests();
  one.time.now += HOUR;
  expect((await one.sync()).totals.entries).toMatchObject({ created: 0, updated: 0, deleted: 0 });
});

test.each(['clockify', 'clockify.time_entries', 'Clockify.tags'])(
  'a rule for %s is refused',
  async (source) => {
    const one = await home(1, {}, `[[clockify.rules]]\nsource = "${source}"\nproject = "Loop"`);
    const { code, stderr } = await one.run(['sync']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/rules.*source.*entries would go in circles/)]);
    expect(one.clockify.requests).toEqual([]);
  },
);

test('nothing about it is listed or asked twice', async () => {
  const one = await home(2, { plan: 'paid' });
  await one.sync('--yes');
  const count = (text: string, part: RegExp) => text.match(part)?.length ?? 0;
  const shown = (await one.run(['config', 'show'])).stdout;
  expect(count(shown, /^clockify\.api_key /gm)).toBe(1);
  const listed = (await one.run(['providers'])).stdout;
  expect([count(listed, /^Clockify /gm), count(listed, /^time_entries /gm)]).toEqual([1, 1]);
  expect(count((await one.run(['check-token'])).stdout, /^Clockify/gm)).toBe(1);
  one.forgetRequests();
  const verified = (await one.run(['verify'])).stdout;
  expect(one.asked().filter((request) => request === 'GET user')).toHaveLength(1);
  expect(verified).toMatch(/clockify: 7 of 7 resources are up to date/);
  const { resources } = JSON.parse((await one.run(['status', '--json'])).stdout);
  const read = resources.filter(({ resource }: { resource: string }) => resource.startsWith('clockify.'));
  expect(read).toHaveLength(7);
  const { stderr } = await one.run(['auth', 'nobody']);
  expect(count(stderr, /, clockify/g)).toBe(1);
});

test('a source that is off is not read, and sync says with which key it is turned on', async () => {
  const one = await home(1);
  one.configure({ clockify: '', oura: 'resources = ["sleep"]' });
  await one.sync('--no-push');
  expect(one.clockify.requests).toEqual([]);
  const { code, stderr } = await one.run(['sync', 'clockify']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Set source_enabled = true under \[clockify\]/)]);
});

test('init knows Clockify as one service', async () => {
  const desk = new Desk();
  const { services } = await desk.json(['init', '--no-sign-in', '--services', 'oura,clockify']);
  expect(services.map(({ id }: { id: string }) => id)).toEqual(providers.map(({ id }) => id));
});

test('a source that nothing is written to has its key checked on its own', async () => {
  const one = await home(1, {}, 'enabled = false');
  await one.fill();
  const { code, stdout } = await one.run(['verify']);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/clockify: the sign-in is accepted \(asked for user\)/),
  ]);
});

test('the library reads it by the keys of the same section', async () => {
  const one = await home(1);
  one.clockify.addEntry({ ...workday(1), description: 'Office' });
  const store = openStore({ path: join(one.folder, 'own.sqlite') });
  onTestFinished(() => store.close());
  // Earlier tools were given the address without its version.
  const config = {
    api_key: one.clockify.apiKey,
    base_url: `${one.clockify.url}/api`,
    requests_per_second: 50,
  };
  const clock = clockStartingAt(one.time.now);
  const { error } = await sync({ store, provider: 'clockify', config, zone: 'Europe/Berlin', clock });
  expect(error).toBeUndefined();
  expect(store.rows('clockify_time_entries')).toMatchObject([{ description: 'Office', day: '2026-03-11' }]);
});
