import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { Desk } from './support.ts';

const names = commands.map(({ commandName }) => commandName);

describe.each(names)('%s', (name) => {
  test('--help shows examples that begin with the program', async () => {
    const { code, stdout, stderr } = await new Desk().run([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: oura-clockify ${name}`);
    const examples = /\nExamples:\n((?: {2}\$ .*\n)+)/.exec(stdout)?.[1] ?? '';
    expect(examples).toContain(name);
    expect(examples).toContain('oura-clockify ');
  });

  test('an unknown option: USAGE, one line and the help to ask for, no stack', async () => {
    const { code, stdout, stderr } = await new Desk().run([name, '--surprise']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`oura-clockify: unknown option '--surprise'\n  Run: oura-clockify ${name} --help\n`);
  });
});

describe('G1 with an empty environment', () => {
  /** What ends by itself, and with which code, when there is nothing at all. */
  const EXPECTED: readonly (readonly [string[], number])[] = [
    [['auth', '--timeout', '1s'], 2],
    [['auth', 'clockify'], 2],
    [['logout', 'oura'], 0],
    [['logout', 'clockify'], 0],
    [['check-token'], 2],
    [['providers'], 0],
    [['config', 'show'], 0],
    [['sync'], 2],
    [['backup'], 2],
    [['purge', 'oura'], 2],
    [['purge', '--all', '--yes'], 0],
  ];

  test.each(EXPECTED)('%j ends with %i, without a prompt or a stack', async (args, expected) => {
    const desk = new Desk();
    const env = {
      PATH: undefined,
      HOME: undefined,
      XDG_DATA_HOME: desk.folder,
      XDG_CONFIG_HOME: desk.folder,
    };
    const { code, stderr } = await desk.run(args, { env, timeout: 10_000 });
    expect({ code, stderr }).toMatchObject({ code: expected });
    expect(stderr).not.toMatch(/\n\s+at |\[y\/N\]|Paste/i);
  });

  test('no HOME and no XDG folders at all', async () => {
    const desk = new Desk('[oura]\nenabled = true\n');
    const { code } = await desk.run(['check-token'], { env: { PATH: undefined, HOME: undefined } });
    expect(code).toBe(3);
  });
});
