import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { place } from './config-support.ts';

describe('places', () => {
  test('the flag beats the variable, which beats the working directory, which beats the home folder', () => {
    const here = place('');
    const flag = here.write('flag.toml', '');
    const variable = here.write('variable.toml', '');
    const home = here.write('home/.config/health-sync/health-sync.toml', '');
    const xdg = here.write('xdg/health-sync/health-sync.toml', '');
    const env = { HEALTH_SYNC_CONFIG: 'variable.toml' };
    expect(here.load({ configFlag: 'flag.toml', env }).file).toBe(flag);
    expect(here.load({ env }).file).toBe(variable);
    expect(here.load({ env: { HEALTH_SYNC_CONFIG: '' } }).file).toBe(here.path('health-sync.toml'));
    mkdirSync(here.path('empty'));
    const cwd = here.path('empty');
    expect(here.load({ cwd }).file).toBe(home);
    expect(here.load({ cwd, env: { XDG_CONFIG_HOME: here.path('xdg') } }).file).toBe(xdg);
    expect(here.load({ cwd, env: { XDG_CONFIG_HOME: 'relative' } }).file).toBe(home);
    expect(
      here.load({ cwd, env: { HEALTH_SYNC_CONFIG: '~/.config/health-sync/health-sync.toml' } }).file,
    ).toBe(home);
  });

  test('without any file the places are listed and the database goes to the data folder', () => {
    const here = place();
    const config = here.load();
    expect(config.file).toBeUndefined();
    const home = here.path('home/.config/health-sync/health-sync.toml');
    expect(config.places).toEqual([here.path('health-sync.toml'), home]);
    expect(config.app.db).toBe(here.path('home/.local/share/health-sync/health.sqlite'));
    const env = { XDG_DATA_HOME: here.path('data') };
    expect(here.load({ env, home: undefined }).app.db).toBe(here.path('data/health-sync/health.sqlite'));
  });

  test('a named file that is missing is an error, not a reason to look elsewhere', () => {
    const here = place('');
    expect(here.refusal({ configFlag: 'no.toml' })).toBe(
      `--config names ${here.path('no.toml')}, which does not exist`,
    );
    expect(here.refusal({ env: { HEALTH_SYNC_CONFIG: 'no/no.toml' } })).toMatch(
      /^HEALTH_SYNC_CONFIG names .*no\/no\.toml/,
    );
    expect(here.refusal({ configFlag: '' })).toBe('--config must name a file');
  });

  test('a folder, a device, a loop, an unreadable or foreign file is refused', () => {
    const here = place();
    mkdirSync(here.path('health-sync.toml'));
    expect(here.refusal()).toBe(`${here.path('health-sync.toml')} must be a file, got a folder`);
    expect(here.refusal({ configFlag: '/dev/null' })).toBe('/dev/null must be a file, got a device or pipe');
    symlinkSync('loop.toml', here.path('loop.toml'));
    expect(here.refusal({ configFlag: 'loop.toml' })).toMatch(
      /loop\.toml cannot be read: too many symbolic links/,
    );
    here.write('latin1.toml', new Uint8Array([0x23, 0xe9, 0x0a]));
    expect(here.refusal({ configFlag: 'latin1.toml' })).toMatch(/latin1\.toml is not UTF-8 text$/);
  });

  test.skipIf(process.getuid?.() === 0)('an unreadable file is named', () => {
    const here = place('');
    chmodSync(here.path('health-sync.toml'), 0);
    expect(here.refusal()).toMatch(/health-sync\.toml cannot be read: permission denied/);
  });

  test('a mark at the start of the file does not matter', () => {
    expect(place('\ufeff[app]\ndays = 3').load().app.days).toBe(3);
  });
});

test('nothing planted in the working directory is executed or read', async () => {
  const here = place('');
  const touch = `require('node:fs').writeFileSync(${JSON.stringify(here.path('planted'))}, 'ran')`;
  const module = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(here.path('planted'))}, 'ran'); export default {}`;
  for (const start of [
    '.config/config',
    '.config/health-sync',
    'health-sync.config',
    '.health-syncrc',
    'config',
  ]) {
    for (const end of ['js', 'cjs']) here.write(`${start}.${end}`, touch);
    for (const end of ['mjs', 'ts', 'mts']) here.write(`${start}.${end}`, module);
  }
  here.write('package.json', '{ "health-sync": { "app": { "days": 1 } }, "type": "commonjs" }');
  here.write('.health-syncrc', 'app: { days: 1 }');
  here.write('health-sync.json', '{ "app": { "days": 1 } }');
  const config = here.load();
  await new Promise((resolve) => setImmediate(resolve));
  expect(readdirSync(here.folder)).not.toContain('planted');
  expect(config.app.days).toBeUndefined();
});
