import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freePort } from '../support/freePort.ts';
import { agree, Desk, oura, ouraSection } from './support.ts';

async function signedIn(scopes?: string[]) {
  const service = await oura(scopes === undefined ? {} : { scopes });
  const desk = new Desk(ouraSection(service, await freePort()));
  const started = desk.begin(['auth']);
  await agree(started);
  await started.finished;
  await service.close();
  return { desk, service };
}

/** What --json says of Oura. */
const ofOura = ({ providers }: { providers: { provider: string }[] }) =>
  // biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
  providers.find(({ provider }) => provider === 'oura') as any;

/** When the access token has long run out. */
const LATER = { HEALTH_SYNC_CLOCK: new Date(Date.now() + 40 * 86_400_000).toISOString() };

describe('check-token', () => {
  test('a fresh pair: stored, until when, scopes; without the network', async () => {
    const { desk } = await signedIn();
    const out = await desk.json(['check-token']);
    expect(out).toMatchObject({
      code: 0,
      account: 'default',
      database: { path: desk.database, exists: true },
      clockify: { enabled: false, key: false, next: 'oura-clockify auth clockify' },
    });
    expect(ofOura(out)).toMatchObject({
      kind: 'oauth2',
      enabled: true,
      stored: true,
      usable: true,
      expired: false,
      refreshable: true,
      missing: [],
      unavailable: [],
      lacksRenewal: null,
      next: null,
    });
    expect(Date.parse(ofOura(out).expiresAt)).toBeGreaterThan(Date.now());
    expect(JSON.stringify(out)).not.toContain(desk.token()?.access_token);
  });

  test('an access token that ran out is renewed by the next run', async () => {
    const { desk } = await signedIn();
    const out = await desk.json(['check-token'], { env: LATER });
    expect(out.code).toBe(0);
    expect(ofOura(out)).toMatchObject({ expired: true, refreshable: true, usable: true });
  });

  test.each([
    ['no refresh token', 'UPDATE oauth_tokens SET refresh_token = NULL'],
    ['a pair that was forgotten', 'UPDATE oauth_tokens SET access_token = NULL'],
  ])('%s: AUTH with the command to type', async (_, sql) => {
    const { desk } = await signedIn();
    const db = new Database(desk.database);
    db.exec(sql);
    db.close();
    const { code, stdout, stderr } = await desk.run(['check-token'], { env: LATER });
    expect(code).toBe(3);
    expect(stdout).toContain('next: oura-clockify auth oura');
    expect(stderr).toContain('Run: oura-clockify auth oura');
  });

  test('a refresh token that was refused for good: AUTH, although the access token has not run out', async () => {
    const { desk } = await signedIn();
    const digest = createHash('sha256')
      .update(desk.token()?.refresh_token ?? '')
      .digest('hex');
    const db = new Database(desk.database);
    db.prepare('UPDATE oauth_tokens SET sent_digest = ?, sends = 2').run(digest);
    db.close();
    const out = await desk.json(['check-token']);
    expect(out.code).toBe(3);
    expect(ofOura(out)).toMatchObject({ stored: true, usable: false, next: 'oura-clockify auth oura' });
    expect(out.stderr).toContain('Run: oura-clockify auth oura');
  });

  test('a refresh token without the app’s secret: AUTH', async () => {
    const { desk } = await signedIn();
    desk.writeConfig(desk.config.replace(/^client_secret.*$/m, ''));
    const { code, stderr } = await desk.run(['check-token'], { env: LATER });
    expect(code).toBe(3);
    expect(stderr).toContain('cannot be renewed without client_id and client_secret');
  });

  test('missing scopes and what they cost', async () => {
    const { desk } = await signedIn(['daily', 'personal']);
    const one = ofOura(await desk.json(['check-token']));
    expect(one).toMatchObject({
      usable: true,
      granted: ['personal', 'daily'],
      next: 'oura-clockify auth oura',
    });
    expect(one.missing).toContain('spo2');
    expect(one.unavailable).toContain('daily_spo2');
  });

  test('damaged credentials: STORE', async () => {
    const { desk } = await signedIn();
    const db = new Database(desk.database);
    db.exec("UPDATE oauth_tokens SET access_token = 'a b'");
    db.close();
    expect((await desk.run(['check-token'])).code).toBe(7);
  });

  test('makes no database', async () => {
    const desk = new Desk('[oura]\nenabled = true\n');
    expect((await desk.run(['check-token'])).code).toBe(3);
    expect(existsSync(desk.database)).toBe(false);
  });

  test('a source that is not enabled needs nobody', async () => {
    const desk = new Desk('[clockify]\napi_key = "abc"\nworkspace_id = "w"\n');
    const out = await desk.json(['check-token']);
    expect(out).toMatchObject({
      code: 0,
      clockify: { enabled: true, key: true, keyFrom: desk.configFile, workspaceId: 'w', next: null },
    });
    const off = { enabled: false, stored: false, usable: false };
    expect(ofOura(out)).toMatchObject({ ...off, next: 'oura-clockify auth oura' });
    expect(JSON.stringify(out)).not.toContain('abc');
    const { stdout } = await desk.run(['check-token']);
    expect(stdout).toMatch(/^Oura: not enabled; not signed in\nWithings: not enabled; not signed in\n/);
  });

  test('a configured pair waits for the next run', async () => {
    const desk = new Desk('[oura]\nenabled = true\naccess_token = "seed"\n');
    const out = await desk.json(['check-token']);
    expect(out.code).toBe(0);
    expect(ofOura(out)).toMatchObject({ stored: false, seeded: true, usable: true });
  });

  test('a configured key and a configured password need nobody', async () => {
    const app = 'client_id = "app"\nclient_secret = "hush"\n';
    const person = 'email = "ann@example.org"\npassword = "open sesame 7"\n';
    const desk = new Desk(
      `[hevy]\nenabled = true\napi_key = "key-1"\n[eightsleep]\nenabled = true\n${app}${person}`,
    );
    const { code, stdout } = await desk.run(['check-token']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Hevy: API key from the configuration$/m);
    expect(stdout).toMatch(/^Eight Sleep.*: signs in with e-mail and password from the configuration$/m);
    const other = await desk.run(['--account', 'ben', 'check-token']);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/^Hevy: no API key$/m);
    expect(other.stdout).toMatch(/^Eight Sleep.*: not signed in$/m);
    expect(stdout + other.stdout + other.stderr).not.toMatch(/key-1|ann@|sesame|hush/);
  });

  test('Clockify switched on without a key: AUTH', async () => {
    const desk = new Desk('[clockify]\nenabled = true\n');
    const { code, stderr } = await desk.run(['check-token']);
    expect(code).toBe(3);
    expect(stderr).toContain('Run: oura-clockify auth clockify');
  });

  test('no configuration: USAGE with the places', async () => {
    const { code, stderr } = await new Desk().run(['check-token']);
    expect(code).toBe(2);
    expect(stderr).toContain('no configuration found; looked for');
  });
});
