import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withTokenLock } from '../../src/auth/tokenLock.ts';
import { sha256 } from '../../src/core/digest.ts';
import {
  AuthError,
  ContractError,
  InterruptedError,
  StoreError,
  TemporaryError,
} from '../../src/core/errors.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import { Client, RefusedError } from '../../src/http/client.ts';
import { Gate } from '../../src/http/gate.ts';
import { answer, doneThenAnswer, resetAfter, rewrite, truncate } from '../../src/sandbox/faults.ts';
import { serve } from '../../src/sandbox/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { Lock } from '../../src/store/lock.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { RateWindows } from '../../src/store/windows.ts';
import { runScript, startScript } from '../support/script.ts';
import { silentServer } from '../support/silentServer.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: StrictTokenEndpoint;
const TOKEN = { method: 'POST', path: /token$/ };

beforeEach(async () => {
  me = account();
  service = await startTokenEndpoint();
});
afterEach(async () => {
  await service.close();
  await me.close();
});

/** Stores a pair the service knows, as the new world issued it. */
function signedIn(expiresIn = -1): void {
  me.save({ ...service.issue(), world: 'new', expiresAt: me.clock.now() + expiresIn });
}

/** The same service with its token endpoint at another address. */
function elsewhere(origin: string): OAuth2 {
  const [world] = service.oauth().worlds;
  if (world === undefined) throw new Error('no world');
  return service.oauth({ worlds: [{ ...world, tokenUrl: `${origin}/token` }] });
}

const bearer = (name: string) => ({ authorization: `Bearer ${name}` });

describe('a stored pair', () => {
  test('is handed out while it lasts, without a request', async () => {
    signedIn(HOUR);
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-1'));
    expect(service.posts()).toHaveLength(0);
  });

  test('is renewed from 60 s before its end, and saved before it is used', async () => {
    signedIn(59_000);
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
    expect(service.posts()).toHaveLength(1);
    expect(me.store.read()).toMatchObject({
      token: {
        accessToken: 'access-2',
        refreshToken: 'refresh-2',
        expiresAt: me.clock.now() + HOUR,
        world: 'new',
      },
      sends: 0,
      reply: null,
    });
  });

  test('not stored: AUTH names the command', async () => {
    const failure = await me
      .keeper(service.oauth())
      .headers()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AuthError);
    expect(failure).toMatchObject({ hint: 'Run: oura-clockify auth somewhere', source: 'somewhere' });
  });

  test('A16 damaged: STORE, nothing overwritten', async () => {
    signedIn(HOUR);
    me.db.exec("UPDATE oauth_tokens SET refresh_token = x'00ff', expires_at = 'soon'");
    const before = me.db.prepare('SELECT * FROM oauth_tokens').all();
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(StoreError);
    expect(me.db.prepare('SELECT * FROM oauth_tokens').all()).toEqual(before);
    expect(service.posts()).toHaveLength(0);
  });
});

