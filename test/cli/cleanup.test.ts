import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { countdown } from '../../src/cli/cleanup/countdown.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import { Lock } from '../../src/store/lock.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';
import { inPty } from '../support/pty.ts';

async function pushed(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  onTestFinished(() => home.end());
  await home.fill();
  expect(home.clockify.entries().length).toBe(count);
  home.forgetRequests();
  return home;
}

async function cleanup(home: Household, ...args: string[]) {
  const { code, stdout, stderr } = await home.run(['cleanup', '--json', ...args]);
  return { code, stderr, ...JSON.parse(stdout || '{}') };
}

const texts = (home: Household) => home.clockify.entries().map(({ description }) => description);
const daysOf = (home: Household) =>
  texts(home)
    .map((text) => /\[Oura:([\d-]+)_/.exec(text ?? '')?.[1])
    .sort();

test('F14 --dry-run shows what would go and neither sends a write nor changes the ledger', async () => {
  const home = await pushed(4);
  const before = home.rows('SELECT * FROM entries');
  const { code, dryRun, toDelete, deleted, entries } = await cleanup(home, '--dry-run');
  expect({ code, dryRun, toDelete, deleted }).toEqual({ code: 0, dryRun: true, toDelete: 4, deleted: 0 });
  expect(entries[0]).toEqual({
    action: 'delete',
    day: '2026-03-12',
    start: '2026-03-11T23:00:00Z',
    end: '2026-03-12T07:00:00Z',
    text: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]',
    knownBy: 'ledger',
  });
  expect(home.asked()).toEqual(['GET time-entries']);
  expect(home.rows('SELECT * FROM entries')).toEqual(before);
  const { stdout } = await home.run(['cleanup', '--dry-run']);
  expect(stdout).toContain('To be deleted: 4');
  expect(home.clockify.writes()).toEqual([]);
});

test('G1 without a terminal it needs --yes and asks nobody anything', async () => {
  const home = await pushed(2);
  const { code, stderr } = await home.run(['cleanup']);
  expect(code).toBe(2);
  expect(stderr).toContain('nobody is at the terminal');
  expect(stderr).toContain('oura-clockify cleanup --dry-run');
  expect(home.asked()).toEqual([]);
  expect(home.clockify.entries()).toHaveLength(2);
});

test('F16 only our untouched entries go, in one bulk request; sync then makes every night anew', async () => {
  const home = await pushed(6);
  const { clockify } = home;
  const [, edited, locked, deleted] = clockify.entries();
  clockify.editEntry(edited?.id ?? '', { end: '2026-03-11T08:00:00Z' });
  clockify.lockEntry(locked?.id ?? '');
  clockify.deleteEntry(deleted?.id ?? '');
  const times = { start: '2026-02-02T22:00:00Z', end: '2026-02-03T06:00:00Z' };
  const text = '🛌 Sleep - 8h 0m (90% efficiency)';
  clockify.addEntry({ ...times, description: `${text} [Oura:2026-02-03_22:00]` });
  const theirs = [
    clockify.addEntry({ ...times, description: text }),
    clockify.addEntry({ ...times, description: `${text} [Other:2026-02-03_22:00]` }),
    clockify.addEntry({ ...times, description: 'late again, see [Oura:2026-02-03_22:00]' }),
    clockify.addEntry({ ...times, description: null }),
    clockify.startTimer({ description: `${text} [Oura:2026-03-12_07:00]` }),
  ];

  const done = await cleanup(home, '--yes');
  expect(done).toMatchObject({ code: 0, deleted: 4, keptEdited: 2, locked: 1, running: 1, forgotten: 1 });
  expect(home.asked()).toEqual(['GET time-entries', 'DELETE time-entries']);
  const left = clockify.entries().map(({ id }) => id);
  expect(left.sort()).toEqual([...theirs.map(({ id }) => id), edited?.id, locked?.id].sort());
  expect(home.ledger()).toHaveLength(2);
  expect(home.rows("SELECT outcome FROM sync_runs WHERE command = 'cleanup'")).toEqual([{ outcome: 'OK' }]);

  await home.sync();
  const ours = daysOf(home).filter((day) => day !== undefined && day > '2026-03-01');
  expect(new Set(ours)).toEqual(new Set(nights(6).map(({ day }) => day)));
});

