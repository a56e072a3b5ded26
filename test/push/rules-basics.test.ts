import { expect, test } from 'vitest';
import { nights } from '../support/household.ts';
import { MEDITATION, moment, person, texts, WORKOUTS, workout } from './rules-support.ts';

const sleepOnly = [
  '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-11_23:00]',
  '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]',
];

test('off by default: workouts and meditations are stored and not pushed', async () => {
  const home = await person({ workouts: [workout('2026-03-10')], moments: [moment('2026-03-10')] });
  const { code, push } = await home.sync();
  expect([code, push.created]).toEqual([0, 2]);
  expect(texts(home)).toEqual(sleepOnly);
  expect(push.rules.map(({ rule, source }: { rule: unknown; source: string }) => [rule, source])).toEqual([
    [null, 'oura.sleep'],
  ]);
  const stored = home.rows('SELECT kind, type, title FROM sessions ORDER BY kind, id LIMIT 2');
  expect(stored).toEqual([
    { kind: 'meditation', type: 'meditation', title: null },
    { kind: 'sleep', type: 'long_sleep', title: null },
  ]);
});

test('each source becomes entries of its own project, once, however often it runs', async () => {
  const home = await person(
    {
      workouts: [
        workout('2026-03-10', { label: 'Along the river' }),
        workout('2026-03-11', { activity: 'running' }),
      ],
      moments: [moment('2026-03-10'), moment('2026-03-11', { type: 'nap' })],
    },
    WORKOUTS + MEDITATION,
  );
  const { code, push, totals } = await home.sync();
  expect([code, push.created, push.skipped.type, totals.entries.created]).toEqual([0, 5, 1, 5]);
  expect(texts(home)).toEqual(
    [
      'Along the river - 1h 0m [Oura.workout:2026-03-10_16:00]',
      'running - 1h 0m [Oura.workout:2026-03-11_16:00]',
      'meditation - 0h 20m [Oura.session:2026-03-10_20:00]',
      ...sleepOnly,
    ].sort(),
  );
  expect(push.rules.map((one: { created: number; project: string }) => [one.project, one.created])).toEqual([
    ['Sleep', 2],
    ['Sport', 2],
    ['Mind', 1],
  ]);
  const projects = home.clockify.entries().map(({ projectId }) => projectId);
  expect(new Set(projects).size).toBe(3);
  home.forgetRequests();
  const again = await home.sync();
  expect([again.code, again.push.created, again.push.unchanged, home.asked()]).toEqual([0, 0, 5, []]);
});

test('F12 a nightly run with three rules costs one listing and the creates', async () => {
  const home = await person(
    { workouts: [workout('2026-03-10')], moments: [moment('2026-03-10')] },
    WORKOUTS + MEDITATION,
  );
  await home.fill();
  home.time.now += 86_400_000;
  home.oura.truth.replaceAll('sleep', nights(3, '2026-03-13'));
  home.oura.truth.put('workout', workout('2026-03-12'));
  home.oura.truth.put('session', moment('2026-03-12'));
  home.forgetRequests();
  const { code, push } = await home.sync();
  expect([code, push.created]).toEqual([0, 3]);
  expect(home.asked()).toEqual(['GET time-entries', ...Array(3).fill('POST time-entries')]);
});

test('what is far apart in time is listed apart', async () => {
  const home = await person({ workouts: [workout('2023-03-10')] }, WORKOUTS);
  await home.sync();
  expect(home.asked().filter((one) => one === 'GET time-entries')).toHaveLength(2);
  expect(texts(home)).toHaveLength(3);
});

test('F14 --dry-run sends no write, lists once, and names each rule, its project and what it would make', async () => {
  const home = await person({ workouts: [workout('2023-03-10')] }, WORKOUTS);
  const { code, stdout } = await home.run(['sync', '--dry-run']);
  expect(code).toBe(0);
  expect(stdout).toContain('Would create the project "Sleep".\nWould create the project "Sport".');
  expect(stdout).toContain('Plan of rule 1, oura.workout to "Sport", nothing was written:');
  expect(stdout).toContain('cycling - 1h 0m [Oura.workout:2023-03-10_16:00]');
  expect(home.clockify.writes()).toEqual([]);
  expect(home.asked().filter((one) => one === 'GET time-entries')).toHaveLength(1);
  expect(home.rows('SELECT * FROM entries')).toEqual([]);
});

test('the settings of a rule are its own', async () => {
  const rule = `${WORKOUTS}tags = ["outside"]
billable = true
types = ["Cycling"]
min_minutes = 45
start_date = 2026-03-05
description = "{type} ({title}) {start}-{end}"
`;
  const home = await person(
    {
      workouts: [
        workout('2026-03-10'),
        workout('2026-03-11', { label: 'To work' }),
        workout('2026-03-09', { activity: 'running' }),
        workout('2026-03-08', { end_datetime: '2026-03-08T16:30:00+00:00' }),
        workout('2026-03-01'),
      ],
    },
    rule,
  );
  const { code, push } = await home.sync();
  expect([code, push.rules[1].skipped]).toEqual([0, { type: 1, short: 1, early: 1, invalid: 0 }]);
  const made = home.clockify.entries().filter(({ description }) => description?.includes('Oura.workout'));
  expect(made.map(({ description, billable, tagIds }) => [description, billable, tagIds?.length])).toEqual([
    ['cycling (To work) 16:00-17:00 [Oura.workout:2026-03-11_16:00]', true, 1],
    ['cycling 16:00-17:00 [Oura.workout:2026-03-10_16:00]', true, 1],
  ]);
});

test('of two rules for one source each session belongs to the first that fits', async () => {
  const rules = `[[clockify.rules]]
source = "oura.workout"
types = ["running"]
project = "Running"

${WORKOUTS}`;
  const home = await person(
    { workouts: [workout('2026-03-10'), workout('2026-03-11', { activity: 'running' })] },
    rules,
  );
  const { push } = await home.sync();
  expect(push.rules.map((one: { created: number; project: string }) => [one.project, one.created])).toEqual([
    ['Sleep', 2],
    ['Running', 1],
    ['Sport', 1],
  ]);
  expect((await home.sync()).push).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 4 });
});
