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
