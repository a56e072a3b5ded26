import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { environmentDocs } from '../../scripts/environmentDocs.ts';
import { EXAMPLE } from '../../src/cli/init/example.ts';
import { sections } from '../../src/cli/sections.ts';
import { describeSections } from '../../src/core/config.ts';
import { Desk } from './support.ts';

const root = new URL('../../', import.meta.url);

interface Shown {
  section: string;
  key: string;
  value: unknown;
  origin: { kind: string; name: string | null };
}

function setting(out: { settings: Shown[] }, name: string): Shown | undefined {
  return out.settings.find(({ section, key }) => `${section}.${key}` === name);
}

describe('where settings came from', () => {
  test('is said by --debug and verify, without their values', async () => {
    const desk = new Desk('[oura]\nenabled = false\nclient_secret = "canary-one"\n');
    const env = { CLOCKIFY_API_KEY: 'canary-two', HEALTH_SYNC_CLOCKIFY_ENABLED: 'false' };
    for (const words of [['check-token', '--debug'], ['verify']]) {
      const { stdout, stderr } = await desk.run(words, { env });
      const said = stdout + stderr;
      expect(said).toMatch(/oura\.client_secret from the file/);
      expect(said).toMatch(/clockify\.api_key.* from CLOCKIFY_API_KEY \(environment\)/);
      expect(said).not.toContain('canary');
    }
  });
});

describe('config show', () => {
  test('every setting, where it came from, secrets masked', async () => {
    const desk = new Desk('[oura]\nenabled = true\nclient_secret = "canary-one"\n');
    writeFileSync(join(desk.folder, '.env'), 'OURA_CLIENT_ID=mine\nCLOCKIFY_API_KEY=canary-two\n');
    const env = { SLEEP_PROJECT_NAME: 'Nights', NODE_ENV: 'production' };
    const out = await desk.json(['config', 'show', '--db', 'other.sqlite'], { env });
    expect(out).toMatchObject({
      code: 0,
      file: desk.configFile,
      places: [desk.configFile],
      database: join(desk.folder, 'other.sqlite'),
    });
    expect(out.notes[0]).toContain('NODE_ENV is ignored');
    expect(setting(out, 'oura.enabled')).toMatchObject({ value: true, origin: { kind: 'file' } });
    expect(setting(out, 'oura.client_id')).toMatchObject({ value: 'mine', origin: { kind: '.env' } });
    expect(setting(out, 'oura.client_secret')).toMatchObject({ value: '********', secret: true });
    expect(setting(out, 'clockify.project')).toMatchObject({
      value: 'Nights',
      origin: { kind: 'environment', name: 'SLEEP_PROJECT_NAME' },
    });
    expect(setting(out, 'app.db')).toMatchObject({ origin: { kind: 'flag', name: '--db' } });
    expect(setting(out, 'app.run_deadline')).toMatchObject({ value: '15m', origin: { kind: 'default' } });
    expect(out.settings).toHaveLength(describeSections(sections()).length);
    expect(JSON.stringify(out)).not.toContain('canary');
    const { stdout, stderr } = await desk.run(['config', '--debug']);
    expect(stdout + stderr).not.toContain('canary');
    expect(stdout).toContain(`File: ${desk.configFile}`);
  });

  test('without a file: where one was looked for; nothing is made', async () => {
    const desk = new Desk();
    const out = await desk.json(['config', 'show']);
    expect(out).toMatchObject({ code: 0, file: null });
    expect(out.places).toEqual([desk.configFile, join(desk.folder, '.config/health-sync/health-sync.toml')]);
    expect(existsSync(join(desk.folder, '.local'))).toBe(false);
  });

  test('a mistyped key: USAGE naming it', async () => {
    const { code, stderr } = await new Desk('[oura]\nenabld = true\n').run(['config', 'show']);
    expect(code).toBe(2);
    expect(stderr).toContain('[oura] enabld is not a key; did you mean enabled?');
  });

  test('nothing that lies in the working directory is executed', async () => {
    const desk = new Desk('[oura]\nenabled = true\n');
    const trap = `require('node:fs').writeFileSync(${JSON.stringify(join(desk.folder, 'caught'))}, '')`;
    const names = ['config', 'health-sync.config', 'health-sync', '.health-syncrc'];
    mkdirSync(join(desk.folder, '.config'));
    for (const folder of ['', '.config']) {
      for (const name of names) {
        for (const end of ['js', 'cjs', 'ts'])
          writeFileSync(join(desk.folder, folder, `${name}.${end}`), trap);
        writeFileSync(join(desk.folder, folder, `${name}.mjs`), `import fs from 'node:fs';${trap.slice(18)}`);
      }
    }
    writeFileSync(join(desk.folder, 'package.json'), '{"health-sync": {"oura": {"enabled": false}}}');
    const out = await desk.json(['config', 'show']);
    expect(setting(out, 'oura.enabled')?.value).toBe(true);
    for (const args of [['check-token'], ['providers'], ['status'], ['init', '--no-sign-in']])
      await desk.run(args);
    expect(existsSync(join(desk.folder, 'caught'))).toBe(false);
  });
});

describe('the example', () => {
  test('is the file beside the sources', () => {
    expect(readFileSync(new URL('health-sync.example.toml', root), 'utf8')).toBe(EXAMPLE);
  });

  const described = describeSections(sections());
  const bodies = Object.fromEntries(
    EXAMPLE.split(/^(?=\[)/m)
      .slice(1)
      .map((text) => [/^\[(\w+)\]/.exec(text)?.[1], text]),
  );

  test.each(described.map((one) => [`${one.section}.${one.key}`, one] as const))('has %s', (_, one) => {
    const [line] = new RegExp(`^(# )?${one.key} = .*$`, 'm').exec(bodies[one.section] ?? '') ?? [];
    expect(line).toBeDefined();
    const { value } = parse(`value = ${line?.slice(line.indexOf('=') + 1)}`);
    // What is commented out is the default, wherever that is a value.
    if (line?.startsWith('#') && one.default?.match(/^(["[].*|\d+|true|false)$/))
      expect(value).toEqual(JSON.parse(one.default));
  });

  test('is a configuration as it stands', async () => {
    const desk = new Desk(EXAMPLE);
    expect((await desk.run(['config', 'show'])).code).toBe(0);
    const untouched = Object.fromEntries(described.map(({ section }) => [section, {}]));
    expect(parse(EXAMPLE)).toEqual({ ...untouched, oura: { enabled: true } });
  });

  test('has no section of its own invention', () => {
    expect(Object.keys(bodies)).toEqual([...new Set(described.map(({ section }) => section))]);
  });
});

test('docs/environment.md is up to date (node scripts/environmentDocs.ts)', () => {
  expect(readFileSync(new URL('docs/environment.md', root), 'utf8')).toBe(environmentDocs());
});
