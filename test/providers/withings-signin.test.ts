import { describe, expect, onTestFinished, test } from 'vitest';
import type { FormEndpoint } from '../../src/core/auth.ts';
import { AuthError, TemporaryError } from '../../src/core/errors.ts';
import { dialectOf, type TokenForm } from '../../src/providers/withings/signIn.ts';
import { answer } from '../../src/sandbox/faults.ts';
import { startWithings, type WithingsSandboxOptions } from '../../src/sandbox/withings.ts';
import { agree, callbackOf, Desk } from '../cli/support.ts';
import { freePort } from '../support/freePort.ts';
import { MORNING } from '../support/subject.ts';

const REDIRECT = 'http://localhost:8485/callback';

async function service(options: Partial<WithingsSandboxOptions> = {}) {
  const withings = await startWithings({ now: () => MORNING, ...options });
  onTestFinished(() => withings.close());
  const tokenUrl = `${withings.url}/v2/oauth2`;
  const post: FormEndpoint['post'] = async (url, form) => {
    const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
    return { status: reply.status, text: await reply.text() };
  };
  const world = { id: 'w', authorizeUrl: '', tokenUrl, revokeUrl: tokenUrl, scopePrefix: '' };
  const endpoint: FormEndpoint = { now: MORNING, world, post };
  const app = { clientId: withings.clientId, clientSecret: withings.clientSecret };
  const trade = async (kind: TokenForm, grant: Record<string, string>) => {
    const { form, reply } = dialectOf(kind);
    const sent = await form?.(grant, app, endpoint);
    const plain = reply?.(await post(tokenUrl, sent ?? {}));
    return { status: plain?.status, ...JSON.parse(plain?.text || '{}') };
  };
  const code = async () => {
    const scope = 'user.info,user.metrics';
    const query = {
      response_type: 'code',
      client_id: app.clientId,
      state: 's',
      scope,
      redirect_uri: REDIRECT,
    };
    const page = `${withings.settings.authorize_url}?${new URLSearchParams(query)}`;
    const { headers } = await fetch(page, { redirect: 'manual' });
    const found = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
    return { grant_type: 'authorization_code', code: found, redirect_uri: REDIRECT };
  };
  return { withings, app, endpoint, trade, code };
}

describe.each(['secret', 'signed'] as const)('an app that uses the %s form', (kind) => {
  test('gets a pair for a code and another one for the refresh token, and hears whose they are', async () => {
    const { trade, code, withings } = await service({ accept: kind });
    const first = await trade(kind, await code());
    expect(first).toMatchObject({
      status: 200,
      expires_in: 10_800,
      scope: 'user.info,user.metrics',
      user_id: String(withings.userid),
    });
    const { refresh_token } = first;
    const second = await trade(kind, { grant_type: 'refresh_token', refresh_token });
    expect(second.status).toBe(200);
    expect(second.refresh_token).not.toBe(refresh_token);
  });

  test('is refused where it should use the other one, as an app and not as a person', async () => {
    const { trade, code } = await service({ accept: kind === 'secret' ? 'signed' : 'secret' });
    expect(await trade(kind, await code())).toEqual({ status: 400, error: 'unauthorized_client' });
  });

  test('hears that a code or refresh token is worthless', async () => {
    const { trade, code } = await service();
    expect(await trade(kind, { ...(await code()), code: 'stale' })).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
    const dead = { grant_type: 'refresh_token', refresh_token: 'dead' };
    expect(await trade(kind, dead)).toEqual({ status: 400, error: 'invalid_grant' });
  });
});

test('a wrong secret does not count against the refresh token', async () => {
  const { endpoint, withings } = await service();
  const app = { clientId: withings.clientId, clientSecret: 'another' };
  const grant = { grant_type: 'refresh_token', refresh_token: 'good' };
  const { form, reply } = dialectOf('secret');
  const sent = (await form?.(grant, app, endpoint)) ?? {};
  const answered = await endpoint.post(endpoint.world.tokenUrl, sent);
  expect(JSON.parse(reply?.(answered).text ?? '')).toEqual({ error: 'invalid_client' });
  await expect(dialectOf('signed').form?.(grant, app, endpoint)).rejects.toThrow(AuthError);
});

test.each([601, 522, 5000])('status %i when a nonce is asked for is a matter for later', async (status) => {
  const { endpoint, app, withings } = await service();
  withings.faults.add({ path: /signature/ }, answer(200, { status, body: {}, error: '' }), 9);
  await expect(dialectOf('signed').form?.({}, app, endpoint)).rejects.toThrow(TemporaryError);
});

