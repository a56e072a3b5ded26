import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keeperFor } from '../../src/auth/keeper.ts';
import { refuseTooSoonForPerson } from '../../src/auth/login.ts';
import { LoginNotes } from '../../src/auth/loginNotes.ts';
import { InterruptedError, type ProgramError } from '../../src/core/errors.ts';
import type { PasswordGrant } from '../../src/core/provider.ts';
import { OtherPersonError } from '../../src/core/sync/person.ts';
import { answer, doneThenAnswer, resetAfter, rewrite } from '../../src/sandbox/faults.ts';
import { Facts } from '../../src/store/facts.ts';
import { RateWindows } from '../../src/store/windows.ts';
import { type LoginEndpoint, startLoginEndpoint } from '../support/loginEndpoint.ts';
import { runScript } from '../support/script.ts';
import { silentServer } from '../support/silentServer.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: LoginEndpoint;
const TOKENS = { path: /tokens$/ };
const BACK_OFF = 900_000;

beforeEach(async () => {
  me = account();
  service = await startLoginEndpoint({ now: () => me.clock.now() });
});
afterEach(async () => {
  await service.close();
  await me.close();
});

/** A run of its own: nothing but the store is shared. */
function keeper(grant: PasswordGrant = service.grant(), name = 'default', signal?: AbortSignal) {
  const { store, lockPath, wire, clock, db } = me;
  const memory = { windows: new RateWindows(db), facts: new Facts(db) };
  const options = { providerId: 'somewhere', account: name, store, lockPath, wire, clock, memory, signal };
  return keeperFor(grant, options);
}

const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
const failureOf = (work: Promise<unknown>): Promise<ProgramError & { retryAt?: number }> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );
async function stoppedWhileConnecting(): Promise<ProgramError> {
  const silent = await silentServer();
  const nowhere = service.grant({ tokenUrl: `${silent.url}/tokens` });
  const stop = new AbortController();
  const connected = silent.connected();
  const failure = failureOf(keeper(nowhere, 'default', stop.signal).headers());
  await connected;
  stop.abort(new InterruptedError('enough'));
  return failure;
}
const wrong = () => service.grant({ password: 'open barley 8' });

