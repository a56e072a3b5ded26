import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anHourPasses, COMMANDS, play, remains, repeat, type Scene } from './commands.ts';
import { failpoints, PASSED_BY_SYNC } from './kill.ts';
import { again, amid, sends, TROUBLES } from './troubles.ts';

/**
 * `EVERY_STEP=1 npx vitest run test/torture/commands.test.ts` kills each command at each step it passes; otherwise a step that
 * another command was killed at is left out, unless it is the last.
 */
const EVERY_STEP = process.env.EVERY_STEP === '1';

/** The names that were passed by any command, in any test of this file. */
const passed = new Set<string>();

function stepsIn(stderr: string): string[] {
  return [...stderr.matchAll(/^failpoint (\S+)$/gm)].map(([, name = '']) => name);
}

test.each(Object.entries(COMMANDS))(
  'D1 E1 E13 F1 %s, killed at each durable step: a repeat finishes, and all is as if nobody had killed it',
  { timeout: 300_000 },
  async (_, prepare) => {
    const undisturbed = await prepare();
    const { code, stderr } = await play(undisturbed, 'list');
    expect(code, stderr).toBe(0);
    const steps = stepsIn(stderr);
    expect(steps).not.toEqual([]);
    anHourPasses(undisturbed);
    expect((await repeat(undisturbed)).code).toBe(0);
    const wanted = remains(undisturbed);
    const unseen = [...new Set(steps)].filter(
      (name) => EVERY_STEP || !passed.has(name) || name === steps.at(-1),
    );
    for (const name of unseen) {
      passed.add(name);
      const count = steps.filter((step) => step === name).length;
      const scene = await prepare();
      const killed = await play(scene, `${name}:${count}`);
      expect([name, count, killed.signal]).toEqual([name, count, 'SIGKILL']);
      anHourPasses(scene);
      const again = await repeat(scene);
      expect([name, count, again.code], again.stderr).toEqual([name, count, 0]);
      expect(remains(scene), `${name}:${count}`).toEqual(wanted);
    }
  },
);

test.each(Object.entries(TROUBLES))(
  'A2 A21 D1 D5 E1 amid %s, killed where it is noted: a repeat leaves all as if nobody had killed it, and sends nothing more',
  { timeout: 120_000 },
  async (_, prepare) => {
    const undisturbed = await prepare();
    const { code, stderr } = await amid(undisturbed, 'list');
    expect(code, stderr).toBe(undisturbed.ends ?? 0);
    const steps = stepsIn(stderr);
    const ended = (await again(undisturbed)).code;
    const wanted = { ...remains(undisturbed), sent: sends(undisturbed) };
    expect(Math.max(0, ...wanted.sent)).toBeLessThanOrEqual(2);
    for (const name of undisturbed.kills) {
      passed.add(name);
      const count = steps.filter((step) => step === name).length;
      const trouble = await prepare();
      const killed = await amid(trouble, `${name}:${count}`);
      expect([name, count, killed.signal]).toEqual([name, count, 'SIGKILL']);
      const last = await again(trouble);
      expect([name, count, last.code], last.stderr).toEqual([name, count, ended]);
      expect({ ...remains(trouble), sent: sends(trouble) }, `${name}:${count}`).toEqual(wanted);
    }
  },
);

test('every failpoint that stands in the sources was passed by one of these commands, or is by a later sync', () => {
  const later: readonly string[] = PASSED_BY_SYNC;
  expect(failpoints().filter((name) => !passed.has(name) && !later.includes(name))).toEqual([]);
});

test('D1 logout clockify, killed once the key is out of the file: nothing is left of what was remembered of it', async () => {
  const scene = await (COMMANDS['logout clockify'] as () => Promise<Scene>)();
  const remembered = () => scene.home.rows("SELECT * FROM facts WHERE scope LIKE 'clockify:%'");
  expect(remembered()).not.toEqual([]);
  expect((await play(scene, 'file-renamed:1')).signal).toBe('SIGKILL');
  expect(remembered()).toEqual([]);
});

test('A24 a logout that was killed before the journal was emptied: the repeat leaves no byte of the pair', async () => {
  const scene = await (COMMANDS['logout oura'] as () => Promise<Scene>)();
  const { folder } = scene.home;
  const [pair] = scene.home.rows<{ access_token: string; refresh_token: string }>(
    'SELECT * FROM oauth_tokens',
  );
  const holding = () =>
    readdirSync(folder)
      .filter((name) => name !== 'health-sync.toml')
      .filter((name) => {
        const bytes = readFileSync(join(folder, name));
        return [pair?.access_token, pair?.refresh_token].some((token) => bytes.includes(token as string));
      });
  expect((await play(scene, 'token.forgotten:1')).signal).toBe('SIGKILL');
  expect(holding()).not.toEqual([]);
  expect((await play(scene)).code).toBe(0);
  expect(holding()).toEqual([]);
});
