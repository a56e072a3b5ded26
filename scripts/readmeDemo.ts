import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Puts the demo's present output into the README. test/docs.test.ts compares the two, at the same instant and zone. */
const root = fileURLToPath(new URL('..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'readme-'));
const env = {
  PATH: process.env.PATH,
  HOME: cwd,
  HEALTH_SYNC_CLOCK: '2026-11-20T08:00:00Z',
  TZ: 'Europe/Berlin',
};
const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin/oura-clockify.js'), 'demo'], {
  cwd,
  env,
  encoding: 'utf8',
});
rmSync(cwd, { recursive: true });
if (status !== 0) throw new Error(`the demo ended with ${status}\n${stderr}`);
const shown = `${stderr.trimEnd()}\n\n${stdout.trimEnd()}`.replaceAll(`${cwd}/`, '');
const readme = join(root, 'README.md');
const marked = /(<!-- demo -->\n```text\n)[\s\S]*?(\n```\n<!-- \/demo -->)/;
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(marked, (_, before, after) => before + shown + after),
);
