import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { publishedSample } from '../support/samples.ts';
import {
  authorize,
  call,
  clock,
  exchange,
  form,
  get,
  HOUR,
  NOON,
  REDIRECT,
  refresh,
  returned,
  sandbox,
} from './whoop-support.ts';

const sampleToken = publishedSample('whoop', 'token_response.json');
const sampleLimits = publishedSample('whoop', 'rate_limit_headers.json');

describe('signing in', () => {
  it('brings a code and the state, and the code brings a pair that opens what was asked for', async () => {
    const whoop = await sandbox();
    const { target, values } = await returned(whoop);
    expect(target.origin + target.pathname).toBe(REDIRECT);
    expect(values).toMatchObject({ state: 'a state of enough characters' });
    const reply = await exchange(whoop, { code: values.code ?? '' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.body).toMatchObject({ expires_in: 3600, scope: 'offline read:sleep read:cycles' });
    expect((await get(whoop, '/v2/cycle', reply.body.access_token)).status).toBe(200);
    expect((await get(whoop, '/v2/recovery', reply.body.access_token)).status).toBe(401);
  });

  it.skipIf(sampleToken === undefined)('answers with the keys of the published token reply', async () => {
    const whoop = await sandbox();
    const reply = await exchange(whoop);
    expect(Object.keys(reply.body)).toEqual(Object.keys(sampleToken.body));
    expect(reply.body.token_type).toBe(sampleToken.body.token_type);
  });

  it.each([
    [{ state: 'seven77' }, 'invalid_state'],
    [{ state: '' }, 'invalid_state'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'offline,read:sleep' }, 'invalid_scope'],
    [{ scope: 'offline read:heart' }, 'invalid_scope'],
    [{ scope: '' }, 'invalid_scope'],
  ])('sends %j back with %s', async (changes, error) => {
    const { values } = await returned(await sandbox(), changes as unknown as Record<string, string>);
    expect(values.error).toBe(error);
    expect(values.code).toBeUndefined();
  });

  it('takes a state of eight characters', async () => {
    const { values } = await returned(await sandbox(), { state: 'eight888' });
    expect(values).toMatchObject({ state: 'eight888', code: expect.any(String) });
  });

  it('shows an unknown app and an unregistered redirect URL no way back', async () => {
    const whoop = await sandbox();
    const stranger = await authorize(whoop, { client_id: 'someone-else' });
    const elsewhere = await authorize(whoop, { redirect_uri: `${REDIRECT}/` });
    expect([stranger.status, stranger.headers.get('location')]).toEqual([401, null]);
    expect([elsewhere.status, elsewhere.headers.get('location')]).toEqual([400, null]);
  });

  it('says request_forbidden when the person does not agree', async () => {
    const whoop = await sandbox();
    whoop.consent.denied = true;
    expect((await returned(whoop)).values).toEqual({
      error: 'request_forbidden',
      state: 'a state of enough characters',
    });
  });

  it.each([
    ['without being asked for', { scope: 'read:sleep' }, {}],
    ['without being granted', {}, { scopes: ['read:sleep'] }],
  ])('gives no refresh token when offline is left out %s', async (_when, changes, options) => {
    const whoop = await sandbox(options);
    const code = (await returned(whoop, changes as Record<string, string>)).values.code ?? '';
    const reply = await exchange(whoop, { code });
    expect(reply.body).not.toHaveProperty('refresh_token');
    expect(reply.body.scope).toBe('read:sleep');
    expect(Object.keys(whoop.seed())).toEqual(
      'scopes' in options ? ['access_token'] : ['access_token', 'refresh_token'],
    );
  });

  it('takes a code once', async () => {
    const whoop = await sandbox();
    const code = (await returned(whoop)).values.code ?? '';
    expect((await exchange(whoop, { code })).status).toBe(200);
    const again = await exchange(whoop, { code });
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('refuses a code after its ten minutes and with another redirect URL', async () => {
    const whoop = await sandbox();
    const late = (await returned(whoop)).values.code ?? '';
    clock.now += 600_000;
    expect((await exchange(whoop, { code: late })).body.error).toBe('invalid_grant');
    expect((await exchange(whoop, { redirect_uri: 'http://localhost:1/' })).body.error).toBe('invalid_grant');
  });

  it('refuses wrong credentials, other grants and bodies that are no form', async () => {
    const whoop = await sandbox();
    const wrong = await exchange(whoop, { client_secret: 'guessed' });
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
    const grant = await form(whoop, { grant_type: 'password' });
    expect([grant.status, grant.body.error]).toEqual([400, 'unsupported_grant_type']);
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    expect((await call(whoop, '/oauth/oauth2/token', init)).body.error).toBe('invalid_request');
    expect((await call(whoop, '/oauth/oauth2/token')).status).toBe(405);
  });

  it('takes credentials in a header only when told to', async () => {
    const basic = (id: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    const statusWith = async (basicAuth: boolean) => {
      const whoop = await sandbox({ basicAuth });
      const { refresh_token = '' } = whoop.issueToken();
      const fields = { grant_type: 'refresh_token', refresh_token, scope: 'offline' };
      const reply = await form(whoop, fields, basic(whoop.clientId, whoop.clientSecret));
      await whoop.close();
      return reply.status;
    };
    expect(await statusWith(false)).toBe(401);
    expect(await statusWith(true)).toBe(200);
  });
});

describe('refreshing', () => {
  it('gives a new pair with the scopes of the sign-in and ends the old one at once', async () => {
    const whoop = await sandbox();
    const first = whoop.issueToken();
    const reply = await refresh(whoop, first.refresh_token);
    expect(reply.status).toBe(200);
    expect(reply.body.scope).toContain('offline read:recovery');
    expect(reply.body.refresh_token).not.toBe(first.refresh_token);
    expect((await get(whoop, '/v2/cycle', first.access_token)).status).toBe(401);
    expect((await get(whoop, '/v2/cycle', reply.body.access_token)).status).toBe(200);
  });

  it('lets the old access token live when told to', async () => {
    const whoop = await sandbox({ oldAccess: 'lives' });
    const first = whoop.issueToken();
    await refresh(whoop, first.refresh_token);
    expect((await get(whoop, '/v2/cycle', first.access_token)).status).toBe(200);
  });

  it('refuses the loser of two parallel refreshes and leaves the winner its pair', async () => {
    const whoop = await sandbox();
    const { refresh_token } = whoop.issueToken();
    const replies = await Promise.all([refresh(whoop, refresh_token), refresh(whoop, refresh_token)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
    const winner = replies.find(({ status }) => status === 200);
    const loser = replies.find(({ status }) => status === 400);
    expect(loser?.body.error).toBe('invalid_grant');
    expect((await get(whoop, '/v2/cycle', winner?.body.access_token)).status).toBe(200);
    expect((await refresh(whoop, winner?.body.refresh_token)).status).toBe(200);
  });

  it('refuses without a reason when told to', async () => {
    const whoop = await sandbox({ refusedRefresh: 'bare' });
    const reply = await refresh(whoop, 'never given out');
    expect([reply.status, reply.text]).toEqual([400, '']);
  });

  it('has to ask for offline, unless told otherwise', async () => {
    const strict = await sandbox();
    const refused = await refresh(strict, strict.issueToken().refresh_token, 'read:sleep');
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_scope']);
    await strict.close();
    const mild = await sandbox({ refreshNeedsOffline: false });
    expect((await refresh(mild, mild.issueToken().refresh_token, '')).status).toBe(200);
  });
});

describe('access', () => {
  it('ends after an hour, and when it is made to; a refresh brings it back', async () => {
    const whoop = await sandbox();
    const pair = whoop.issueToken();
    clock.now = NOON + HOUR - 1;
    expect((await get(whoop, '/v2/cycle', pair.access_token)).status).toBe(200);
    clock.now = NOON + HOUR;
    expect((await get(whoop, '/v2/cycle', pair.access_token)).status).toBe(401);
    const fresh = (await refresh(whoop, pair.refresh_token)).body;
    whoop.expireTokens();
    expect((await get(whoop, '/v2/cycle', fresh.access_token)).status).toBe(401);
    expect((await refresh(whoop, fresh.refresh_token)).status).toBe(200);
  });

  it('is refused without a token, with a wrong one and in the query', async () => {
    const whoop = await sandbox();
    const { access_token } = whoop.issueToken();
    expect((await call(whoop, '/developer/v2/cycle')).status).toBe(401);
    expect((await get(whoop, '/v2/cycle', 'invented')).status).toBe(401);
    expect((await call(whoop, `/developer/v2/cycle?access_token=${access_token}`)).status).toBe(401);
    const headers = { authorization: access_token };
    expect((await call(whoop, '/developer/v2/cycle', { headers })).status).toBe(401);
  });

  it.each([
    ['read:profile', '/v2/user/profile/basic'],
    ['read:body_measurement', '/v2/user/measurement/body'],
    ['read:cycles', '/v2/cycle'],
    ['read:recovery', '/v2/recovery'],
    ['read:sleep', '/v2/activity/sleep'],
    ['read:workout', '/v2/activity/workout'],
  ])('with %s alone opens %s and no other listing', async (scope, path) => {
    const whoop = await sandbox();
    const token = whoop.issueToken([scope]).access_token;
    expect((await get(whoop, path, token)).status).toBe(200);
    expect((await get(whoop, path, whoop.issueToken(['offline']).access_token)).status).toBe(401);
    expect((await get(whoop, path === '/v2/cycle' ? '/v2/recovery' : '/v2/cycle', token)).status).toBe(401);
  });

  it('answers a missing scope with 403 when told to', async () => {
    const whoop = await sandbox({ missingScope: 403 });
    expect((await get(whoop, '/v2/cycle', whoop.issueToken(['offline']).access_token)).status).toBe(403);
  });

  it('ends for good when the app gives it up and when the person takes it away', async () => {
    const whoop = await sandbox();
    const given = whoop.issueToken();
    const headers = { authorization: `Bearer ${given.access_token}` };
    const reply = await call(whoop, '/developer/v2/user/access', { method: 'DELETE', headers });
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect((await get(whoop, '/v2/cycle', given.access_token)).status).toBe(401);
    expect((await refresh(whoop, given.refresh_token)).status).toBe(400);
    const taken = whoop.issueToken();
    whoop.revoke();
    expect((await get(whoop, '/v2/cycle', taken.access_token)).status).toBe(401);
    expect((await refresh(whoop, taken.refresh_token)).status).toBe(400);
  });

  it('is refused with no body, or with a page when told to', async () => {
    const whoop = await sandbox();
    const bare = await get(whoop, '/v2/cycle', 'invented');
    expect([bare.text, bare.headers.get('content-type')]).toEqual(['', null]);
    await whoop.close();
    const reply = await get(await sandbox({ refusals: 'html' }), '/v2/cycle', 'invented');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([401, 'text/html']);
  });

  it('knows no other version, no trailing slash and no other method', async () => {
    const whoop = await sandbox();
    expect((await get(whoop, '/v1/cycle')).status).toBe(404);
    expect((await get(whoop, '/v2/cycle/')).status).toBe(404);
    expect((await get(whoop, '/v2/activity/sleep/stages/1')).status).toBe(404);
    const reply = await call(whoop, '/developer/v2/cycle', { method: 'POST' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it.each(['node', 'undici', 'python-urllib/3.12', ''])(
    'blocks the user agent "%s" with a page',
    async (agent) => {
      const whoop = await sandbox();
      const headers = { 'user-agent': agent, authorization: `Bearer ${whoop.issueToken().access_token}` };
      const reply = await request(`${whoop.url}/developer/v2/cycle`, { headers });
      expect([reply.statusCode, reply.headers['content-type']]).toEqual([403, 'text/html; charset=UTF-8']);
      expect(await reply.body.text()).toMatch(/^<!doctype html>/);
      const token = await request(`${whoop.url}/oauth/oauth2/token`, { method: 'POST', headers });
      expect(token.statusCode).toBe(403);
      await token.body.dump();
    },
  );

  it('blocks a request without any user agent, and nobody when told so', async () => {
    const whoop = await sandbox();
    const reply = await request(`${whoop.url}/developer/v2/cycle`);
    expect(reply.statusCode).toBe(403);
    await reply.body.dump();
    await whoop.close();
    const open = await sandbox({ blocksLibraries: false });
    expect((await fetch(`${open.url}/developer/v2/cycle`)).status).toBe(401);
  });
});

describe('limits', () => {
  const limitsOf = ({ headers }: { headers: Headers }) =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`));

  it('are told on each reply, refusals too', async () => {
    const whoop = await sandbox({ quota: {} });
    clock.now = NOON + 57_000;
    const limits = '100, 100;window=60, 10000;window=86400';
    expect(limitsOf(await get(whoop, '/v2/cycle'))).toEqual([limits, '99', '3']);
    expect(limitsOf(await call(whoop, '/developer/v2/cycle'))).toEqual([limits, '98', '3']);
    expect(limitsOf(await refresh(whoop, 'x'))).toEqual([null, null, null]);
  });

  it('refuse the request after the last of a minute, without a Retry-After, until the next minute', async () => {
    const whoop = await sandbox({ quota: {} });
    clock.now = NOON + 57_000;
    whoop.spendQuota(99);
    const token = whoop.issueToken().access_token;
    expect((await get(whoop, '/v2/cycle', token)).status).toBe(200);
    const over = await get(whoop, '/v2/cycle', token);
    expect([over.status, over.text, over.headers.get('retry-after')]).toEqual([429, '', null]);
    expect(limitsOf(over).slice(1)).toEqual(['0', '3']);
    clock.now = NOON + 60_000;
    expect((await get(whoop, '/v2/cycle', token)).status).toBe(200);
  });

  it.skipIf(sampleLimits === undefined)('look like the published ones', async () => {
    const whoop = await sandbox({ quota: {} });
    clock.now = NOON + 57_000;
    whoop.spendQuota(100);
    const reply = await get(whoop, '/v2/cycle');
    expect(reply.status).toBe(sampleLimits.status);
    for (const [name, value] of Object.entries(sampleLimits.headers)) {
      expect(reply.headers.get(name)).toBe(value);
    }
  });

  it('of the day last until midnight UTC and then speak for themselves', async () => {
    const whoop = await sandbox({ quota: { perDay: 50 } });
    whoop.spendQuota(50);
    clock.now = NOON + 60_000;
    const reply = await get(whoop, '/v2/cycle');
    expect(reply.status).toBe(429);
    expect(limitsOf(reply)).toEqual(['50, 100;window=60, 50;window=86400', '0', String(12 * 3600 - 60)]);
    clock.now = NOON + 12 * HOUR;
    expect((await get(whoop, '/v2/cycle')).status).toBe(200);
  });

  it('are neither kept nor told when they are switched off', async () => {
    const whoop = await sandbox();
    whoop.spendQuota(20_000);
    const reply = await get(whoop, '/v2/cycle');
    expect([reply.status, ...limitsOf(reply)]).toEqual([200, null, null, null]);
  });
});
