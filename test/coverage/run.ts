import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUN_FOLDER } from '../support/runFolder.ts';
import { type Branch, branchesOf } from './branches.ts';
import { writeCovering } from './covering.ts';
import { everyTest, readRecordings } from './hits.ts';
import { PARTS, partOf, ROOT } from './parts.ts';
import { lineOf } from './syntax.ts';

/**
 * `npm run coverage`: runs the tests of the parts, children included, and says how many of the parts' branches ran. Less than
 * 95 % of one part is a failure. Test files may be named, which is no longer a measurement. `--list`: each branch that never ran.
 */
const LEAST = 0.95;

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
let running: ChildProcess | undefined;
process.on('exit', () => {
  running?.kill();
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const report = join(folder, 'report.json');
const failed = await tests();
const byTest = readRecordings(folder);
if (positionals.length === 0) writeCovering(byTest, report);
const counts = everyTest(byTest);
const missed: string[] = [];
const table = Object.keys(PARTS).map((part) => {
  const branches = [...partOf].filter(([, its]) => its === part).flatMap(([file]) => look(file));
  const ran = branches.filter(({ count }) => count > 0).length;
  return { part, branches: branches.length, ran, share: ran / branches.length };
});

if (values.list) for (const line of missed) console.log(line);
console.log(`\n${'part'.padEnd(14)}branches     ran  of them`);
for (const { part, branches, ran, share } of table) {
  const percent = `${(100 * share).toFixed(1)} %`;
  const verdict = share < LEAST ? `  less than ${100 * LEAST} %` : '';
  console.log(
    `${part.padEnd(14)}${String(branches).padStart(8)}${String(ran).padStart(8)}${percent.padStart(9)}${verdict}`,
  );
}
if (failed) console.log('\nnot every test passed');
if (failed || (positionals.length === 0 && table.some(({ share }) => share < LEAST))) process.exitCode = 1;

function look(file: string): Branch[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const own = counts.get(file) ?? [];
  const branches = branchesOf(text, (at) => own.reduce((sum, each) => sum + each.at(at), 0));
  for (const { at, kind } of branches.filter(({ count }) => count <= 0)) {
    const line = lineOf(text, at);
    missed.push(`${file}:${line} ${kind}: ${text.split('\n')[line - 1]?.trim()}`);
  }
  return branches;
}

/** Whether one of them failed. */
function tests(): Promise<boolean> {
  const more = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--config', 'test/coverage/vitest.config.ts', ...positionals, ...more],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, [RUN_FOLDER]: folder } },
  );
  running = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code !== 0));
  });
}
