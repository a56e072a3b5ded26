import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/freePort.ts';
import { clockify, Desk, hasTerminal, mode, onTerminal } from './support.ts';

const KEY = 'a2V5LW9mLXRoZS1vdGhlci1yZWdpb24';

function section(url: string, ...more: string[]): string {
  return ['[clockify]', `base_url = "${url}/api/v1"`, 'regions = []', ...more, ''].join('\n');
}

function written(desk: Desk): Record<string, unknown> {
  return parse(desk.config).clockify as Record<string, unknown>;
}

describe('auth clockify', () => {
  test('checks a key from stdin and stores it with the only workspace', async () => {
    const service = await clockify();
    const desk = new Desk(`# mine\n${section(service.url)}`);
    const out = await desk.json(['auth', 'clockify', '--key-stdin'], { input: `${service.apiKey}\n` });
    expect(out).toMatchObject({
      code: 0,
      user: 'Sandbox User',
      workspace: { id: service.workspaceIds[0], name: 'Sandbox workspace 1' },
      movedToRegion: false,
      keyFrom: 'given',
      file: desk.configFile,
      written: ['clockify.api_key', 'clockify.workspace_id'],
      brokenRules: [],
      enabled: true,
    });
    expect(JSON.stringify(out)).not.toMatch(/example\.com|c2FuZGJveC/);
    expect(written(desk)).toMatchObject({
      api_key: service.apiKey,
      workspace_id: service.workspaceIds[0],
    });
    expect(desk.config).toContain('# mine');
    expect(mode(desk.configFile)).toBe('600');
  });

  test('a second time nothing has to be written', async () => {
    const service = await clockify();
    const desk = new Desk(section(service.url));
    await desk.run(['auth', 'clockify', '--key-stdin'], { input: service.apiKey });
    const before = desk.config;
    expect(await desk.json(['auth', 'clockify'])).toMatchObject({ code: 0, written: [] });
    expect(desk.config).toBe(before);
  });

  test('asks the service each time, whatever is remembered', async () => {
    const service = await clockify();
    const desk = new Desk(section(service.url, `api_key = "${service.apiKey}"`));
    await desk.run(['auth', 'clockify']);
    await desk.run(['auth', 'clockify']);
    expect(service.requests.map(({ path }) => path)).toEqual([
      '/api/v1/user',
      '/api/v1/workspaces',
      '/api/v1/user',
      '/api/v1/workspaces',
    ]);
  });

  test('recognises the region of a key that the configured host does not know', async () => {
    const here = await clockify();
    const there = await clockify({ apiKey: KEY });
    const regions = `regions = ["${here.url}/api/v1", "${there.url}/api/v1"]`;
    const desk = new Desk(section(here.url).replace('regions = []', regions));
    const out = await desk.json(['auth', 'clockify', '--key-stdin'], { input: KEY });
    expect(out).toMatchObject({ code: 0, movedToRegion: true, baseUrl: `${there.url}/api/v1` });
    expect(out.stderr).toContain(`The key belongs to 127.0.0.1:${there.port}.`);
    expect(out.stderr).not.toContain(KEY);
    expect(written(desk)).toMatchObject({ base_url: `${there.url}/api/v1`, api_key: KEY });
    expect(here.requests).toHaveLength(1);
  });

  test('a key that nobody knows: AUTH, nothing written', async () => {
    const service = await clockify();
    const desk = new Desk(section(service.url));
    const before = desk.config;
    const { code, stdout, stderr } = await desk.run(['auth', 'clockify', '--key-stdin'], { input: KEY });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('knows this key');
    expect(stderr).not.toContain(KEY);
    expect(desk.config).toBe(before);
  });

  test('mistyped keys lock nobody out, and an unreachable region is asked once and named', async () => {
    const service = await clockify();
    const dead = `http://127.0.0.1:${await freePort()}`;
    const desk = new Desk(section(service.url).replace('[]', `["${dead}/api/v1"]`));
    await desk.run(['init-db']);
    const db = new Database(desk.database);
    const spend = db.prepare("INSERT INTO rate_spent VALUES ('clockify', ?)");
    for (let sent = 0; sent < 30; sent += 1) spend.run(Date.now());
    db.close();
    const wrong = await desk.run(['auth', 'clockify', '--key-stdin'], { input: KEY });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain(`; ${new URL(dead).host} could not be asked`);
    expect(service.requests).toHaveLength(1);
    const right = await desk.run(['auth', 'clockify', '--key-stdin'], { input: service.apiKey });
    expect(right.code).toBe(0);
  });

  test('a host that is away: TEMP, and what to type again', async () => {
    const desk = new Desk(section(`http://127.0.0.1:${await freePort()}`));
    const { code, stderr } = await desk.run(['auth', 'clockify', '--key-stdin'], { input: KEY });
    expect(code).toBe(4);
    expect(stderr).toContain('Run it again: oura-clockify auth clockify');
  });

  test('a key from the environment is not written, the workspace is', async () => {
    const service = await clockify();
    const desk = new Desk(section(service.url));
    const env = { CLOCKIFY_API_KEY: service.apiKey };
    expect(await desk.json(['auth', 'clockify'], { env })).toMatchObject({
      code: 0,
      keyFrom: 'CLOCKIFY_API_KEY',
      written: ['clockify.workspace_id'],
    });
    expect(desk.config).not.toContain(service.apiKey);
  });

  test('says when a variable overrules what was written', async () => {
    const service = await clockify();
    const desk = new Desk(section(service.url));
    const options = { input: service.apiKey, env: { CLOCKIFY_API_KEY: KEY } };
    const out = await desk.json(['auth', 'clockify', '--key-stdin'], options);
    expect(out.overruled).toEqual([
      'CLOCKIFY_API_KEY (environment) still overrules clockify.api_key in the file',
    ]);
  });

  test('without any file: makes one from the example, and keeps the database that is in use', async () => {
    const service = await clockify();
    const desk = new Desk();
    const env = { CLOCKIFY_API_BASE: `${service.url}/api` };
    const out = await desk.json(['auth', 'clockify', '--key-stdin'], { input: service.apiKey, env });
    expect(out).toMatchObject({ code: 0, file: desk.configFile });
    expect(mode(desk.configFile)).toBe('600');
    const used = `${desk.folder}/.local/share/health-sync/health.sqlite`;
    expect(existsSync(used)).toBe(true);
    expect((await desk.json(['config', 'show'])).database).toBe(used);
  });

  test('--config may name a file that is not there yet', async () => {
    const service = await clockify();
    const desk = new Desk();
    const env = { CLOCKIFY_API_BASE: `${service.url}/api`, CLOCKIFY_API_KEY: service.apiKey };
    const out = await desk.json(['--config', 'new/mine.toml', 'auth', 'clockify'], { env });
    expect(out).toMatchObject({ code: 0, file: `${desk.folder}/new/mine.toml` });
    expect(mode(`${desk.folder}/new`)).toBe('700');
    expect(existsSync(`${desk.folder}/new/health.sqlite`)).toBe(true);
  });

  test('no key and nobody to ask: USAGE', async () => {
    const { code, stderr } = await new Desk('[clockify]\n').run(['auth', 'clockify']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no API key');
    expect(stderr).toContain('--key-stdin');
  });

  test.each([
    ['', 'nothing came on stdin'],
    ['two words\n', 'that is no key'],
  ])('stdin %j: USAGE', async (input, message) => {
    const { code, stderr } = await new Desk('[clockify]\n').run(['auth', 'clockify', '--key-stdin'], {
      input,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('rules that would refuse our entries are named', async () => {
    const service = await clockify({ settings: { timeTrackingMode: 'STOPWATCH_ONLY' } });
    const desk = new Desk(section(service.url, `api_key = "${service.apiKey}"`));
    expect((await desk.json(['auth', 'clockify'])).brokenRules[0]).toContain('STOPWATCH_ONLY');
  });
});

describe('several workspaces', () => {
  async function desk() {
    const service = await clockify({ workspaces: 2 });
    const [, second = ''] = service.workspaceIds;
    return { service, second, me: new Desk(section(service.url, `api_key = "${service.apiKey}"`)) };
  }

  test('nobody to ask: USAGE that lists them, nothing written', async () => {
    const { me, second } = await desk();
    const before = me.config;
    const { code, stderr } = await me.run(['auth', 'clockify']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${second} (Sandbox workspace 2)`);
    expect(stderr).toContain('--workspace');
    expect(me.config).toBe(before);
  });

  test.each(['sandbox WORKSPACE 2', 'id'])('--workspace %s', async (given) => {
    const { me, second } = await desk();
    const out = await me.json(['auth', 'clockify', '--workspace', given === 'id' ? second : given]);
    expect(out).toMatchObject({ code: 0, workspace: { id: second } });
    expect(written(me).workspace_id).toBe(second);
  });

  test('--workspace that is none of them: USAGE', async () => {
    const { me } = await desk();
    const { code, stderr } = await me.run(['auth', 'clockify', '--workspace', 'Office']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no such workspace');
  });

  test.skipIf(!hasTerminal)('asks on a terminal for a hidden key and the workspace', async () => {
    const { me, service, second } = await desk();
    me.writeConfig(section(service.url));
    const { code, screen } = await onTerminal(['auth', 'clockify'], me.folder, [
      [/API key .*: $/, `${service.apiKey}\r`],
      [/Which one .*\] $/, '7\r'],
      [/Which one .*\] $/, '2\r'],
    ]);
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(screen).not.toContain(service.apiKey);
    expect(written(me)).toMatchObject({ api_key: service.apiKey, workspace_id: second });
  });
});

describe('logout clockify', () => {
  test('takes the key out of the file and leaves the rest', async () => {
    const desk = new Desk('[clockify]\n# the key\napi_key = "abc" # secret\nproject = "Sleep"\n');
    expect(await desk.json(['logout', 'clockify'])).toMatchObject({ code: 0, removed: true });
    expect(desk.config).toBe('[clockify]\n# the key\nproject = "Sleep"\n');
    expect(mode(desk.configFile)).toBe('600');
    expect(existsSync(desk.database)).toBe(false);
  });

  test('names a variable that still holds one', async () => {
    const desk = new Desk('[clockify]\n');
    const out = await desk.json(['logout', 'clockify'], { env: { CLOCKIFY_API_TOKEN: 'abc' } });
    expect(out).toMatchObject({ removed: false, stillConfigured: ['CLOCKIFY_API_TOKEN (environment)'] });
  });
});
