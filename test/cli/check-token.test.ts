import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { agree, Desk, freePort, oura, ouraSection } from './support.ts';

async function signedIn(scopes?: string[]) {
  const service = await oura(scopes === undefined ? {} : { scopes });
  const desk = new Desk(ouraSection(service, await freePort()));
  const started = desk.begin(['auth']);
  await agree(started);
  await started.finished;
  await service.close();
  return { desk, service };
}

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
    expect(out.providers).toEqual([
      expect.objectContaining({
        provider: 'oura',
        enabled: true,
        stored: true,
        usable: true,
        expired: false,
        refreshable: true,
        missing: [],
        unavailable: [],
        next: null,
      }),
    ]);
    expect(Date.parse(out.providers[0].expiresAt)).toBeGreaterThan(Date.now());
    expect(JSON.stringify(out)).not.toContain(desk.token()?.access_token);
  });

  test('an access token that ran out is renewed by the next run', async () => {
    const { desk } = await signedIn();
    const out = await desk.json(['check-token'], { env: LATER });
    expect(out).toMatchObject({ code: 0, providers: [{ expired: true, refreshable: true, usable: true }] });
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
    expect(out).toMatchObject({
      code: 3,
      providers: [{ stored: true, usable: false, next: 'oura-clockify auth oura' }],
    });
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
    const [one] = (await desk.json(['check-token'])).providers;
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
      providers: [{ enabled: false, stored: false, usable: false, next: 'oura-clockify auth oura' }],
      clockify: { enabled: true, key: true, keyFrom: desk.configFile, workspaceId: 'w', next: null },
    });
    expect(JSON.stringify(out)).not.toContain('abc');
  });

  test('a configured pair waits for the next run', async () => {
    const desk = new Desk('[oura]\nenabled = true\naccess_token = "seed"\n');
    expect(await desk.json(['check-token'])).toMatchObject({
      code: 0,
      providers: [{ stored: false, seeded: true, usable: true }],
    });
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
