import { copyFileSync, globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { schemaFixture } from '../../scripts/schemaFixture.ts';
import { declaredViews } from '../../src/cli/sections.ts';
import { copyOfSchema, filesBeside } from '../../src/store/beside.ts';
import { migrations } from '../../src/store/migrations.ts';
import { Store } from '../../src/store/store.ts';
import { tidy } from '../../src/store/tidy.ts';
import { runProgram, startProgram } from '../support/program.ts';
import { fillUp, smallDisk, TAKES_ROOT } from '../support/smallDisk.ts';
import { folder } from './support.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/schema');
const NEWEST = migrations.length;
const schemas = globSync('*.sql', { cwd: FIXTURES })
  .map((name) => Number(basename(name, '.sql')))
  .sort();
const older = schemas.filter((schema) => schema < NEWEST);

type Row = Record<string, unknown>;

/** A database as the program of that schema left it: written through a journal of its own. */
function database(schema: number, more = ''): string {
  const path = join(folder(), 'health.sqlite');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec(readFileSync(join(FIXTURES, `${schema}.sql`), 'utf8') + more);
  db.close();
  return path;
}

/** Heart rate of some months: enough that a migration takes its time. */
const MANY = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO items SELECT 2, 'sample-' || i, NULL, i * 300000, NULL, NULL, 1773302400, 1773302400, NULL, NULL, x'00',
  json_object('bpm', 40 + i % 60, 'source', 'rest', 'note', printf('%0100d', i)) FROM n;
