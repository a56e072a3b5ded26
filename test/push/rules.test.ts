import { afterEach, describe, expect, test } from 'vitest';
import type { TimeEntry, WorkspaceSettings } from '../../src/sandbox/clockify.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

const DAY = 86_400_000;
const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

const days = (home: Household) =>
  home.clockify
    .entries()
    .map(({ description }) => /\[Oura:([\d-]+)_/.exec(description ?? '')?.[1])
    .sort();

const rules: [string, Partial<WorkspaceSettings>, RegExp][] = [
  ['a required task', { forceTasks: true }, /forceTasks/],
  ['a required tag', { forceTags: true }, /forceTags.*clockify\.tags/],
  ['timer only', { timeTrackingMode: 'STOPWATCH_ONLY' }, /STOPWATCH_ONLY/],
  ['two at once', { forceTags: true, forceTasks: true }, /forceTasks.*forceTags/],
];

test.each(rules)('%s is found before the first write and named', async (_, settings, message) => {
  const home = await sleepers(3, { clockify: { settings, language: 'es' } });
  const { code, stderr, totals } = await home.sync();
  expect([code, totals.records.created, totals.pending]).toEqual([2, 3, 3]);
  expect(stderr).toMatch(message);
  expect(stderr).toContain('the workspace "Sandbox workspace 1" does not take such entries');
  expect(home.clockify.writes()).toEqual([]);
});

test('a rule that was lifted as told is noticed by the next run', async () => {
  const home = await sleepers(2, { clockify: { settings: { forceTasks: true } } });
  expect((await home.sync()).code).toBe(2);
  home.clockify.settings().forceTasks = false;
  expect((await home.sync()).code).toBe(0);
  expect(home.clockify.entries()).toHaveLength(2);
});

test('nothing is made there while there is nothing to push', async () => {
  const home = await sleepers(0);
  expect((await home.sync()).code).toBe(0);
  expect(home.clockify.writes()).toEqual([]);
});

test('required project, description and a configured tag are met', async () => {
  const home = await sleepers(2, {
    clockify: { settings: { forceProjects: true, forceTags: true, forceDescription: true } },
    config: { clockify: 'tags = ["oura", "night"]\nbillable = true' },
  });
  expect((await home.sync()).code).toBe(0);
  for (const { tagIds, projectId, billable } of home.clockify.entries()) {
    expect([tagIds?.length, projectId?.length, billable]).toEqual([2, 24, true]);
  }
  expect(home.asked().slice(2, 8)).toEqual([
    'GET projects',
    'GET tags',
    'GET time-entries',
    'POST projects',
    'POST tags',
    'POST tags',
  ]);
});

test('a project that only admins may make is asked for by name', async () => {
  const home = await sleepers(2, {
    clockify: { settings: { onlyAdminsCreateProject: true }, language: 'es' },
  });
  const { code, stderr } = await home.sync();
  expect(code).toBe(2);
  expect(stderr).toMatch(/the project "Sleep" does not exist and could not be made\n {2}Make it in Clockify/);
  expect(home.clockify.entries()).toEqual([]);
  home.clockify.addProject('Sleep');
  expect([(await home.sync()).code, days(home).length]).toEqual([0, 2]);
});

const none = {
  changeDay: null,
  firstDay: null,
  dayOfMonth: null,
  olderThanPeriod: null,
  olderThanValue: null,
};
const locks: [string, object, string][] = [
  ['a fixed date', { lockTimeEntries: '2026-03-05T00:00:00Z' }, '2026-03-05'],
  [
    'weekly, closed on Mondays',
    { automaticLock: { ...none, type: 'WEEKLY', changeDay: 'MONDAY', firstDay: 'MONDAY' } },
    '2026-03-09',
  ],
  [
    'monthly, closed on the 10th',
    { automaticLock: { ...none, type: 'MONTHLY', dayOfMonth: 10 } },
    '2026-03-01',
  ],
  [
    'older than five days',
    { automaticLock: { ...none, type: 'OLDER_THAN', olderThanPeriod: 'DAYS', olderThanValue: 5 } },
    '2026-03-07',
  ],
];

describe.each(locks)('F9 locked periods: %s', (_, settings, firstOpenDay) => {
  test('nights in it are reported and never sent', async () => {
    const home = await sleepers(20, {
      clockify: { settings: settings as Partial<WorkspaceSettings>, language: 'es', zone: 'UTC' },
    });
    const open = nights(20)
      .filter(({ bedtime_start }) => String(bedtime_start) >= `${firstOpenDay}T00`)
      .map(({ day }) => day);
    const { code, push } = await home.sync();
    expect([code, push.blocked, push.pending]).toEqual([0, 20 - push.created, 0]);
    expect(days(home)).toEqual(open);
    expect(home.clockify.requests.filter(({ status }) => status >= 400)).toEqual([]);
    home.forgetRequests();
    const again = await home.sync();
    expect([again.code, again.push.created, again.push.blocked]).toEqual([0, 0, push.blocked]);
    expect(home.clockify.writes()).toEqual([]);
  });
});

test('F9 entries locked one by one are reported, not retried, and changed once they are open again', async () => {
  const home = await sleepers(6, { clockify: { language: 'es' } });
  await home.fill();
  const [update, remove] = home.clockify.entries() as [TimeEntry, TimeEntry];
  for (const { id } of [update, remove]) home.clockify.lockEntry(id);
  home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 20_000 });
  home.oura.truth.remove('sleep', 'night-2026-03-11');
  home.forgetRequests();
  for (const _ of [1, 2]) {
    const { code, push } = await home.sync();
    expect([code, push.blocked, push.updated, push.deleted]).toEqual([0, 2, 0, 0]);
  }
  expect(home.clockify.writes()).toEqual([]);
  for (const { id } of [update, remove]) home.clockify.editEntry(id, { isLocked: false });
  expect((await home.sync()).push).toMatchObject({ blocked: 0, updated: 1, deleted: 1 });
  expect(days(home).length).toBe(5);
});

