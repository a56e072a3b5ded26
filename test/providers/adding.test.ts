import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/adding-a-provider.md'), 'utf8');

/** Files that the guide shows: a path on a line of its own, then the content. */
const shown = [...GUIDE.matchAll(/^`([\w./]+\.ts)`\n\n```ts\n([\s\S]*?)^```$/gm)].map(
  ([, path, text]) => [path as string, text as string] as const,
);

test('whoever follows the guide to the letter has a provider that passes the contract', {
  timeout: 240_000,
}, async () => {
  expect(shown.map(([path]) => path)).toEqual([
    'src/providers/sipper.ts',
    'src/providers/index.ts',
    'src/sandbox/sipper.ts',
    'test/providers/sipper.test.ts',
  ]);
  const copy = temporaryFolder();
  for (const part of [
    'src',
    'bin',
    'scripts',
    'test/support',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  rmSync(join(copy, 'test/providers'), { recursive: true, force: true });
  for (const [path, text] of shown) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  const outputFile = join(copy, 'report.json');
  await promisify(execFile)(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--root', copy, 'test/providers/sipper.test.ts'],
      ...['--reporter=json', `--outputFile=${outputFile}`],
    ],
    { cwd: copy, env: { PATH: process.env.PATH, HOME: copy }, maxBuffer: 1e8 },
  ).catch(() => {});
  const report = JSON.parse(readFileSync(outputFile, 'utf8'));
  const failed = report.testResults.flatMap(
    (file: { assertionResults: { status: string; title: string; failureMessages: string[] }[] }) =>
      file.assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ title, failureMessages }) => [title, failureMessages[0]]),
  );
  expect(failed).toEqual([]);
  expect(report.numPassedTests).toBeGreaterThan(10);
});
