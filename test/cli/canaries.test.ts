import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answer, resetBefore } from '../../src/sandbox/faults.ts';
import { Household, nights } from '../support/household.ts';

/** Loaded before the program: notes every address it connects to, and every name it looks up. */
const WATCHER = `
import { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
const require = createRequire(process.cwd() + '/');
const net = require('node:net');
const dns = require('node:dns');
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  appendFileSync('contacts', (options.host ?? '') + ':' + (options.port ?? options) + '\\n');
  return connect.apply(this, args);
};
const { lookup } = dns;
dns.lookup = (name, ...args) => {
  appendFileSync('contacts', 'name ' + name + '\\n');
  return lookup(name, ...args);
};
syncBuiltinESMExports();
`;

const COMMANDS: readonly (readonly string[])[] = [
  ['sync', '--debug', '--verbose'],
  ['sync', '--json', '--full'],
  ['verify', '--debug'],
  ['verify', '--json'],
  ['status', '--json', '--debug'],
  ['check-token', '--json', '--debug'],
  ['config', 'show', '--json', '--debug'],
  ['providers', '--json', '--debug'],
  ['cleanup', '--dry-run', '--debug'],
];

/** A household whose every secret and health value is a word or number that nothing else could print. */
async function marked() {
  const home = await Household.start({
    oura: { days: 3 },
    config: {
      app: 'log_file = "log"',
      oura: 'resources = ["sleep", "personal_info", "enhanced_tag"]',
    },
  });
  onTestFinished(() => home.end());
  const [night] = nights(1);
  home.oura.truth.replaceAll('sleep', [
    { ...night, total_sleep_duration: 27_183, average_heart_rate: 58.28125, lowest_heart_rate: 47_119 },
  ]);
  const values = ['27183', '58.28125', '47119'];
  return { home, values };
}

/** Every token, key and secret there is, as the configuration and the database know them. */
function secretsOf(home: Household): string[] {
  const config = readFileSync(home.configFile, 'utf8');
  const configured = [
    ...config.matchAll(/^(?:access_token|refresh_token|client_secret|api_key) = "(.+)"$/gm),
  ].map(([, secret]) => secret as string);
  const stored = home
    .rows<{ access_token: string | null; refresh_token: string | null }>('SELECT * FROM oauth_tokens')
    .flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
    .filter((token) => token !== null);
  return [...new Set([...configured, ...stored])];
}

test('A22 K8 K11 over every command, well or failing: no secret, no health value, no other host', {
  timeout: 180_000,
}, async () => {
  const { home, values } = await marked();
  writeFileSync(join(home.folder, 'watcher.mjs'), WATCHER);
  const env = { NODE_OPTIONS: '--import ./watcher.mjs' };
  const secrets = new Set<string>();
  const printed: string[] = [];
  const runAll = async (commands: readonly (readonly string[])[]) => {
    for (const args of commands) {
      const { stdout, stderr } = await home.run(args, env);
      printed.push(stdout, stderr);
      for (const secret of secretsOf(home)) secrets.add(secret);
    }
  };
  await runAll(COMMANDS);
  expect(home.clockify.entries().length).toBe(1);
  // A renewal, so that there are more of them, and then all kinds of trouble.
  home.time.now += 3 * 86_400_000;
  await runAll([['sync', '--debug']]);
  home.clockify.faults.add({ path: /./ }, answer(403, { message: 'no', code: 1 }), 99);
  home.oura.faults.add({ path: /usercollection/ }, answer(200, '<html>'), 99);
  await runAll([
    ['sync', '--debug', '--full'],
    ['verify', '--debug'],
  ]);
  home.clockify.faults.clear();
  home.oura.faults.clear();
  home.oura.faults.add({ path: /usercollection/ }, resetBefore, 99);
  await runAll([['sync', '--debug', '--no-push']]);
  home.oura.faults.clear();
  home.oura.grant.revoke();
  await runAll([['sync', '--debug', '--full']]);
  expect(secrets.size).toBeGreaterThanOrEqual(6);

  const log = readFileSync(join(home.folder, 'log'), 'utf8');
  const runs = JSON.stringify(home.rows('SELECT * FROM sync_runs'));
  const notes = JSON.stringify([
    home.rows('SELECT last_message FROM sync_state'),
    home.rows('SELECT * FROM facts'),
    home.rows('SELECT * FROM entries'),
  ]);
  expect([log.split('\n').length > 4, runs.length > 100]).toEqual([true, true]);
  const everything = [...printed, log, runs, notes].join('\n');
  for (const secret of secrets) expect(everything).not.toContain(secret);
  for (const value of values) expect(printed.join('\n') + log + runs).not.toContain(value);
  // Nor anything that a person wrote or is called, in what is kept for years.
  for (const text of ['@example', 'Sleep -', '[Oura:'])
    expect([text, (log + runs).includes(text)]).toEqual([text, false]);

  const contacts = new Set(readFileSync(join(home.folder, 'contacts'), 'utf8').trim().split('\n'));
  const configured = [home.oura.url, home.clockify.url].map((url) => new URL(url).host);
  expect([...contacts].sort()).toEqual(configured.sort());
});
