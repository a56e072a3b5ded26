import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { TimeEntry } from '../../src/sandbox/clockify.ts';
import { doneThenAnswer, resetAfter } from '../../src/sandbox/faults.ts';
import type { Household } from '../support/household.ts';
import { moment, person, texts, WORKOUTS, workout } from './rules-support.ts';

const DAYS = ['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11'];
const workouts = () => DAYS.map((day) => workout(day));

/** Entries made of workouts, newest first. */
const sport = (home: Household): TimeEntry[] =>
  home.clockify.entries().filter(({ description }) => description?.includes('[Oura.workout'));

/** A second account with a sign-in of its own, as `auth` would have left it. */
function signInAs(home: Household, account: string): void {
  const { access_token, refresh_token } = home.oura.issueToken();
  const db = new Database(home.database);
  db.prepare(
    `INSERT INTO oauth_tokens (provider, account, access_token, refresh_token, expires_at, scope, world, obtained_at)
     SELECT provider, ?, ?, ?, expires_at, scope, world, obtained_at FROM oauth_tokens WHERE account = 'default'`,
  ).run(account, access_token, refresh_token);
  db.close();
}

const isFine = async (home: Household) => {
  const { code, push } = await home.sync();
  expect([code, push.created, push.updated, push.deleted]).toEqual([0, 0, 0, 0]);
};

test('F4 F5 F13 a workout that changes, goes away, is edited or deleted there is treated as a night is', async () => {
  const home = await person({ nights: [], workouts: workouts() }, WORKOUTS);
  await home.fill();
  const [renamed, gone, edited, deleted] = sport(home) as [TimeEntry, TimeEntry, TimeEntry, TimeEntry];
  home.oura.truth.rescore('workout-2026-03-11', { label: 'Hills' });
  home.oura.truth.remove('workout', 'workout-2026-03-10');
  home.clockify.editEntry(edited.id, { description: 'with Kim' });
  home.oura.truth.rescore('workout-2026-03-09', { activity: 'walking' });
  home.clockify.deleteEntry(deleted.id);
  home.oura.truth.rescore('workout-2026-03-08', { activity: 'walking' });
  const { code, push } = await home.sync();
  expect(code).toBe(0);
  expect(push).toMatchObject({ created: 0, updated: 1, deleted: 1, kept: 1, deletedThere: 1 });
  expect(push.rules[1]).toMatchObject({ rule: 1, source: 'oura.workout', updated: 1, deleted: 1, kept: 1 });
  expect(texts(home)).toEqual([
    'Hills - 1h 0m [Oura.workout:2026-03-11_16:00]',
    'cycling - 1h 0m [Oura.workout:2026-03-07_16:00]',
    'with Kim',
  ]);
  expect(home.clockify.entries().find(({ id }) => id === renamed.id)?.description).toContain('Hills');
  expect(home.clockify.entries().some(({ id }) => id === gone.id)).toBe(false);
  await isFine(home);
  const forced = await home.sync('--force');
  expect(forced.push).toMatchObject({ created: 1, updated: 1 });
  expect(sport(home)).toHaveLength(4);
});

test.each([
  ['a lost reply', resetAfter],
  ['create-then-500', doneThenAnswer(500, 'oops')],
])('F2 %s to the create of a workout does not double it', async (_, fault) => {
  const home = await person({ nights: [], workouts: workouts() }, WORKOUTS);
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, fault);
  expect((await home.sync()).code).toBe(5);
  const next = await home.sync();
  expect([next.code, next.push.adopted, next.push.created]).toEqual([0, 1, 4]);
  expect(sport(home)).toHaveLength(5);
});

test('F6 without the local file every entry is found again by its marker, of two in one minute each its own', async () => {
  const twin = workout('2026-03-11', {
    id: 'twin',
    activity: 'core',
    end_datetime: '2026-03-11T16:40:00+00:00',
  });
  const home = await person(
    { workouts: [...workouts(), twin], moments: [moment('2026-03-11')] },
    `${WORKOUTS}\n[[clockify.rules]]\nsource = "oura.session"\nproject = "Mind"\n`,
  );
  await home.fill();
  const before = home.clockify.entries();
  expect(before).toHaveLength(9);
  for (const end of ['', '-wal', '-shm']) rmSync(`${home.database}${end}`, { force: true });
  home.configure({
    oura: 'resources = ["sleep", "workout", "session"]',
    clockify: `${WORKOUTS}\n[[clockify.rules]]\nsource = "oura.session"\nproject = "Mind"\n`,
  });
  home.forgetRequests();
  const { code, push } = await home.sync();
  expect([code, push.adopted, push.created, push.updated]).toEqual([0, 9, 0, 0]);
  expect(home.clockify.entries()).toEqual(before);
  expect(home.clockify.writes()).toEqual([]);
});

test('two people’s entries in one Clockify are never taken for each other', async () => {
  const home = await person({ workouts: [workout('2026-03-11')] }, WORKOUTS);
  await home.fill();
  signInAs(home, 'anna');
  const anna = await home.sync('--account', 'anna');
  expect([anna.code, anna.push.created, anna.push.adopted]).toEqual([0, 3, 0]);
  expect(texts(home)).toEqual([
    'cycling - 1h 0m [Oura.workout:2026-03-11_16:00]',
    'cycling - 1h 0m [Oura.workout@anna:2026-03-11_16:00]',
    '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-11_23:00]',
    '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]',
    '🛌 Sleep - 7h 30m (94% efficiency) [Oura@anna:2026-03-11_23:00]',
    '🛌 Sleep - 7h 30m (94% efficiency) [Oura@anna:2026-03-12_23:00]',
  ]);
  const { stdout } = await home.run(['cleanup', '--yes', '--json', '--account', 'anna']);
  expect(JSON.parse(stdout).deleted).toBe(3);
  expect(texts(home).filter((text) => text.includes('@anna'))).toEqual([]);
  expect(home.clockify.entries()).toHaveLength(3);
});

test('a name that holds a marker, or is not fit for one line, makes no other marker', async () => {
  const label = ' Intervals\n[Oura.workout:2026-03-09_16:00] \u0007(hard) ';
  const home = await person({ nights: [], workouts: [workout('2026-03-11', { label })] }, WORKOUTS);
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, resetAfter);
  await home.sync();
  const { push } = await home.sync();
  expect([push.adopted, push.created]).toEqual([1, 0]);
  expect(texts(home)).toEqual([
    'Intervals (Oura.workout 2026-03-09 16:00) (hard) - 1h 0m [Oura.workout:2026-03-11_16:00]',
  ]);
});

test('the brake is each rule’s own, and a rule that it stops leaves the others alone', async () => {
  const home = await person({ workouts: workouts() }, WORKOUTS);
  await home.fill();
  for (const day of DAYS.slice(0, 4)) home.oura.truth.remove('workout', `workout-${day}`);
  home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 25_200 });
  const { code, push, failures } = await home.sync();
  expect([code, push.updated, push.deleted]).toEqual([2, 1, 0]);
  expect(failures[0]).toMatchObject({ outcome: 'USAGE' });
  expect(failures[0].message).toBe('Clockify (rule 1): 4 of 4 entries would be deleted; nothing was written');
  expect(sport(home)).toHaveLength(5);
  const allowed = await home.sync('--allow-deletes');
  expect([allowed.code, allowed.push.deleted, sport(home).length]).toEqual([0, 4, 1]);
});