describe('signing in with a password', () => {
  test('the first request logs in, the next run goes on with what is stored', async () => {
    expect(await keeper().headers()).toEqual(bearer('access-1'));
    expect(await keeper().headers()).toEqual(bearer('access-1'));
    expect(service.logins()).toHaveLength(1);
    const token = {
      refreshToken: 'refresh-1',
      userId: 'ann',
      world: 'json',
      expiresAt: me.clock.now() + HOUR,
    };
    expect(me.store.read()).toMatchObject({ token, reply: null });
    expect(keeper().describe()).toMatchObject({ kind: 'password', stored: true, configured: true });
  });

  test('a token that has run out is renewed without the password, and the person stays who it was', async () => {
    await keeper().headers();
    me.clock.advance(2 * HOUR);
    expect(await keeper().headers()).toEqual(bearer('access-2'));
    expect(service.logins()).toHaveLength(1);
    expect(me.store.read()?.token).toMatchObject({ refreshToken: 'refresh-2', userId: 'ann' });
  });

  test('a refresh that is refused is followed by one login', async () => {
    me.save({ refreshToken: 'never-issued', expiresAt: 1, world: 'json' });
    expect(await keeper().headers()).toEqual(bearer('access-1'));
    expect(service.posts()).toHaveLength(2);
    expect(service.logins()).toHaveLength(1);
  });

  test('A13 a refused access token is replaced once in a run', async () => {
    const one = keeper();
    await one.headers();
    const two = keeper();
    await two.headers();
    expect(await two.renew(bearer('access-1'))).toBe(true);
    expect(await two.headers()).toEqual(bearer('access-2'));
    expect(await two.renew(bearer('access-2'))).toBe(false);
    expect(service.posts()).toHaveLength(2);
  });

  test('a form follows when JSON is answered with 400, and what worked comes first from then on', async () => {
    await service.close();
    service = await startLoginEndpoint({ reads: ['form'] });
    await keeper().headers();
    expect(service.logins()).toHaveLength(2);
    me.clock.advance(2 * HOUR);
    await keeper().headers();
    expect(service.posts()).toHaveLength(3);
    expect(me.store.read()?.token?.world).toBe('form');
  });

  test('without a configured password a person has to sign in', async () => {
    const bare = service.grant({ username: undefined, password: undefined });
    expect(await failureOf(keeper(bare).headers())).toMatchObject({
      outcome: 'AUTH',
      message: 'somewhere: not signed in',
      hint: 'Run: oura-clockify auth somewhere',
    });
    me.save({ refreshToken: 'never-issued', expiresAt: 1, world: 'json' });
    expect(await failureOf(keeper(bare).headers())).toMatchObject({ outcome: 'AUTH' });
    expect(service.logins()).toEqual([]);
  });

  test('another account never uses the configured password', async () => {
    expect(await failureOf(keeper(service.grant(), 'ben').headers())).toMatchObject({ outcome: 'AUTH' });
    expect(keeper(service.grant(), 'ben').describe()).toMatchObject({ configured: false, stored: false });
    expect(service.posts()).toEqual([]);
  });

  test('A21 a password of somebody else than before: AUTH, the old pair stays', async () => {
    me.save({ refreshToken: 'never-issued', expiresAt: 1, world: 'json', userId: 'ben' });
    expect((await failureOf(keeper().headers())).message).toContain('somebody else');
    expect(me.store.read()).toMatchObject({ token: { userId: 'ben' }, reply: null });
    me.clock.advance(48 * HOUR);
    const again = await failureOf(keeper().headers());
    expect(again).toBeInstanceOf(OtherPersonError);
    expect(again.hint).toContain('--account NAME auth somewhere');
    expect(service.logins()).toHaveLength(1);
  });

  test('A21 a renewal that names somebody else: refused, and not asked for again', async () => {
    me.save({ ...service.issue(), expiresAt: 1, world: 'json', userId: 'ben' });
    service.server.faults.add(
      TOKENS,
      rewrite((text) => text.replace('{', '{"userId":"ann",')),
    );
    const bare = service.grant({ username: undefined, password: undefined });
    expect(await failureOf(keeper(bare).headers())).toBeInstanceOf(OtherPersonError);
    expect(await failureOf(keeper(bare).headers())).toMatchObject({ outcome: 'AUTH' });
    expect(me.store.read()).toMatchObject({ token: { accessToken: 'access-1', userId: 'ben' }, reply: null });
    expect(service.posts()).toHaveLength(1);
  });

  test('A21 a reply on disk that names somebody else is dropped', async () => {
    me.save({ ...service.issue(), world: 'json', userId: 'ben' });
    me.store.noteReply('{"access_token":"access-9","refresh_token":"refresh-9","userId":"ann"}', 'json');
    expect(await failureOf(keeper().headers())).toBeInstanceOf(OtherPersonError);
    expect(me.store.read()).toMatchObject({ token: { accessToken: 'access-1', userId: 'ben' }, reply: null });
    expect(service.posts()).toEqual([]);
  });

  test('a person whom a later login does not name stays who it was', async () => {
    me.save({ refreshToken: 'never-issued', expiresAt: 1, world: 'json', userId: 'ann' });
    service.server.faults.add(
      { path: /tokens$/, body: /password/ },
      rewrite((text) => text.replace('"userId":"ann"', '"scope":""')),
    );
    expect(await keeper().headers()).toEqual(bearer('access-1'));
    expect(me.store.read()?.token?.userId).toBe('ann');
  });

  test('a service whose replies need no reading of their own', async () => {
    const { reply: _, ...plain } = service.grant();
    expect(await failureOf(keeper({ ...plain, password: 'open barley 8' }).headers())).toMatchObject({
      outcome: 'AUTH',
    });
    me.clock.advance(BACK_OFF);
    expect(await keeper(plain).headers()).toEqual(bearer('access-1'));
  });

  test.each([
    ['503', answer(503), 'somewhere: the token endpoint answered 503', 0],
    ['a connection that dies', resetAfter, 'somewhere: the connection to', 1],
    [
      'a reply that cannot be unpacked',
      answer(200, 'no gzip', { 'content-encoding': 'gzip' }),
      'somewhere: the reply',
      1,
    ],
  ])('A12 a renewal, %s: TEMP, no login, and %s', async (_name, fault, message, sends) => {
    me.save({ ...service.issue(), expiresAt: 1, world: 'json' });
    service.server.faults.add(TOKENS, fault);
    const failure = await failureOf(keeper().headers());
    expect(failure).toMatchObject({ outcome: 'TEMP' });
    expect(failure.message.startsWith(message)).toBe(true);
    expect(me.store.read()?.sends).toBe(sends);
    expect(service.logins()).toEqual([]);
  });

  test('A2 a renewal whose reply is lost twice is not sent a third time: a login follows', async () => {
    me.save({ ...service.issue(), expiresAt: 1, world: 'json' });
    service.server.faults.add({ path: /tokens$/, body: /refresh_token/ }, resetAfter, 9);
    for (let run = 0; run < 2; run += 1)
      expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'TEMP' });
    expect(me.store.read()?.sends).toBe(2);
    expect(await keeper().headers()).toEqual(bearer('access-3'));
    expect(service.posts()).toHaveLength(3);
    expect(service.logins()).toHaveLength(1);
  });

  test('A2 one that never left neither counts nor takes back one that did, also when it was stopped', async () => {
    me.save({ ...service.issue(), expiresAt: 1, world: 'json' });
    const down = service.grant({ tokenUrl: 'http://127.0.0.1:1/tokens' });
    const sends = () => me.store.read()?.sends;
    await failureOf(keeper(down).headers());
    expect(sends()).toBe(0);
    service.server.faults.add({ path: /tokens$/, body: /refresh_token/ }, resetAfter);
    await failureOf(keeper().headers());
    expect(sends()).toBe(1);
    await failureOf(keeper(down).headers());
    expect(await stoppedWhileConnecting()).toMatchObject({ outcome: 'INTERRUPTED' });
    expect(sends()).toBe(1);
    expect(service.logins()).toEqual([]);
  });

  test('A2 a stop that comes when the refresh token has left does not cut the renewal off', async () => {
    me.save({ ...service.issue(), expiresAt: 1, world: 'json' });
    const stop = new AbortController();
    service.server.faults.watch(() => stop.abort(new InterruptedError('enough')));
    await keeper(undefined, 'default', stop.signal).headers();
    expect(stop.signal.aborted).toBe(true);
    expect(me.store.read()?.token?.refreshToken).toBe('refresh-2');
  });

  test('A2 G2 after a stop neither another body of it is sent nor the password', async () => {
    me.save({ refreshToken: 'never-issued', expiresAt: 1, world: null });
    const stop = new AbortController();
    service.server.faults.watch(() => stop.abort(new InterruptedError('enough')));
    service.server.faults.add(TOKENS, answer(400, ''));
    const failure = failureOf(keeper(undefined, 'default', stop.signal).headers());
    expect(await failure).toMatchObject({ outcome: 'INTERRUPTED' });
    expect(service.posts()).toHaveLength(1);
    expect(service.logins()).toEqual([]);
    expect(await keeper().headers()).toEqual(bearer('access-1'));
  });

  test('A26 G2 a login that was stopped before it left closes no window', async () => {
    expect(await stoppedWhileConnecting()).toMatchObject({ outcome: 'INTERRUPTED' });
    expect(await keeper().headers()).toEqual(bearer('access-1'));
  });

  test('A2 a body that was refused as such is no send of the token', async () => {
    await service.close();
    service = await startLoginEndpoint({ reads: ['form'] });
    me.save({ ...service.issue(), expiresAt: 1, world: null });
    service.server.faults.add({ path: /tokens$/, body: /^refresh_token|&refresh_token/ }, resetAfter);
    await failureOf(keeper().headers());
    expect(me.store.read()?.sends).toBe(1);
    expect(service.posts()).toHaveLength(2);
  });

  test('A1 a reply that was on disk before the kill is used', async () => {
    const reply = '{"access_token":"access-9","refresh_token":"refresh-9","expires_in":60,"userId":"ann"}';
    me.store.noteReply(reply, 'json');
    const bare = service.grant({ username: undefined, password: undefined });
    expect(await keeper(bare).headers()).toEqual(bearer('access-9'));
    expect(me.store.read()?.token?.userId).toBe('ann');
  });

  test('a pair from the configuration is taken over once', async () => {
    const { refreshToken } = service.issue();
    const seeded = service.grant({ password: undefined, seed: { accessToken: undefined, refreshToken } });
    expect(await keeper(seeded).headers()).toEqual(bearer('access-2'));
    expect(await keeper(seeded).headers()).toEqual(bearer('access-2'));
    expect(service.posts()).toHaveLength(1);
  });
});