test('--force takes what was edited too, but no running timer', async () => {
  const home = await pushed(2);
  const [first] = home.clockify.entries();
  home.clockify.editEntry(first?.id ?? '', { description: 'mine' });
  home.clockify.startTimer({ description: '🛌 Sleep - 8h 0m (90% efficiency) [Oura:2026-03-12_07:00]' });
  expect(await cleanup(home, '--yes', '--force')).toMatchObject({ code: 0, deleted: 2, running: 1 });
  expect(home.clockify.entries()).toHaveLength(1);
});

test('--from and --to go by the day that the night counts for', async () => {
  const home = await pushed(6);
  const { code, deleted, from, to } = await cleanup(
    home,
    '--yes',
    '--from',
    '2026-03-08',
    '--to',
    '2026-03-09',
  );
  expect({ code, deleted, from, to }).toEqual({ code: 0, deleted: 2, from: '2026-03-08', to: '2026-03-09' });
  expect(daysOf(home)).toEqual(['2026-03-07', '2026-03-10', '2026-03-11', '2026-03-12']);
  expect(await cleanup(home, '--yes', '--to', '2026-03-07')).toMatchObject({ code: 0, deleted: 1 });
  expect(await cleanup(home, '--yes', '--from', '2026-03-12')).toMatchObject({ code: 0, deleted: 1 });
  expect(daysOf(home)).toEqual(['2026-03-10', '2026-03-11']);
});

test('F18 an entry that was moved out of the named days is found and kept', async () => {
  const home = await pushed(3);
  const [moved] = home.clockify.entries();
  home.clockify.editEntry(moved?.id ?? '', { start: '2025-01-01T22:00:00Z', end: '2025-01-02T06:00:00Z' });
  const done = await cleanup(home, '--yes', '--from', '2026-03-12');
  expect(done).toMatchObject({ code: 0, deleted: 0, keptEdited: 1, forgotten: 0 });
  expect(home.asked()).toEqual(['GET time-entries', 'GET time-entries']);
  expect(home.clockify.entries()).toHaveLength(3);
});

test('F11 another workspace keeps its entries', async () => {
  const home = await householdOf(nights(1), { clockify: { workspaces: 2 } });
  onTestFinished(() => home.end());
  const [first, second] = home.clockify.workspaceIds;
  const entry = {
    start: '2026-03-01T22:00:00Z',
    end: '2026-03-02T06:00:00Z',
    description: '🛌 Sleep - 8h 0m (90% efficiency) [Oura:2026-03-02_22:00]',
  };
  for (const workspaceId of [first, second])
    home.clockify.addEntry({ ...entry, ...(workspaceId && { workspaceId }) });
  expect(await cleanup(home, '--yes')).toMatchObject({ code: 2, outcome: 'USAGE', deleted: 0 });
  home.configure({ clockify: `workspace_id = "${first}"` });
  expect(await cleanup(home, '--yes')).toMatchObject({ code: 0, deleted: 1 });
  expect([home.clockify.entries(first), home.clockify.entries(second).length]).toEqual([[], 1]);
});

test('entries of another account on the same database stay', async () => {
  const home = await pushed(2);
  expect(await cleanup(home, '--yes', '--account', 'second')).toMatchObject({ code: 0, deleted: 0 });
  expect(home.clockify.entries()).toHaveLength(2);
});

test('F12 when the window closes midway it says how many are left, and goes on later', async () => {
  const home = await pushed(60, {
    clockify: { plan: 'free', quota: { perHour: 1000 } },
    config: { clockify: 'requests_per_hour = 1000' },
  });
  home.time.now += 2 * 3_600_000;
  // One listing and one bulk request of 50 fit.
  home.clockify.spendQuota(998);
  const first = await cleanup(home, '--yes');
  expect(first).toMatchObject({ code: 4, outcome: 'TEMP', deleted: 50, pending: 10 });
  expect(first.stderr).toContain('10 entries are left to delete');
  expect(Date.parse(first.nextWindow)).toBeGreaterThan(home.time.now);
  expect(home.clockify.entries()).toHaveLength(10);
  expect(home.rows("SELECT outcome FROM sync_runs WHERE command = 'cleanup'")).toEqual([{ outcome: 'TEMP' }]);

  home.forgetRequests();
  expect(await cleanup(home, '--yes')).toMatchObject({ code: 4, deleted: 0 });
  expect(home.asked()).toEqual([]);

  home.time.now += 3_700_000;
  expect(await cleanup(home, '--yes')).toMatchObject({ code: 0, deleted: 10, pending: 0 });
  expect([home.clockify.entries(), home.ledger()]).toEqual([[], []]);
});

