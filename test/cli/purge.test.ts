import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answer } from '../../src/sandbox/faults.ts';
import { copyOfSchema } from '../../src/store/beside.ts';
import { Lock } from '../../src/store/lock.ts';
import { breakPage, statements } from '../support/damage.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';
import { inPty } from '../support/pty.ts';
import { hasTerminal, onTerminal } from './support.ts';

async function pushed(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  onTestFinished(() => home.end());
  await home.fill();
  home.forgetRequests();
  return home;
}

async function purge(home: Household, ...args: string[]) {
  const { code, stdout, stderr } = await home.run(['purge', '--json', ...args]);
  return { code, stderr, ...JSON.parse(stdout || '{}') };
}

const GONE = ['--yes', '--no-backup'];

/** Another person's records of the same source, with a sign-in, an entry and what else is kept about them. */
function addAnn(home: Household): void {
  statements(
    home.database,
    `INSERT INTO sync_state (stream, provider, account, resource, live_rows) VALUES (90, 'oura', 'ann', 'sleep', 1);
     INSERT INTO items (stream, id, day, first_seen, last_seen, content_hash, payload)
       VALUES (90, 'anns-night', '2026-03-12', 0, 0, x'00', '{"id":"anns-night"}');
     INSERT INTO oauth_tokens (provider, account, access_token) VALUES ('oura', 'ann', 'anns-token');
     INSERT INTO entries SELECT destination, target, provider, 'ann', resource, 'anns-night', state, 'anns-entry', '{}',
       sent, '{"day":"2026-03-12"}', template, kept, problem, noted_at FROM entries LIMIT 1;
     INSERT OR REPLACE INTO facts VALUES ('oura sign-in as ann', 'last', '{"digest":"anns-digest"}', 0),
       ('oura sign-in as default', 'last', '{"digest":"my-digest"}', 0),
       ('person/oura/ann', 'id', '{"person":"anns-digest"}', 0), ('person/oura/default', 'id', '{"person":"my-digest"}', 0);
     INSERT INTO rejects VALUES (1, x'01', 'day: invalid', '{"id":"my-odd-night"}', 0);
     INSERT INTO missing VALUES (1, 'my-missing-night', 0);
     INSERT INTO rate_closed VALUES ('oura', 1), ('oura sign-in', 1);`,
  );
}

/** Everything that is kept about me: ids, payloads, tokens, entries. */
function mine(home: Household): string[] {
  const items = home.rows<{ id: string; payload: string }>('SELECT id, payload FROM items WHERE stream = 1');
  const [pair] = home.rows<{ access_token: string; refresh_token: string }>(
    "SELECT * FROM oauth_tokens WHERE account = 'default'",
  );
  const entries = home.rows<{ remote_id: string; fields: string }>(
    "SELECT remote_id, fields FROM entries WHERE account = 'default'",
  );
  return [
    ...items.flatMap(({ id, payload }) => [id, payload]),
    ...entries.flatMap(({ remote_id, fields }) => [remote_id, fields]),
    ...(pair === undefined ? [] : [pair.access_token, pair.refresh_token]),
  ];
}

/** In which file of the folder any of these stands; the configuration and what was saved on purpose left out. */
function found(home: Household, needles: readonly string[], but: readonly string[] = []): string[] {
  return readdirSync(home.folder)
    .filter((name) => name !== 'health-sync.toml' && !but.includes(name))
    .filter((name) => {
      const bytes = readFileSync(join(home.folder, name));
      return needles.some((needle) => bytes.includes(needle));
    });
}

/** Every row of every table, as one text. */
function everyRow(home: Household): string {
  const tables = home.rows<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return tables.map(({ name }) => JSON.stringify([name, home.rows(`SELECT * FROM ${name}`)])).join('\n');
}

