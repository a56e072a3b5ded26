import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canaryHome } from './home.ts';
import { expectKept, expectStored } from './places.ts';

/** Every command that needs nobody to answer, in the order of a life with the program. */
const COMMANDS: readonly (readonly string[])[] = [
  ['check-token', '--debug'],
  ['config', 'show'],
  ['config', 'show', '--json', '--debug'],
  ['providers', '--json', '--debug'],
  ['init-db', '--debug'],
  ['sync', '--dry-run', '--debug'],
  ['sync', '--dry-run', '--json'],
  ['sync', '--debug', '--verbose'],
  ['sync', '--json'],
  ['sync', '--quiet'],
  ['sync', '--full', '--debug'],
  ['status', '--verbose'],
  ['status', '--json', '--debug'],
  ['verify', '--debug'],
  ['verify', '--json'],
  ['check-token'],
  ['check-token', '--json', '--debug'],
  ['backup', 'copy.sqlite', '--debug'],
  ['backup', '--json'],
  ['cleanup', '--dry-run', '--debug'],
  ['cleanup', '--yes', '--json', '--debug'],
  ['sync', '--push-only', '--debug'],
  ['purge', 'strava', '--dry-run', '--debug'],
  ['purge', 'whoop', '--no-backup', '--yes', '--json', '--debug'],
  ['purge', 'withings', '--revoke', '--backup', 'before.sqlite', '--yes', '--debug'],
  ['logout', 'oura', '--debug'],
  ['logout', 'hevy', '--debug'],
  ['logout', 'eightsleep', '--json', '--debug'],
];

test('A22 K8 K11 seven sources, every command in every mode: no secret and no health value anywhere', {
  timeout: 180_000,
}, async () => {
  const home = await canaryHome();
  for (const args of COMMANDS) {
    const { code, stderr } = await home.run(args);
    expect([0, 3, 4, 5, 8], `${args.join(' ')}: ${stderr}`).toContain(code);
    if (args.join(' ') === 'sync --json') expectStored(home);
  }
  expect(readFileSync(join(home.folder, 'log'), 'utf8').split('\n').length).toBeGreaterThan(6);
  expectKept(home, { atLeast: 28 });
});