test.each(['push.removed:1', 'ledger.done:2', 'ledger.forgotten:2'])(
  'F1 killed at %s, the next run finishes, and sync makes each night once',
  async (point) => {
    const home = await pushed(4);
    const killed = await home.run(['cleanup', '--yes'], { HEALTH_SYNC_FAILPOINT: point });
    expect(killed.signal).toBe('SIGKILL');
    expect((await cleanup(home, '--yes')).code).toBe(0);
    expect([home.clockify.entries(), home.ledger()]).toEqual([[], []]);
    await home.sync();
    expect(daysOf(home)).toEqual(nights(4).map(({ day }) => day));
  },
);

test('F1 killed between the deletion and the note of it, sync alone makes the nights anew', async () => {
  const home = await pushed(3);
  const killed = await home.run(['cleanup', '--yes'], { HEALTH_SYNC_FAILPOINT: 'push.removed:1' });
  expect([killed.signal, home.clockify.entries()]).toEqual(['SIGKILL', []]);
  await home.sync();
  expect(daysOf(home)).toEqual(nights(3).map(({ day }) => day));
});

test('F9 one entry that cannot be deleted leaves the others to go', async () => {
  const home = await pushed(3);
  const [first] = home.clockify.entries();
  // Locked from one moment to the next: the listing did not say so.
  home.clockify.faults.add(
    { method: 'GET', path: /time-entries$/ },
    {
      reachesHandler: true,
      play: (response, _, text) => {
        home.clockify.lockEntry(first?.id ?? '');
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(text);
      },
    },
  );
  expect(await cleanup(home, '--yes')).toMatchObject({ code: 0, deleted: 2, locked: 1 });
  expect(home.clockify.entries().map(({ id }) => id)).toEqual([first?.id]);
});

test('D11 while a run is at work it ends with LOCKED and deletes nothing', async () => {
  const home = await pushed(2);
  const lock = Lock.try(`${home.database}.run.lock`);
  const { code, stderr } = await home.run(['cleanup', '--yes']);
  lock?.release();
  expect(code).toBe(6);
  expect(stderr).toContain('another run is at work');
  expect(home.clockify.entries()).toHaveLength(2);
});

test('H7 dates that do not exist or end before they begin are refused', async () => {
  const home = await pushed(1);
  for (const args of [
    ['--from', '2026-02-30'],
    ['--from', '2026-03-02', '--to', '2026-03-01'],
    ['--to', 'yesterday'],
  ]) {
    const { code } = await home.run(['cleanup', '--yes', ...args]);
    expect(code).toBe(2);
  }
  expect(home.asked()).toEqual([]);
});

test('an unknown key ends with AUTH and the command to type', async () => {
  const home = await pushed(1);
  const { code, stderr } = await home.run(['cleanup', '--yes'], { CLOCKIFY_API_KEY: 'wrong-key' });
  expect(code).toBe(3);
  expect(stderr).toContain('oura-clockify auth clockify');
  expect(stderr).not.toContain('wrong-key');
});

test('the countdown takes its seconds and ends at once when it is stopped', async () => {
  const slept: number[] = [];
  const stop = new AbortController();
  const clock = {
    now: () => 0,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      if (slept.length === 13) throw new InterruptedError('stopped');
    },
  };
  const terminal = new Terminal();
  await countdown(terminal, clock, 'Deleting 2 entries', 10, stop.signal);
  expect(slept).toHaveLength(10);
  await expect(countdown(terminal, clock, 'Deleting 2 entries', 10, stop.signal)).rejects.toThrow('stopped');
  expect(slept).toHaveLength(13);
});

test.skipIf(!existsSync('/usr/bin/script'))(
  'G2 Ctrl-C during the countdown on a terminal stops with 130 and deletes nothing',
  async () => {
    const home = await pushed(2);
    const { code, output } = await inPty(home, ['cleanup'], /Ctrl-C stops/);
    expect(output).toContain('To be deleted: 2');
    expect(output).toContain('Deleting 2 entries in 10 s');
    expect(code).toBe(130);
    expect([home.clockify.entries().length, home.clockify.writes()]).toEqual([2, []]);
    expect(home.rows("SELECT outcome FROM sync_runs WHERE command = 'cleanup'")).toEqual([
      { outcome: 'INTERRUPTED' },
    ]);
  },
);
