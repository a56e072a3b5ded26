import { describe, expect, test } from 'vitest';
import { withGivenFlags } from '../../src/cli/terminal.ts';
import { providers } from '../../src/providers/index.ts';
import { Lock } from '../../src/store/lock.ts';
import { Desk } from './support.ts';

describe('the command line itself', () => {
  test('no command: the help on stderr and one line, USAGE', async () => {
    const { code, stdout, stderr } = await new Desk().run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: oura-clockify');
    expect(stderr).toMatch(/\noura-clockify: no command given\n$/);
  });

  test.each([[['synk']], [['help', 'synk']], [['--quiet', 'synk', '--days', '3']]])(
    '%j: what was meant',
    async (args) => {
      const { code, stdout, stderr } = await new Desk().run(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(
        'oura-clockify: there is no command "synk"; did you mean sync?\n  Run: oura-clockify --help\n',
      );
    },
  );

  test.each([[['help', 'sync']], [['sync', '--help']]])('%j shows the global flags too', async (args) => {
    const { code, stdout } = await new Desk().run(args);
    expect(code).toBe(0);
    expect(stdout).toContain('--days <n>');
    expect(stdout).toContain('--account <name>');
  });

  test('help alone is the whole help', async () => {
    const { code, stdout } = await new Desk().run(['help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Start with: oura-clockify demo');
  });

  test.each(['auth', 'logout'])('%s of nobody lists all there are', async (command) => {
    const { code, stderr } = await new Desk('[oura]\n').run([command, 'nope']);
    expect(code).toBe(2);
    const all = [...new Set([...providers.map(({ id }) => id), 'clockify'])].join(', ');
    expect(stderr).toContain(`there is no provider "nope"; built in: ${all}\n`);
  });

  test.each(['--db', '--config'])('%s without a name: USAGE', async (flag) => {
    const { code, stderr } = await new Desk('[oura]\n').run([flag, '', 'config', 'show']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag} must name a file`);
  });

  test.each([
    ['project = "x"', 'project must be text on one line, 2 to 250 characters'],
    ['description = "{foo}"', 'description: {foo} is not one of {duration}'],
    ['description = "{type"', 'description: a brace { or } in it has no partner'],
    ['description = "[Oura:{day}]"', 'description: it must not contain a marker'],
    ['description = "a\\nb"', 'description: it must be one line'],
  ])('%s is refused with its own reason', async (line, message) => {
    const { code, stderr } = await new Desk(`[clockify]\n${line}\n`).run(['config', 'show']);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('a printed command is about the same files and person', () => {
  const GIVEN = [
    ['--config', '/home/ann/my files/h.toml'],
    ['--account', 'ann'],
  ] as const;

  test.each([
    [
      'Run: oura-clockify auth oura',
      "Run: oura-clockify --config '/home/ann/my files/h.toml' --account ann auth oura",
    ],
    [
      'Say: oura-clockify --account NAME auth oura',
      "Say: oura-clockify --config '/home/ann/my files/h.toml' --account NAME auth oura",
    ],
    ['newer oura-clockify (schema 9)', 'newer oura-clockify (schema 9)'],
    ['/srv/oura-clockify sync', '/srv/oura-clockify sync'],
    ['Run: oura-clockify --help', 'Run: oura-clockify --help'],
  ])('%s', (text, expected) => {
    expect(withGivenFlags(text, GIVEN)).toBe(expected);
  });

  test('in hints, results and --json', async () => {
    const desk = new Desk('[oura]\nenabled = true\n');
    const flags = ['--config', 'health-sync.toml', '--db', 'mine.sqlite', '--account', 'ann'];
    const given = `--config ${desk.configFile} --db ${desk.folder}/mine.sqlite --account ann`;
    const { stdout, stderr } = await desk.run([...flags, 'check-token']);
    expect(stdout).toContain(`next: oura-clockify ${given} auth oura`);
    expect(stderr).toContain(`Run: oura-clockify ${given} auth oura`);
    const out = await desk.json([...flags, 'check-token']);
    expect(out.providers[0].next).toBe(`oura-clockify ${given} auth oura`);
  });
});

describe('--json', () => {
  test.each([
    ['a wrong configuration', '[oura]\nenabled = 1\n', ['sync'], 2, 'USAGE'],
    ['a wrong flag', '', ['sync', '--nope'], 2, 'USAGE'],
  ] as const)('%s is told on stdout too', async (_, config, args, code, outcome) => {
    const out = await new Desk(config).json(args);
    expect(out).toMatchObject({ code, outcome, failures: [{ outcome, source: null }] });
    expect(out.stderr).toContain(out.failures[0].message);
  });

  test('another run at work: LOCKED, once', async () => {
    const desk = new Desk('[oura]\nenabled = true\n');
    await desk.run(['init-db']);
    const lock = Lock.try(`${desk.database}.run.lock`);
    const out = await desk.json(['sync']);
    lock?.release();
    expect(out).toMatchObject({ code: 6, outcome: 'LOCKED', failures: [{ outcome: 'LOCKED' }] });
  });
});
