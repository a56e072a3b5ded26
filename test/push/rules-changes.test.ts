import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import type { Household } from '../support/household.ts';
import { inPty } from '../support/pty.ts';
import { MEDITATION, moment, person, texts, WORKOUTS, workout } from './rules-support.ts';

const SOURCES = 'resources = ["sleep", "workout", "session"]';
const RUNNING = `${WORKOUTS}types = ["running"]\n`;
const rides = ['2026-03-09', '2026-03-10'].map((day) => workout(day));

const rewrite = (home: Household, rules: string) => home.configure({ oura: SOURCES, clockify: rules });
const sport = (home: Household) => texts(home).filter((text) => text.includes('[Oura.workout'));

test('F17 entries of a rule that went away stay, are named by the plan and verify, and cleanup removes them', async () => {
  const home = await person({ workouts: rides }, WORKOUTS);
  await home.fill();
  rewrite(home, '');
  home.oura.truth.remove('workout', 'workout-2026-03-10');
  const { code, push } = await home.sync();
  expect([code, push.deleted, push.withoutRule]).toEqual([0, 0, [{ source: 'oura.workout', entries: 2 }]]);
  expect(sport(home)).toHaveLength(2);
  const plan = await home.run(['sync', '--dry-run']);
  expect(plan.stdout).toContain('2 entries of oura.workout have no rule any more: left as they are.');
  const verified = await home.run(['verify', '--json']);
  const { checks, entries } = JSON.parse(verified.stdout);
  expect(entries).toMatchObject({
    same: 2,
    stray: [],
    withoutRule: [{ source: 'oura.workout', entries: 2 }],
  });
  expect(checks.map(({ message }: { message: string }) => message)).toContain(
    '2 entries of oura.workout have no rule any more',
  );
  const cleaned = await home.run(['cleanup', '--yes', '--json']);
  expect(JSON.parse(cleaned.stdout)).toMatchObject({ toDelete: 4, deleted: 4, keptEdited: 0 });
  expect(texts(home)).toEqual([]);
});

test('F17 a changed type list counts for new entries; --restyle applies it to old ones', async () => {
  const home = await person({ nights: [], workouts: rides }, WORKOUTS);
  await home.fill();
  rewrite(home, RUNNING);
  home.oura.truth.put('workout', workout('2026-03-11', { activity: 'running' }));
  home.oura.truth.put(
    'workout',
    workout('2026-03-12', {
      id: 'ride',
      start_datetime: '2026-03-12T06:00:00+00:00',
      end_datetime: '2026-03-12T07:00:00+00:00',
    }),
  );
  expect((await home.sync()).push).toMatchObject({ created: 1, deleted: 0 });
  expect(sport(home)).toHaveLength(3);
  home.oura.truth.rescore('workout-2026-03-10', { label: 'Still looked after' });
  expect((await home.sync()).push).toMatchObject({ updated: 1, deleted: 0 });
  const { push } = await home.sync('--restyle', '--yes');
  expect(push).toMatchObject({ deleted: 2 });
  expect(sport(home)).toEqual(['running - 1h 0m [Oura.workout:2026-03-11_16:00]']);
});

test('F13 an entry whose session became one that no rule wants is deleted', async () => {
  const home = await person(
    { nights: [], moments: [moment('2026-03-10'), moment('2026-03-11')] },
    MEDITATION,
  );
  await home.fill();
  home.oura.truth.rescore('moment-2026-03-10', { type: 'nap' });
  expect((await home.sync()).push).toMatchObject({ deleted: 1, created: 0 });
  expect(texts(home)).toEqual(['meditation - 0h 20m [Oura.session:2026-03-11_20:00]']);
});

test('an entry whose session another rule wants now is updated and stays where it is until --restyle', async () => {
  const rules = `${RUNNING}\n[[clockify.rules]]\nsource = "oura.workout"\nproject = "Rest of it"\n`;
  const home = await person({ nights: [], workouts: rides }, rules);
  await home.fill();
  const [before] = home.clockify.entries();
  home.oura.truth.rescore('workout-2026-03-10', { activity: 'running' });
  expect((await home.sync()).push).toMatchObject({ created: 0, updated: 1, deleted: 0 });
  const [updated] = home.clockify.entries();
  expect([updated?.id, updated?.projectId]).toEqual([before?.id, before?.projectId]);
  expect(updated?.description).toMatch(/^running/);
  await home.sync('--restyle', '--yes');
  const [moved] = home.clockify.entries();
  expect(moved?.id).toBe(before?.id);
  expect(moved?.projectId).not.toBe(before?.projectId);
});