describe('A26 a login that failed', () => {
  test('refused: AUTH, and never again by itself until the credentials change', async () => {
    const first = await failureOf(keeper(wrong()).headers());
    expect(first).toMatchObject({ outcome: 'AUTH', message: expect.stringContaining('were refused') });
    const sent = service.posts().length;
    for (let day = 0; day < 5; day += 1) {
      me.clock.advance(24 * HOUR);
      expect(await failureOf(keeper(wrong()).headers())).toMatchObject({ outcome: 'AUTH' });
    }
    expect(service.posts()).toHaveLength(sent);
    expect(keeper(wrong()).describe()).toMatchObject({ refused: true });
    expect(await keeper().headers()).toEqual(bearer('access-1'));
    expect(keeper().describe()).toMatchObject({ refused: false });
  });

  test('corrected credentials wait for the end of the window', async () => {
    await failureOf(keeper(wrong()).headers());
    const sent = service.posts().length;
    expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'AUTH' });
    expect(service.posts()).toHaveLength(sent);
    me.clock.advance(BACK_OFF);
    expect(await keeper().headers()).toEqual(bearer('access-1'));
  });

  test.each([
    ['429', answer(429), BACK_OFF],
    ['429 with a longer Retry-After', answer(429, '', { 'retry-after': '3600' }), HOUR],
    ['503', answer(503), BACK_OFF],
    ['a page of somebody in front', answer(403, '<html>Forbidden</html>'), BACK_OFF],
    ['a connection that dies', resetAfter, BACK_OFF],
  ])('%s: TEMP with the time, one try in the window, then another', async (_name, fault, wait) => {
    service.server.faults.add(TOKENS, fault);
    const retryAt = me.clock.now() + wait;
    expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'TEMP', retryAt });
    for (let run = 0; run < 3; run += 1)
      expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'TEMP', retryAt });
    expect(service.posts()).toHaveLength(1);
    me.clock.advance(wait);
    expect(await keeper().headers()).toMatchObject({ authorization: expect.stringContaining('access-') });
  });

  test('a reply without a pair: CONTRACT, then the window', async () => {
    service.server.faults.add(TOKENS, doneThenAnswer(200, '{"ok":true}'));
    expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'CONTRACT' });
    expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'TEMP' });
    expect(service.posts()).toHaveLength(1);
  });

  test('one whose pair no request for data goes through with is not followed by another in the window', async () => {
    const refused = async () => {
      const one = keeper();
      const headers = (await one.headers()) as { authorization: string };
      service.server.faults.add({ path: /tokens$/, body: /refresh_token/ }, answer(400));
      return one.renew(headers);
    };
    me.save({ refreshToken: 'never-issued', world: 'json' });
    expect(await refused()).toBe(true);
    const retryAt = me.clock.now() + BACK_OFF;
    const message = expect.stringContaining('brought nothing that is accepted');
    for (let run = 0; run < 3; run += 1)
      expect(await failureOf(refused())).toMatchObject({ outcome: 'TEMP', retryAt, message });
    expect(service.logins()).toHaveLength(1);
    me.clock.advance(BACK_OFF);
    expect(await refused()).toBe(true);
    expect(service.logins()).toHaveLength(2);
  });

  test('one whose pair goes through, if only in the next run, leaves the window open', async () => {
    const window = () => new RateWindows(me.db).notBefore('somewhere sign-in') ?? 0;
    const first = keeper();
    await first.headers();
    expect(window()).toBeGreaterThan(me.clock.now());
    first.accepted?.(bearer('another pair'));
    expect(window()).toBeGreaterThan(me.clock.now());
    const next = keeper();
    next.accepted?.(await next.headers());
    expect(window()).toBeLessThanOrEqual(me.clock.now());
  });

  test('a stored pair that goes through says nothing for credentials that were refused', async () => {
    await failureOf(keeper(wrong()).headers());
    me.save({ ...service.issue(), world: 'json' });
    const one = keeper(wrong());
    one.accepted?.(await one.headers());
    expect(one.describe()).toMatchObject({ refused: true });
  });

  test('a pair that has proved good once says nothing for a login of another process', async () => {
    const one = keeper();
    const headers = await one.headers();
    one.accepted?.(headers);
    const until = me.clock.now() + BACK_OFF;
    const memory = { windows: new RateWindows(me.db), facts: new Facts(me.db) };
    const notes = new LoginNotes(memory, 'somewhere', 'default');
    notes.end('unproven', service.grant(), until, me.clock.now());
    one.accepted?.(headers);
    expect(notes.closedUntil(me.clock.now())).toBe(until);
  });

  test('each part of them that changes makes them others than those that were refused', () => {
    const memory = { windows: new RateWindows(me.db), facts: new Facts(me.db) };
    const notes = new LoginNotes(memory, 'somewhere', 'default');
    notes.end('refused', service.grant(), me.clock.now(), me.clock.now());
    expect(notes.wasRefused(service.grant())).toBe(true);
    for (const part of ['username', 'password', 'clientId', 'clientSecret'])
      expect([part, notes.wasRefused(service.grant({ [part]: 'another' }))]).toEqual([part, false]);
  });

  test.each([
    [401, ''],
    [403, '{"error":"invalid_grant"}'],
  ])('a %i of the service itself is a refusal: AUTH, and not tried again', async (status, body) => {
    service.server.faults.add(TOKENS, answer(status, body), 9);
    for (let run = 0; run < 2; run += 1) {
      expect(await failureOf(keeper().headers())).toMatchObject({ outcome: 'AUTH' });
      me.clock.advance(BACK_OFF);
    }
    expect(service.posts()).toHaveLength(1);
  });

  test('credentials that were taken away are not the ones that were refused', async () => {
    await failureOf(keeper(wrong()).headers());
    const none = { username: undefined, password: undefined, clientId: undefined, clientSecret: undefined };
    expect(keeper(service.grant(none)).describe()).toMatchObject({ refused: false });
  });

  test('a person may correct what was mistyped at once, and not knock at a service that is down', async () => {
    const memory = { windows: new RateWindows(me.db), facts: new Facts(me.db) };
    const notes = new LoginNotes(memory, 'somewhere', 'default');
    const now = () => me.clock.now();
    const login = { source: 'somewhere', grant: service.grant(), wire: me.wire, now, notes, worked: null };
    const tried = () => refuseTooSoonForPerson({ ...login, onReply: () => {} });
    tried();
    for (const ending of ['refused', 'unproven', 'stranger'] as const) {
      notes.end(ending, service.grant(), now() + BACK_OFF, now());
      tried();
    }
    for (const ending of ['unavailable', 'unknown'] as const) {
      notes.end(ending, service.grant(), now() + BACK_OFF, now());
      expect(tried).toThrow(
        'somewhere: the last sign-in failed; none is tried until 2026-08-09T10:15:00.000Z',
      );
    }
    me.clock.advance(BACK_OFF);
    tried();
  });

  test('once they have worked, what was held against them is forgotten', () => {
    const memory = { windows: new RateWindows(me.db), facts: new Facts(me.db) };
    const notes = new LoginNotes(memory, 'somewhere', 'default');
    const now = me.clock.now();
    notes.end('refused', service.grant(), now + BACK_OFF, now);
    expect([notes.wasRefused(service.grant()), notes.closedUntil(now)]).toEqual([true, now + BACK_OFF]);
    notes.succeeded(now);
    expect([notes.wasRefused(service.grant()), notes.closedUntil(now)]).toEqual([false, undefined]);
  });

  test('a window that only a wrong clock can have closed does not count', async () => {
    new RateWindows(me.db).close('somewhere sign-in', me.clock.now() + 1000 * 24 * HOUR);
    expect(await keeper().headers()).toEqual(bearer('access-1'));
  });

  test('A22 neither the password nor the echo of it is in the error, whatever is asked of it', async () => {
    const failure = await failureOf(keeper(wrong()).headers());
    const shown = inspect(failure, { depth: 10, showHidden: true }) + JSON.stringify(failure) + failure.stack;
    expect(shown).not.toMatch(/barley|ann@example|no such thing|invalid_grant|app-secret/);
    expect(JSON.stringify(me.db.prepare('SELECT * FROM facts').all())).not.toMatch(/barley|ann@|app-secret/);
  });
});

