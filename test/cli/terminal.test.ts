import { afterEach, expect, test, vi } from 'vitest';
import { printable, Terminal } from '../../src/cli/terminal.ts';
import { TemporaryError } from '../../src/core/errors.ts';

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

/** Clears the screen, sets the title, moves, rings, and does so in one byte. */
const HOSTILE = 'a\u001b[2Jb\u001b]0;title\u0007c\u001bMd\rz\u0008e\u009b2Jf\u007fg';

test('C13 names from outside do not steer the terminal, whatever is printed', () => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const terminal = new Terminal();
  terminal.manner = { ...terminal.manner, json: false, debug: true, color: false };
  terminal.result({}, HOSTILE);
  terminal.say(HOSTILE);
  terminal.ask(HOSTILE);
  terminal.problem(new TemporaryError(HOSTILE, { hint: HOSTILE }));
  terminal.bug(new Error(HOSTILE));
  vi.restoreAllMocks();
  expect(written.length).toBeGreaterThanOrEqual(7);
  for (const text of written) expect(text).not.toMatch(/[^\P{Cc}\n\t]/u);
});

test('C13 our own colours are let through, and nothing else that begins with ESC', () => {
  expect(printable('\u001b[31mred\u001b[39m')).toBe('\u001b[31mred\u001b[39m');
  expect(printable('\u001b[31;1m \u001b[2J \u001b[999m')).not.toContain('\u001b');
});