describe('a refresh that goes wrong', () => {
  test('A1 a reply that was on disk before the kill is used, nothing is sent', async () => {
    signedIn();
    me.store.noteSend(sha256('refresh-1'), me.clock.now());
    me.store.noteReply('{"access_token":"access-9","refresh_token":"refresh-9","expires_in":7200}', 'new');
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-9'));
    expect(me.store.read()).toMatchObject({ token: { refreshToken: 'refresh-9' }, reply: null, sends: 0 });
    expect(service.posts()).toHaveLength(0);
  });

  test('A1 A21 and the person stays who it was', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: -1, userId: 'ann' });
    me.store.noteReply('{"access_token":"access-9","refresh_token":"refresh-9","expires_in":7200}', 'new');
    await me.keeper(service.oauth()).headers();
    expect(me.store.read()?.token).toMatchObject({ accessToken: 'access-9', userId: 'ann' });
  });

  test('A1 A2 the reply is lost, the service is strict: one more send, then AUTH for good', async () => {
    signedIn();
    service.server.faults.add(TOKEN, resetAfter);
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(TemporaryError);
    for (let run = 0; run < 5; run += 1) {
      await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
    }
    expect(service.posts()).toHaveLength(2);
  });

  test('A1 A2 the reply is lost, the service has a grace time: nothing is lost', async () => {
    await service.close();
    service = await startTokenEndpoint({ grace: 1 });
    signedIn();
    service.server.faults.add(TOKEN, truncate);
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(TemporaryError);
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-3'));
  });

  test.each([
    ['the connection dies', resetAfter],
    ['the service does its work and answers 500', doneThenAnswer(500)],
    ['the reply is HTML', doneThenAnswer(200, '<html>')],
  ])('A2 never more than two sends of one token: %s', async (_name, fault) => {
    signedIn();
    service.server.faults.add(TOKEN, fault, 100);
    for (let run = 0; run < 6; run += 1)
      await me
        .keeper(service.oauth())
        .headers()
        .catch(() => {});
    expect(service.posts()).toHaveLength(2);
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
  });

  test.each([429, 503])('A12 a %i does not use the token up', async (status) => {
    signedIn();
    service.server.faults.add(TOKEN, answer(status, '', { 'retry-after': '900' }), 5);
    for (let run = 0; run < 5; run += 1) {
      await expect(me.keeper(service.oauth()).headers()).rejects.toMatchObject({
        outcome: 'TEMP',
        retryAt: me.clock.now() + 900_000,
      });
    }
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
  });

  test('A2 a request that never left does not count', async () => {
    signedIn();
    const down = elsewhere('http://127.0.0.1:1');
    for (let run = 0; run < 4; run += 1) {
      await expect(me.keeper(down).headers()).rejects.toMatchObject({ delivered: 'no' });
    }
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
  });

  test('A2 nor does it take back one that did leave', async () => {
    signedIn();
    service.server.faults.add(TOKEN, resetAfter, 9);
    const down = elsewhere('http://127.0.0.1:1');
    for (const oauth of [service.oauth(), down, service.oauth(), down])
      await me
        .keeper(oauth)
        .headers()
        .catch(() => {});
    expect(me.store.read()?.sends).toBe(2);
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
  });

  test('A2 neither does one that was given up, or stopped, while its connection did not stand yet', async () => {
    signedIn();
    const silent = await silentServer();
    const nowhere = elsewhere(silent.url);
    const stop = new AbortController();
    const connected = silent.connected();
    const stopped = me
      .keeper(nowhere, { signal: stop.signal })
      .headers()
      .catch((error: unknown) => error);
    await connected;
    stop.abort(new InterruptedError('enough'));
    expect(await stopped).toMatchObject({ outcome: 'INTERRUPTED' });
    await expect(me.keeper(nowhere).headers()).rejects.toMatchObject({ delivered: 'no' });
    expect(me.store.read()).toMatchObject({ sends: 0, sentAt: null });
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
  });

  test('A9 invalid_grant: one request, AUTH, never asked again', async () => {
    me.save({ refreshToken: 'never-issued', expiresAt: 0 });
    for (let run = 0; run < 4; run += 1) {
      const failure = await me
        .keeper(service.oauth())
        .headers()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ outcome: 'AUTH', hint: 'Run: oura-clockify auth somewhere' });
    }
    expect(service.posts()).toHaveLength(1);
  });

  test('A11 the token endpoint is down: on with the access token while it is valid, one try per run', async () => {
    signedIn(30_000);
    service.server.faults.add(TOKEN, answer(502), 100);
    const keeper = me.keeper(service.oauth());
    for (let call = 0; call < 3; call += 1) expect(await keeper.headers()).toEqual(bearer('access-1'));
    expect(service.posts()).toHaveLength(1);
    me.clock.advance(31_000);
    await expect(keeper.headers()).rejects.toThrow(TemporaryError);
    expect(service.posts()).toHaveLength(1);
  });

  test.each([
    ['a reason that does not concern the token', 400, { error: 'unauthorized_client' }, 0],
    ['a 401 without a reason', 401, '', 1],
    ['a 400 without a reason', 400, '<html>', 1],
  ])('A2 A9 %s: AUTH, and %i %j counts as %i sends', async (_name, status, body, sends) => {
    signedIn();
    service.server.faults.add(TOKEN, answer(status, body));
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
    expect(me.store.read()?.sends).toBe(sends);
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
  });

  test('A2 a reply that cannot be unpacked: CONTRACT, and the token may have been used up', async () => {
    signedIn();
    service.server.faults.add(TOKEN, answer(200, 'no gzip', { 'content-encoding': 'gzip' }), 9);
    for (let run = 0; run < 2; run += 1)
      await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(ContractError);
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
    expect(service.posts()).toHaveLength(2);
  });

  test('an access token that ran out and nothing to renew it with: AUTH says so, nothing is sent', async () => {
    me.save({ refreshToken: null, expiresAt: 1 });
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow('there is no refresh token');
    expect(service.posts()).toHaveLength(0);
  });

  test('a service that declares no address: a mistake of ours, told as one', async () => {
    signedIn();
    await expect(me.keeper(service.oauth({ worlds: [] })).headers()).rejects.toThrow('without worlds');
  });

  test('a reply that is not understood: CONTRACT, and kept for a version that does', async () => {
    signedIn();
    service.server.faults.add(TOKEN, doneThenAnswer(200, '{"access_token":7}'));
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(ContractError);
    expect(me.store.read()).toMatchObject({
      reply: '{"access_token":7}',
      sends: 1,
      token: { accessToken: 'access-1' },
    });
  });
});

