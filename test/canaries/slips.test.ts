import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sections } from '../../src/cli/sections.ts';
import { loadConfig } from '../../src/core/config.ts';
import { temporaryFolder } from '../support/program.ts';
import { CONFIGURED, canaryHome } from './home.ts';
import { expectKept } from './places.ts';

const { hevyKey: KEY, password: PASSWORD } = CONFIGURED;

/** A secret where the command line has no place for one: it is in the shell's history now, but in no mail and no log. */
const SLIPS: readonly (readonly string[])[] = [
  [KEY],
  ['help', KEY],
  [`--${KEY}`],
  [`--key=${KEY}`],
  ['--debug', `-k${KEY}`],
  ['auth', KEY],
  ['auth', 'hevy', KEY],
  ['auth', 'hevy', `--key-stdin=${KEY}`],
  ['auth', 'hevy', '--key', KEY],
  ['auth', 'oura', '--timeout', KEY],
  ['auth', 'eightsleep', '--email', 'a@example.org', PASSWORD],
  ['auth', 'eightsleep', `--password=${PASSWORD}`],
  ['auth', 'clockify', '--workspace', KEY],
  ['logout', KEY],
  ['logout', 'hevy', PASSWORD],
  ['check-token', KEY],
  ['sync', KEY],
  ['sync', 'oura', KEY],
  ['sync', '--days', KEY],
  ['sync', '--from', KEY],
  ['sync', '--date', KEY],
  ['sync', '--resources', KEY],
  ['cleanup', '--to', KEY],
  ['purge', KEY, '--yes'],
  ['init', '--no-sign-in', '--services', KEY],
  ['init', '--no-sign-in', '--services', 'hevy', '--hevy-key-file', KEY],
  ['init', '--no-sign-in', '--services', 'clockify', '--clockify-key-file', KEY],
  ['init', '--no-sign-in', '--services', 'oura', '--oura-client-secret-file', KEY],
  ['init', '--no-sign-in', '--services', 'eightsleep', '--eightsleep-password-file', PASSWORD],
  ['init', '--no-sign-in', `--oura-client-secret=${KEY}`],
  ['init', '--no-sign-in', '--timezone', KEY],
  ['sandbox', '--with', KEY],
  ['sandbox', '--zone', KEY],
  ['config', KEY],
  ['status', `--since=${KEY}`],
];

test('A22 a secret given where none belongs is not repeated', { timeout: 120_000 }, async () => {
  const home = await canaryHome({ days: 1 });
  for (const args of SLIPS) {
    const { code } = await home.run([...args, '--json']);
    expect([args, code]).toEqual([args, expect.any(Number)]);
    expect([args, code === 0 && args[0] !== 'help']).toEqual([args, false]);
  }
  // What was typed is no place: the names of the runs hold it.
  for (const one of home.printed) Object.assign(one, { args: [one.args[0]?.slice(0, 6)] });
  expectKept(home, { atLeast: 12 });
});

/** Lines that hold a secret and are wrong, for a file and for `.env`. */
const WRONG_LINES: readonly string[] = [
  `api_key = ${KEY}`,
  `api_key = "${KEY}`,
  `api_key = '${KEY}" # mine`,
  `api_key "${KEY}"`,
  `api_key: ${KEY}`,
  `${KEY}`,
  `"${KEY}"`,
  `"${KEY}" = 1`,
  `${KEY} = "api_key"`,
  `api_key = ["${KEY}"]`,
  `api_key = { key = "${KEY}" }`,
  `api_key = { "${KEY}" = 1 }`,
  `api_key = "${KEY} and more"`,
  `api_key = "${KEY}"\napi_key = "${KEY}"`,
  `apikey = "${KEY}"`,
  `[${KEY}]`,
  `["${PASSWORD}"]\nx = 1`,
  `enabled = "${KEY}"`,
  `page_size = "${KEY}"`,
  `base_url = "https://${KEY}@example.org"`,
  `base_url = "${KEY}"`,
  `base_url = "http://example.org/?key=${KEY}"`,
  `since = "${KEY}"`,
];

test.each(WRONG_LINES)('A22 a wrong line of the configuration is refused without its text: %j', (line) => {
  const folder = temporaryFolder();
  const file = join(folder, 'health-sync.toml');
  const places = { cwd: folder, home: folder, sections: sections([]) };
  const refusalOf = (text: string, env: Record<string, string> = {}) => {
    writeFileSync(file, text);
    try {
      loadConfig({ ...places, env });
    } catch (error) {
      return `${(error as Error).message} ${(error as { hint?: string }).hint} ${(error as Error).cause ?? ''}`;
    }
    return 'it was accepted';
  };
  const told = refusalOf(`[hevy]\n${line}\n`);
  expect(told).not.toBe('it was accepted');
  for (const secret of [KEY, PASSWORD]) expect(told).not.toContain(secret);
});

test('A22 the same over every key of every section, in the file, in .env and in the environment', () => {
  const folder = temporaryFolder();
  const places = { cwd: folder, home: folder, sections: sections([]) };
  const told: string[] = [];
  const load = (toml: string, dotenv: string, env: Record<string, string>) => {
    writeFileSync(join(folder, 'health-sync.toml'), toml);
    writeFileSync(join(folder, '.env'), dotenv);
    try {
      const { notes } = loadConfig({ ...places, env });
      told.push(notes.join(' '));
    } catch (error) {
      told.push(`${(error as Error).message} ${(error as Error).cause ?? ''}`);
    }
  };
  for (const { id, schema, environment } of places.sections) {
    for (const key of Object.keys(schema.shape)) {
      load(`[${id}]\n${key} = [["${KEY}"]]\n`, '', {});
      load(`[${id}]\n${key} = " ${KEY}\\u0007"\n`, '', {});
      const name = `HEALTH_SYNC_${id}_${key}`.toUpperCase();
      for (const one of [name, ...Object.keys(environment)]) {
        load('', `${one}='${KEY}\u0007'\n`, {});
        load('', `${one}="${KEY}\n`, {});
        load('', '', { [one]: `${KEY}\u0007` });
      }
    }
  }
  expect(told.filter((one) => one !== '').length).toBeGreaterThan(500);
  expect(told.filter((one) => one.includes(KEY))).toEqual([]);
});

test('A22 init writes secrets into the configuration alone, and tells none', {
  timeout: 60_000,
}, async () => {
  const home = await canaryHome({ days: 1 });
  const own = join(home.folder, 'new');
  for (const [name, secret] of [
    ['key', KEY],
    ['password', PASSWORD],
  ] as const)
    writeFileSync(join(home.folder, name), `${secret}\n`);
  const flags = ['--services', 'hevy,eightsleep', '--hevy-key-file', 'key'];
  const more = ['--eightsleep-email', 'a@example.org', '--eightsleep-password-file', 'password'];
  const args = ['--config', join(own, 'health-sync.toml'), 'init', '--no-sign-in', ...flags, ...more];
  expect((await home.run([...args, '--debug'])).code).toBe(0);
  expect((await home.run([...args, '--json'])).code).toBe(0);
  const written = readFileSync(join(own, 'health-sync.toml'), 'utf8');
  for (const secret of [KEY, PASSWORD]) expect(written).toContain(secret);
  for (const name of ['key', 'password', 'new/health-sync.toml']) writeFileSync(join(home.folder, name), '');
  expectKept(home, { atLeast: 12 });
});
