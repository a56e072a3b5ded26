import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { canaryHome, type Home } from './home.ts';
import { expectKept } from './places.ts';

/** An error as a library throws it at its worst: what it worked on in its text, its fields and its cause. */
const WORST = `
const { readFileSync } = require('node:fs');
const secrets = () => [...readFileSync('secrets', 'utf8').split('\\n')].filter(Boolean);
const worst = () => Object.assign(
  new TypeError('no answer to ' + secrets().join(' '), { cause: new Error(secrets().join('\\n')) }),
  { request: { headers: { authorization: 'Bearer ' + secrets()[0] } }, address: 'https://x/?key=' + secrets().map(encodeURIComponent).join('&') },
);`;

/** Where it comes up. The program reads its tokens first: what it never saw it cannot tell either. */
const CRASHES: Readonly<Record<string, string>> = {
  'in the middle of a command': `
URLSearchParams.prototype.set = () => { throw worst(); };`,
  'as a rejection that nobody handles': `
const { Socket } = require('node:net');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) { Promise.reject(worst()); return connect.apply(this, args); };`,
  'as an exception that nobody catches': `
const { Socket } = require('node:net');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) { setImmediate(() => { throw worst(); }); return connect.apply(this, args); };`,
};

const secretsIn = (home: Home): string[] =>
  Object.values(home.sections).flatMap((section) =>
    ['access_token', 'refresh_token', 'client_secret', 'api_key', 'password']
      .map((key) => section[key])
      .filter((secret) => typeof secret === 'string'),
  );

test.each(Object.entries(CRASHES))(
  'A22 G9 a fault of the program, %s: told, with a stack and without a secret',
  {
    timeout: 60_000,
  },
  async (_, crash) => {
    const home = await canaryHome({ days: 1 });
    writeFileSync(join(home.folder, 'secrets'), secretsIn(home).join('\n'));
    writeFileSync(join(home.folder, 'crash.cjs'), WORST + crash);
    const env = { NODE_OPTIONS: `--require ${join(home.folder, 'crash.cjs')}` };
    const codes = [];
    for (const args of [
      ['sync', '--debug'],
      ['sync', '--json'],
      ['verify', '--debug'],
    ])
      codes.push((await home.run(args, { env })).code);
    expect(codes).toContain(1);
    const told = home.printed.map(({ stderr }) => stderr).join('\n');
    expect(told).toContain('no answer to ********');
    expect(told).toMatch(/\n {4}at /);
    writeFileSync(join(home.folder, 'secrets'), '');
    expectKept(home);
  },
);

/** Something of each source, and every kind of cursor. */
const FEW = ['--resources', 'sleep,measures,workouts,activities,user,profile'];

/** What is left of a text that had health values in it. */
const GARBLED = 'canary-c2-garbled';

/** What a disk or a person may do to the database. */
const DAMAGES: Readonly<Record<string, (db: Database.Database) => void>> = {
  'a token with a line end in it': (db) =>
    void db.exec('UPDATE oauth_tokens SET access_token = access_token || char(10) || access_token'),
  'a token that is a number': (db) =>
    void db.exec('UPDATE oauth_tokens SET access_token = 7, refresh_token = 9'),
  'a token cut short': (db) =>
    void db.exec('UPDATE oauth_tokens SET access_token = substr(access_token, 1, 12)'),
  'a date that is none': (db) =>
    void db.exec("UPDATE oauth_tokens SET expires_at = 'soon', refresh_token = char(7) || refresh_token"),
  'a reply that is half there': (db) =>
    void db.exec(`UPDATE oauth_tokens SET reply = '{"access_token":"' || access_token, reply_world = world`),
  'records, marks and notes that are no JSON': (db) =>
    void db.exec(`UPDATE items SET payload = '{"x":"${GARBLED}'; UPDATE sync_state SET state = '{"x":"${GARBLED}';
      UPDATE facts SET value = '{"x":"${GARBLED}'; UPDATE entries SET session = '{"x":"${GARBLED}', fields = '${GARBLED}'`),
};

test.each(Object.entries(DAMAGES))(
  'A16 A22 %s: told without what is there',
  { timeout: 120_000 },
  async (_, damage) => {
    const home = await canaryHome({ days: 2 });
    expect([0, 5]).toContain((await home.run(['sync', ...FEW, '--quiet'])).code);
    const db = new Database(home.database);
    damage(db);
    db.close();
    home.time.now += 86_400_000;
    for (const args of [
      ['check-token', '--debug'],
      ['sync', ...FEW, '--json', '--debug'],
      ['status', '--debug'],
      ['verify', '--debug'],
      ['cleanup', '--yes', '--debug'],
      ['logout', 'oura', '--debug'],
      ['backup', 'copy.sqlite', '--debug'],
    ])
      await home.run(args);
    const log = join(home.folder, 'log');
    expect(existsSync(log) && readFileSync(log, 'utf8').length).toBeGreaterThan(0);
    const told = home.printed.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(told).not.toContain('fault of the program');
    expect(told + readFileSync(log, 'utf8')).not.toContain(GARBLED);
    expectKept(home);
  },
);