describe('through the client', () => {
  test('A13 401 on data: one refresh, one repeat, then AUTH', async () => {
    signedIn(HOUR);
    const asked: (string | undefined)[] = [];
    const data = await serve({
      now: () => me.clock.now(),
      handler: ({ headers }) => {
        asked.push(headers.authorization);
        return { status: 401 };
      },
    });
    const { wire, clock } = me;
    const gate = new Gate({
      scope: 'somewhere',
      windows: new RateWindows(me.db),
      clock,
      limits: { unexplained: HOUR },
      waitForever: false,
    });
    const authorizer = me.keeper(service.oauth());
    const baseUrl = data.url;
    const client = new Client({
      source: 'somewhere',
      baseUrl,
      wire,
      gate,
      authorizer,
      clock,
      concurrency: 2,
    });
    await expect(client.document('/x')).rejects.toThrow(RefusedError);
    await expect(client.document('/y')).rejects.toThrow(RefusedError);
    expect(asked).toEqual(['Bearer access-1', 'Bearer access-2', 'Bearer access-2']);
    expect(service.posts()).toHaveLength(1);
    await data.close();
  });

  test('A23 a redirect of the token endpoint is not followed', async () => {
    signedIn();
    const other = await startTokenEndpoint();
    service.server.faults.add(TOKEN, answer(307, '', { location: `${other.server.url}/new/token` }));
    await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(ContractError);
    expect(other.server.requests).toHaveLength(0);
    expect(me.store.read()?.sends).toBe(0);
    await other.close();
  });
});

