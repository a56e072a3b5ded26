import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { revoke } from '../../src/auth/revoke.ts';
import { type SignInEvent, type SignInOptions, signIn } from '../../src/auth/signIn.ts';
import { sha256 } from '../../src/core/digest.ts';
import { ContractError, InterruptedError, StoreError, TemporaryError } from '../../src/core/errors.ts';
import type { Dialect, OAuth2 } from '../../src/core/provider.ts';
import { answer, resetAfter, rewrite } from '../../src/sandbox/faults.ts';
import type { Token } from '../../src/store/tokens.ts';
import { freePort } from '../support/freePort.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: StrictTokenEndpoint;
let redirectUri: string;
let events: SignInEvent[];
const TOKEN = { method: 'POST', path: /token$/ };

beforeEach(async () => {
  me = account();
  service = await startTokenEndpoint();
  redirectUri = `http://localhost:${await freePort()}/callback`;
  events = [];
});
afterEach(async () => {
  await service.close();
  await me.close();
});

/** One world alone: what leaves the standard has no second portal to ask. */
function speaking(dialect: Dialect, changes: Partial<OAuth2> = {}): OAuth2 {
  const { worlds } = service.oauth();
  return service.oauth({ redirectUri, worlds: worlds.slice(0, 1), dialect, ...changes });
}

function start(oauth: OAuth2, changes: Partial<SignInOptions> = {}) {
  const { store, lockPath, wire } = me;
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    milliseconds < 1000 ? Promise.resolve() : me.clock.sleep(milliseconds, signal);
  const clock = { now: me.clock.now, sleep };
  const rest = { store, lockPath, wire, clock, timeoutMs: 60_000, openBrowser: agreeing() };
  const onEvent = (event: SignInEvent) => void events.push(event);
  return signIn({ providerId: 'somewhere', oauth, ...rest, onEvent, ...changes });
}

const agreeing =
  (extra: Record<string, string> = {}) =>
  async (url: URL) => {
    const { body } = await request(service.consent(url, extra));
    await body.dump();
    return true;
  };

const opened = () => events.find((event) => event.kind === 'open')?.url ?? new URL('none:');
const sent = (index = 0) => Object.fromEntries(new URLSearchParams(service.posts()[index]?.body));
const bearer = (name: string) => ({ authorization: `Bearer ${name}` });

/** The pair inside `body`, errors inside a 200, the person under another name. */
const wrapped: Dialect['reply'] = ({ status, text }) => {
  const { code, body } = JSON.parse(text);
  if (status !== 200 || code === undefined) return { status, text };
  if (code !== 0) return { status: 400, text: JSON.stringify({ error: 'invalid_grant' }) };
  return { status: 200, text: JSON.stringify({ ...body, user_id: body.person }) };
};
const wrap = rewrite((text) => `{"code":0,"body":${text.replace('{', '{"person":77,')}}`);

describe('the authorize URL', () => {
  test('scopes are separated as the service wants it, and it gets its own parameters', async () => {
    await start(speaking({ scopeSeparator: ',', authorizeParameters: { approval_prompt: 'force' } }));
    expect(opened().searchParams.get('scope')).toBe('x:daily,x:heartrate,x:workout');
    expect(opened().searchParams.get('approval_prompt')).toBe('force');
    expect(opened().searchParams.get('code_challenge_method')).toBe('S256');
  });
});

describe('without a challenge', () => {
  const dialect: Dialect = { withoutChallenge: true };
  const takesAnyCode = answer(200, {
    access_token: 'a',
    refresh_token: 'r',
    expires_in: 60,
    scope: 'x:daily',
  });

  test('neither challenge nor verifier is sent', async () => {
    service.server.faults.add(TOKEN, takesAnyCode);
    await start(speaking(dialect));
    expect([...opened().searchParams.keys()].join()).not.toContain('challenge');
    expect(sent()).not.toHaveProperty('code_verifier');
  });

  test('B3 a bare pasted code is refused with what to paste, and the state is checked as ever', async () => {
    service.server.faults.add(TOKEN, takesAnyCode);
    const lines = [
      () => 'a-bare-code',
      () => `${redirectUri}?code=a&state=another`,
      () => String(service.consent(opened())),
    ];
    const readPasted = async () => lines.shift()?.() ?? '';
    const result = await start(speaking(dialect), { openBrowser: undefined, readPasted });
    expect(result.stateChecked).toBe(true);
    const reasons = events.flatMap((event) => (event.kind === 'pasted-refused' ? event.reason : []));
    expect(reasons).toEqual([expect.stringContaining('paste the whole address'), expect.any(String)]);
    expect(service.posts()).toHaveLength(1);
  });
});

