import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../src/program.ts';

interface LockedPackage {
  dev?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
}

const root = new URL('..', import.meta.url);
const { version } = readJson('package.json');
const locked = Object.entries<LockedPackage>(readJson('package-lock.json').packages).filter(
  ([path]) => path !== '',
);
const production = locked.filter(([, entry]) => entry.dev !== true);

describe('the npm package', () => {
  test('K5 holds these files and nothing else', () => {
    // npm prints what `prepack` says before the JSON.
    const printed = execSync('npm pack --dry-run --json', { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const [{ files }] = JSON.parse(printed.slice(printed.search(/^\[/m)));
    const paths = files.map((file: { path: string }) => file.path);
    const folded = paths.map((path: string) =>
      path
        .replace(/^dist\/package\/[\w-]+\.js$/, 'dist/package/*.js')
        .replace(/^dist\/package\/(?:[\w-]+\/)*[\w-]+\.d\.ts$/, 'dist/package/**/*.d.ts'),
    );

    for (const entry of ['main.js', 'index.js', 'index.d.ts'])
      expect(paths).toContain(`dist/package/${entry}`);
    expect([...new Set(folded)].sort()).toEqual([
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin/load.js',
      'bin/oura-clockify.js',
      'bin/package.json',
      'dist/package/**/*.d.ts',
      'dist/package/*.js',
      'docs/library.md',
      'docs/plugins.md',
      'examples/plugin/health-sync.toml',
      'examples/plugin/steps.mjs',
      'health-sync.example.toml',
      'package.json',
    ]);
  });

  test('says its own version', () => {
    expect(VERSION).toBe(version);
  });
});

describe('the lock file', () => {
  test('K1 has 45 production packages or fewer', () => {
    expect(production.length).toBeLessThanOrEqual(45);
  });

  test('K2 has no production package that runs a script when it is installed', () => {
    expect(production.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  test('names no registry, so that `npm ci` asks whichever one is configured', () => {
    expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

function readJson(path: string) {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}
