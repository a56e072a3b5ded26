import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Household, type HouseholdOptions, householdOf, night, nights } from '../support/household.ts';

const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(documents: ReturnType<typeof nights>, options: HouseholdOptions = {}) {
  const home = await householdOf(documents, options);
  homes.push(home);
  return home;
}

function loseTheFile(home: Household): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${home.database}${end}`, { force: true });
}

const eligible = (home: Household) =>
  home.oura.truth
    .list('sleep')
    .filter(
      ({ type, total_sleep_duration: asleep }) =>
        ['long_sleep', 'sleep', 'late_nap'].includes(String(type)) && Number(asleep) >= 900,
    )
    .map(({ bedtime_start, bedtime_end }) =>
      [bedtime_start, bedtime_end]
        .map((text) => `${new Date(String(text)).toISOString().slice(0, 19)}Z`)
        .join('/'),
    )
    .sort();
const shown = (home: Household) =>
  home.clockify
    .entries()
    .map(({ timeInterval: { start, end } }) => `${start}/${end}`)
    .sort();

test.each(['America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Kiritimati'])(
  'F6 F7 a profile in %s: nothing missed or doubled, and all adopted after the file was lost',
  async (zone) => {
    const home = await Household.start({
      oura: { days: 30 },
      clockify: { zone },
      config: { oura: 'resources = ["sleep"]' },
    });
    homes.push(home);
    await home.fill();
    expect(shown(home)).toEqual(eligible(home));
    const before = home.clockify.entries();
    const ledger = home.ledger();
    for (const flags of [['--full'], ['--force']]) await home.sync(...flags);
    expect(home.clockify.entries()).toEqual(before);

    loseTheFile(home);
    home.forgetRequests();
    const { code, push } = await home.sync();
    expect([code, push.adopted, push.created, push.updated]).toEqual([0, before.length, 0, 0]);
    expect(home.clockify.writes()).toEqual([]);
    expect(home.clockify.entries()).toEqual(before);
    expect(home.ledger()).toEqual(ledger);
    // One by one as well: each day's window has to hold that day's entries.
    loseTheFile(home);
    expect((await home.sync('--date', '2026-03-10')).push).toMatchObject({ created: 0, updated: 0 });
    expect(home.clockify.entries()).toEqual(before);
  },
);

test('F6 entries of an earlier tool are adopted, stale ones brought up to date, edited ones kept', async () => {
  const home = await sleepers(nights(5));
  const project = home.clockify.addProject('Sleep').id;
  const earlier = (day: string, more: object = {}) => {
    const evening = new Date(Date.parse(day) - 3_600_000).toISOString().slice(0, 10);
    return home.clockify.addEntry({
      start: `${evening}T23:00:00Z`,
      end: `${day}T07:00:00Z`,
      description: `🛌 Sleep - 7h 30m (94% efficiency) [Oura:${day}_23:00]`,
      projectId: project,
      ...more,
    }).id;
  };
  const same = earlier('2026-03-12');
  const stale = earlier('2026-03-11', {
    description: '🛌 Sleep - 6h 1m (80% efficiency) [Oura:2026-03-11_23:00]',
  });
  const edited = earlier('2026-03-10', { description: 'terrible night [Oura:2026-03-10_23:00]' });
  // The bedtime moved since: same day in the marker, our project, and nearly all of the night in common.
  const moved = earlier('2026-03-09', {
    start: '2026-03-08T23:20:00Z',
    description: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-09_23:20]',
  });
  const { code, push } = await home.sync();
  expect([code, push.adopted, push.updated, push.created]).toEqual([0, 2, 2, 1]);
  const now = new Map(home.clockify.entries().map((entry) => [entry.id, entry]));
  expect(now.size).toBe(5);
  expect(now.get(same)?.description).toBe('🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]');
  expect(now.get(stale)?.description).toBe('🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-11_23:00]');
  expect(now.get(edited)?.description).toBe('terrible night [Oura:2026-03-10_23:00]');
  expect(now.get(moved)).toMatchObject({
    description: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-09_23:00]',
    timeInterval: { start: '2026-03-08T23:00:00Z' },
  });
});

test('entries that merely look alike are never touched', async () => {
  const home = await sleepers(nights(8));
  const project = home.clockify.addProject('Sleep').id;
  const looks = [
    'Sleep',
    '🛌 Sleep - 7h 30m (94% efficiency)',
    '🛌 Sleep - 7h 30m (94% efficiency) [Withings:2026-03-12_23:00]',
    '[Oura:2026-03-12]',
    '[Oura:2026-03-12_23:00] and [Oura:2026-03-11_23:00]',
  ].map((description) =>
    home.clockify.addEntry({
      start: '2026-03-11T23:00:00Z',
      end: '2026-03-12T07:00:00Z',
      projectId: project,
      description,
    }),
  );
  expect((await home.sync()).push).toMatchObject({ adopted: 0, created: 8 });
  for (const { day } of nights(2)) home.oura.truth.remove('sleep', `night-${day}`);
  home.oura.truth.rescore('night-2026-03-10', { total_sleep_duration: 20_000 });
  await home.sync('--force');
  await home.sync('--restyle');
  for (const entry of looks) expect(home.clockify.entries()).toContainEqual(entry);
  expect(home.clockify.entries().length).toBe(looks.length + 6);
});

test('F8 nights over both clock changes and over midnight are right, an end before its start is refused', async () => {
  const documents = [
    night('2026-03-29', {
      bedtime_start: '2026-03-28T23:30:00+01:00',
      bedtime_end: '2026-03-29T08:00:00+02:00',
    }),
    night('2025-10-26', {
      bedtime_start: '2025-10-26T02:30:00+02:00',
      bedtime_end: '2025-10-26T02:30:00+01:00',
      total_sleep_duration: 3000,
    }),
    night('2026-01-01', {
      bedtime_start: '2025-12-31T23:59:59+01:00',
      bedtime_end: '2026-01-01T00:30:00+01:00',
      total_sleep_duration: 1500,
    }),
    night('2026-02-01', {
      bedtime_start: '2026-02-01T07:00:00+01:00',
      bedtime_end: '2026-01-31T23:00:00+01:00',
    }),
    night('2026-02-02', {
      bedtime_start: '2026-02-02T07:00:00+01:00',
      bedtime_end: '2026-02-02T07:00:00+01:00',
    }),
  ];
  const home = await sleepers(documents, { start: Date.parse('2026-03-30T08:00:00Z') });
  const { code, push } = await home.sync();
  expect([code, push.created, push.skipped.invalid]).toEqual([0, 3, 2]);
  expect(home.clockify.entries().map(({ timeInterval: { start, end } }) => [start, end])).toEqual([
    ['2026-03-28T22:30:00Z', '2026-03-29T06:00:00Z'],
    ['2025-12-31T22:59:59Z', '2025-12-31T23:30:00Z'],
    ['2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z'],
  ]);
});

test('F9 entries without a text, a running timer, breaks and locked ones in the listing are left alone', async () => {
  const home = await sleepers(nights(2));
  const at = { start: '2026-03-11T22:00:00Z', end: '2026-03-12T06:00:00Z' };
  home.clockify.addEntry({ ...at, description: null });
  home.clockify.addEntry({ ...at, description: null, projectId: null, type: 'BREAK' });
  home.clockify.addEntry({ ...at, isLocked: true });
  home.clockify.startTimer({ start: '2026-03-12T07:30:00Z', description: null });
  const timerWithMarker = '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]';
  const others = home.clockify.entries();
  expect((await home.sync()).push.created).toBe(2);
  for (const entry of others) expect(home.clockify.entries()).toContainEqual(entry);
  const running = home.clockify.entries().find(({ timeInterval }) => timeInterval.end === null);
  home.clockify.editEntry(running?.id as string, { description: timerWithMarker });
  home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 20_000 });
  expect((await home.sync()).push.updated).toBe(1);
  expect(home.clockify.entries().filter(({ timeInterval }) => timeInterval.end === null).length).toBe(1);
});

test('F10 an entry behind 5,001 others of the same window is found, and the project among 250 of its kind', async () => {
  const home = await sleepers([night('2026-03-08'), night('2026-03-12')]);
  for (let n = 0; n < 250; n += 1) home.clockify.addProject(`Sleep ${n}`);
  expect((await home.sync()).push.created).toBe(2);
  const project = home.clockify.entries()[0]?.projectId;
  for (let n = 0; n < 5_001; n += 1) {
    const start = new Date(Date.parse('2026-03-08T08:00:00Z') + n * 60_000).toISOString();
    home.clockify.addEntry({ start, end: start, description: `call ${n}` });
  }
  loseTheFile(home);
  home.forgetRequests();
  const { code, push } = await home.sync();
  expect([code, push.adopted, push.created]).toEqual([0, 2, 0]);
  expect(home.asked()).toEqual([
    'GET user',
    'GET workspaces',
    'GET projects',
    'GET time-entries',
    'GET time-entries',
  ]);
  home.time.now += 8 * 86_400_000;
  home.oura.truth.put('sleep', night('2026-03-19'));
  await home.sync();
  expect(home.clockify.entries()[0]?.projectId).toBe(project);
  expect(
    home.clockify.requests.filter(({ path, method }) => method === 'POST' && /projects/.test(path)),
  ).toEqual([]);
});

test('F10 an archived project of that name is no reason for a second one', async () => {
  const home = await sleepers(nights(2));
  home.clockify.addProject('Sleep', { archived: true });
  const { code, stderr } = await home.sync();
  expect(code).toBe(2);
  expect(stderr).toMatch(/the project "Sleep" is archived\n {2}Restore it in Clockify/);
  expect(home.clockify.writes()).toEqual([]);
});

test('F11 with two workspaces and none named nothing is written, with one named only that one is used', async () => {
  const home = await sleepers(nights(2), { clockify: { workspaces: 2 } });
  const [first, second] = home.clockify.workspaceIds as [string, string];
  const { code, stderr, totals } = await home.sync();
  expect([code, totals.records.created]).toEqual([2, 2]);
  expect(stderr).toContain(`${first} (Sandbox workspace 1), ${second} (Sandbox workspace 2)`);
  expect(stderr).toContain('clockify.workspace_id');
  expect(home.clockify.writes()).toEqual([]);
  const wrong = await home.run(['sync'], { CLOCKIFY_WORKSPACE_ID: '64c777dd00000000000000ff' });
  expect([wrong.code, home.clockify.writes()]).toEqual([2, []]);
  expect((await home.run(['sync'], { CLOCKIFY_WORKSPACE_ID: second })).code).toBe(0);
  expect([home.clockify.entries(first).length, home.clockify.entries(second).length]).toEqual([0, 2]);
});
