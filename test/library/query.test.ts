import { describe, expect, test } from 'vitest';
import { sync, UsageError } from '../../src/index.ts';
import { insideOf } from '../../src/library/inside.ts';
import { clock, household } from './support.ts';

const zone = 'Europe/Berlin';

describe('query', () => {
  test('answers statements that read, and no others', async () => {
    const { store } = await household();
    expect(store.query<{ n: number }>('SELECT ? + 1 AS n', 1)).toEqual([{ n: 2 }]);
    for (const sql of [
      'DELETE FROM items',
      'INSERT INTO items (id) VALUES (1) RETURNING id',
      'PRAGMA user_version = 3',
    ])
      expect(() => store.query(sql)).toThrow('query only reads');
  });

  const telling = ['PRAGMA table_list', 'PRAGMA table_info(items)', 'pragma main.index_list("items");'];
  const figures = ['user_version', 'application_id', 'page_count', 'integrity_check', 'compile_options'];
  test.each([...telling, ...figures.map((name) => `PRAGMA ${name}`)])('%s describes it', async (sql) => {
    const { store } = await household();
    expect(store.query(sql).length).toBeGreaterThan(0);
  });

  test.each([
    'PRAGMA locking_mode = EXCLUSIVE',
    'PRAGMA busy_timeout = 1',
    'PRAGMA max_page_count = 100',
    'PRAGMA secure_delete = OFF',
    'PRAGMA query_only(0)',
    '/* first */ ; -- then\n pragma/**/secure_delete = 0',
    '\uFEFFPRAGMA secure_delete = 0',
    'EXPLAIN PRAGMA secure_delete = 0',
    'PRAGMA user_version(3)',
    "ATTACH 'other.sqlite' AS other",
    'WITH gone AS (SELECT 1) DELETE FROM items RETURNING id',
  ])('%j is refused, and the connections stay as they are', async (sql) => {
    const { store } = await household();
    const { db } = insideOf(store).store;
    const settings = () =>
      ['locking_mode', 'busy_timeout', 'max_page_count', 'secure_delete', 'user_version'].map((name) => [
        name,
        db.pragma(name, { simple: true }),
        store.query(`SELECT * FROM pragma_${name}`),
      ]);
    const before = settings();
    expect(() => store.query(sql)).toThrow('query only reads');
    expect(() => store.query(sql)).toThrow(UsageError);
    expect(settings()).toEqual(before);
    db.prepare('DELETE FROM missing').run();
  });

  test.each([
    'SELECT * FROM oauth_tokens',
    'SELECT count(*) FROM main."oauth_tokens"',
    'WITH t AS (SELECT * FROM [OAUTH_TOKENS]) SELECT 1 FROM t',
    'SELECT name FROM sqlite_schema WHERE EXISTS (SELECT 1 FROM oauth_tokens WHERE provider = ?)',
    'VALUES ((SELECT max(refresh_token) FROM oauth_tokens))',
    'SELECT * FROM spied',
  ])('%s answers nothing: tokens are no records', async (sql) => {
    const { store } = await household();
    insideOf(store).store.db.exec('CREATE VIEW spied AS SELECT access_token AS a FROM oauth_tokens');
    const values = sql.includes('?') ? ['oura'] : [];
    expect(() => store.query(sql, ...values)).toThrow('query answers nothing from the table of tokens');
  });

  test('a name that only looks like that of the tokens is answered', async () => {
    const { store } = await household();
    expect(store.query("SELECT 'oauth_tokens' AS word, 1 AS oauth_tokens")).toEqual([
      { word: 'oauth_tokens', oauth_tokens: 1 },
    ]);
    expect(store.query('EXPLAIN QUERY PLAN SELECT * FROM items').length).toBeGreaterThan(0);
  });

  test.each<[string, number[], string]>([
    ['SELECT * FROM nowhere', [], 'query: no such table: nowhere'],
    ['SELECT 1; SELECT 2', [], 'query: The supplied SQL string contains more than one statement'],
    ['SELECT ?', [], 'query: Too few parameter values'],
    ['', [], 'query only reads: a statement begins with SELECT'],
  ])('%j is a mistake of whoever asks', async (sql, values, sentence) => {
    const { store } = await household();
    expect(() => store.query(sql, ...values)).toThrow(sentence);
    expect(() => store.query(sql, ...values)).toThrow(UsageError);
  });

  test('sees what was stored since the last question, and is shut with the store', async () => {
    const { store, config } = await household();
    const count = () => store.query<{ n: number }>('SELECT count(*) AS n FROM oura_sleep');
    expect(count()).toEqual([{ n: 0 }]);
    await sync({ store, provider: 'oura', config, resources: ['sleep'], zone, clock });
    expect(count()).toEqual([{ n: 4 }]);
    store.close();
    expect(count).toThrow(UsageError);
  });

  test('a record that is no JSON does not stand in the way of other sources’ rows', async () => {
    const { store, config } = await household();
    await sync({ store, provider: 'oura', config, resources: ['sleep', 'daily_sleep'], zone, clock });
    const nights = store.query("SELECT * FROM sleep_sessions WHERE record_id <> 'night-2026-03-11'");
    const days = store.query('SELECT day FROM daily_summary ORDER BY day');
    const deep = '['.repeat(1_500) + ']'.repeat(1_500);
    for (const payload of ['not JSON', deep]) {
      const { db } = insideOf(store).store;
      expect(
        db.prepare("UPDATE items SET payload = ? WHERE id = 'night-2026-03-11'").run(payload).changes,
      ).toBe(1);
      expect(store.query("SELECT * FROM sleep_sessions WHERE record_id <> 'night-2026-03-11'")).toEqual(
        nights,
      );
      const [odd] = store.query(
        "SELECT day, rem_seconds FROM sleep_sessions WHERE record_id = 'night-2026-03-11'",
      );
      expect(odd).toEqual({ day: '2026-03-11', rem_seconds: null });
      expect(store.query('SELECT day FROM daily_summary ORDER BY day')).toEqual(days);
    }
  });
});
