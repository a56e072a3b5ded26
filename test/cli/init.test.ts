import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SERVICES } from '../../src/cli/commands/init.ts';
import { EXAMPLE } from '../../src/cli/init/example.ts';
import { providers } from '../../src/providers/index.ts';
import { startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import { freePort } from '../support/freePort.ts';
import { temporaryFolder } from '../support/program.ts';
import { agree, clockify, Desk, hasTerminal, mode, onTerminal, oura, ouraSection } from './support.ts';

/** Sections that hold anything. */
function filledIn(config: string) {
  const all = Object.entries(parse(config));
  return Object.fromEntries(all.filter(([, section]) => Object.keys(section as object).length > 0));
}

test('every service that is built in has the flags that its kind of sign-in takes', () => {
  const flags = {
    oauth2: ['clientId', 'clientSecretFile', 'redirectUri'],
    apiKey: ['keyFile'],
    password: ['email', 'passwordFile', 'clientId', 'clientSecretFile'],
  };
  const sources = providers.filter(({ id }) => id !== 'clockify');
  const wanted = sources.map(({ id, config, auth }) => [id, flags[auth(config.parse({})).kind]]);
  expect(SERVICES.map(([id, , own]) => [id, own])).toEqual(wanted);
});

describe('init without a terminal', () => {
  test('writes the example, creates the database and names what is missing', async () => {
    const desk = new Desk();
    const out = await desk.json(['init']);
    expect(out).toMatchObject({
      code: 0,
      file: desk.configFile,
      fileMade: true,
      database: desk.database,
      databaseMade: true,
      written: [],
      failures: [],
      next: 'oura-clockify auth oura',
    });
    expect(out.missing.map(({ what }: { what: string }) => what)).toEqual([
      'oura.client_id and oura.client_secret',
      'clockify.api_key',
    ]);
    expect(desk.config).toBe(EXAMPLE);
  });

  test.each(['000', '022', '077'])('A17 files 0600 and folders 0700 under umask %s', async (umask) => {
    const desk = new Desk();
    await desk.run(['--config', 'a/b/health-sync.toml', 'init'], { umask });
    expect(mode(join(desk.folder, 'a'))).toBe('700');
    expect(mode(join(desk.folder, 'a/b'))).toBe('700');
    for (const name of ['health-sync.toml', 'health.sqlite'])
      expect(mode(join(desk.folder, 'a/b', name))).toBe('600');
  });

  test('fills in what was given, below the example lines; secrets come from files', async () => {
    const desk = new Desk();
    writeFileSync(join(desk.folder, 'secret.txt'), 'the-client-secret\n');
    const args = ['--services', 'oura,clockify', '--oura-client-id', 'me', '--project', 'Nights'];
    const secrets = ['--oura-client-secret-file', 'secret.txt', '--clockify-key-file', '-'];
    const more = ['--workspace', 'w1', '--timezone', 'Europe/Berlin', '--no-sign-in'];
    const out = await desk.json(['init', ...args, ...secrets, ...more], { input: 'the-api-key\n' });
    expect(out).toMatchObject({ code: 0, next: 'oura-clockify auth oura' });
    expect(filledIn(desk.config)).toEqual({
      app: { timezone: 'Europe/Berlin' },
      oura: { enabled: true, client_id: 'me', client_secret: 'the-client-secret' },
      clockify: { project: 'Nights', api_key: 'the-api-key', workspace_id: 'w1' },
    });
    expect(desk.config).toContain('# client_id = "…"\nclient_id = "me"\n');
    expect(JSON.stringify(out)).not.toMatch(/the-client-secret|the-api-key/);
  });

  test('keeps a file that is there and changes nothing that was not given', async () => {
    const before = '# mine\n[oura]\nenabled = false # for now\nclient_id = "old"\n';
    const desk = new Desk(before);
    expect(await desk.json(['init'])).toMatchObject({ code: 0, fileMade: false, written: [] });
    expect(desk.config).toBe(before);
    await desk.run(['init', '--services', 'oura', '--oura-client-id', 'new']);
    expect(desk.config).toContain('# mine\n[oura]\nenabled = true # for now\nclient_id = "new"\n');
    expect(desk.config).toContain('[clockify]\nenabled = false\n');
  });

  test('--db goes into the file; a database that was in use stays in use', async () => {
    const desk = new Desk();
    await desk.run(['--db', 'data/mine.sqlite', 'init']);
    expect((await desk.json(['config', 'show'])).database).toBe(join(desk.folder, 'data/mine.sqlite'));

    const other = new Desk();
    await other.run(['init-db']);
    const used = join(other.folder, '.local/share/health-sync/health.sqlite');
    expect(await other.json(['init'])).toMatchObject({ database: used, databaseMade: false });
    expect((await other.json(['config', 'show'])).database).toBe(used);
  });

  test('signs in with --sign-in, and settles Clockify', async () => {
    const service = await oura();
    const destination = await clockify();
    const desk = new Desk(
      `${ouraSection(service, await freePort())}[clockify]\nbase_url = "${destination.url}/api/v1"\n`,
    );
    const started = desk.begin(['init', '--sign-in', '--clockify-key-file', '-', '--json']);
    started.child.stdin.end(destination.apiKey);
    await agree(started);
    const { code, stdout } = await started.finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      written: ['clockify.api_key', 'clockify.workspace_id'],
      services: expect.arrayContaining([
        { id: 'oura', enabled: true, ready: true },
        { id: 'hevy', enabled: false, ready: false },
        { id: 'clockify', enabled: true, ready: true },
      ]),
      missing: [],
      next: 'oura-clockify sync --days 30',
    });
    expect(desk.token()).toBeDefined();
  });

  test('a key and a password are tried before they are written down', async () => {
    const [gym, bed] = await Promise.all([startHevy({ now: Date.now }), startEightSleep({ now: Date.now })]);
    onTestFinished(async () => void (await Promise.all([gym.close(), bed.close()])));
    const desk = new Desk(
      [
        `[hevy]\nbase_url = "${gym.url}"`,
        `[eightsleep]\nauth_url = "${bed.settings.auth_url}"\nclient_api_url = "${bed.settings.client_api_url}"`,
        'client_id = "sandbox-client"\nclient_secret = "sandbox-secret"\n',
      ].join('\n'),
    );
    const give = (name: string, secret: string) => writeFileSync(join(desk.folder, name), `${secret}\n`);
    give('key', gym.apiKey);
    give('password', 'not the password');
    const args = ['init', '--services', 'hevy,eightsleep', '--hevy-key-file', 'key'];
    const person = ['--eightsleep-email', 'sam@example.org', '--eightsleep-password-file', 'password'];
    const first = await desk.run([...args, ...person]);
    expect(first.code).toBe(3);
    expect(parse(desk.config)).toMatchObject({ hevy: { enabled: true, api_key: gym.apiKey } });
    expect(desk.config).not.toMatch(/sam@|not the password/);
    give('password', 'sandbox password');
    const second = await desk.json([...args, ...person]);
    expect(second).toMatchObject({ code: 0, missing: [] });
    expect(parse(desk.config)).toMatchObject({
      eightsleep: { enabled: true, email: 'sam@example.org', password: 'sandbox password' },
    });
    expect(first.stdout + first.stderr + JSON.stringify(second)).not.toMatch(
      /sam@|the password|sandbox pass/,
    );
  });

  test('what failed is told, after everything else was done', async () => {
    const destination = await clockify({ workspaces: 2 });
    const desk = new Desk(`[clockify]\nbase_url = "${destination.url}/api/v1"\n`);
    const { code, stdout, stderr } = await desk.run(['init', '--clockify-key-file', '-', '--json'], {
      input: destination.apiKey,
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ databaseMade: true, failures: [{ outcome: 'USAGE' }] });
    expect(stderr).toContain('Sandbox workspace 2');
  });

  test.each([
    [['--services', 'oura,fitbit'], 'there is no "fitbit"'],
    [['--timezone', 'Berlin'], '--timezone must be a time zone'],
    [['--oura-redirect-uri', 'ftp://x'], '--oura-redirect-uri must be an https:// address'],
    [['--oura-client-secret-file', 'none.txt'], 'there is no such file'],
    [['--hevy-key-file', 'none.txt'], 'there is no such file'],
    [['--account', 'ben', '--hevy-key-file', 'none.txt'], 'belong to the account "default"'],
    [['--oura-client-secret-file', '-', '--clockify-key-file', '-'], 'only one secret can come from stdin'],
  ])('%j: USAGE, and no file is made', async (args, message) => {
    const desk = new Desk();
    const { code, stderr } = await desk.run(['init', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(desk.configFile)).toBe(false);
  });
});