test('records that were stored before they stood for sessions get theirs when they are read again', async () => {
  const home = await person({ nights: [], workouts: [...rides, workout('2025-06-01')] }, WORKOUTS);
  await home.run(['sync', '--no-push']);
  const db = new Database(home.database);
  db.exec('DELETE FROM sessions');
  db.close();
  const { sources, push } = await home.sync();
  const { created, updated, unchanged } = sources.find(
    ({ source }: { source: string }) => source === 'oura.workout',
  );
  expect([created, updated, unchanged, push.created]).toEqual([0, 0, 2, 2]);
  await home.sync('--full');
  expect(sport(home)).toHaveLength(3);
});

test('a rule that is refused does not stop the others, and is named', async () => {
  const home = await person(
    { workouts: rides, moments: [moment('2026-03-10')] },
    `${WORKOUTS}\n${MEDITATION}`,
  );
  home.clockify.addProject('Sport', { archived: true });
  const { code, push, failures } = await home.sync();
  expect([code, push.created, push.pending]).toEqual([2, 3, 2]);
  expect(push.rules.map((one: { tried: boolean; pending: number }) => [one.tried, one.pending])).toEqual([
    [true, 0],
    [true, 2],
    [true, 0],
  ]);
  expect(failures.map(({ message }: { message: string }) => message)).toEqual([
    'clockify: the project "Sport" is archived',
  ]);
  expect(sport(home)).toEqual([]);
});

test('F12 a closed window stops all rules, counts what waits, and sends nothing more', async () => {
  const home = await person({ workouts: rides, moments: [moment('2026-03-10')] }, WORKOUTS + MEDITATION);
  const closed = answer(429, '', { 'retry-after': '900' });
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, closed, 9);
  const { code, push } = await home.sync();
  expect([code, push.created, push.pending]).toEqual([4, 0, 5]);
  expect(push.rules.map((one: { tried: boolean; pending: number }) => [one.tried, one.pending])).toEqual([
    [true, 2],
    [false, 2],
    [false, 1],
  ]);
  const refused = home.asked().filter((one) => one === 'POST time-entries').length;
  home.forgetRequests();
  expect((await home.sync()).code).toBe(4);
  expect([refused, home.asked()]).toEqual([1, []]);
  home.time.now += 16 * 60_000;
  home.clockify.faults.clear();
  expect((await home.sync()).push).toMatchObject({ created: 5, pending: 0 });
});

test('status counts what is pending by source, and verify what is missing', async () => {
  const home = await person({ workouts: rides, moments: [moment('2026-03-10')] }, WORKOUTS + MEDITATION);
  await home.run(['sync', '--no-push']);
  const status = JSON.parse((await home.run(['status', '--json'])).stdout);
  expect(status.entries).toMatchObject({
    pending: 5,
    pendingBySource: [
      { source: 'oura.sleep', pending: 2 },
      { source: 'oura.workout', pending: 2 },
      { source: 'oura.session', pending: 1 },
    ],
  });
  const said = (await home.run(['status'])).stdout;
  expect(said).toContain('5 pending (2 oura.sleep, 2 oura.workout, 1 oura.session)');
  const { stdout } = await home.run(['verify']);
  expect(stdout).toContain('2 oura.workout sessions without an entry: 2026-03-10, 2026-03-09');
  await home.sync();
  const after = JSON.parse((await home.run(['status', '--json'])).stdout);
  expect(after.entries.pending).toBe(0);
  const verified = JSON.parse((await home.run(['verify', '--json'])).stdout);
  expect(verified.entries).toMatchObject({ same: 5, missing: [], double: [], stray: [] });
});

test('before the first entries of a rule its plan is shown and asked about', async () => {
  const home = await person({ workouts: rides }, '');
  await home.sync();
  rewrite(home, WORKOUTS);
  home.forgetRequests();
  const { code, output } = await inPty(home, ['sync', '--push-only'], /like this for rule 1/);
  expect(code).toBe(130);
  expect(output).toContain('cycling - 1h 0m [Oura.workout:2026-03-10_16:00]');
  expect(output).toContain('Write 2 entries to Clockify like this for rule 1 (oura.workout)?');
  expect(home.clockify.writes()).toEqual([]);
});
