import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { type Household, hold, householdOf, night, nights } from '../support/household.ts';
import { runProgram, temporaryFolder } from '../support/program.ts';
import { fillUp, smallDisk, TAKES_ROOT } from '../support/smallDisk.ts';
import { mode } from './support.ts';

async function pushed(count: number): Promise<Household> {
  const home = await householdOf(nights(count));
  onTestFinished(() => home.end());
  await home.fill();
  home.forgetRequests();
  return home;
}

async function backup(home: Household, ...args: string[]) {
  const { code, stdout, stderr } = await home.run(['backup', '--json', ...args]);
  return { code, stderr, ...JSON.parse(stdout || '{}') };
}

function count(file: string, table: string): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  } finally {
    db.close();
  }
}

/** Everything that must never be in a backup. */
function secrets(home: Household): string[] {
  const rows = home.rows<{ access_token: string; refresh_token: string }>('SELECT * FROM oauth_tokens');
  return rows.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]);
}

test('E10 A17 without a name it lies beside the database, named by the date, readable by its owner alone', async () => {
  const home = await pushed(3);
  const file = join(home.folder, 'health-2026-03-12.sqlite');
  const { code, stdout, stderr } = await home.run(['backup']);
  const size = `${Math.ceil(statSync(file).size / 1000)} kB`;
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`Saved 3 records to ${file} (${size}), without the sign-ins.\n`);
  expect([mode(file), count(file, 'items'), count(file, 'entries')]).toEqual(['600', 3, 3]);
  expect([count(file, 'oauth_tokens'), secrets(home).length]).toEqual([0, 2]);
  for (const secret of secrets(home)) expect(readFileSync(file).includes(secret)).toBe(false);
  expect(readdirSync(home.folder).filter((name) => name.includes('2026'))).toEqual([
    'health-2026-03-12.sqlite',
  ]);
  home.time.now += 86_400_000;
  expect(await backup(home)).toMatchObject({
    code: 0,
    database: home.database,
    file: join(home.folder, 'health-2026-03-13.sqlite'),
    records: 3,
    replaced: false,
    mended: false,
  });
});

test.each(['000', '022', '077'])('A17 it is 0600 under umask %s', async (umask) => {
  const home = await pushed(1);
  const folder = temporaryFolder();
  const args = ['--config', home.configFile, 'backup', join(folder, 'saved.sqlite')];
  expect((await runProgram(args, { umask, cwd: folder })).code).toBe(0);
  expect(readdirSync(folder)).toEqual(['saved.sqlite']);
  expect(mode(join(folder, 'saved.sqlite'))).toBe('600');
});

test('E10 D11 while a sync is at work it saves what is there, and neither disturbs the other', async () => {
  const home = await pushed(3);
  home.oura.truth.put('sleep', night('2026-03-08', { id: 'late' }));
  const held = hold(home);
  const running = home.begin(['sync']);
  await home.received(home.oura, /sleep/);
  const saved = await backup(home, 'during.sqlite');
  expect(saved).toMatchObject({ code: 0, records: 3, stderr: '' });
  held.letGo();
  expect((await running.finished).code).toBe(0);
  expect(home.live('sleep')).toHaveLength(4);
  const db = new Database(saved.file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
});

test('I7 nothing is overwritten without --force, and the database itself never', async () => {
  const home = await pushed(1);
  const file = join(home.folder, 'saved.sqlite');
  writeFileSync(file, 'mine');
  const refused = await backup(home, file);
  expect([refused.code, refused.failures[0].message]).toEqual([2, `${file} is there already`]);
  expect(refused.failures[0].hint).toContain('--force');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  expect(await backup(home, file, '--force')).toMatchObject({ code: 0, replaced: true });
  expect(count(file, 'items')).toBe(1);

  const before = count(home.database, 'oauth_tokens');
  for (const own of ['', '-wal', '.run.lock', '.oura.default.lock'])
    expect((await backup(home, `${home.database}${own}`, '--force')).code).toBe(2);
  mkdirSync(join(home.folder, 'sub'));
  expect((await backup(home, join(home.folder, 'sub/../health.sqlite'), '--force')).code).toBe(2);
  expect(count(home.database, 'oauth_tokens')).toBe(before);

  writeFileSync(join(home.folder, 'other.sqlite-wal'), 'somebody’s');
  const journal = await backup(home, 'other.sqlite');
  expect([journal.code, journal.stderr]).toEqual([2, expect.stringContaining('other.sqlite-wal is there')]);
});

test('a folder gets the usual name; one that is missing is named, and so is a missing database', async () => {
  const home = await pushed(1);
  const folder = temporaryFolder();
  expect((await backup(home, folder)).file).toBe(join(folder, 'health-2026-03-12.sqlite'));
  const missing = await backup(home, join(folder, 'no/where.sqlite'));
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('is not a folder')]);
  const nothing = await home.run(['--db', join(folder, 'none.sqlite'), 'backup']);
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('there is no database at')]);
  expect(readdirSync(folder)).toEqual(['health-2026-03-12.sqlite']);
});

