import { describe, expect, test } from 'vitest';
import { place } from './config-support.ts';

type Values = Record<string, unknown>;

describe('environment', () => {
  test('the real one beats .env, which beats the file', () => {
    const here = place('[ring]\nclient_id = "file"\noverlap_days = 1\npoll = "1s"\n');
    here.write('.env', 'RING_CLIENT_ID=dotenv\nHEALTH_SYNC_RING_OVERLAP_DAYS=2\n');
    const config = here.load({ env: { RING_CLIENT_ID: 'real' } });
    expect(config.section<Values>('ring')).toMatchObject({ client_id: 'real', overlap_days: 2, poll: 1000 });
    expect(config.origin('ring', 'client_id')).toEqual({ kind: 'environment', name: 'RING_CLIENT_ID' });
    expect(config.origin('ring', 'overlap_days')).toEqual({
      kind: '.env',
      name: 'HEALTH_SYNC_RING_OVERLAP_DAYS',
    });
    expect(config.origin('ring', 'poll')).toEqual({ kind: 'file', name: here.path('health-sync.toml') });
    expect(config.origin('ring', 'scopes')).toEqual({ kind: 'default' });
  });

  test('the general name comes before aliases, aliases in their order', () => {
    const key = (env: Record<string, string>) => place('').load({ env }).section<Values>('book').api_key;
    expect(key({ BOOK_TOKEN: 't', BOOK_KEY: 'k', HEALTH_SYNC_BOOK_API_KEY: 'g' })).toBe('g');
    expect(key({ BOOK_TOKEN: 't', BOOK_KEY: 'k' })).toBe('k');
    expect(key({ BOOK_TOKEN: 't', BOOK_KEY: '' })).toBe('t');
  });

  test.each([
    ['HEALTH_SYNC_RING_ENABLED', 'true', 'enabled', true],
    ['HEALTH_SYNC_RING_ENABLED', 'YES', 'enabled', true],
    ['HEALTH_SYNC_RING_ENABLED', '1', 'enabled', true],
    ['HEALTH_SYNC_RING_ENABLED', '0', 'enabled', false],
    ['HEALTH_SYNC_RING_ENABLED', 'no', 'enabled', false],
    ['HEALTH_SYNC_RING_ENABLED', ' ', 'enabled', false],
    ['HEALTH_SYNC_RING_OVERLAP_DAYS', '0', 'overlap_days', 0],
    ['HEALTH_SYNC_RING_OVERLAP_DAYS', '', 'overlap_days', 7],
    ['HEALTH_SYNC_RING_SCOPES', 'daily, heart  x', 'scopes', ['daily', 'heart', 'x']],
    ['HEALTH_SYNC_RING_KINDS', 'long, short', 'kinds', ['long', 'short']],
    ['HEALTH_SYNC_RING_TYPES', '1,5', 'types', [1, 5]],
    ['HEALTH_SYNC_RING_CLIENT_ID', '123', 'client_id', '123'],
    ['HEALTH_SYNC_RING_POLL', '2s', 'poll', 2000],
  ])('%s=%s', (name, text, key, value) => {
    const values = place('')
      .load({ env: { [name]: text } })
      .section<Values>('ring');
    expect(values[key]).toEqual(value);
  });

  test.each([
    ['HEALTH_SYNC_RING_ENABLED', 'maybe', 'HEALTH_SYNC_RING_ENABLED must be true or false, got text'],
    ['HEALTH_SYNC_RING_ENABLED', 'constructor', 'HEALTH_SYNC_RING_ENABLED must be true or false, got text'],
    ['SYNC_DAYS', '1e3', 'SYNC_DAYS must be a whole number from 1 to 36500, got text'],
    ['SYNC_DAYS', '1.5', 'SYNC_DAYS must be a whole number from 1 to 36500, got 1.5'],
    ['SYNC_DAYS_BACK', '-1', 'SYNC_DAYS_BACK must be a whole number from 1 to 36500, got -1'],
    ['SYNC_DAYS', '0x10', 'SYNC_DAYS must be a whole number from 1 to 36500, got text'],
    [
      'HEALTH_SYNC_RING_TYPES',
      '1,x',
      'HEALTH_SYNC_RING_TYPES, item 2, must be a whole number from 1 to 99, got text',
    ],
    [
      'HEALTH_SYNC_RING_CLIENTID',
      'x',
      'HEALTH_SYNC_RING_CLIENTID is not a setting; did you mean HEALTH_SYNC_RING_CLIENT_ID?',
    ],
    ['HEALTH_SYNC_QQQQQQQQ', 'x', 'HEALTH_SYNC_QQQQQQQQ is not a setting'],
    ['HEALTH_SYNC___PROTO__', 'x', 'HEALTH_SYNC___PROTO__ is not a setting'],
  ])('refuses %s=%s', (name, text, message) => {
    expect(place('').refusal({ env: { [name]: text } })).toBe(message);
  });

  test('a wrong value is refused even where a better one overrides it', () => {
    expect(place('[app]\ndays = "x"').refusal({ env: { SYNC_DAYS: '3' } })).toMatch(/\[app\] days must be/);
  });

  test('reserved names are left to their readers', () => {
    const env = { HEALTH_SYNC_FAILPOINT: 'x:1', HEALTH_SYNC_CLOCK: '2024-01-01' };
    expect(place('').load({ env }).notes).toEqual([]);
  });

  test('what earlier tools set and is not used here is noted', () => {
    const env = {
      NODE_ENV: 'production',
      RING_DELAY: '5',
      SYNC_SCHEDULE: '0 3 * * *',
      SERVER_PORT: '',
      REDIS_URL: 'r',
    };
    const notes = place('').load({ env }).notes;
    expect(notes).toHaveLength(4);
    expect(notes).toContain('NODE_ENV is ignored: the program behaves the same everywhere');
    expect(notes).toContain('RING_DELAY is ignored: requests are paced by the service’s own answers');
  });

  test('a path in a real variable starts at the working directory', () => {
    const here = place();
    const file = here.write('etc/c.toml', '');
    const config = here.load({ configFlag: file, env: { HEALTH_SYNC_DB: 'x.sqlite' } });
    expect(config.app.db).toBe(here.path('x.sqlite'));
    expect(here.load({ configFlag: file, env: { HEALTH_SYNC_DB: 'x' }, dbFlag: 'y' }).app.db).toBe(
      here.path('y'),
    );
    expect(here.refusal({ configFlag: file, dbFlag: '' })).toMatch(/^--db must be text/);
  });
});

