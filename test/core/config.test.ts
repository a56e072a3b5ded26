import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSections, MASK } from '../../src/core/config.ts';
import { systemTimeZone } from '../../src/core/dates.ts';
import { book, place, ring } from './config-support.ts';

describe('[app]', () => {
  test('has defaults that start at the folder of the file', () => {
    const here = place('');
    expect(here.load().app).toEqual({
      db: here.path('health.sqlite'),
      timezone: systemTimeZone(),
      days: undefined,
      runDeadlineMs: 900_000,
      logLevel: 'info',
      logFile: undefined,
    });
  });

  test('is read, relative paths starting at the folder of the file', () => {
    const here = place();
    const file = here.write(
      'etc/own.toml',
      '[app]\ndb = "../data/h.sqlite"\nlog_file = "log.txt"\ntimezone = "Asia/Tokyo"\ndays = 1\nrun_deadline = "90s"\nlog_level = "debug"\n',
    );
    expect(here.load({ configFlag: file, cwd: '/' }).app).toEqual({
      db: here.path('data/h.sqlite'),
      timezone: 'Asia/Tokyo',
      days: 1,
      runDeadlineMs: 90_000,
      logLevel: 'debug',
      logFile: here.path('etc/log.txt'),
    });
  });

  test.each([
    ['"/var/health.sqlite"', '/var/health.sqlite'],
    ['"file:///var/h.sqlite"', '/var/h.sqlite'],
  ])('db = %s', (written, path) => {
    expect(place(`[app]\ndb = ${written}`).load().app.db).toBe(path);
  });

  test('opens ~ in a path', () => {
    const here = place('[app]\ndb = "~/h.sqlite"');
    expect(here.load().app.db).toBe(here.path('home/h.sqlite'));
    expect(here.refusal({ home: undefined })).toMatch(
      /\[app\] db starts with ~, but no home folder is known/,
    );
  });

  test.each(['postgres://u:hunter2@h/db', 'POSTGRESQL://u:hunter2@h/db'])(
    'refuses %s and does not repeat it',
    (url) => {
      const message = place(`[app]\ndb = "${url}"`).refusal();
      expect(message).toMatch(
        /health-sync\.toml: \[app\] db names a PostgreSQL server; this version stores in SQLite/,
      );
      expect(message).not.toContain('hunter2');
    },
  );

  test.each(['mysql://h/db', 'sqlite:///x', 'file://host/x'])('refuses db = %s', (url) => {
    expect(place(`[app]\ndb = "${url}"`).refusal()).toMatch(/\[app\] db must be the name of a SQLite file/);
  });
});

const KEYS = [
  ...['db', 'timezone', 'days', 'run_deadline', 'log_level', 'log_file'].map((key) => ['app', key] as const),
  ...Object.keys(ring.schema.shape).map((key) => ['ring', key] as const),
  ...Object.keys(book.schema.shape).map((key) => ['book', key] as const),
];

describe('what is shown', () => {
  test('every entry with its origin, secrets masked', () => {
    const here = place('[ring]\nclient_secret = "s3cret"\npoll = "2s"\n');
    const entries = here.load({ env: { RING_CLIENT_ID: 'me' }, dbFlag: 'own.sqlite' }).entries();
    const file = { kind: 'file', name: here.path('health-sync.toml') };
    expect(entries).toHaveLength(KEYS.length);
    expect(entries).toContainEqual({
      section: 'ring',
      table: 'ring',
      key: 'client_secret',
      value: MASK,
      origin: file,
      secret: true,
    });
    expect(entries).toContainEqual({
      section: 'ring',
      table: 'ring',
      key: 'poll',
      value: '2s',
      origin: file,
      secret: false,
    });
    const db = { value: here.path('own.sqlite'), origin: { kind: 'flag', name: '--db' } };
    expect(entries).toContainEqual({ section: 'app', table: 'app', key: 'db', secret: false, ...db });
    const id = { value: 'me', origin: { kind: 'environment', name: 'RING_CLIENT_ID' } };
    expect(entries).toContainEqual({
      section: 'ring',
      table: 'ring',
      key: 'client_id',
      secret: false,
      ...id,
    });
    const key = { value: undefined, origin: { kind: 'default' } };
    expect(entries).toContainEqual({ section: 'book', table: 'book', key: 'api_key', secret: true, ...key });
    expect(JSON.stringify(entries)).not.toContain('s3cret');
  });

  test('secrets are known by key', () => {
    const config = place('').load();
    expect(config.isSecret('ring', 'client_secret')).toBe(true);
    expect(config.isSecret('ring', 'client_id')).toBe(false);
    expect(config.isSecret('ring', 'constructor')).toBe(false);
    expect(config.isSecret('nobody', 'x')).toBe(false);
    expect(() => config.section('nobody')).toThrow('without a section nobody');
  });

  test('every key is described', () => {
    const described = describeSections([ring, book]);
    expect(described.map(({ section, key }) => [section, key])).toEqual(KEYS);
    for (const { description, type } of described) expect(`${type} ${description}`).toMatch(/\w+ \w+/);
    for (const { description } of described) expect(description).not.toBe('');
    expect(described.find(({ key }) => key === 'run_deadline')).toEqual({
      section: 'app',
      key: 'run_deadline',
      type: 'a duration such as 90s, 15m or 1h, from 10s to 24h',
      default: '"15m"',
      description: 'A run that takes longer is ended cleanly.',
      environment: ['HEALTH_SYNC_APP_RUN_DEADLINE'],
      secret: false,
    });
    expect(described.find(({ key }) => key === 'api_key')).toMatchObject({
      default: undefined,
      environment: ['HEALTH_SYNC_BOOK_API_KEY', 'BOOK_KEY', 'BOOK_TOKEN'],
      secret: true,
    });
  });
});

test('G1 nothing but a working directory: the database has to be named', () => {
  const here = place();
  expect(here.refusal({ home: undefined })).toMatch(/No home folder is known.*--config FILE or --db FILE/);
  expect(here.load({ home: undefined, dbFlag: 'h.sqlite' }).app.db).toBe(join(here.folder, 'h.sqlite'));
});
