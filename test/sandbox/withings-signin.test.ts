import { describe, expect, test } from 'vitest';
import {
  authorize,
  codeOf,
  DAY,
  type Fixture,
  nonceFor,
  REDIRECT,
  SECOND,
  secretOf,
  sign,
  signedBy,
  TOKEN,
  withCode,
  withings,
  withRefresh,
} from './withings-support.ts';

const invalid = (what: string) => ({ http: 200, status: 503, body: {}, error: `Invalid Params: ${what}` });
const works = async ({ call }: Fixture, token: string) =>
  (await call('/v2/user getgoals', {}, token)).status === 0;

describe('the sign-in page', () => {
  test('sends the browser back with code and state and nothing else', async () => {
    const { http, back } = await authorize(await withings());
    expect(http).toBe(302);
    expect(`${back?.origin}${back?.pathname}`).toBe(REDIRECT);
    expect([...(back?.searchParams.keys() ?? [])].sort()).toEqual(['code', 'state']);
    expect(back?.searchParams.get('state')).toBe('the state');
  });

  test.each([
    ['another app', { client_id: 'other' }, 503],
    ['a callback with a slash too many', { redirect_uri: `${REDIRECT}/` }, 293],
    ['a callback on 127.0.0.1', { redirect_uri: 'http://127.0.0.1:8485/callback' }, 293],
    ['another response type', { response_type: 'token' }, 503],
    ['no state', { state: '' }, 503],
    ['scopes separated by spaces', { scope: 'user.info user.metrics' }, 503],
    ['a scope nobody knows', { scope: 'user.info,user.heart' }, 503],
    ['a mode nobody knows', { mode: 'real' }, 503],
  ])('refuses %s without sending anybody anywhere', async (_, changes, status) => {
    const { http, back, reply } = await authorize(await withings(), changes);
    expect([http, back]).toEqual([200, undefined]);
    expect(await reply.json()).toMatchObject({ status, body: {} });
  });

  test('brings an error and no code when the person says no', async () => {
    const fixture = await withings();
    fixture.withings.deny(true);
    const { back } = await authorize(fixture);
    expect(Object.fromEntries(back?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      state: 'the state',
    });
  });
});

describe('the code', () => {
  test('gives tokens inside the body for the secret', async () => {
    const fixture = await withings();
    const code = await codeOf(fixture);
    const reply = await fixture.call(TOKEN, { ...secretOf(fixture), ...withCode(code) }, '');
    expect(reply).toMatchObject({
      http: 200,
      status: 0,
      body: {
        userid: fixture.withings.userid,
        expires_in: 10_800,
        scope: 'user.info,user.metrics,user.activity',
        token_type: 'Bearer',
      },
    });
    expect(await works(fixture, reply.body.access_token)).toBe(true);
  });

  test('gives tokens for a nonce and a signature', async () => {
    const fixture = await withings({ accept: 'signed' });
    const code = await codeOf(fixture);
    const form = await signedBy(fixture, 'requesttoken');
    const reply = await fixture.call(TOKEN, { ...form, ...withCode(code) }, '');
    expect(await works(fixture, reply.body.access_token)).toBe(true);
  });

  test('is worth only what the person granted', async () => {
    const fixture = await withings();
    fixture.withings.grant(['user.metrics']);
    const form = { ...secretOf(fixture), ...withCode(await codeOf(fixture)) };
    const { body } = await fixture.call(TOKEN, form, '');
    expect(body.scope).toBe('user.metrics');
    const refused = { http: 200, status: 2555, body: {}, error: 'Unauthorized' };
    expect(await fixture.call('/v2/user getdevice', {}, body.access_token)).toMatchObject(refused);
    const sleep = { startdate: SECOND - DAY, enddate: SECOND };
    expect(await fixture.call('/v2/sleep get', sleep, body.access_token)).toMatchObject(refused);
    expect((await fixture.call('/measure getmeas', { lastupdate: 1 }, body.access_token)).status).toBe(0);
  });

  test('lives 30 seconds', async () => {
    const fixture = await withings();
    const [early, late] = [await codeOf(fixture), await codeOf(fixture)];
    fixture.advance(29);
    const form = (code: string) => ({ ...secretOf(fixture), ...withCode(code) });
    expect((await fixture.call(TOKEN, form(early), '')).status).toBe(0);
    fixture.advance(1);
    expect(await fixture.call(TOKEN, form(late), '')).toMatchObject(invalid('invalid code'));
  });

  test('works once, and another callback spends it too', async () => {
    const fixture = await withings();
    const code = await codeOf(fixture);
    const form = { ...secretOf(fixture), ...withCode(code) };
    const elsewhere = { ...form, redirect_uri: `${REDIRECT}?` };
    expect(await fixture.call(TOKEN, elsewhere, '')).toMatchObject(invalid('invalid redirect_uri'));
    expect(await fixture.call(TOKEN, form, '')).toMatchObject(invalid('invalid code'));
  });
});