test('F12 an entry the service declines is noted, said, not sent again for a week, and stops nothing', async () => {
  const home = await sleepers(4, { clockify: { language: 'es' } });
  await home.sync('--date', '2026-03-12');
  const before = home.clockify.entries();
  home.clockify.settings().forceDescription = true;
  home.clockify.normaliseDescription = (text) => (text.includes('2026-03-10') ? '' : text.trim());
  home.forgetRequests();
  const first = await home.sync();
  expect([first.code, first.push.created, first.push.blocked]).toEqual([0, 2, 1]);
  home.forgetRequests();
  const second = await home.sync();
  expect([second.code, second.push.blocked, home.clockify.writes()]).toEqual([0, 1, []]);
  home.time.now += 7 * DAY + 60_000;
  home.clockify.normaliseDescription = (text) => text.trim();
  expect((await home.sync()).push.created).toBe(1);
  expect(days(home).length).toBe(before.length + 3);
});

test('F10 a project deleted there is made anew after one refusal', async () => {
  const home = await sleepers(2, { clockify: { language: 'es' } });
  await home.sync('--date', '2026-03-11');
  const [entry] = home.clockify.entries();
  const headers = { 'x-api-key': home.clockify.apiKey, 'content-type': 'application/json' };
  const project = `${home.clockify.url}/api/v1/workspaces/${home.clockify.workspaceIds[0]}/projects/${entry?.projectId}`;
  await fetch(project, { method: 'PUT', headers, body: JSON.stringify({ archived: true }) });
  await fetch(project, { method: 'DELETE', headers });
  const { code, push } = await home.sync();
  expect([code, push.created]).toEqual([0, 1]);
  expect(home.clockify.entries()[0]?.projectId).not.toBe(entry?.projectId);
});