describe('a form of its own', () => {
  const withNonce: Dialect['form'] = async (grant, { clientId, clientSecret }, { world, post, now }) => {
    const reply = await post(world.tokenUrl.replace(/token$/, 'nonce'), { at: String(now) });
    if (reply.status !== 200) throw new TemporaryError('somewhere: no nonce');
    return {
      ...grant,
      client_id: clientId,
      client_secret: clientSecret,
      nonce: JSON.parse(reply.text).nonce,
    };
  };
  const NONCE = { path: /nonce$/ };

  test('may ask for something first, at sign-in and at a renewal', async () => {
    service.server.faults.add(NONCE, answer(200, { nonce: 'once' }), 2);
    const oauth = speaking({ form: withNonce });
    await start(oauth);
    me.clock.advance(2 * HOUR);
    expect(await me.keeper(oauth).headers()).toEqual(bearer('access-2'));
    expect(service.posts().map(({ path }) => path)).toEqual([
      '/new/nonce',
      '/new/token',
      '/new/nonce',
      '/new/token',
    ]);
    expect(sent(3)).toMatchObject({ grant_type: 'refresh_token', nonce: 'once', client_id: 'app' });
  });

  test('A2 a stop and a mistake of ours before the grant is sent are passed on, and it is not sent', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    for (const failure of [new InterruptedError('stopped'), new TypeError('ours')]) {
      const form = async () => Promise.reject(failure);
      await expect(me.keeper(speaking({ form })).headers()).rejects.toBe(failure);
    }
    expect(me.store.read()?.sends).toBe(0);
    expect(service.posts()).toEqual([]);
  });

  test('A2 what fails before the grant is sent does not count as a send', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    const oauth = speaking({ form: withNonce });
    service.server.faults.add(NONCE, resetAfter, 2);
    service.server.faults.add(NONCE, answer(503), 2);
    for (let run = 0; run < 4; run += 1)
      await expect(me.keeper(oauth).headers()).rejects.toThrow(TemporaryError);
    expect(me.store.read()?.sends).toBe(0);
    service.server.faults.add(NONCE, answer(200, { nonce: 'once' }));
    expect(await me.keeper(oauth).headers()).toEqual(bearer('access-2'));
  });
});

describe('a reply of its own', () => {
  const dialect: Dialect = { reply: wrapped };

  test('is read as a pair with the person’s id, which a renewal keeps', async () => {
    service.server.faults.add(TOKEN, wrap);
    await start(speaking(dialect));
    expect(me.store.read()?.token).toMatchObject({ accessToken: 'access-1', userId: '77' });
    me.clock.advance(2 * HOUR);
    expect(await me.keeper(speaking(dialect)).headers()).toEqual(bearer('access-2'));
    expect(me.store.read()?.token?.userId).toBe('77');
  });

  test('C8 an error inside a 200: AUTH after one request, nothing on disk but that it is spent', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    service.server.faults.add(TOKEN, answer(200, { code: 503 }));
    for (let run = 0; run < 3; run += 1)
      await expect(me.keeper(speaking(dialect)).headers()).rejects.toMatchObject({ outcome: 'AUTH' });
    expect(service.posts()).toHaveLength(1);
    expect(me.store.read()).toMatchObject({ reply: null, token: { accessToken: 'access-1' } });
  });

  test('A1 lies on disk as it came and is read in the service’s way after a kill', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    const text =
      '{"code":0,"body":{"person":5,"access_token":"access-9","refresh_token":"r9","expires_in":60}}';
    me.store.noteReply(text, 'new');
    expect(await me.keeper(speaking(dialect)).headers()).toEqual(bearer('access-9'));
    expect(me.store.read()?.token).toMatchObject({ refreshToken: 'r9', userId: '5' });
    expect(service.posts()).toHaveLength(0);
  });

  test('a reading that fails loses nothing: CONTRACT, and the bytes stay', async () => {
    me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
    service.server.faults.add(TOKEN, answer(200, 'no JSON at all'));
    await expect(me.keeper(speaking(dialect)).headers()).rejects.toThrow(ContractError);
    expect(me.store.read()).toMatchObject({ reply: 'no JSON at all', token: { accessToken: 'access-1' } });
  });
});

