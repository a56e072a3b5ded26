import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Desk } from '../cli/support.ts';
import { CLOCK, deskWithExample, KEY, stepsService, walks } from './support.ts';

function rows(desk: Desk, sql: string): unknown[] {
  const db = new Database(desk.database, { readonly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

describe('the documented plugin', () => {
  test('is read page by page into views of its own, and a second run finds nothing new', async () => {
    const service = await stepsService({ walks: walks(5) });
    const desk = deskWithExample(service.url);
    const first = await desk.json(['sync', 'steps'], { env: CLOCK });
    expect(first).toMatchObject({ code: 0, outcome: 'OK' });
    expect(first.sources.map(({ source, created }: never) => [source, created])).toEqual([
      ['steps.profile', 1],
      ['steps.walks', 5],
    ]);
    expect(service.requests.filter((path) => path.includes('cursor=')).length).toBeGreaterThan(1);
    const stored = rows(desk, 'SELECT record_id, day, steps FROM steps_walks ORDER BY day DESC LIMIT 2');
    expect(stored).toEqual([
      { record_id: 'walk-2026-03-11', day: '2026-03-11', steps: 4000 },
      { record_id: 'walk-2026-03-10', day: '2026-03-10', steps: 4001 },
    ]);
    const [shared] = rows(desk, "SELECT source, distance_m FROM workouts WHERE day = '2026-03-11'");
    expect(shared).toEqual({ source: 'steps', distance_m: 3000 });

    const second = await desk.json(['sync'], { env: CLOCK });
    expect(second.totals.records).toMatchObject({ created: 0, updated: 0, deleted: 0, unchanged: 6 });
  });

  test('takes part in status and config show, its key masked', async () => {
    const service = await stepsService({ walks: walks(2) });
    const desk = deskWithExample(service.url);
    await desk.json(['sync'], { env: CLOCK });
    const status = await desk.json(['status'], { env: CLOCK });
    expect(status.resources).toContainEqual(
      expect.objectContaining({ resource: 'steps.walks', view: 'steps_walks', rows: 2, lastOutcome: 'OK' }),
    );
    const shown = await desk.run(['config', 'show']);
    expect(shown.stdout).toMatch(/^plugins\.steps\.api_key +the file +\*{8}$/m);
    expect(shown.stdout).toMatch(/^plugins\.steps\.enabled +default +true$/m);
    expect(shown.stdout).not.toContain(KEY);
  });

  test('takes part in providers, check-token and verify', async () => {
    const service = await stepsService({ walks: walks(2) });
    const desk = deskWithExample(service.url);
    const listed = await desk.json(['providers'], { env: CLOCK });
    const own = listed.providers.find(({ id }: { id: string }) => id === 'steps');
    expect(own).toMatchObject({ title: 'Steps', enabled: true, usable: true });
    await desk.json(['sync'], { env: CLOCK });
    const tokens = await desk.json(['check-token'], { env: CLOCK });
    expect(tokens.code).toBe(0);
    expect(tokens.providers).toContainEqual(expect.objectContaining({ provider: 'steps', usable: true }));
    const verified = await desk.json(['verify'], { env: CLOCK });
    const messages = verified.checks.map(({ message }: { message: string }) => message);
    expect(messages).toContainEqual(
      expect.stringMatching(/^the plugin "steps" was loaded from .*steps\.mjs$/),
    );
    expect(messages).toContainEqual(expect.stringContaining('steps: the sign-in is accepted'));
  });

  test('has its own keys checked by name and by value, and its variables', async () => {
    const typo = deskWithExample('http://127.0.0.1:1', 'page_sise = 3');
    expect((await typo.run(['status'])).stderr).toContain(
      '[plugins.steps] page_sise is not a key; did you mean page_size?',
    );
    const wrong = deskWithExample('http://127.0.0.1:1', 'page_size = 0');
    const refused = await wrong.run(['status']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('[plugins.steps] page_size must be a whole number from 1 to 100, got 0');
    const desk = deskWithExample('http://127.0.0.1:1');
    const env = { HEALTH_SYNC_PLUGINS_STEPS_PAGE_SIZE: '7' };
    expect((await desk.run(['config', 'show'], { env })).stdout).toMatch(
      /^plugins\.steps\.page_size +HEALTH_SYNC_PLUGINS_STEPS_PAGE_SIZE \(environment\) +7$/m,
    );
  });

  test('is left alone when it is switched off', async () => {
    const desk = deskWithExample('http://127.0.0.1:1', 'enabled = false');
    const { code, stderr } = await desk.run(['sync', 'steps']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('Set enabled = true under [plugins.steps]'),
    });
  });

  test('with a key that is not accepted: AUTH, and nothing is stored', async () => {
    const service = await stepsService({ walks: walks(2), key: 'another' });
    const desk = deskWithExample(service.url);
    const { code, stderr } = await desk.run(['sync'], { env: CLOCK });
    expect(code).toBe(3);
    expect(stderr).not.toContain(KEY);
    expect(rows(desk, 'SELECT count(*) AS count FROM records')).toEqual([{ count: 0 }]);
  });
});
