import { chmodSync, closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import { Lock } from '../../src/store/lock.ts';
import { Household, type HouseholdOptions, householdOf, night, nights } from '../support/household.ts';
import { runProgram, temporaryFolder } from '../support/program.ts';

const DAY = 86_400_000;

interface Check {
  readonly area: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly outcome: string | null;
  readonly message: string;
  readonly hint: string | null;
}

async function synced(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  onTestFinished(() => home.end());
  await home.fill();
  home.forgetRequests();
  return home;
}

async function verify(home: Household, args: string[] = [], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await home.run(['verify', '--json', ...args], env);
  const object = JSON.parse(stdout);
  const checks: Check[] = object.checks;
  const of = (area: string, level: Check['level']) =>
    checks.filter((one) => one.area === area && one.level === level);
  return { ...object, code, stderr, of, problems: checks.filter(({ level }) => level === 'problem') };
}

function change(home: Household, sql: string): void {
  const db = new Database(home.database);
  db.exec(sql);
  db.close();
}

test('all well: it ends with 0, asks for one listing, writes nothing anywhere', async () => {
  const home = await synced(5);
  const tables = ['items', 'entries', 'sync_state', 'sync_runs', 'oauth_tokens'];
  const before = tables.map((name) => home.rows(`SELECT * FROM ${name}`));
  const found = await verify(home);
  expect([found.code, found.outcome, found.problems, found.stderr]).toEqual([0, 'OK', [], '']);
  const areas = [
    'configuration',
    'files',
    'database',
    'runs',
    'oura',
    'freshness',
    'clockify',
    'entries',
    'clock',
  ];
  for (const area of areas) expect([area, found.of(area, 'ok').length > 0]).toEqual([area, true]);
  expect(found.entries).toMatchObject({ same: 5, missing: [], double: [], drifted: [], stray: [] });
  expect(found.resources).toEqual([
    {
      source: 'oura.sleep',
      lastSuccess: expect.any(String),
      lastOutcome: 'OK',
      newest: '2026-03-12',
      gaps: [],
      state: 'fresh',
    },
  ]);
  expect(home.asked()).toEqual(['GET user', 'GET workspaces', 'GET projects', 'GET time-entries']);
  expect(home.oura.counts()).toEqual({ 'GET /v2/usercollection/personal_info': 1 });
  expect(tables.map((name) => home.rows(`SELECT * FROM ${name}`))).toEqual(before);
  const text = await home.run(['verify']);
  expect(text.stdout).toMatch(/^ok +database +integrity ok/m);
});

test('--quiet prints only what needs attention', async () => {
  const home = await synced(1);
  const { code, stdout } = await home.run(['--config', home.configFile, 'verify', '--quiet']);
  expect([code, stdout]).toEqual([0, '']);
});

test('before the first sync it warns and ends with 0 or says what is missing', async () => {
  const home = await householdOf(nights(1));
  onTestFinished(() => home.end());
  const found = await verify(home);
  expect([found.code, found.problems]).toEqual([0, []]);
  expect(found.of('runs', 'warning')[0]).toMatchObject({ hint: 'Run: oura-clockify sync' });
  expect(found.of('clockify', 'warning')[0]?.message).toContain('no project "Sleep" yet');
  expect(home.clockify.writes()).toEqual([]);
});

test('H1 a configuration that is refused is the finding, with its key', async () => {
  const home = await synced(1);
  writeFileSync(home.configFile, '[oura]\nenabeld = true\n', { mode: 0o600 });
  const found = await verify(home);
  expect([found.code, found.outcome]).toEqual([2, 'USAGE']);
  expect(found.of('configuration', 'problem')[0]?.message).toContain('enabeld');
  const nowhere = await runProgram(['verify', '--json'], { cwd: temporaryFolder() });
  expect([nowhere.code, JSON.parse(nowhere.stdout).checks[0].hint]).toEqual([2, 'Run: oura-clockify init']);
});

test('A17 files that others may read are named with the command that closes them', async () => {
  const home = await synced(1);
  chmodSync(home.configFile, 0o644);
  const config = await verify(home);
  expect([config.code, config.problems.length]).toEqual([2, 1]);
  expect(config.problems[0]).toMatchObject({ area: 'files', hint: `Run: chmod 600 '${home.configFile}'` });
  chmodSync(home.configFile, 0o600);
  const lock = `${home.database}.run.lock`;
  chmodSync(lock, 0o640);
  chmodSync(home.database, 0o644);
  const files = await verify(home);
  expect(files.code).toBe(7);
  expect(files.problems.map(({ message }: Check) => message)).toEqual([
    expect.stringContaining(`${home.database} (mode 644)`),
    expect.stringContaining(`${lock} (mode 640)`),
  ]);
  expect(statSync(home.database).mode & 0o777).toBe(0o600);
  chmodSync(lock, 0o600);
  const copies = ['health.sqlite.schema-1.backup', 'health-2026-03-01.sqlite'].map((name) =>
    join(home.folder, name),
  );
  for (const copy of copies) {
    writeFileSync(copy, '');
    chmodSync(copy, 0o644);
  }
  expect((await verify(home)).problems.map(({ hint }: Check) => hint)).toEqual(
    copies.map((copy) => `Run: chmod 600 '${copy}'`),
  );
  for (const copy of copies) chmodSync(copy, 0o600);
  chmodSync(home.folder, 0o777);
  expect((await verify(home)).problems[0]?.message).toContain('others may write');
});

test('E9 a damaged database: it says what is damaged, and writes no token into it', async () => {
  const home = await synced(200);
  change(home, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const [{ rootpage } = { rootpage: 0 }] = home.rows<{ rootpage: number }>(
    "SELECT rootpage FROM sqlite_schema WHERE name = 'items'",
  );
  const file = openSync(home.database, 'r+');
  writeSync(file, Buffer.alloc(600, 0xa5), 0, 600, (rootpage - 1) * 4096);
  closeSync(file);
  const found = await verify(home);
  expect([found.code, found.outcome]).toEqual([7, 'STORE']);
  expect(found.of('database', 'problem')[0]?.message).toMatch(/is damaged: .*(page|malformed)/i);
  expect(found.of('database', 'problem')[0]?.hint).toContain('Restore a backup');
  expect(found.stderr).not.toContain('oura-clockify verify');
  expect([home.oura.requests, home.clockify.requests]).toEqual([[], []]);
});

test('E9 a damaged schema, E8 a file that is not ours: the bytes stay', async () => {
  const home = await synced(1);
  change(home, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const sound = readFileSync(home.database);
  const damaged = Buffer.from(sound);
  damaged.fill(0xa5, 100, 2000);
  for (const bytes of [damaged, Buffer.from('something else entirely')]) {
    writeFileSync(home.database, bytes, { mode: 0o600 });
    const found = await verify(home);
    expect([found.code, found.problems.length]).toEqual([7, 1]);
    expect(readFileSync(home.database).equals(bytes)).toBe(true);
  }
});

test('counters that do not fit and items set aside are reported', async () => {
  const home = await synced(2);
  change(home, 'UPDATE sync_state SET live_rows = live_rows + 1');
  change(home, "INSERT INTO rejects VALUES (1, x'00', 'day: invalid', '{}', 0)");
  const found = await verify(home);
  expect(found.code).toBe(7);
  expect(found.of('database', 'problem')[0]?.message).toContain('oura.sleep');
  expect(found.of('database', 'warning')[0]?.message).toContain('oura.sleep: 1 items');
});

test.each([-11, 11])('A15 a clock that is %i minutes off is a problem', async (minutes) => {
  const home = await synced(1);
  const { now } = home.time;
  const clock = { HEALTH_SYNC_CLOCK: new Date(now + minutes * 60_000).toISOString() };
  const found = await verify(home, [], clock);
  expect([found.code, found.problems.length]).toEqual([2, 1]);
  expect(found.problems[0]?.message).toContain(`11 minutes ${minutes < 0 ? 'behind' : 'ahead'}`);
  const small = { HEALTH_SYNC_CLOCK: new Date(now + 120_000).toISOString() };
  expect((await verify(home, [], small)).code).toBe(0);
});

test('A9 G10 a sign-in that is refused ends with AUTH, whatever else is wrong', async () => {
  const home = await synced(1);
  home.oura.grant.revoke();
  change(home, 'UPDATE sync_state SET live_rows = live_rows + 1');
  const found = await verify(home);
  expect([found.code, found.outcome, found.problems.length]).toEqual([3, 'AUTH', 2]);
  expect(found.stderr).toContain('oura-clockify auth oura');
  expect(found.stderr).toContain('(and 1 more)');
});

test('A14 scopes that were not granted are named; the one that pushing needs is a problem', async () => {
  const home = await Household.start({ config: { oura: 'resources = ["sleep", "heartrate"]' } });
  onTestFinished(() => home.end());
  await home.sync();
  const grant = (scope: string) =>
    change(home, `UPDATE oauth_tokens SET world = 'configured', scope = '${scope}'`);
  grant('extapi:personal extapi:daily');
  const some = await verify(home);
  expect(some.code).toBe(0);
  expect(some.of('oura', 'warning')[0]?.message).toBe(
    'oura: not granted: heartrate, so heartrate cannot be read',
  );
  grant('extapi:personal');
  const found = await verify(home);
  expect([found.code, found.of('oura', 'problem').length]).toEqual([3, 1]);
});

test('a lapsed membership is AUTH with the provider’s own words', async () => {
  const home = await synced(1);
  home.oura.grant.lapse(true);
  const found = await verify(home);
  expect(found.code).toBe(3);
  expect(found.problems[0]?.message).toContain('membership');
});

test('C1 a service that is away is TEMP, a reply that is not understood CONTRACT', async () => {
  const home = await synced(1);
  home.oura.faults.add({ path: /personal_info/ }, answer(503, '', { 'retry-after': '900' }), 9);
  const away = await verify(home);
  expect([away.code, away.of('oura', 'problem')[0]?.message]).toEqual([
    4,
    expect.stringContaining('not checked'),
  ]);
  home.oura.faults.clear();
  home.time.now += 3_600_000;
  home.oura.faults.add({ path: /personal_info/ }, answer(200, '<html>'), 9);
  expect((await verify(home)).code).toBe(8);
});

test('A3 20 verifications at once with one expired token make one refresh', {
  timeout: 180_000,
}, async () => {
  const home = await synced(1);
  home.time.now += 2 * DAY;
  home.oura.faults.clear();
  const all = await Promise.all(Array.from({ length: 20 }, () => verify(home)));
  expect(all.map(({ code }) => code)).toEqual(Array(20).fill(0));
  const posts = home.oura.requests.filter(({ method }) => method === 'POST');
  expect(posts.map(({ path }) => path)).toEqual(['/oauth/v2/ext/oauth-token']);
});

test('D11 it works while a sync holds the run lock', async () => {
  const home = await synced(1);
  change(
    home,
    "INSERT INTO sync_runs (command, started_at) VALUES ('sync', unixepoch('2026-03-12 08:00:00') * 1000)",
  );
  const lock = Lock.try(`${home.database}.run.lock`);
  const found = await verify(home);
  lock?.release();
  expect([found.code, found.of('runs', 'ok').length]).toEqual([0, 1]);
  home.time.now += 3_600_000;
  const later = await verify(home);
  expect(later.of('runs', 'warning')[0]?.message).toContain('it was killed');
});

test('G7 data that went stale are a problem, with the reason of the last read', async () => {
  const home = await synced(3);
  home.time.now += 4 * DAY;
  const found = await verify(home);
  expect([found.code, found.outcome]).toEqual([4, 'TEMP']);
  expect(found.of('freshness', 'problem')[0]).toMatchObject({ hint: 'Run: oura-clockify sync' });
  change(home, "UPDATE sync_state SET last_outcome = 'AUTH'");
  const refused = await verify(home);
  expect([refused.code, refused.resources[0].state]).toEqual([3, 'stale']);
});

test('G7 a ring that went silent is a warning, and one that is seldom worn is none', async () => {
  const home = await householdOf(nights(30));
  const seldom = await householdOf(nights(10));
  for (const one of [home, seldom]) onTestFinished(() => one.end());
  for (const one of [home, seldom]) {
    await one.fill();
    one.time.now += 9 * DAY;
    expect((await one.sync()).code).toBe(0);
  }
  const found = await verify(home);
  expect([found.code, found.resources[0].state]).toEqual([0, 'silent']);
  expect(found.of('freshness', 'warning')[0]?.message).toContain('no record of the last 7 days: sleep');
  expect((await verify(seldom)).of('freshness', 'warning')).toEqual([]);
});

test('days that were never read are named', async () => {
  const home = await householdOf(nights(10));
  onTestFinished(() => home.end());
  await home.sync('--days', '5');
  const found = await verify(home);
  expect(found.of('freshness', 'warning')[0]?.message).toContain('2020-01-01..2026-03-07 (sleep)');
});

test('F5 F18 F2 store against Clockify: missing, double, drifted, gone, stray', async () => {
  const home = await synced(8);
  const { clockify, oura } = home;
  const [first, second, third] = clockify.entries();
  clockify.editEntry(first?.id ?? '', { description: 'mine' });
  clockify.addEntry({ ...second?.timeInterval, description: second?.description ?? '' } as never);
  clockify.deleteEntry(third?.id ?? '');
  clockify.addEntry({
    start: '2026-03-01T22:00:00Z',
    end: '2026-03-02T06:00:00Z',
    description: '🛌 Sleep - 8h 0m (90% efficiency) [Oura:2026-03-02_22:00]',
  });
  const nap = { id: 'nap', type: 'late_nap', bedtime_start: '2026-03-09T13:00:00+00:00' };
  oura.truth.put('sleep', night('2026-03-09', { ...nap, bedtime_end: '2026-03-09T22:00:00+00:00' }));
  oura.truth.rescore('night-2026-03-08', { efficiency: 50 });
  expect((await home.sync('--no-push')).code).toBe(0);
  home.forgetRequests();
  const found = await verify(home);
  expect(found.entries).toEqual({
    same: 5,
    missing: ['2026-03-09'],
    behind: ['2026-03-08'],
    unknown: [],
    double: ['2026-03-11'],
    drifted: ['2026-03-12'],
    notThere: ['2026-03-10'],
    deletedThere: [],
    blocked: [],
    stray: ['2026-03-02'],
    withoutRule: [],
  });
  expect([found.code, found.of('entries', 'problem').length, found.of('entries', 'warning').length]).toEqual([
    7, 2, 4,
  ]);
  expect(home.asked().filter((one) => one.includes('time-entries'))).toEqual(['GET time-entries']);
  expect(home.clockify.writes()).toEqual([]);
  const narrow = await verify(home, ['--days', '1']);
  expect([narrow.code, narrow.entries.missing, narrow.entries.drifted]).toEqual([0, [], ['2026-03-12']]);
});

test('F6 entries without a ledger are not missing', async () => {
  const home = await synced(3);
  change(home, 'DELETE FROM entries');
  const found = await verify(home);
  expect([found.code, found.entries.missing, found.entries.unknown.length]).toEqual([0, [], 3]);
});

test('C4 F12 while the window is closed no request goes out: not checked until then, TEMP', async () => {
  const home = await synced(1, { clockify: { plan: 'free' } });
  home.clockify.faults.add({ path: /./ }, answer(429, '', { 'retry-after': '1800' }), 1);
  expect((await verify(home)).code).toBe(4);
  home.forgetRequests();
  const found = await verify(home);
  expect([found.code, home.asked()]).toEqual([4, []]);
  expect(found.of('entries', 'problem')[0]?.message).toMatch(/not checked until 2026-03-12T08:3\d/);
  home.time.now += 1_900_000;
  const later = await verify(home);
  expect(later.code).toBe(0);
  expect(later.of('clockify', 'ok').at(-1)?.message).toMatch(/plan FREE: 30 requests per hour, \d+ left/);
});

test('Clockify: wrong key, several workspaces, rules, archived project', { timeout: 120_000 }, async () => {
  const home = await synced(1);
  const key = await verify(home, [], { CLOCKIFY_API_KEY: 'canary-of-another-region' });
  expect([key.code, key.of('clockify', 'problem')[0]?.hint]).toEqual([3, 'Run: oura-clockify auth clockify']);
  home.clockify.settings().forceTasks = true;
  const rules = await verify(home);
  expect([rules.code, rules.problems[0]?.message]).toEqual([2, expect.stringContaining('forceTasks')]);
  home.clockify.settings().forceTasks = false;
  home.clockify.addProject('Old', { archived: true });
  const archived = await verify(home, [], { SLEEP_PROJECT_NAME: 'Old' });
  expect([archived.code, archived.problems[0]?.message]).toEqual([2, expect.stringContaining('archived')]);
  expect(archived.entries).not.toBeNull();

  const two = await householdOf(nights(1), { clockify: { workspaces: 2 } });
  onTestFinished(() => two.end());
  const several = await verify(two);
  expect([several.code, several.problems[0]?.message]).toEqual([2, expect.stringContaining('2 workspaces')]);
});

test('G1 without HOME and from another folder it names what a crontab line needs', async () => {
  const home = await synced(1);
  const inFolder = await verify(home);
  expect(inFolder.of('cron', 'warning')[0]?.hint).toContain(`--config ${home.configFile} sync --quiet`);
  const env = { HEALTH_SYNC_CLOCK: new Date(home.time.now).toISOString(), HOME: undefined };
  const bare = await runProgram(['--config', home.configFile, 'verify', '--json'], {
    cwd: temporaryFolder(),
    env,
  });
  expect(bare.code).toBe(0);
  expect(bare.stdout).toContain('HOME is not set');
  const named = await verify(home, [], { SLEEP_PROJECT_NAME: 'Sleep' });
  expect(named.of('cron', 'warning').at(-1)?.message).toContain('SLEEP_PROJECT_NAME');
});

test('A22 K11 no token, key or e-mail address is printed, not even with --debug', async () => {
  const home = await synced(2);
  const config = readFileSync(home.configFile, 'utf8');
  const secrets = [...config.matchAll(/^(?:access_token|refresh_token|client_secret|api_key) = "(.+)"$/gm)];
  expect(secrets).toHaveLength(4);
  home.oura.grant.revoke();
  for (const args of [
    ['verify', '--debug'],
    ['verify', '--json'],
    ['cleanup', '--yes', '--debug'],
  ]) {
    const { stdout, stderr } = await home.run(args);
    for (const [, secret] of secrets) expect(stdout + stderr).not.toContain(secret);
    expect(stdout + stderr).not.toContain('@example');
  }
});

test('H7 --days has to be a whole number from 1 on', async () => {
  const home = await synced(1);
  for (const days of ['0', '-1', 'many', '1.5'])
    expect((await home.run(['verify', `--days=${days}`])).code).toBe(2);
});

test('a household with everything enabled agrees with itself', async () => {
  const home = await Household.start({ oura: { days: 40 } });
  onTestFinished(() => home.end());
  await home.sync();
  const found = await verify(home, ['--days', '60']);
  expect([found.code, found.resources.length > 15]).toEqual([0, true]);
  expect(found.resources.every(({ state }: { state: string }) => state === 'fresh')).toBe(true);
  expect(found.entries.same).toBe(home.clockify.entries().length);
});
