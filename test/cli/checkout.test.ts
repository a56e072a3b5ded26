/** A checkout needs no build: everything else here starts a bundle of the sources, and would not see that. */
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { householdOf, nights } from '../support/household.ts';
import { ENTRY, runProgram, SOURCES, temporaryFolder } from '../support/program.ts';

const SRC = join(import.meta.dirname, '../../src');

test('the program runs from its sources, as far as a night in Clockify', async () => {
  const home = await householdOf(nights(2));
  onTestFinished(() => home.end());
  const env = { HEALTH_SYNC_CLOCK: new Date(home.time.now).toISOString() };
  const { code, stderr } = await runProgram(['sync'], { cwd: home.folder, env, program: SOURCES });
  expect([code, stderr]).toEqual([0, expect.anything()]);
  expect(home.clockify.entries()).toHaveLength(2);
  expect(SOURCES).not.toBe(ENTRY);
});

/** They run as soon as they are loaded. */
const ENTRIES = ['main.ts', join('single-file', 'start.ts')];

test('Node can load every file of the sources as it is', async () => {
  const files = globSync('**/*.ts', { cwd: SRC }).filter((file) => !ENTRIES.includes(file));
  const script = join(temporaryFolder(), 'load.mjs');
  const lines = files.map((file) => `await import(${JSON.stringify(pathToFileURL(join(SRC, file)).href)});`);
  writeFileSync(script, `${lines.join('\n')}\nconsole.log('loaded');\n`);
  const { code, stdout, stderr } = await runProgram([], { program: script });
  expect([code, stdout, stderr]).toEqual([0, 'loaded\n', '']);
  expect(files.length).toBeGreaterThan(100);
});

test('a Node that is too old is told so before it meets a file it cannot read', async () => {
  const old = join(temporaryFolder(), 'old.cjs');
  writeFileSync(old, `Object.defineProperty(process, 'versions', { value: { node: '18.20.0' } });`);
  const env = { NODE_OPTIONS: `--require=${old}` };
  const { code, stdout, stderr } = await runProgram(['--version'], { env, program: SOURCES });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^oura-clockify needs Node 22\.19 or newer, this is 18\.20\.0\. .*\.\n$/);
});