describe('the proof of who asks', () => {
  test.each([
    ['a wrong secret', { client_secret: 'wrong' }],
    ['another app', { client_id: 'other' }],
  ])('%s is refused', async (_, changes) => {
    const fixture = await withings();
    const form = { ...secretOf(fixture), ...withRefresh('any'), ...changes };
    expect(await fixture.call(TOKEN, form, '')).toMatchObject(invalid('invalid client id/secret'));
  });

  test('secret and signature together are refused, and so is neither', async () => {
    const fixture = await withings();
    const token = withRefresh(fixture.withings.issueToken().refresh_token);
    const both = { ...(await signedBy(fixture, 'requesttoken')), ...secretOf(fixture), ...token };
    const neither = { client_id: fixture.withings.clientId, ...token };
    for (const form of [both, neither]) {
      expect(await fixture.call(TOKEN, form, '')).toMatchObject({ http: 200, status: 503, body: {} });
    }
  });

  test('an app of one kind is not let in the other way', async () => {
    const signed = await withings({ accept: 'signed' });
    const form = { ...secretOf(signed), ...withRefresh(signed.withings.issueToken().refresh_token) };
    expect((await signed.call(TOKEN, form, '')).status).toBe(2555);
    const secret = await withings({ accept: 'secret' });
    const token = withRefresh(secret.withings.issueToken().refresh_token);
    const other = { ...(await signedBy(secret, 'requesttoken')), ...token };
    expect((await secret.call(TOKEN, other, '')).status).toBe(2555);
  });

  test('a signature over the code as well, or in another order, is wrong', async () => {
    const fixture = await withings();
    const { clientId: client_id, clientSecret: secret } = fixture.withings;
    const token = withRefresh(fixture.withings.issueToken().refresh_token);
    for (const values of [
      (nonce: string) => ['requesttoken', client_id, nonce, token.refresh_token],
      (nonce: string) => [client_id, 'requesttoken', nonce],
    ]) {
      const nonce = await nonceFor(fixture);
      const form = { client_id, nonce, signature: sign(secret, ...values(nonce)), ...token };
      expect(await fixture.call(TOKEN, form, '')).toMatchObject(invalid('invalid signature'));
    }
  });

  test('a nonce works once and for 30 minutes', async () => {
    const fixture = await withings();
    const form = await signedBy(fixture, 'requesttoken');
    const token = () => withRefresh(fixture.withings.issueToken().refresh_token);
    expect((await fixture.call(TOKEN, { ...form, ...token() }, '')).status).toBe(0);
    expect(await fixture.call(TOKEN, { ...form, ...token() }, '')).toMatchObject(invalid('invalid nonce'));
    const old = await signedBy(fixture, 'requesttoken');
    fixture.advance(1800);
    expect(await fixture.call(TOKEN, { ...old, ...token() }, '')).toMatchObject(invalid('invalid nonce'));
  });

  test('a nonce is not given to a wrong clock or a wrong signature', async () => {
    const fixture = await withings();
    const { clientId: client_id, clientSecret } = fixture.withings;
    for (const [timestamp, what] of [
      [SECOND - 301, 'invalid timestamp'],
      [SECOND * 1000, 'invalid timestamp'],
      [SECOND + 300, undefined],
    ] as const) {
      const signature = sign(clientSecret, 'getnonce', client_id, timestamp);
      const form = { client_id, timestamp, signature };
      const reply = await fixture.call('/v2/signature getnonce', form, '');
      if (what === undefined) expect(reply.body.nonce).toMatch(/^[0-9a-f]{40}$/);
      else expect(reply).toMatchObject(invalid(what));
    }
    const form = { client_id, timestamp: SECOND, signature: sign('wrong', 'getnonce', client_id, SECOND) };
    expect(await fixture.call('/v2/signature getnonce', form, '')).toMatchObject(
      invalid('invalid signature'),
    );
  });
});