test('E4 E13 a full disk: STORE, the database is whole and nothing is left there', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === undefined) return skip(TAKES_ROOT);
  const home = await pushed(40);
  fillUp(disk, 100_000);
  const full = await backup(home, disk);
  expect([full.code, full.stderr]).toEqual([7, expect.stringContaining('disk is full')]);
  expect(full.stderr).not.toMatch(/\n\s+at /);
  expect(readdirSync(disk)).toEqual(['filler']);
  expect(readdirSync(home.folder).filter((name) => name.startsWith('.'))).toEqual([]);
  rmSync(join(disk, 'filler'));
  expect((await backup(home, disk)).code).toBe(0);
});

test.each([[['sync', '--no-push']], [['logout', 'oura']]])(
  'E13 A24 what a killed backup left is gone after %j',
  async (args) => {
    const home = await pushed(2);
    const tokens = secrets(home);
    expect((await home.run(['backup'], { HEALTH_SYNC_FAILPOINT: 'backup.copied:1' })).signal).toBe('SIGKILL');
    const halves = () => readdirSync(home.folder).filter((name) => name.startsWith('.'));
    expect(halves().length).toBeGreaterThan(0);
    for (const half of halves()) expect(mode(join(home.folder, half))).toBe('600');
    expect((await home.run(args)).code).toBe(0);
    expect(halves()).toEqual([]);
    if (args[0] === 'sync') return;
    const files = readdirSync(home.folder).filter((name) => name !== 'health-sync.toml');
    for (const file of files)
      for (const token of tokens)
        expect([file, readFileSync(join(home.folder, file)).includes(token)]).toEqual([file, false]);
  },
);

/** Puts the file where the database was, as docs/backup.md says. */
function restore(home: Household, file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(home.database + end, { force: true });
  copyFileSync(file, home.database);
}

test('E10 F2 F6 A25 restored: the old pair is not sent again, and after signing in no night is doubled', {
  timeout: 120_000,
}, async () => {
  const home = await pushed(5);
  const { file } = await backup(home);
  // Life went on after the backup: nights came, one was pushed that the backup knows nothing of.
  home.time.now += 86_400_000;
  home.oura.truth.put('sleep', night('2026-03-13'));
  await home.fill();
  const entries = home.clockify.entries();
  expect(entries).toHaveLength(6);

  restore(home, file);
  home.forgetRequests();
  const before = await home.sync();
  expect([before.code, before.stderr]).toEqual([3, expect.stringContaining('oura-clockify auth oura')]);
  expect(home.oura.requests).toEqual([]);

  // A new pair in the configuration stands for signing in with a browser.
  home.configure({ oura: 'resources = ["sleep"]' });
  const after = await home.sync();
  expect([after.code, after.push.created, after.push.updated, after.push.adopted]).toEqual([0, 0, 0, 1]);
  expect(home.clockify.entries()).toEqual(entries);
  expect(home.ledger().map(({ state }) => state)).toEqual(Array(6).fill('done'));

  home.forgetRequests();
  const again = await home.sync();
  expect([again.code, again.totals.records.created, again.totals.records.updated]).toEqual([0, 0, 0]);
  expect(home.clockify.writes()).toEqual([]);
  expect(statSync(home.database).mode & 0o777).toBe(0o600);
});

test('E9 a backup that was copied over a database is not mixed with that one’s journal', async () => {
  const home = await pushed(5);
  const { file } = await backup(home);
  // Killed, so that its journal is still there.
  await home.run(['sync', '--full'], { HEALTH_SYNC_FAILPOINT: 'records.committed:1' });
  expect(statSync(`${home.database}-wal`).size).toBeGreaterThan(0);
  copyFileSync(file, home.database);
  const bytes = readFileSync(home.database);
  for (const command of ['sync', 'verify', 'status', 'backup']) {
    const { code, stderr } = await home.run([command, ...(command === 'backup' ? ['x.sqlite'] : [])]);
    expect([command, code, stderr]).toEqual([
      command,
      7,
      expect.stringContaining(`rm '${home.database}-wal'`),
    ]);
  }
  expect(readFileSync(home.database).equals(bytes)).toBe(true);
  for (const end of ['-wal', '-shm']) rmSync(home.database + end);
  expect((await home.run(['status'])).code).toBe(0);
  expect(count(home.database, 'items')).toBe(5);
  expect(existsSync(join(home.folder, 'x.sqlite'))).toBe(false);
});