describe('E14 K10 a source of one account', () => {
  test('is gone from every table and every file, and the other person’s is whole', async () => {
    const home = await pushed(30);
    addAnn(home);
    const needles = [...mine(home), 'my-odd-night', 'my-missing-night', 'my-digest'];
    expect([needles.length > 120, found(home, needles)]).toEqual([true, ['health.sqlite']]);
    // While it is open elsewhere its journal stays too.
    const other = new Database(home.database);
    onTestFinished(() => void other.close());
    other.prepare('SELECT count(*) FROM items').get();

    const done = await purge(home, 'oura', ...GONE);
    expect(done).toMatchObject({
      code: 0,
      outcome: 'OK',
      dryRun: false,
      account: 'default',
      parts: [{ provider: 'oura', account: 'default', records: 31, entries: 30, signedIn: true }],
      records: 31,
      entries: 30,
      erased: true,
      stillEnabled: ['oura'],
      config: home.configFile,
    });
    expect(existsSync(`${home.database}-wal`)).toBe(true);
    for (const needle of needles) expect([needle, found(home, [needle])]).toEqual([needle, []]);
    expect(home.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const rows = everyRow(home);
    for (const word of ['my-', '"default"', 'night-2026'])
      expect([word, rows.includes(word)]).toEqual([word, false]);
    for (const word of ['anns-night', 'anns-token', 'anns-entry', 'oura sign-in as ann', 'person/oura/ann'])
      expect([word, rows.includes(word)]).toEqual([word, true]);
    // Windows are the service's: they stay for the other person.
    expect(home.rows('SELECT scope FROM rate_closed ORDER BY scope')).toHaveLength(2);
    expect(existsSync(`${home.database}.oura.default.lock`)).toBe(false);
    expect(home.clockify.entries()).toHaveLength(30);
    expect(home.asked()).toEqual([]);
    expect(home.rows('SELECT outcome FROM sync_runs WHERE command = ?', 'purge')).toEqual([
      { outcome: 'OK' },
    ]);

    const text = await home.run(['--account', 'ann', 'purge', 'oura', '--dry-run']);
    expect(text.stdout).toContain('oura    ann            1              1  yes');
  });

  test('--account NAME purge --all takes everything of that account, and the last one takes all else along', async () => {
    const home = await pushed(3);
    addAnn(home);
    const before = mine(home);
    expect(await home.run(['--account', 'ann', 'purge', '--all', ...GONE])).toMatchObject({ code: 0 });
    expect(found(home, ['anns-'])).toEqual([]);
    expect(mine(home)).toEqual(before);
    expect(everyRow(home)).toContain('my-odd-night');
    const last = await home.run(['--account', 'default', 'purge', '--all', ...GONE]);
    expect([last.code, found(home, [...before, 'my-'])]).toEqual([0, []]);
    const left = home
      .rows<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .filter(({ name }) => home.rows(`SELECT 1 FROM ${name}`).length > 0);
    expect(left).toEqual([{ name: 'sync_runs' }]);
    expect(home.rows('SELECT command FROM sync_runs')).toEqual([{ command: 'purge' }]);
  });

  test('the log forgets the source, and what was said about others stays', async () => {
    const home = await pushed(1, { config: { app: 'log_file = "sync.log"' } });
    const log = join(home.folder, 'sync.log');
    const lines = [
      '{"command":"sync","message":"oura.sleep: the record night-1 is odd"}',
      '{"command":"sync","message":"hevy: away"}',
    ];
    for (const file of [log, `${log}.1`]) writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    expect((await purge(home, 'oura', ...GONE)).code).toBe(0);
    for (const file of [log, `${log}.1`]) {
      const text = readFileSync(file, 'utf8');
      expect([text.includes('night-1'), text.includes('hevy: away')]).toEqual([false, true]);
    }
    expect(readFileSync(log, 'utf8')).toContain('"command":"purge","outcome":"OK"');
  });

  test('copies of before an upgrade go with it; a backup that was saved stays and is named', async () => {
    const home = await pushed(2);
    const needles = mine(home);
    writeFileSync(copyOfSchema(home.database, 1), needles.join(' '), { mode: 0o600 });
    writeFileSync(join(home.folder, '.health.sqlite.0123456789ab.tmp'), needles.join(' '), { mode: 0o600 });
    const saved = await home.run(['backup', '--json']);
    const done = await purge(home, 'oura', ...GONE);
    expect([done.files, done.kept]).toEqual([
      [copyOfSchema(home.database, 1)],
      [JSON.parse(saved.stdout).file],
    ]);
    expect(found(home, needles)).toEqual(['health-2026-03-12.sqlite']);
  });
});

describe('what a purge leaves alone can be taken up again', () => {
  test.each([['oura'], ['clockify']])(
    'F6 F2 after `purge %s` the next push adopts every entry by its marker',
    async (name) => {
      const home = await pushed(4);
      const entries = home.clockify.entries();
      expect(await purge(home, name, ...GONE)).toMatchObject({ code: 0, entries: 4 });
      const remembered = home.rows("SELECT 1 FROM facts WHERE scope LIKE 'clockify:%'");
      expect([home.ledger(), remembered]).toEqual([[], []]);
      home.configure({ oura: 'resources = ["sleep"]' });
      const { code, push } = await home.sync();
      expect([code, push.created, push.adopted]).toEqual([0, 0, 4]);
      expect(home.clockify.entries()).toEqual(entries);
    },
  );

  test('a source of which nothing is stored: it says so and ends well; one that there is not: USAGE', async () => {
    const home = await pushed(1);
    const none = await home.run(['purge', 'hevy', '--yes']);
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('Nothing of it was stored')]);
    const unknown = await home.run(['purge', 'nonesuch', '--yes']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no provider "nonesuch"')]);
    statements(home.database, "UPDATE sync_state SET provider = 'formerly-a-plugin'");
    expect(await purge(home, 'formerly-a-plugin', ...GONE)).toMatchObject({ code: 0, records: 1 });
    expect(home.rows('SELECT 1 FROM items')).toEqual([]);
  });
});