describe('refreshing', () => {
  const refresh = (fixture: Fixture, token: string) =>
    fixture.call(TOKEN, { ...secretOf(fixture), ...withRefresh(token) }, '');

  test('rotates, and the old refresh token dies when the new access token is first used', async () => {
    const fixture = await withings();
    const first = fixture.withings.issueToken().refresh_token;
    const { body } = await refresh(fixture, first);
    expect(body.refresh_token).not.toBe(first);
    const again = await refresh(fixture, first);
    expect(again.status).toBe(0);
    expect(await works(fixture, again.body.access_token)).toBe(true);
    expect(await refresh(fixture, first)).toMatchObject(invalid('invalid refresh_token'));
    expect((await refresh(fixture, body.refresh_token)).status).toBe(0);
  });

  test('lets the old refresh token live 8 hours at most', async () => {
    const fixture = await withings();
    const first = fixture.withings.issueToken().refresh_token;
    await refresh(fixture, first);
    fixture.advance(8 * 3600 - 1);
    expect((await refresh(fixture, first)).status).toBe(0);
    fixture.advance(1);
    expect(await refresh(fixture, first)).toMatchObject(invalid('invalid refresh_token'));
  });

  test('of one token twice ends the sign-in where the service is said to be strict', async () => {
    const fixture = await withings({ rotation: 'strict' });
    const first = fixture.withings.issueToken().refresh_token;
    const { body } = await refresh(fixture, first);
    expect((await refresh(fixture, first)).status).toBe(503);
    expect(await works(fixture, body.access_token)).toBe(false);
    expect((await refresh(fixture, body.refresh_token)).status).toBe(503);
  });

  test('works for a year', async () => {
    const fixture = await withings();
    const [used, unused] = [fixture.withings.issueToken(), fixture.withings.issueToken()];
    fixture.advance(365 * DAY - 1);
    expect((await refresh(fixture, used.refresh_token)).status).toBe(0);
    fixture.advance(1);
    expect(await refresh(fixture, unused.refresh_token)).toMatchObject(invalid('invalid refresh_token'));
  });
});

describe('the end of a sign-in', () => {
  test('an access token lives three hours', async () => {
    const fixture = await withings();
    const { access_token } = fixture.withings.issueToken();
    fixture.advance(10_799);
    expect(await works(fixture, access_token)).toBe(true);
    fixture.advance(1);
    const refused = await fixture.call('/v2/user getgoals', {}, access_token);
    expect(refused).toMatchObject({ http: 200, status: 401, body: {} });
  });

  test('expireTokens leaves the refresh token good, revoke nothing', async () => {
    const fixture = await withings();
    const seed = fixture.withings.seed();
    const [access = '', token = ''] = [seed.access_token, seed.refresh_token];
    fixture.withings.expireTokens();
    expect(await works(fixture, access)).toBe(false);
    const form = { ...secretOf(fixture), ...withRefresh(token) };
    const { body } = await fixture.call(TOKEN, form, '');
    expect(await works(fixture, body.access_token)).toBe(true);
    fixture.withings.revoke();
    expect(await works(fixture, body.access_token)).toBe(false);
  });

  test('the app itself revokes with a signature and the person’s number', async () => {
    const fixture = await withings();
    const { access_token, refresh_token } = fixture.withings.issueToken();
    const wrong = { ...(await signedBy(fixture, 'revoke')), userid: 1 };
    expect((await fixture.call('/v2/oauth2 revoke', wrong, '')).status).toBe(503);
    const form = { ...(await signedBy(fixture, 'revoke')), userid: fixture.withings.userid };
    expect((await fixture.call('/v2/oauth2 revoke', form, '')).status).toBe(0);
    expect(await works(fixture, access_token)).toBe(false);
    const again = { ...secretOf(fixture), ...withRefresh(refresh_token) };
    expect((await fixture.call(TOKEN, again, '')).status).toBe(503);
  });
});