describe('an odd reply', () => {
  test.each([
    ['missing', (text: string) => text.replace(/"refresh_token":"[^"]*",/, '')],
    ['empty', (text: string) => text.replace(/"refresh_token":"[^"]*"/, '"refresh_token":""')],
    ['a number', (text: string) => text.replace(/"refresh_token":"[^"]*"/, '"refresh_token":7')],
    ['null', (text: string) => text.replace(/"refresh_token":"[^"]*"/, '"refresh_token":null')],
  ])('A6 A7 refresh token %s: the old one stays', async (_name, change) => {
    signedIn();
    service.server.faults.add(TOKEN, rewrite(change));
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
    expect(me.store.read()?.token?.refreshToken).toBe('refresh-1');
  });

  test.each(['-5', '0', '1', '30', '1e308', '"soon"', '"NaN"', 'null', 'true', '[60]', '"-1"'])(
    'A8 expires_in %s: at most one refresh in a run',
    async (value) => {
      signedIn();
      service.server.faults.add(
        TOKEN,
        rewrite((text) => text.replace(/"expires_in":\d+/, `"expires_in":${value}`)),
        99,
      );
      const keeper = me.keeper(service.oauth());
      for (let call = 0; call < 5; call += 1) expect(await keeper.headers()).toEqual(bearer('access-2'));
      me.clock.advance(100 * HOUR);
      expect(await keeper.headers()).toEqual(bearer('access-2'));
      expect(service.posts()).toHaveLength(1);
    },
  );

  test('A15 a clock that jumps makes no storm', async () => {
    signedIn(HOUR);
    const keeper = me.keeper(service.oauth());
    for (const jump of [9000 * HOUR, -9000 * HOUR, 90_000 * HOUR, -99_000 * HOUR, 20_000 * HOUR]) {
      me.clock.advance(jump);
      await keeper.headers();
    }
    expect(service.posts()).toHaveLength(1);
  });
});

describe('many at once', () => {
  test('A4 eight refused requests: one POST, all eight go again, a ninth does not', async () => {
    signedIn(HOUR);
    const keeper = me.keeper(service.oauth());
    await Promise.all(Array.from({ length: 8 }, () => keeper.headers()));
    const renewed = await Promise.all(Array.from({ length: 8 }, () => keeper.renew(bearer('access-1'))));
    expect(renewed).toEqual(Array(8).fill(true));
    expect(await keeper.headers()).toEqual(bearer('access-2'));
    expect(await keeper.renew(bearer('access-2'))).toBe(false);
    expect(service.posts()).toHaveLength(1);
  });

  test('A4 a refusal that arrives after the renewal is repeated, not renewed', async () => {
    signedIn(HOUR);
    const keeper = me.keeper(service.oauth());
    await Promise.all([keeper.headers(), keeper.headers()]);
    expect(await keeper.renew(bearer('access-1'))).toBe(true);
    await keeper.headers();
    expect(await keeper.renew(bearer('access-1'))).toBe(true);
    expect(await keeper.renew(bearer('access-2'))).toBe(false);
    expect(service.posts()).toHaveLength(1);
  });

  test('A5 whoever comes second adopts what the first stored, and has its own renewal left', async () => {
    signedIn(HOUR);
    const [first, second] = [me.keeper(service.oauth()), me.keeper(service.oauth())];
    await Promise.all([first.headers(), second.headers()]);
    const old = bearer('access-1');
    expect(await Promise.all([first.renew(old), second.renew(old)])).toEqual([true, true]);
    expect(service.posts()).toHaveLength(1);
    expect(await second.renew(await second.headers())).toBe(true);
    expect(service.posts()).toHaveLength(2);
  });

  test('A5 a pair that somebody else stored and that is about to end is renewed at once', async () => {
    signedIn(HOUR);
    const keeper = me.keeper(service.oauth());
    await keeper.headers();
    me.clock.advance(HOUR);
    signedIn(30_000);
    expect(await keeper.headers()).toEqual(bearer('access-3'));
    expect(service.posts().map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([
      'refresh-2',
    ]);
  });

  test('a logout in another process: AUTH, and nothing is sent', async () => {
    signedIn(HOUR);
    const keeper = me.keeper(service.oauth());
    await keeper.headers();
    me.store.forget();
    await expect(keeper.renew(bearer('access-1'))).rejects.toThrow('not signed in');
    expect(service.posts()).toHaveLength(0);
  });

  test('a stop ends the wait for the lock, with its own reason where it has one', async () => {
    signedIn();
    const lock = Lock.try(me.lockPath);
    for (const [reason, shown] of [
      [new Error('Ctrl-C'), 'Ctrl-C'],
      ['no error at all', 'stopped'],
    ] as const) {
      const stop = new AbortController();
      const waiting = me.keeper(service.oauth(), { signal: stop.signal }).headers();
      const failure = expect(waiting).rejects.toThrow(shown);
      await turns(5);
      stop.abort(reason);
      await failure;
    }
    lock?.release();
    expect(service.posts()).toHaveLength(0);
  });

  test('A24 the lock’s file goes with what it guards, and only then', async () => {
    await withTokenLock(me.lockPath, undefined, () => {});
    expect(existsSync(me.lockPath)).toBe(true);
    await expect(
      withTokenLock(me.lockPath, undefined, () => Promise.reject(new Error('no')), 'remove'),
    ).rejects.toThrow('no');
    expect(existsSync(me.lockPath)).toBe(true);
    await withTokenLock(me.lockPath, undefined, () => {}, 'remove');
    expect(existsSync(me.lockPath)).toBe(false);
  });

  test('a lock that cannot be opened: STORE, and nothing is sent', async () => {
    signedIn();
    const lockPath = `${me.path}.nowhere/lock`;
    await expect(me.keeper(service.oauth(), { lockPath }).headers()).rejects.toThrow(StoreError);
    expect(service.posts()).toHaveLength(0);
  });

  test('A20 a login during the wait for the lock is adopted, not overwritten', async () => {
    signedIn();
    const lock = Lock.try(me.lockPath);
    const waiting = me.keeper(service.oauth()).headers();
    // It has read the old pair by then, and asks for the lock in vain.
    await turns(5);
    me.save({ accessToken: 'login', refreshToken: 'login-refresh', expiresAt: me.clock.now() + HOUR });
    lock?.release();
    expect(await waiting).toEqual(bearer('login'));
    expect(service.posts()).toHaveLength(0);
  });

  test('A3 0 replays in 1,000 renewals by five connections at once', { timeout: 120_000 }, async () => {
    const connections = Array.from({ length: 5 }, () => openDatabase(me.path));
    for (let trial = 1; trial <= 200; trial += 1) {
      signedIn();
      const posts = service.posts().length;
      const stores = connections.map((db) => new TokenStore(db, 'somewhere', 'me'));
      const used = await Promise.all(stores.map((store) => me.keeper(service.oauth(), { store }).headers()));
      expect(new Set(used.map(({ authorization }) => authorization)).size).toBe(1);
      expect(service.posts()).toHaveLength(posts + 1);
    }
    expect(service.posts().every(({ status }) => status === 200)).toBe(true);
    for (const db of connections) db.close();
  });

  test('A3 twenty processes with one pair that has run out: one POST', { timeout: 120_000 }, async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    const used = await Promise.all(Array.from({ length: 20 }, () => runProcess(me.path)));
    expect(new Set(used)).toEqual(new Set(['Bearer access-2']));
    expect(service.posts()).toHaveLength(1);
    expect(me.store.read()?.token?.refreshToken).toBe('refresh-2');
  });
});

/** So many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function runProcess(path: string, failpoint?: string): Promise<string> {
  return runScript('refreshingProcess', [path, JSON.stringify(service.oauth())], failpoint);
}

describe('A1 killed in the middle of a refresh', () => {
  const expired = () => me.save({ ...service.issue(), world: 'new', expiresAt: 1 });

  test('before the POST: the next run sends it', async () => {
    expired();
    expect(await runProcess(me.path, 'token.send-noted:1')).toBe('SIGKILL');
    expect(await runProcess(me.path)).toBe('Bearer access-2');
    expect(service.posts()).toHaveLength(1);
  });

  test.each(['token.reply-durable:1', 'token.saved:1'])(
    'at %s: nothing is lost, nothing is sent again',
    async (at) => {
      expired();
      expect(await runProcess(me.path, at)).toBe('SIGKILL');
      expect(await runProcess(me.path)).toBe('Bearer access-2');
      expect(service.posts()).toHaveLength(1);
    },
  );

  test('before the connection stands, however often: the token has not been sent', async () => {
    expired();
    const silent = await silentServer();
    for (let run = 0; run < 3; run += 1) {
      const connected = silent.connected();
      const { child, ended } = await startScript('refreshingProcess', [
        me.path,
        JSON.stringify(elsewhere(silent.url)),
      ]);
      await connected;
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
    }
    expect(me.store.read()?.sends).toBe(0);
    expect(await runProcess(me.path)).toBe('Bearer access-2');
  });

  test('twice before the POST: AUTH instead of a loop', async () => {
    expired();
    for (let run = 0; run < 2; run += 1) await runProcess(me.path, 'token.send-noted:1');
    expect(await runProcess(me.path)).toContain('AuthError');
    expect(service.posts()).toHaveLength(0);
  });
});

describe('two worlds', () => {
  test.each([
    { status: 400, error: 'invalid_client' },
    { status: 401, error: 'invalid_client' },
    { status: 400, error: 'invalid_request' },
  ])('the second is asked after $status $error, and remembered', async (unknownApp) => {
    await service.close();
    service = await startTokenEndpoint({ home: 'old', unknownApp });
    me.save({ ...service.issue(), expiresAt: 0 });
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
    expect(me.store.read()?.token?.world).toBe('old');
    me.clock.advance(2 * HOUR);
    await me.keeper(service.oauth()).headers();
    expect(service.posts().map(({ path }) => path)).toEqual(['/new/token', '/old/token', '/old/token']);
  });

  test('another world’s invalid_grant says nothing about the refresh token of the home world', async () => {
    await service.close();
    service = await startTokenEndpoint({ home: 'old' });
    me.save({ accessToken: 'a', refreshToken: 'of-the-new-world', world: 'new', expiresAt: 1 });
    for (let run = 0; run < 3; run += 1)
      await expect(me.keeper(service.oauth()).headers()).rejects.toThrow('invalid_client');
    expect(service.posts()).toHaveLength(6);
    expect(me.store.read()?.sends).toBe(0);
  });

  test.each(['new', null])('invalid_grant ends it when the home world is %s', async (world) => {
    me.save({ accessToken: 'a', refreshToken: 'never-issued', world, expiresAt: 1 });
    for (let run = 0; run < 3; run += 1)
      await expect(me.keeper(service.oauth()).headers()).rejects.toThrow(AuthError);
    expect(service.posts()).toHaveLength(1);
  });

  test('a wrong secret: the first answer is shown, and the refresh token stays usable', async () => {
    signedIn();
    const wrong = service.oauth({ clientSecret: 'mistyped' });
    for (let run = 0; run < 3; run += 1) {
      const failure = await me
        .keeper(wrong)
        .headers()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ outcome: 'AUTH', message: expect.stringContaining('invalid_client') });
      expect(JSON.stringify([failure, String(failure)])).not.toMatch(/mistyped|refresh-1/);
    }
    expect(await me.keeper(service.oauth()).headers()).toEqual(bearer('access-2'));
  });
});

describe('a pair from the configuration', () => {
  const seeded = (accessToken: string | undefined, refreshToken: string | undefined) =>
    service.oauth({ seed: { accessToken, refreshToken } });

  test('is imported once and never replayed', async () => {
    const oauth = seeded(service.issue().accessToken, 'refresh-1');
    const keeper = me.keeper(oauth);
    expect(await keeper.headers()).toEqual(bearer('access-1'));
    expect(await keeper.renew(bearer('access-1'))).toBe(true);
    expect(await me.keeper(oauth).headers()).toEqual(bearer('access-2'));
    expect(me.store.read()?.token?.refreshToken).toBe('refresh-2');
  });

  test('of a refresh token alone is traded in first', async () => {
    service.issue();
    expect(await me.keeper(seeded(undefined, 'refresh-1')).headers()).toEqual(bearer('access-2'));
  });

  test('a new one takes the place of the old one', async () => {
    await me.keeper(seeded('one', 'r1')).headers();
    expect(await me.keeper(seeded('two', 'r2')).headers()).toEqual(bearer('two'));
    me.save({ accessToken: 'login', refreshToken: 'login-refresh' });
    expect(await me.keeper(seeded('two', 'r2')).headers()).toEqual(bearer('login'));
  });

  test.each([
    ['access_token', 'two words', undefined],
    ['refresh_token', undefined, 'line\nbreak'],
  ])('with a character that no %s has: USAGE names it, nothing is stored', async (key, access, refresh) => {
    await expect(me.keeper(seeded(access, refresh)).headers()).rejects.toMatchObject({
      outcome: 'USAGE',
      message: `somewhere: the configured ${key} holds characters that no token has`,
    });
    expect(me.store.read()).toBeUndefined();
  });

  test('is not imported again after a logout', async () => {
    const oauth = seeded('one', 'r1');
    await me.keeper(oauth).headers();
    me.store.forget();
    await expect(me.keeper(oauth).headers()).rejects.toThrow(AuthError);
  });

  test('A25 a static key replaces another static key, never a stored pair', async () => {
    await me.keeper(seeded('key-1', undefined)).headers();
    const keeper = me.keeper(seeded('key-2', undefined));
    expect(await keeper.headers()).toEqual(bearer('key-2'));
    expect(await keeper.renew(bearer('key-2'))).toBe(false);
    signedIn(HOUR);
    expect(await me.keeper(seeded('key-3', undefined)).headers()).toEqual(bearer('access-1'));
  });
});

test('A2 a stop does not cut a refresh off halfway: the new pair is saved', async () => {
  signedIn();
  const stop = new AbortController();
  const keeper = me.keeper(service.oauth(), { signal: stop.signal });
  service.server.faults.watch(() => stop.abort(new Error('stopped')));
  await keeper.headers();
  expect(stop.signal.aborted).toBe(true);
  expect(me.store.read()?.token?.refreshToken).toBe('refresh-2');
});

test('describe() tells what check-token shows, without a request', () => {
  me.save({
    accessToken: 'a',
    refreshToken: 'r',
    expiresAt: me.clock.now() - 1,
    world: 'new',
    scope: 'x:daily x:other',
  });
  expect(me.keeper(service.oauth()).describe()).toEqual({
    kind: 'oauth2',
    stored: true,
    seeded: false,
    configured: false,
    refused: false,
    expiresAt: me.clock.now() - 1,
    expired: true,
    refreshable: true,
    spent: false,
    granted: ['daily', 'other'],
    missing: ['heartrate', 'workout'],
    lacksRenewal: null,
    world: 'new',
    userId: null,
    obtainedAt: me.clock.now(),
  });
  expect(service.server.requests).toHaveLength(0);
});