describe('the database alone', () => {
  test.each([[['init', '--db-only']], [['init-db']]])('%j needs no other environment', async (words) => {
    const desk = new Desk();
    const db = join(desk.folder, 'deep/only.sqlite');
    const env = { PATH: undefined, HOME: undefined };
    const out = await desk.json([...words, '--db', db], { env });
    expect(out).toMatchObject({ code: 0, database: db, made: true });
    expect(mode(db)).toBe('600');
    expect(existsSync(desk.configFile)).toBe(false);
    expect(await desk.json([...words, '--db', db], { env })).toMatchObject({ code: 0, made: false });
  });

  test('a file of another program: STORE, not a byte changed', async () => {
    const desk = new Desk();
    const db = join(desk.folder, 'notes.txt');
    writeFileSync(db, 'remember the milk\n'.repeat(20));
    const { code } = await desk.run(['init-db', '--db', db]);
    expect(code).toBe(7);
    expect(readFileSync(db, 'utf8')).toBe('remember the milk\n'.repeat(20));
  });
});

describe.skipIf(!hasTerminal)('init on a terminal', () => {
  test('asks for everything, and the secrets are not shown', async () => {
    const destination = await clockify();
    const folder = temporaryFolder();
    const file = join(folder, 'health-sync.toml');
    writeFileSync(file, `[clockify]\nbase_url = "${destination.url}/api/v1"\n`);
    const { code, screen } = await onTerminal(['init'], folder, [
      [/Read Oura\? \[Y\/n\] $/, '\r'],
      [/client id \(Enter: later\): $/, 'my-app\r'],
      [/client secret \(not shown\): $/, 'hush-hush\r'],
      ...SERVICES.slice(1).map(() => [/Read [\w() ]+\? \[y\/N\] $/, '\r'] as const),
      [/Write sleep into Clockify\? \[Y\/n\] $/, 'y\r'],
      [/API key .*: /, `${destination.apiKey}\r`],
      [/Clockify project \[Sleep\]: /, 'Nights\r'],
      [/Sign in to Oura now\? \[Y\/n\] /, 'n\r'],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).not.toContain('hush-hush');
    expect(screen).not.toContain(destination.apiKey);
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({
      oura: { enabled: true, client_id: 'my-app', client_secret: 'hush-hush' },
      clockify: { api_key: destination.apiKey, project: 'Nights', workspace_id: destination.workspaceIds[0] },
    });
  });

  test('Ctrl-C at a question leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const { code } = await onTerminal(['init'], folder, [[/Read Oura\? \[Y\/n\] $/, '\u0003']]);
    expect(code).toBe(130);
    expect(existsSync(join(folder, 'health-sync.toml'))).toBe(false);
  });
});