describe('.env', () => {
  test('is read beside the file only', () => {
    const here = place();
    here.write('.env', 'RING_CLIENT_ID=cwd');
    here.write('etc/.env', 'RING_CLIENT_ID=beside\nDATABASE_URL=file:./own.sqlite');
    const config = here.load({ configFlag: here.write('etc/c.toml', '') });
    expect(config.section<Values>('ring').client_id).toBe('beside');
    expect(config.app.db).toBe(here.path('etc/own.sqlite'));
  });

  test('DATABASE_URL of the real environment belongs to somebody else', () => {
    const config = place('').load({ env: { DATABASE_URL: 'postgres://elsewhere' } });
    expect(config.origin('app', 'db')).toEqual({ kind: 'default' });
    expect(config.notes).toEqual([
      'DATABASE_URL is ignored: it counts only in the .env file beside the configuration',
    ]);
  });

  test('refuses a PostgreSQL DATABASE_URL by name', () => {
    const here = place('');
    const file = here.write('.env', 'DATABASE_URL=postgres://u:pw@h/x');
    expect(here.refusal()).toMatch(
      `${file}: DATABASE_URL names a PostgreSQL server; this version stores in SQLite`,
    );
  });

  test('without a file, the one of the working directory counts if it is ours', () => {
    const here = place();
    here.write('.env', 'not a line\nDATABASE_URL=postgres://other/program\nLOG_LEVEL=silly');
    expect(here.load().origin('app', 'db')).toEqual({ kind: 'default' });
    here.write('.env', 'DATABASE_URL=h.sqlite\nRING_CLIENT_ID=me');
    expect(here.load().app.db).toBe(here.path('h.sqlite'));
  });

  test('knows quotes, comments and export', () => {
    const here = place('');
    const lines = [
      '# comment',
      '',
      "export RING_CLIENT_ID='a # b' # c",
      'RING_SECRET="x\\"y\\\\z"',
      'HEALTH_SYNC_RING_POLL = 5s # pause',
      'BOOK_KEY=a#b',
      'BOOK_TOKEN=',
      'LOG_LEVEL= # nothing',
      '__proto__=1',
    ];
    here.write('.env', lines.join('\r\n'));
    const config = here.load();
    expect(config.section('ring')).toMatchObject({ client_id: 'a # b', client_secret: 'x"y\\z', poll: 5000 });
    expect(config.section('book')).toMatchObject({ api_key: 'a#b' });
    expect(config.app.logLevel).toBe('info');
  });

  test.each(['RING_CLIENT_ID', 'RING_CLIENT_ID="open', "RING_SECRET='a' b", '=x', 'A B=c'])(
    'names the line that is wrong: %s',
    (line) => {
      const here = place('');
      const file = here.write('.env', `X=1\n${line}\n`);
      expect(here.refusal()).toBe(`${file}: line 2 must be NAME=value`);
    },
  );

  test('a name that is nearly one of ours is noted', () => {
    const here = place('');
    here.write('.env', 'RING_CLEINT_ID=x\nPOSTGRES_PASSWORD=x\nRING_DELAY=');
    expect(here.load().notes).toEqual(['RING_CLEINT_ID in .env is not known; did you mean RING_CLIENT_ID?']);
  });

  test('a wrong value names the file and the variable', () => {
    const here = place('');
    const file = here.write('.env', 'LOG_LEVEL=verbose');
    expect(here.refusal()).toBe(`${file}: LOG_LEVEL must be one of error, warn, info, debug, got other text`);
  });

  test('H3 hostile text is refused quickly', () => {
    const here = place('');
    for (const piece of ['A=" ', 'A="\\', "A='", ' ', '\t#', 'export ']) {
      here.write('.env', piece.repeat(65_000 / piece.length));
      const start = performance.now();
      try {
        here.load();
      } catch {}
      expect(performance.now() - start).toBeLessThan(50);
    }
  });
});