describe('before anything is removed', () => {
  test('F14 --dry-run shows what would go and changes nothing', async () => {
    const home = await pushed(2);
    const before = everyRow(home);
    const one = await purge(home, 'oura', '--dry-run');
    expect(one).toMatchObject({ code: 0, dryRun: true, records: 2, entries: 2, erased: false, files: [] });
    const all = await purge(home, '--all', '--dry-run');
    expect(all).toMatchObject({ code: 0, dryRun: true, account: null, records: 2, entries: 2 });
    expect(all.files).toContain(home.database);
    expect(everyRow(home)).toBe(before);
  });

  test.each([
    [['oura'], /nobody is at the terminal/],
    [[], /needs the name of a source, or --all/],
    [['oura', '--all', '--yes'], /--all takes everything and oura only some/],
  ])('G1 purge %j without a terminal: USAGE', async (args, message) => {
    const home = await pushed(1);
    const { code, stderr } = await purge(home, ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(home.live('sleep')).toHaveLength(1);
  });

  test('--backup saves everything first; where it cannot, nothing is removed', async () => {
    const home = await pushed(3);
    const needles = mine(home);
    writeFileSync(join(home.folder, 'taken.sqlite'), '');
    expect((await purge(home, 'oura', '--yes', '--backup', 'taken.sqlite')).code).toBe(2);
    expect(home.live('sleep')).toHaveLength(3);
    const done = await purge(home, 'oura', '--yes', '--backup', 'kept.sqlite');
    expect([done.code, done.backup]).toEqual([0, join(home.folder, 'kept.sqlite')]);
    expect(found(home, needles)).toEqual(['kept.sqlite']);
    const kept = new Database(join(home.folder, 'kept.sqlite'), { readonly: true });
    expect(kept.prepare('SELECT count(*) FROM items').pluck().get()).toBe(3);
    kept.close();
  });

  test.skipIf(!hasTerminal)(
    'on a terminal a backup is offered, and Ctrl-C stops with everything in place',
    async () => {
      const home = await pushed(2);
      const asked = await inPty(home, ['purge', 'oura'], /Save everything first\?/);
      expect(asked.code).toBe(130);
      const { code, screen } = await onTerminal(['purge', 'oura'], home.folder, [
        [/Save everything first\?.*: /, 'no/such/folder/file\r'],
        [/is not a folder[\s\S]*Save everything first\?.*: /, 'kept.sqlite\r'],
        [/Removing all of it in 10 s/, '\u0003'],
      ]);
      expect([code, screen]).toEqual([130, expect.stringContaining('kept.sqlite')]);
      expect(existsSync(join(home.folder, 'kept.sqlite'))).toBe(true);
      expect(home.rows('SELECT * FROM items')).toHaveLength(2);
    },
  );

  test('D11 while a run is at work: LOCKED, nothing is removed', async () => {
    const home = await pushed(1);
    const lock = Lock.try(`${home.database}.run.lock`);
    for (const args of [['oura'], ['--all']]) expect((await purge(home, ...args, ...GONE)).code).toBe(6);
    lock?.release();
    expect(home.live('sleep')).toHaveLength(1);
  });
});

describe('--revoke', () => {
  test('A24 ends the sign-in at the service, then forgets it', async () => {
    const home = await pushed(1);
    const done = await purge(home, 'oura', '--revoke', ...GONE);
    expect(done).toMatchObject({
      code: 0,
      revoked: [{ provider: 'oura', account: 'default', outcome: 'revoked', reason: null }],
    });
    expect(Object.keys(home.oura.counts()).filter((one) => one.startsWith('POST'))).toHaveLength(1);
    expect(home.rows('SELECT * FROM oauth_tokens')).toEqual([]);
  });

  test.each([[['oura']], [['--all']]])(
    'a service that is away does not keep purge %j from removing; PARTIAL says so',
    async (args) => {
      const home = await pushed(1);
      const needles = mine(home);
      home.oura.faults.add({ method: 'POST', path: /./ }, answer(503, ''), 9);
      const done = await purge(home, ...args, '--revoke', ...GONE);
      expect([done.code, done.outcome, done.revoked[0].outcome]).toEqual([5, 'PARTIAL', 'failed']);
      expect(done.stderr).toContain('End the app’s access in your account there.');
      expect(found(home, needles)).toEqual([]);
    },
  );
});

describe('E14 what is in the way', () => {
  test('a program that is reading: exit 7 and what to do; a repeat finishes', {
    timeout: 90_000,
  }, async () => {
    const home = await pushed(10);
    const needles = mine(home);
    const reader = new Database(home.database);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM items').get();
    const busy = await purge(home, 'oura', ...GONE);
    expect([busy.code, busy.outcome, busy.erased]).toEqual([7, 'STORE', false]);
    expect(busy.stderr).toContain('run the same command again');
    expect(home.rows('SELECT 1 FROM items')).toEqual([]);
    expect(found(home, needles)).not.toEqual([]);
    reader.exec('COMMIT');
    reader.close();
    expect(await purge(home, 'oura', ...GONE)).toMatchObject({ code: 0, erased: true, records: 0 });
    expect(found(home, needles)).toEqual([]);
  });

  test.each([['purge.deleted'], ['purge.rebuilt']])(
    'killed at %s: verify says so, and a repeat finishes',
    async (name) => {
      const home = await pushed(10);
      const needles = mine(home);
      const args = ['purge', 'oura', ...GONE];
      expect((await home.run(args, { HEALTH_SYNC_FAILPOINT: `${name}:1` })).signal).toBe('SIGKILL');
      home.time.now += 3_600_000;
      expect((await home.run(['verify'])).stdout).toMatch(
        /the purge of .* did not end[\s\S]*Run the same purge again/,
      );
      expect((await home.run(args)).code).toBe(0);
      expect(found(home, needles)).toEqual([]);
      expect(home.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    },
  );
});

describe('K10 E13 purge --all', () => {
  const LEFT = ['health-2026-03-12.sqlite', 'health-sync.toml'];

  test('removes the files themselves, not the configuration and what was saved', async () => {
    const home = await pushed(5, { config: { app: 'log_file = "sync.log"' } });
    addAnn(home);
    await home.run(['backup']);
    writeFileSync(copyOfSchema(home.database, 1), 'x');
    writeFileSync(join(home.folder, '.health.sqlite.0123456789ab.tmp'), 'x');
    const files = readdirSync(home.folder);
    const done = await purge(home, '--all', ...GONE);
    expect(done).toMatchObject({ code: 0, account: null, records: 7, entries: 6, config: home.configFile });
    expect(done.kept).toEqual([join(home.folder, 'health-2026-03-12.sqlite')]);
    expect(readdirSync(home.folder)).toEqual(LEFT);
    for (const file of files.filter((name) => !LEFT.includes(name)))
      expect(done.files).toContain(join(home.folder, file));
    const again = await home.run(['purge', '--all', '--yes']);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing of it was stored')]);
    expect(readdirSync(home.folder)).toEqual(LEFT);
    expect(home.clockify.entries()).toHaveLength(5);
  });

  test.each([1, 2])('killed after removing %i files, a repeat removes the rest', async (count) => {
    const home = await pushed(2);
    writeFileSync(copyOfSchema(home.database, 1), 'x');
    writeFileSync(join(home.folder, '.health.sqlite.0123456789ab.tmp'), 'x');
    const args = ['purge', '--all', ...GONE];
    const killed = await home.run(args, { HEALTH_SYNC_FAILPOINT: `purge.file-removed:${count}` });
    expect(killed.signal).toBe('SIGKILL');
    expect(readdirSync(home.folder).length).toBeGreaterThan(1);
    expect((await home.run(args)).code).toBe(0);
    expect(readdirSync(home.folder)).toEqual(['health-sync.toml']);
  });

  test('a program that has the file open: exit 7, nothing is removed; a repeat finishes', {
    timeout: 90_000,
  }, async () => {
    const home = await pushed(1);
    const other = new Database(home.database);
    other.prepare('SELECT count(*) FROM items').get();
    const busy = await purge(home, '--all', ...GONE);
    expect([busy.code, busy.stderr]).toEqual([7, expect.stringContaining('nothing was removed')]);
    other.close();
    expect(home.live('sleep')).toHaveLength(1);
    expect((await purge(home, '--all', ...GONE)).code).toBe(0);
    expect(readdirSync(home.folder)).toEqual(['health-sync.toml']);
  });

  test('E9 a damaged database goes unread; E8 E6 one that is not ours or newer keeps every byte', async () => {
    const home = await pushed(40);
    statements(home.database, 'PRAGMA wal_checkpoint(TRUNCATE)');
    const sound = readFileSync(home.database);
    for (const change of ['PRAGMA application_id = 7', 'PRAGMA user_version = 99']) {
      statements(home.database, change);
      const bytes = readFileSync(home.database);
      expect((await purge(home, '--all', ...GONE)).code).toBe(7);
      expect(readFileSync(home.database).equals(bytes)).toBe(true);
      writeFileSync(home.database, sound);
    }
    breakPage(home.database, 'items');
    statements(home.database, 'PRAGMA user_version = 1');
    rmSync(`${home.database}-wal`, { force: true });
    const saved = await purge(home, '--all', '--yes', '--backup', 'x.sqlite');
    expect([saved.code, existsSync(home.database)]).toEqual([7, true]);
    expect((await purge(home, '--all', ...GONE)).code).toBe(0);
    expect(readdirSync(home.folder)).toEqual(['health-sync.toml']);
  });
});
