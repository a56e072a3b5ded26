import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { log } from '../../src/cli/log.ts';
import { AuthError, PartialError, type ProgramError, TemporaryError } from '../../src/core/errors.ts';
import { folder, NOON } from '../store/support.ts';

const RUNS: readonly [ended: ProgramError | undefined, outcome: 'OK' | 'BUG' | undefined][] = [
  [undefined, 'OK'],
  [new TemporaryError('later'), undefined],
  [new PartialError('half', []), undefined],
  [new AuthError('sign in'), undefined],
  [undefined, 'BUG'],
];

test.each([
  ['error', ['AUTH', 'BUG']],
  ['warn', ['TEMP', 'PARTIAL', 'AUTH', 'BUG']],
  ['info', ['OK', 'TEMP', 'PARTIAL', 'AUTH', 'BUG']],
  ['debug', ['OK', 'TEMP', 'PARTIAL', 'AUTH', 'BUG']],
])('log_level %s', async (logLevel, outcomes) => {
  const logFile = join(folder(), 'log');
  const app = { logFile, logLevel };
  const context = { config: async () => ({ app }), clock: { now: () => NOON } } as unknown as Context;
  for (const [ended, outcome] of RUNS) await log(context, 'sync', ended, {}, outcome);
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n') : [];
  expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(outcomes);
});
