import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type EightSleepSandboxOptions, startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { answer } from '../../src/sandbox/faults.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import { Desk, hasTerminal, onTerminal } from './support.ts';

async function gym(seed = 1) {
  const service = await startHevy({ now: Date.now, days: 3, seed });
  onTestFinished(() => service.close());
  return service;
}

const hevySection = (url: string, ...more: string[]) =>
  ['[hevy]', 'enabled = true', `base_url = "${url}"`, ...more, ''].join('\n');

describe('signing in with a key', () => {
  test('the key is tried, stored with whose it is, and used; logout forgets it', async () => {
    const service = await gym();
    const me = new Desk(hevySection(service.url));
    const input = `${service.apiKey}\n`;
    const out = await me.json(['auth', 'hevy', '--key-stdin'], { input });
    expect(out).toMatchObject({ code: 0, provider: 'hevy', kind: 'apiKey', from: 'sign-in', granted: null });
    expect(service.counts()).toEqual({ 'GET /v1/user/info': 1 });
    expect(me.token()).toMatchObject({ access_token: service.apiKey, user_id: expect.any(String) });
    expect((await me.run(['check-token'])).stdout).toMatch(/^Hevy: stored API key$/m);
    expect((await me.json(['sync', '--no-push', '--resources', 'routines'])).code).toBe(0);
    const gone = await me.run(['logout', 'hevy']);
    expect(gone.stdout).toContain('the key itself still works');
    expect(readFileSync(me.database, 'latin1')).not.toContain(service.apiKey);
    expect(JSON.stringify(out) + gone.stdout).not.toContain(service.apiKey);
  });

  test('one that the service does not take: AUTH with its own words, nothing stored', async () => {
    const me = new Desk(hevySection((await gym()).url));
    const { code, stderr } = await me.run(['auth', 'hevy', '--key-stdin', '--debug'], {
      input: 'mistyped-key\n',
    });
    expect(code).toBe(3);
    expect(stderr).toContain('hevy: the key is not accepted (401). ');
    expect(stderr).not.toContain('mistyped-key');
    expect(me.token()).toBeUndefined();
  });

  test('A21 two people: the second needs a name, and never gets the configured key', async () => {
    const [ann, ben] = [await gym(1), await gym(2)];
    const me = new Desk(hevySection(ann.url, `api_key = "${ann.apiKey}"`));
    expect((await me.json(['auth', 'hevy'])).from).toBe('configuration');
    expect(me.token()).toBeUndefined();
    const missing = await me.run(['--account', 'ben', 'sync', '--no-push']);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('hevy: no API key');
    expect(missing.stderr).toContain('oura-clockify --account ben auth hevy');
    me.writeConfig(hevySection(ben.url, `api_key = "${ann.apiKey}"`));
    const input = `${ben.apiKey}\n`;
    expect((await me.run(['--account', 'ben', 'auth', 'hevy', '--key-stdin'], { input })).code).toBe(0);
    expect(me.token('ben')?.access_token).toBe(ben.apiKey);

    const other = new Desk(hevySection(ann.url));
    await other.run(['auth', 'hevy', '--key-stdin'], { input: `${ann.apiKey}\n` });
    other.writeConfig(hevySection(ben.url));
    const stranger = await other.run(['auth', 'hevy', '--key-stdin'], { input });
    expect(stranger.code).toBe(3);
    expect(stranger.stderr).toContain('somebody else signed in than before');
    expect(other.token()?.access_token).toBe(ann.apiKey);
  });

  test('a key beside another, configured one is not taken, since that one counts', async () => {
    const service = await gym();
    const me = new Desk(hevySection(service.url, 'api_key = "old-key"'));
    const { code, stderr } = await me.run(['auth', 'hevy', '--key-stdin'], { input: `${service.apiKey}\n` });
    expect([code, me.token()]).toEqual([2, undefined]);
    expect(stderr).toMatch(/api_key from .*health-sync\.toml counts, not a key that is stored/);
  });

  test('a configured key that is not accepted is to be corrected where it stands', async () => {
    const service = await gym();
    const me = new Desk(hevySection(service.url, 'api_key = "old-key"'));
    for (const args of [
      ['auth', 'hevy'],
      ['sync', 'hevy'],
    ]) {
      const { code, stderr } = await me.run(args);
      expect([args[0], code, stderr]).toEqual([
        args[0],
        3,
        expect.stringContaining('Correct api_key under [hevy]'),
      ]);
    }
  });

  test('no key and nobody to ask: USAGE with the way to one', async () => {
    const { code, stderr } = await new Desk(hevySection((await gym()).url)).run(['auth', 'hevy']);
    expect(code).toBe(2);
    expect(stderr).toContain('oura-clockify auth hevy --key-stdin');
  });

  test.skipIf(!hasTerminal)('on a terminal the key is asked for and not shown', async () => {
    const service = await gym();
    const me = new Desk(hevySection(service.url));
    const { code, screen } = await onTerminal(['auth', 'hevy'], me.folder, [
      [/Hevy API key \(not shown\): $/, `${service.apiKey}\r`],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).not.toContain(service.apiKey);
    expect(me.token()?.access_token).toBe(service.apiKey);
  });
});

describe.skipIf(!hasTerminal)('A21 on a terminal somebody else than before is asked for another name', () => {
  const KEY = /Hevy API key \(not shown\): $/;
  const NAME = /Name of another account.*: $/;

  async function twoPeople() {
    const [ann, ben] = [await gym(1), await gym(2)];
    const me = new Desk(hevySection(ann.url));
    await me.run(['auth', 'hevy', '--key-stdin'], { input: `${ann.apiKey}\n` });
    me.writeConfig(hevySection(ben.url));
    return { me, ann, ben };
  }

  test('and the key kept under that one, once it is good and nobody else’s', async () => {
    const { me, ann, ben } = await twoPeople();
    const { code, screen } = await onTerminal(['auth', 'hevy'], me.folder, [
      [KEY, `${ben.apiKey}\r`],
      [NAME, 'be n\r'],
      [NAME, 'default\r'],
      [NAME, 'ben\r'],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).toMatch(/Not accepted: a name is.*Not accepted: "default" is somebody else's/s);
    expect(screen).toContain('Hevy takes the API key as "ben"');
    expect(screen).toContain('Next: oura-clockify --account ben sync');
    expect(me.token('ben')?.access_token).toBe(ben.apiKey);
    expect(me.token()?.access_token).toBe(ann.apiKey);
    const sync = ['sync', '--no-push', '--resources', 'routines'];
    expect((await me.run(['--account', 'ben', ...sync])).code).toBe(0);
  });

  test('and with Enter nothing is stored', async () => {
    const { me, ann, ben } = await twoPeople();
    const { code, screen } = await onTerminal(['auth', 'hevy'], me.folder, [
      [KEY, `${ben.apiKey}\r`],
      [NAME, '\r'],
    ]);
    expect({ code, screen }).toMatchObject({ code: 2 });
    expect(screen).toContain('nothing was stored');
    expect(me.token()?.access_token).toBe(ann.apiKey);
  });
});

const PASSWORD = 'canary horse battery';

async function bed(options: Partial<EightSleepSandboxOptions> = {}) {
  const service = await startEightSleep({ now: Date.now, days: 2, password: PASSWORD, ...options });
  onTestFinished(() => service.close());
  return service;
}

function bedSection(
  { settings }: Awaited<ReturnType<typeof bed>>,
  changes: Record<string, string> = {},
): string {
  const { email: _, password: __, ...rest } = settings;
  const lines = Object.entries({ ...rest, ...changes }).map(
    ([key, value]) => `${key} = ${JSON.stringify(value)}`,
  );
  return ['[eightsleep]', 'enabled = true', ...lines, ''].join('\n');
}

const SAM = { email: 'sam@example.org', password: PASSWORD };

describe('signing in with a password', () => {
  test('for a named account it is sent once and not kept', async () => {
    const service = await bed();
    const me = new Desk(bedSection(service, { ...SAM, email: 'ann@example.org' }));
    const words = ['--account', 'sam', 'auth', 'eightsleep', '--email', SAM.email, '--password-stdin'];
    const out = await me.json(words, { input: `${PASSWORD}\n` });
    expect(out).toMatchObject({ code: 0, kind: 'password', from: 'sign-in', refreshable: true });
    expect(out.stderr).toContain('no public API');
    expect(me.token('sam')).toMatchObject({ user_id: service.userId, world: 'json' });
    expect(me.token()).toBeUndefined();
    const bytes = readFileSync(me.database, 'latin1') + JSON.stringify(out);
    expect(bytes).not.toMatch(/canary horse|sam@example/);
    expect(service.logins()).toBe(1);
  });

  test('the configured one signs in by itself, once for all runs', async () => {
    const service = await bed();
    const me = new Desk(bedSection(service, SAM));
    const sync = ['sync', '--no-push', '--resources', 'user'];
    expect((await me.run(sync)).code).toBe(0);
    service.expireTokens();
    expect((await me.run(sync)).code).toBe(0);
    expect(service.logins()).toBe(1);
    const out = await me.json(['logout', 'eightsleep']);
    expect(out.stillConfigured).toEqual([`eightsleep.password (${me.configFile})`]);
  });

  test('A22 A26 a wrong one: AUTH once, and nothing that was echoed is anywhere', async () => {
    const service = await bed({ body: 'both', password: 'another one' });
    const me = new Desk(bedSection(service, SAM));
    const runs = [];
    for (const words of [
      ['sync', '--no-push', '--debug'],
      ['verify', '--debug'],
      ['check-token', '--debug'],
      ['sync', '--json'],
    ])
      runs.push(await me.run(words));
    expect(runs.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    expect(service.requests.every(({ status }) => status === 400)).toBe(true);
    const attempts = service.logins();
    expect(attempts).toBeLessThanOrEqual(2);
    const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(printed).not.toMatch(/canary horse|the grant is invalid|sandbox-secret|sam@example/);
    expect(printed).toContain('oura-clockify auth eightsleep');
    const db = new Database(me.database);
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const rows = tables.map((name) => JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all())).join('');
    db.close();
    expect(rows).not.toMatch(/canary horse|sam@example/);
  });

  test('a person may try again at once after a refusal, but not while the service is closed', async () => {
    const service = await bed();
    const me = new Desk(bedSection(service));
    const words = ['auth', 'eightsleep', '--email', SAM.email, '--password-stdin'];
    expect((await me.run(words, { input: 'mistyped\n' })).code).toBe(3);
    service.faults.add({ path: /tokens$/ }, answer(429));
    expect((await me.run(words, { input: `${PASSWORD}\n` })).code).toBe(4);
    const sent = service.requests.length;
    const closed = await me.run(words, { input: `${PASSWORD}\n` });
    expect(closed.code).toBe(4);
    expect(closed.stderr).toMatch(/none is tried until \d{4}-/);
    expect(service.requests).toHaveLength(sent);
  });

  test('no password and nobody to ask: USAGE with the flags that give it', async () => {
    const { code, stderr } = await new Desk(bedSection(await bed())).run(['auth', 'eightsleep']);
    expect(code).toBe(2);
    expect(stderr).toContain('--email ADDRESS --password-stdin');
  });

  test.skipIf(!hasTerminal)('on a terminal both are asked for, the password unseen', async () => {
    const me = new Desk(bedSection(await bed()));
    const { code, screen } = await onTerminal(['auth', 'eightsleep'], me.folder, [
      [/Eight Sleep.* e-mail: $/, `${SAM.email}\r`],
      [/password \(not shown, not stored\): $/, `${PASSWORD}\r`],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).toMatch(/not stored\): [\r\n]+Signed in/);
    expect(me.token()).toBeDefined();
  });
});

describe.skipIf(!hasTerminal)('A21 a password of somebody else than before', () => {
  test('brings the question for another name on a terminal, and its pair is kept there', async () => {
    const [ann, ben] = [await bed(), await bed({ seed: 2 })];
    const me = new Desk(bedSection(ann));
    const words = ['auth', 'eightsleep', '--email', SAM.email, '--password-stdin'];
    expect((await me.run(words, { input: `${PASSWORD}\n` })).code).toBe(0);
    const before = me.token();
    me.writeConfig(bedSection(ben));
    const { code, screen } = await onTerminal(['auth', 'eightsleep'], me.folder, [
      [/Eight Sleep.* e-mail: $/, `${SAM.email}\r`],
      [/password \(not shown, not stored\): $/, `${PASSWORD}\r`],
      [/Name of another account.*: $/, 'ben\r'],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(me.token('ben')).toMatchObject({ user_id: ben.userId });
    expect(me.token()).toEqual(before);
  });
});

describe('what does not belong', () => {
  test.each([
    [['auth', 'hevy', '--paste'], '--paste does not belong to auth hevy'],
    [['auth', 'eightsleep', '--key-stdin'], '--key-stdin does not belong to auth eightsleep'],
    [['auth', 'oura', '--email', 'a@b'], '--email does not belong to auth oura'],
    [['--account', '../x', 'auth', 'hevy'], '--account must be'],
    [['--account', 'a b', 'auth', 'hevy'], '--account must be'],
    [['--account', 'x'.repeat(65), 'auth', 'hevy'], '--account must be'],
  ])('%j: USAGE', async (args, message) => {
    const { code, stderr } = await new Desk().run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