describe('granted scopes', () => {
  test('told in the redirect alone, with commas, they are remembered over renewals', async () => {
    service.server.faults.add(
      TOKEN,
      rewrite((text) => text.replace(/,"scope":"[^"]*"/, '')),
    );
    const oauth = speaking({ scopeSeparator: ',' });
    const result = await start(oauth, { openBrowser: agreeing({ scope: 'x:daily,x:workout' }) });
    expect(result).toMatchObject({ granted: ['daily', 'workout'], missing: ['heartrate'] });
    me.clock.advance(2 * HOUR);
    await me.keeper(oauth).headers();
    expect(me.keeper(oauth).describe()).toMatchObject({
      granted: ['daily', 'workout'],
      missing: ['heartrate'],
    });
  });

  test('one that another contains is still missing', async () => {
    me.save({ world: 'new', scope: 'profile:read_all,activity:read_all' });
    const scopes = ['read_all', 'profile:read_all', 'activity:read_all'];
    expect(me.keeper(speaking({}, { scopes })).describe().missing).toEqual(['read_all']);
  });

  test('one that the service has lengthened is not', async () => {
    me.save({ world: 'new', scope: 'x:heartrateDaily other:daily' });
    expect(me.keeper(speaking({})).describe().missing).toEqual(['workout']);
  });

  test('without the one that renewing takes there is no refresh token, which is said', async () => {
    const oauth = speaking({ renewsOnlyWith: 'workout' });
    service.server.faults.add(
      TOKEN,
      rewrite((text) => text.replace(/"refresh_token":"[^"]*",/, '')),
    );
    expect(await start(oauth)).toMatchObject({ lacksRenewal: 'workout' });
    expect(me.keeper(oauth).describe()).toMatchObject({ lacksRenewal: 'workout', refreshable: false });
    expect(me.keeper(speaking({ renewsOnlyWith: 'offline' })).describe().lacksRenewal).toBeNull();
  });
});

describe('the old refresh token lives on', () => {
  const dialect: Dialect = { keepsOldRefreshToken: true };
  const previous = () => me.store.read()?.previousRefreshToken;
  const expired = () => me.save({ ...service.issue(), world: 'new', expiresAt: 1 });

  test('until the new access token has worked', async () => {
    expired();
    const keeper = me.keeper(speaking(dialect));
    const headers = await keeper.headers();
    expect(previous()).toBe('refresh-1');
    keeper.accepted(bearer('access-1'));
    expect(previous()).toBe('refresh-1');
    keeper.accepted(headers);
    expect(previous()).toBeNull();
  });

  test('A8 a new pair that ends at once is used, and no reason to send the old refresh token again', async () => {
    expired();
    service.server.faults.add(
      TOKEN,
      rewrite((text) => text.replace(/"expires_in":\d+/, '"expires_in":30')),
    );
    const keeper = me.keeper(speaking(dialect));
    const headers = await keeper.headers();
    expect(await keeper.headers()).toEqual(headers);
    expect(service.posts()).toHaveLength(1);
  });

  test('also in a run that finds it on disk, and with one write', async () => {
    expired();
    await me.keeper(speaking(dialect)).headers();
    const later = me.keeper(speaking(dialect));
    later.accepted(await later.headers());
    expect(previous()).toBeNull();
    const changes = () => me.db.prepare('SELECT total_changes()').pluck().get();
    const before = changes();
    for (let call = 0; call < 9; call += 1) later.accepted(await later.headers());
    expect(changes()).toBe(before);
  });

  test('and is tried when the new one turns out dead, before a person is asked', async () => {
    await service.close();
    service = await startTokenEndpoint({ grace: 1 });
    expired();
    await me.keeper(speaking(dialect)).headers();
    me.db.exec("UPDATE oauth_tokens SET refresh_token = 'never-issued', expires_at = 1");
    expect(await me.keeper(speaking(dialect)).headers()).toEqual(bearer('access-3'));
    expect(service.posts().map((_, index) => sent(index).refresh_token)).toEqual([
      'refresh-1',
      'never-issued',
      'refresh-1',
    ]);
  });

  test('also when the new one was found dead by a run that got no further', async () => {
    await service.close();
    service = await startTokenEndpoint({ grace: 1 });
    expired();
    await me.keeper(speaking(dialect)).headers();
    me.db.exec('UPDATE oauth_tokens SET expires_at = 1');
    me.store.noteDead(sha256('refresh-2'), me.clock.now());
    expect(await me.keeper(speaking(dialect)).headers()).toEqual(bearer('access-3'));
    expect(service.posts().map((_, index) => sent(index).refresh_token)).toEqual(['refresh-1', 'refresh-1']);
  });

  test('A16 damaged it is noticed, and nothing is overwritten', async () => {
    expired();
    await me.keeper(speaking(dialect)).headers();
    me.db.exec("UPDATE oauth_tokens SET previous_refresh_token = 'two words'");
    await expect(me.keeper(speaking(dialect)).headers()).rejects.toThrow(StoreError);
    expect(previous()).toBe('two words');
  });

  test('unless another run has forgotten it meanwhile', async () => {
    expired();
    const keeper = me.keeper(speaking(dialect));
    await keeper.headers();
    me.store.forgetPrevious('access-2');
    expect(await keeper.renew(bearer('access-2'))).toBe(false);
    expect(service.posts()).toHaveLength(1);
  });

  test('while the service is down it stays for a later run: TEMP', async () => {
    expired();
    const keeper = me.keeper(speaking(dialect));
    await keeper.headers();
    service.server.faults.add(TOKEN, answer(503));
    await expect(keeper.renew(bearer('access-2'))).rejects.toThrow(TemporaryError);
    expect(previous()).toBe('refresh-1');
  });

  test('and when the new access token is refused at once, but only once', async () => {
    await service.close();
    service = await startTokenEndpoint({ grace: 1 });
    expired();
    const keeper = me.keeper(speaking(dialect));
    expect(await keeper.headers()).toEqual(bearer('access-2'));
    expect(await keeper.renew(bearer('access-2'))).toBe(true);
    expect(await keeper.headers()).toEqual(bearer('access-3'));
    expect(await keeper.renew(bearer('access-3'))).toBe(false);
    expect(service.posts()).toHaveLength(2);
    expect(previous()).toBeNull();
  });

  test('dead itself it costs one request, and the new pair stays', async () => {
    expired();
    const keeper = me.keeper(speaking(dialect));
    await keeper.headers();
    for (let call = 0; call < 3; call += 1) expect(await keeper.renew(bearer('access-2'))).toBe(false);
    expect(service.posts()).toHaveLength(2);
    expect(me.store.read()).toMatchObject({
      token: { refreshToken: 'refresh-2' },
      previousRefreshToken: null,
    });
    expect(me.keeper(speaking(dialect)).describe()).toMatchObject({ refreshable: true, spent: false });
  });

  test('both dead: AUTH for good', async () => {
    me.store.save({ ...spentToken, refreshToken: 'dead-2' }, undefined, 'dead-1');
    for (let run = 0; run < 3; run += 1)
      await expect(me.keeper(speaking(dialect)).headers()).rejects.toMatchObject({ outcome: 'AUTH' });
    expect(service.posts()).toHaveLength(2);
  });

  test('A1 it is kept by a reply that was only understood after a kill', async () => {
    expired();
    me.store.noteReply('{"access_token":"access-9","refresh_token":"refresh-9","expires_in":7200}', 'new');
    await me.keeper(speaking(dialect)).headers();
    expect(me.store.read()).toMatchObject({
      token: { refreshToken: 'refresh-9' },
      previousRefreshToken: 'refresh-1',
    });
  });

  test('nowhere else: reuse would end the whole sign-in', async () => {
    me.store.save({ ...spentToken, refreshToken: 'dead-2' }, undefined, 'refresh-1');
    service.issue();
    await expect(me.keeper(speaking({})).headers()).rejects.toMatchObject({ outcome: 'AUTH' });
    expect(service.posts()).toHaveLength(1);
    expired();
    await me.keeper(speaking({})).headers();
    expect(previous()).toBeNull();
  });

  test('A24 it is forgotten with the pair', () => {
    me.store.save({ ...spentToken, refreshToken: 'two' }, undefined, 'one');
    me.store.forget();
    expect(me.store.read()).toMatchObject({ token: undefined, previousRefreshToken: null });
  });
});

const spentToken: Token = {
  accessToken: 'access-0',
  refreshToken: null,
  expiresAt: 1,
  scope: null,
  world: 'new',
  userId: '77',
  obtainedAt: 0,
};

describe('the end of the access', () => {
  function ending(revocation: Dialect['revocation'], reply?: Dialect['reply']) {
    const oauth = speaking({ ...(revocation && { revocation }), ...(reply && { reply }) });
    const endpoint = { source: 'somewhere', oauth, wire: me.wire, now: () => me.clock.now() };
    return revoke(endpoint, spentToken);
  }
  const at = (path: string) => `${service.server.url}${path}`;

  test('is asked for in the service’s own way', async () => {
    service.server.faults.add({ path: /access$/ }, answer(204));
    const headers = { authorization: 'Bearer access-0' };
    expect(await ending(async () => ({ method: 'DELETE', url: at('/access'), headers }))).toBe('revoked');
    expect(service.server.requests[0]).toMatchObject({ method: 'DELETE', body: '', headers });
  });

  test('with a form and the person’s id', async () => {
    const result = await ending(async ({ userId }, { clientId }) => ({
      method: 'POST',
      url: at('/new/revoke'),
      form: { action: 'revoke', client_id: clientId, userid: userId ?? '' },
    }));
    expect(result).toBe('revoked');
    expect(sent()).toEqual({ action: 'revoke', client_id: 'app', userid: '77' });
  });

  test('a 401 does not count as done, nor an error inside a 200', async () => {
    const way: Dialect['revocation'] = async () => ({ method: 'POST', url: at('/new/revoke'), form: {} });
    service.server.faults.add({ path: /revoke$/ }, answer(401));
    expect(await ending(way)).toBe('refused');
    service.server.faults.add({ path: /revoke$/ }, answer(200, { code: 503 }));
    expect(await ending(way, wrapped)).toBe('refused');
  });
});
