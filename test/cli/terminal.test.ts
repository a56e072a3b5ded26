import { afterEach, expect, test, vi } from 'vitest';
import { Terminal } from '../../src/cli/terminal.ts';

const { isTTY, columns } = process.stderr;
afterEach(() => {
  Object.assign(process.stderr, { isTTY, columns });
  vi.unstubAllEnvs();
});

test.each([
  [80, true],
  [1, true],
  [0, false],
  [undefined, false],
])('a terminal of %s columns redraws lines: %s', (width, isLive) => {
  vi.stubEnv('CI', undefined);
  vi.stubEnv('TERM', 'xterm');
  Object.assign(process.stderr, { isTTY: true, columns: width });
  expect(new Terminal().isLive).toBe(isLive);
});
