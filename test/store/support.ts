import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Store } from '../../src/store/store.ts';

export const NOON = Date.parse('2024-01-15T12:00:00Z');
export const DAY = 86_400_000;

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

export function newStore(path = join(folder(), 'health.sqlite')): Store {
  const store = new Store(path, []);
  onTestFinished(() => store.close());
  return store;
}

const source = (name: string) => join(import.meta.dirname, '../../src', name);

/** For Node. */
export function argumentsOf(script: string, args: readonly string[]): string[] {
  const withImports = script.replace(/from '(store|core)\//g, (_, area: string) => `from '${source(area)}/`);
  return ['--input-type=module-typescript', '-e', withImports, ...args];
}

/** Runs a module that imports from `store/…` or `core/…` in a process of its own. */
export function run(script: string, args: readonly string[], umask = '077', env: NodeJS.ProcessEnv = {}) {
  const command = ['-c', `umask ${umask}; exec "$0" "$@"`, process.execPath, ...argumentsOf(script, args)];
  return spawnSync('/bin/sh', command, { encoding: 'utf8', env: { ...process.env, ...env } });
}

/** The same, left running. */
export function start(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, argumentsOf(script, args), { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