describe('many processes', () => {
  const run = (grant: PasswordGrant, failpoint?: string) =>
    runScript('loginProcess', [me.path, JSON.stringify(grant)], failpoint);

  test('A3 twenty with nothing stored: one login', { timeout: 300_000 }, async () => {
    const used = await Promise.all(Array.from({ length: 20 }, () => run(service.grant())));
    expect(new Set(used)).toEqual(new Set(['Bearer access-1']));
    expect(service.posts()).toHaveLength(1);
  });

  test('A3 twenty with a pair that has run out: one renewal, no login', { timeout: 300_000 }, async () => {
    me.save({ ...service.issue(), world: 'json', expiresAt: 1 });
    const used = await Promise.all(Array.from({ length: 20 }, () => run(service.grant())));
    expect(new Set(used)).toEqual(new Set(['Bearer access-2']));
    expect(service.posts()).toHaveLength(1);
    expect(service.logins()).toHaveLength(0);
  });

  test('A26 the back-off holds from one to the next', { timeout: 120_000 }, async () => {
    service.server.faults.add(TOKENS, answer(429), 9);
    expect(await run(service.grant())).toBe('TEMP');
    expect(await run(service.grant())).toBe('TEMP');
    expect(service.posts()).toHaveLength(1);
  });

  test('A1 killed once the reply is on disk: the pair is used, nothing is sent again', {
    timeout: 120_000,
  }, async () => {
    expect(await run(service.grant(), 'token.reply-durable:1')).toBe('SIGKILL');
    expect(await run(service.grant())).toBe('Bearer access-1');
    expect(service.posts()).toHaveLength(1);
  });

  test('A21 killed when somebody else’s reply was dropped: the password is known for theirs', {
    timeout: 120_000,
  }, async () => {
    me.save({ accessToken: 'of-ben', refreshToken: null, world: 'json', expiresAt: 1, userId: 'ben' });
    service.server.faults.add(
      TOKENS,
      rewrite((text) => text.replace('"userId"', '"user_id"')),
      9,
    );
    expect(await run(service.grant(), 'token.reply-dropped:1')).toBe('SIGKILL');
    expect(await run(service.grant())).toBe('AUTH');
    expect(service.posts()).toHaveLength(1);
  });
});