describe('the reply of the token endpoint', () => {
  const read = (text: string, status = 200) => dialectOf('secret').reply?.({ status, text });
  test.each([
    [601, 429],
    [522, 503],
    [1051, 503],
    [424_242, 503],
  ])('with status %i leaves the refresh token alone (%i)', (status, http) => {
    expect(read(JSON.stringify({ status, body: {}, error: 'later' }))?.status).toBe(http);
  });

  test.each([
    [503, 'Invalid Params: invalid refresh_token', 'invalid_grant'],
    [503, 'Invalid Params: invalid code', 'invalid_grant'],
    [503, 'Invalid Params', 'invalid_grant'],
    [503, 'Invalid Params: invalid client id/secret', 'invalid_client'],
    [503, 'Invalid Params: invalid nonce', 'invalid_request'],
    [293, 'Invalid Params', 'invalid_request'],
    [2555, 'Unauthorized', 'unauthorized_client'],
    [401, 'no', 'invalid_client'],
  ])('with status %i and the words "%s" is %s', (status, error, expected) => {
    const plain = read(JSON.stringify({ status, body: {}, error }));
    expect([plain?.status, JSON.parse(plain?.text ?? '')]).toEqual([400, { error: expected }]);
  });

  test('names the person to the last digit', () => {
    const text = '{"status":0,"body":{"userid":9007199254740993,"access_token":"a"}}';
    expect(JSON.parse(read(text)?.text ?? '')).toMatchObject({ user_id: '9007199254740993' });
  });

  test('that is no JSON, or fails by HTTP, is taken for what it is', () => {
    expect(read('<html>')?.status).toBe(503);
    expect(read('oops', 502)).toEqual({ status: 502, text: 'oops' });
    expect(read('{"surprise":1}')).toEqual({ status: 200, text: '{"surprise":1}' });
  });
});

test('signing out is signed and ends the access; without the number of the account it is not tried', async () => {
  const { endpoint, app, withings } = await service();
  const { access_token: accessToken, refresh_token: refreshToken } = withings.issueToken();
  const { revocation } = dialectOf('secret');
  const granted = { accessToken, refreshToken, userId: String(withings.userid) };
  const request = await revocation?.(granted, app, endpoint);
  const reply = await endpoint.post(request?.url ?? '', request?.form ?? {});
  expect(JSON.parse(reply.text).status).toBe(0);
  const asked = await fetch(`${withings.url}/v2/user`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: new URLSearchParams({ action: 'getdevice' }),
  });
  expect(await asked.json()).toMatchObject({ status: 401 });
  await expect(revocation?.({ ...granted, userId: null }, app, endpoint)).rejects.toThrow(AuthError);
});

describe.each(['secret', 'signed'] as const)('the program, with the %s form', (kind) => {
  async function desk() {
    const port = await freePort();
    const redirect = `http://localhost:${port}/callback`;
    const { withings } = await service({ now: Date.now, accept: kind, redirectUris: [redirect], days: 3 });
    const section = Object.entries({ enabled: true, token_form: kind, ...withings.settings })
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
      .join('\n');
    return { withings, desk: new Desk(`[withings]\n${section}\n`) };
  }

  test('signs in through the browser, reads, and signs out', async () => {
    const { withings, desk: own } = await desk();
    const started = own.begin(['auth', 'withings']);
    await agree(started);
    const { code, stdout } = await started.finished;
    expect([code, stdout]).toEqual([0, expect.stringContaining('Signed in to Withings')]);
    const { code: synced } = await own.run(['sync', '--no-push', 'withings']);
    expect(synced).toBe(0);
    expect((await own.run(['logout', 'withings'])).code).toBe(0);
    const revoked = withings.requests.filter(({ body }) => body.includes('action=revoke'));
    expect(revoked.map(({ reply }) => JSON.parse(reply).status)).toEqual([0]);
  });

  test('asks for scopes with commas between them and without a challenge', async () => {
    const { desk: own } = await desk();
    const started = own.begin(['auth', 'withings']);
    await callbackOf(started);
    const [, address = ''] = await started.stderrMatch(/^ {2}(http\S+)$/m);
    started.child.kill('SIGINT');
    await started.finished;
    const { searchParams } = new URL(address);
    expect(searchParams.get('scope')).toBe('user.info,user.metrics,user.activity');
    expect([...searchParams.keys()].filter((key) => key.startsWith('code_challenge'))).toEqual([]);
  });
});