UPDATE sync_state SET live_rows = 20001 WHERE stream = 2;`;

const TABLES = [
  'sync_state',
  'missing',
  'rejects',
  'sessions',
  'oauth_tokens',
  'sync_runs',
  'entries',
  'rate_spent',
  'rate_closed',
  'facts',
];

/** Every row of every table, by the columns it had then; records as a person queries them. */
function content(path: string, schema: number, tables = TABLES): Record<string, Row[]> {
  const db = new Database(path, { readonly: true });
  const then = new Database(':memory:');
  then.exec(migrations.slice(0, schema).join('\n'));
  try {
    const rows = [...tables, 'records'].map((table) => {
      const columns = then.prepare<[], Row>(`SELECT * FROM ${table}`).columns();
      const names = columns.map(({ name }) => name).join(', ');
      return [table, db.prepare<[], Row>(`SELECT ${names} FROM ${table} ORDER BY ${names}`).all()] as const;
    });
    return Object.fromEntries(rows);
  } finally {
    db.close();
    then.close();
  }
}

function pragma(path: string, name: string): unknown {
  const db = new Database(path, { readonly: true });
  const value = db.pragma(name, { simple: true });
  db.close();
  return value;
}

const initDb = (path: string, env: Record<string, string> = {}) =>
  runProgram(['--db', path, 'init-db'], { env });

test('every schema before today’s is kept as a fixture, and none was edited since', () => {
  expect(schemas.slice(0, NEWEST - 1)).toEqual(Array.from({ length: NEWEST - 1 }, (_, index) => index + 1));
  for (const schema of schemas)
    expect(readFileSync(join(FIXTURES, `${schema}.sql`), 'utf8')).toBe(schemaFixture(schema));
});

describe.each(schemas)('E7 a database of schema %i', (schema) => {
  test('is today’s after it was opened, with every row as it was', () => {
    const path = database(schema);
    const before = content(path, schema);
    for (const rows of Object.values(before)) expect(rows.length).toBeGreaterThan(0);
    const store = new Store(path, declaredViews());
    for (const { name } of declaredViews()) store.db.prepare(`SELECT * FROM "${name}"`).all();
    expect(store.tokens('oura', 'default').read()?.token?.refreshToken).toBe('fixture-refresh-default');
    expect(store.ledger('clockify', 'workspace/user').all()).toHaveLength(3);
    expect(store.sessions({ provider: 'oura', account: 'default', resource: 'sleep' })).toHaveLength(2);
    store.close();
    expect([pragma(path, 'user_version'), pragma(path, 'integrity_check')]).toEqual([NEWEST, 'ok']);
    expect(content(path, schema)).toEqual(before);
  });
});

describe.each(older)('E7 before the migration from schema %i', (schema) => {
  test('A17 E10 E13 the file is copied beside it, without its sign-ins, and nothing else is left', () => {
    const path = database(schema);
    const before = content(path, schema);
    new Store(path, []).close();
    const copy = copyOfSchema(path, schema);
    expect(filesBeside(path)).toEqual({
      database: [path],
      locks: [],
      copies: [copy],
      halves: [],
      backups: [],
    });
    expect(readdirSync(join(path, '..')).sort()).toEqual(['health.sqlite', basename(copy)]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect([pragma(copy, 'user_version'), pragma(copy, 'integrity_check')]).toEqual([schema, 'ok']);
    expect(pragma(copy, 'application_id')).toBe(pragma(path, 'application_id'));
    const signIns = ['oauth_tokens', 'facts'];
    const others = TABLES.filter((table) => !signIns.includes(table));
    const { oauth_tokens, facts, ...rest } = before;
    expect(content(copy, schema, others)).toEqual(rest);
    expect(content(copy, schema, signIns).oauth_tokens).toEqual([]);
    const bytes = readFileSync(copy);
    for (const secret of ['fixture-access', 'fixture-refresh', 'fixture-previous', 'fixture-password-digest'])
      expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
    expect(oauth_tokens?.length).toBe(2);
    expect(facts?.length).toBeGreaterThan(0);
  });

  test('only the newest copy is kept, and a later run lets it go', () => {
    const path = database(schema);
    const db = new Database(copyOfSchema(path, 99));
    db.close();
    const store = new Store(path, []);
    expect(filesBeside(path).copies).toEqual([copyOfSchema(path, schema)]);
    const made = statSync(copyOfSchema(path, schema)).mtimeMs;
    tidy(path, made + 29 * 86_400_000);
    expect(filesBeside(path).copies).toHaveLength(1);
    tidy(path, made + 31 * 86_400_000);
    expect(filesBeside(path).copies).toEqual([]);
    store.close();
  });

  test.each([
    'migration.copied',
    'file-written',
    'file-renamed',
    'migration.in-transaction',
    'migration.committed',
  ])('killed at %s, the next start has every row', async (failpoint) => {
    const path = database(schema);
    const before = content(path, schema);
    const { signal } = await initDb(path, { HEALTH_SYNC_FAILPOINT: `${failpoint}:1` });
    expect(signal).toBe('SIGKILL');
    expect((await initDb(path)).code).toBe(0);
    expect([pragma(path, 'user_version'), pragma(path, 'integrity_check')]).toEqual([NEWEST, 'ok']);
    expect(content(path, schema)).toEqual(before);
    expect(filesBeside(path)).toMatchObject({ copies: [copyOfSchema(path, schema)], halves: [] });
    expect(pragma(copyOfSchema(path, schema), 'user_version')).toBe(schema);
  });

  test('killed at random moments, twice in a row, the next start has every row', {
    timeout: 180_000,
  }, async () => {
    const timed = database(schema, MANY);
    const start = performance.now();
    expect((await initDb(timed)).code).toBe(0);
    const length = performance.now() - start;
    let kills = 0;
    for (let trial = 0; trial < 4; trial += 1) {
      const path = database(schema, MANY);
      const before = content(path, schema);
      for (const part of [trial / 4, ((trial * 3 + 1) % 4) / 4]) {
        const { child, finished } = startProgram(['--db', path, 'init-db']);
        child.stdin.end();
        const timer = setTimeout(() => child.kill('SIGKILL'), length * (0.2 + 0.8 * part));
        if ((await finished).signal === 'SIGKILL') kills += 1;
        clearTimeout(timer);
        expect(pragma(path, 'integrity_check')).toBe('ok');
      }
      expect((await initDb(path)).code).toBe(0);
      expect(content(path, schema)).toEqual(before);
      expect(filesBeside(path).halves).toEqual([]);
    }
    expect(kills).toBeGreaterThan(1);
  });

  test('E4 a disk that is too full for the copy: nothing is migrated, and it is said', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) return skip(TAKES_ROOT);
    const path = join(disk, 'health.sqlite');
    copyFileSync(database(schema), path);
    const before = content(path, schema);
    fillUp(disk, 60_000);
    const full = await initDb(path);
    expect([full.code, full.stderr]).toEqual([7, expect.stringContaining('the disk is full')]);
    expect(readdirSync(disk).sort()).toEqual(['filler', 'health.sqlite']);
    expect([pragma(path, 'user_version'), content(path, schema)]).toEqual([schema, before]);
    rmSync(join(disk, 'filler'));
    expect((await initDb(path)).code).toBe(0);
    expect(content(path, schema)).toEqual(before);
  });
});
