import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/program.ts';
import { deskWithExample, stepsService, walks } from '../plugins/support.ts';

const name = process.platform === 'win32' ? 'oura-clockify.exe' : 'oura-clockify';
const program = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
const built = existsSync(program);
if (!built) console.warn('Skipped: there is no single file yet. Run: npm run build');

describe.skipIf(!built)('the single file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'single-file-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** With nothing in the environment but a place for temporary files: no PATH, so no Node either. */
  function run(...words: string[]) {
    const env =
      process.platform === 'win32' ? { ...process.env, TEMP: folder } : { TMPDIR: folder, HOME: folder };
    return spawnSync(program, words, { cwd: folder, env, encoding: 'utf8' });
  }

  test('says its version', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('sync');
  });

  test('answers an unknown command with exit code 2 and no stack', () => {
    const { status, stderr } = run('snyc');
    expect(status).toBe(2);
    expect(stderr).not.toContain('    at ');
  });

  test('carries SQLite with it and leaves no addon behind', () => {
    const { status, stderr } = run('init', '--db-only', '--db', join(folder, 'health.sqlite'));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(statSync(join(folder, 'health.sqlite')).size).toBeGreaterThan(0);
    if (process.platform !== 'win32') {
      const addons = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        path.endsWith('.node'),
      );
      expect(addons).toEqual([]);
    }
  });

  test('reads with a plugin, which has nothing of ours to import', async () => {
    const service = await stepsService({ walks: walks(3) });
    const desk = deskWithExample(service.url);
    const env = { ...process.env, HOME: folder, HEALTH_SYNC_CLOCK: '2026-03-12T08:00:00Z' };
    const child = spawn(program, ['sync', 'steps', '--json'], { cwd: desk.folder, env });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    // Node's own opinion of how a plugin is imported is nobody's business.
    expect(stderr).not.toContain('Warning');
    const { sources } = JSON.parse(stdout);
    expect({ code, sources }).toMatchObject({
      code: 0,
      sources: [{ source: 'steps.profile' }, { source: 'steps.walks', outcome: 'OK', created: 3 }],
    });
  });
});
