import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Household, householdOf, nights } from '../support/household.ts';

const daysPushed = (home: Household) =>
  home.clockify
    .entries()
    .map(({ description }) => /\[Oura:([\d-]+)_/.exec(description ?? '')?.[1])
    .sort();
const lists = (home: Household) => home.asked().filter((one) => one === 'GET time-entries').length;
const askedDates = (home: Household) =>
  home.oura.requests.map(({ query }) => [query.get('start_date'), query.get('end_date')]);

describe('one household, one flag after the other', () => {
  let home: Household;
  beforeAll(async () => {
    home = await householdOf(nights(20), { config: { oura: 'overlap_days = 7' } });
  });
  afterAll(() => home.end());

  test('--no-push stores and asks Clockify nothing', async () => {
    const { code, push, totals } = await home.sync('--no-push');
    expect([code, push, totals.records.created]).toEqual([0, null, 20]);
    expect(home.clockify.requests).toEqual([]);
    expect(home.ledger()).toEqual([]);
  });

  test('F14 --dry-run fetches, lists once, writes nothing and would create the project', async () => {
    home.forgetRequests();
    const { code, push, totals } = await home.sync('--dry-run');
    expect([code, push.dryRun, push.checked, push.wouldCreateProject]).toEqual([0, true, true, 'Sleep']);
    expect(push.plan.map(({ action }: { action: string }) => action)).toEqual(Array(20).fill('create'));
    expect(push.plan[0]).toEqual({
      action: 'create',
      day: '2026-03-12',
      start: '2026-03-11T23:00:00Z',
      end: '2026-03-12T07:00:00Z',
      text: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]',
    });
    expect(totals).toMatchObject({ entries: null, pending: 20 });
    expect(home.oura.requests.length).toBe(1);
    expect([home.clockify.writes(), lists(home), home.ledger()]).toEqual([[], 1, []]);
    const { stdout } = await home.run(['sync', '--dry-run']);
    expect(stdout).toContain('Would create the project "Sleep".');
    expect(stdout).toContain('Plan, nothing was written:');
  });

  test('F14 --push-only --dry-run does not even fetch', async () => {
    home.forgetRequests();
    const before = home.rows('SELECT * FROM items');
    const { code, push, sources } = await home.sync('--push-only', '--dry-run');
    expect([code, push.plan.length, sources]).toEqual([0, 20, []]);
    expect([home.oura.requests, home.clockify.writes(), home.ledger()]).toEqual([[], [], []]);
    expect(home.rows('SELECT * FROM items')).toEqual(before);
  });

  test('--days 3 reads three dates, today included, and pushes only them', async () => {
    home.forgetRequests();
    const { code, sources } = await home.sync('--days', '3');
    expect([code, sources[0].read]).toEqual([0, { from: '2026-03-10', to: '2026-03-13' }]);
    expect(askedDates(home)).toEqual([['2026-03-08', '2026-03-15']]);
    expect(daysPushed(home)).toEqual(['2026-03-10', '2026-03-11', '2026-03-12']);
  });

  test.each([
    [['--date', '2026-03-01'], ['2026-03-01']],
    [
      ['--from', '2026-03-03', '--to', '2026-03-04'],
      ['2026-03-03', '2026-03-04'],
    ],
    [['--start-date', '2026-03-05', '--end-date', '2026-03-05'], ['2026-03-05']],
    [
      ['--from', '2026-03-09'],
      ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-12'],
    ],
  ])('%j pushes those days and no other', async (flags, days) => {
    const before = daysPushed(home);
    const { code } = await home.sync(...flags);
    expect(code).toBe(0);
    expect(daysPushed(home)).toEqual([...new Set([...before, ...days])].sort());
  });

  test('--push-only pushes all that is stored without asking Oura', async () => {
    home.forgetRequests();
    const { code, push } = await home.sync('--push-only');
    expect([code, push.created]).toEqual([0, 12]);
    expect(home.oura.requests).toEqual([]);
    expect(daysPushed(home).length).toBe(20);
  });

  test('--full reads the whole history again and changes nothing', async () => {
    home.forgetRequests();
    const { code, totals } = await home.sync('--full');
    expect([code, totals.records.unchanged, totals.records.created]).toEqual([0, 20, 0]);
    expect(askedDates(home).at(-1)?.[0]).toBe('2019-12-30');
    expect(home.clockify.requests).toEqual([]);
  });

  test('F14 with a closed window --dry-run plans from the ledger, unchecked, and spends nothing', async () => {
    home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 25_200 });
    home.clockify.faults.add(
      { path: /time-entries/ },
      { reachesHandler: false, play: (response) => response.writeHead(429).end() },
    );
    expect((await home.sync()).code).toBe(4);
    home.forgetRequests();
    const { code, push } = await home.sync('--dry-run');
    expect([code, push.checked, push.plan.length, push.plan[0].action]).toEqual([0, false, 1, 'update']);
    expect(home.clockify.requests).toEqual([]);
    const { stdout } = await home.run(['sync', '--dry-run']);
    expect(stdout).toContain('not checked');
    home.time.now += 3_700_000;
    expect((await home.sync()).push.updated).toBe(1);
  });
});

describe('what to read', () => {
  let home: Household;
  beforeAll(async () => {
    home = await householdOf(nights(2));
  });
  afterAll(() => home.end());

  test.each([
    [
      ['--resources', 'workout,vo2_MAX'],
      ['oura.vO2_max', 'oura.workout'],
    ],
    [['--types', 'tag'], ['oura.tag']],
    [
      ['oura', '--resources', 'daily_sleep, session'],
      ['oura.daily_sleep', 'oura.session'],
    ],
    [['oura'], ['oura.sleep']],
  ])('%j reads exactly those', async (flags, sources) => {
    const finished = await home.sync('--no-push', '--days', '2', ...flags);
    expect(finished.code).toBe(0);
    expect(finished.sources.map(({ source }: { source: string }) => source)).toEqual(sources);
  });

  test.each([
    [['fitbit'], /there is no provider "fitbit"; built in: oura/],
    [['--resources', 'steps'], /--resources: there is no "steps"; there are .*sleep/],
    [['--days', '0'], /--days must be a whole number from 1/],
    [['--date', '2026-02-30'], /--date must be a date as YYYY-MM-DD/],
    [['--from', '2026-03-10', '--to', '2026-03-01'], /ends \(2026-03-01\) before it begins/],
    [['--from', '2026-04-01', '--to', '2026-04-02'], /lies in the future/],
    [['--days', '3', '--date', '2026-03-01'], /use one of --days, --date/],
    [['--push-only', '--no-push'], /--push-only and --no-push leave nothing to do/],
    [['--dry-run', '--no-push'], /--dry-run shows what would be pushed/],
    [['--full', '--days', '3'], /--full reads all dates and --days only some/],
    [['--full', '--start-date', '2026-03-01'], /--full reads all dates and --start-date only some/],
    [['--dayz', '3'], /unknown option '--dayz'/],
  ])('%j is a USAGE fault in one line, before any request', async (flags, message) => {
    home.forgetRequests();
    const { code, stderr, stdout } = await home.run(['sync', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([home.oura.requests, home.clockify.requests]).toEqual([[], []]);
  });
});
