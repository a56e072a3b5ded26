import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { addDays, dateAt } from '../../src/core/dates.ts';
import {
  type EightSleepSandbox,
  type EightSleepSandboxOptions,
  startEightSleep,
} from '../../src/sandbox/eightsleep.ts';
import { answer } from '../../src/sandbox/faults.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { publishedSample } from '../support/samples.ts';

const NOON = Date.parse('2026-10-05T12:00:00Z');
const TODAY = '2026-10-05';
const ZONE = 'Europe/Berlin';
const MINUTE = 60_000;
const HEADERS = { 'user-agent': 'okhttp/4.9.3', accept: 'application/json' };
const JSON_BODY = { 'content-type': 'application/json' };
const SCORES = ['score', 'sleepQualityScore', 'sleepRoutineScore'];

let open: EightSleepSandbox | undefined;
let clock = NOON;

async function sandbox(
  options: Partial<EightSleepSandboxOptions> = {},
  at = NOON,
): Promise<EightSleepSandbox> {
  clock = at;
  open = await startEightSleep({ now: () => clock, ...options });
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function call(url: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
  const reply = await fetch(url, { ...init, headers: { ...HEADERS, ...init.headers } });
  const text = await reply.text();
  const body = /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: reply.status, headers: reply.headers, body };
}

const app = (eight: EightSleepSandbox) => ({
  client_id: eight.settings.client_id,
  client_secret: eight.settings.client_secret,
});
const passwordGrant = (eight: EightSleepSandbox) => ({
  grant_type: 'password',
  username: eight.settings.email,
  password: eight.settings.password,
  ...app(eight),
});

function post(eight: EightSleepSandbox, fields: object, url = String(eight.settings.auth_url)) {
  return call(url, { method: 'POST', headers: JSON_BODY, body: JSON.stringify(fields) });
}

function postForm(eight: EightSleepSandbox, fields: object) {
  const body = new URLSearchParams(fields as Record<string, string>);
  return call(String(eight.settings.auth_url), { method: 'POST', body });
}

const login = (eight: EightSleepSandbox, other: object = {}) =>
  post(eight, { ...passwordGrant(eight), ...other });

const renew = (eight: EightSleepSandbox, refresh_token: string) =>
  post(eight, { grant_type: 'refresh_token', refresh_token, ...app(eight) });

async function signedIn(options: Partial<EightSleepSandboxOptions> = {}, at = NOON) {
  const eight = await sandbox(options, at);
  const { body } = await login(eight);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const get = (path: string) => call(`${eight.settings.client_api_url}${path}`, { headers });
  const trends = (values: Record<string, string> = {}, id = eight.userId) =>
    get(`/users/${id}/trends?${new URLSearchParams({ ...asked, ...values })}`);
  const days = async (values: Record<string, string> = {}): Promise<string[]> =>
    (await trends(values)).body.days.map((day: Document) => day.day);
  return { eight, tokens: body, headers, get, trends, days };
}

const asked = {
  tz: ZONE,
  from: addDays(TODAY, -29),
  to: TODAY,
  'include-main': 'false',
  'include-all-sessions': 'true',
  'model-version': 'v2',
};

/** Every path to a named value, e.g. `days[].score`. */
function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => keyPaths(one, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('_'))
    .flatMap(([name, inner]) => [`${path}.${name}`, ...keyPaths(inner, `${path}.${name}`)]);
}

describe('signing in', () => {
  test('a password gets a pair of tokens, their life and the user’s id', async () => {
    const eight = await sandbox();
    const { status, body } = await login(eight);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 72_000,
      token_type: 'bearer',
      userId: eight.userId,
    });
    expect(eight.logins()).toBe(1);
    expect(eight.seed()).toEqual({});
  });

  test('a refresh token works once, its reply has no user id, and using it again ends the sign-in', async () => {
    const { eight, tokens, get } = await signedIn();
    const renewed = await renew(eight, tokens.refresh_token);
    expect(renewed.status).toBe(200);
    expect(Object.keys(renewed.body).sort()).toEqual([
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ]);
    expect(await renew(eight, tokens.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await renew(eight, renewed.body.refresh_token)).status).toBe(400);
    expect((await get('/users/me')).status).toBe(401);
    expect(eight.logins()).toBe(1);
  });

  test('an access token ends when its life is over and the refresh token stays good', async () => {
    const { eight, tokens, get } = await signedIn({ tokenLifeSeconds: 60 });
    expect(tokens.expires_in).toBe(60);
    clock += MINUTE - 1;
    expect((await get('/users/me')).status).toBe(200);
    clock += 1;
    expect(await get('/users/me')).toMatchObject({
      status: 401,
      body: { status: 401, code: 'Unauthorized' },
    });
    expect((await renew(eight, tokens.refresh_token)).status).toBe(200);
  });

  test('expireTokens ends access tokens alone, revoke ends everything and the password with it', async () => {
    const { eight, tokens, get } = await signedIn();
    eight.expireTokens();
    expect((await get('/users/me')).status).toBe(401);
    const renewed = await renew(eight, tokens.refresh_token);
    expect(renewed.status).toBe(200);
    eight.revoke();
    expect((await renew(eight, renewed.body.refresh_token)).status).toBe(400);
    expect((await login(eight)).status).toBe(400);
  });

  test('a wrong password is refused with a body that repeats it', async () => {
    const eight = await sandbox();
    const { status, body } = await login(eight, { password: 'not it' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 400, code: 'BadRequest', error: 'invalid_grant' });
    expect(body.error_description).toContain(eight.settings.email);
    expect(body.error_description).toContain('not it');
  });

  test('where it is so set, a wrong password is a 401', async () => {
    const eight = await sandbox({ wrongPassword: 401 });
    expect((await login(eight, { password: 'not it' })).status).toBe(401);
    expect((await login(eight)).status).toBe(200);
  });

  test.each([
    ['another client', { client_id: 'sleep-client' }],
    ['an empty secret', { client_secret: '' }],
    ['no secret', { client_secret: undefined }],
  ])('%s is refused as something undefined that is missing, with the password repeated', async (_, other) => {
    const eight = await sandbox();
    const { status, body } = await login(eight, other);
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 400, code: 'BadRequest', error: 'invalid_request' });
    expect(body.error_description).toContain('"undefined" [1]: -- missing --');
    expect(body.error_description).toContain(eight.settings.password);
  });

  test.each([
    ['grant_type', { grant_type: 'client_credentials' }],
    ['username', { username: '' }],
    ['password', { password: undefined }],
  ])('without a good %s the refusal names it', async (name, other) => {
    const eight = await sandbox();
    const { status, body } = await login(eight, other);
    expect(status).toBe(400);
    expect(body.error_description).toContain(`"${name}" [1]: -- missing --`);
  });

  test('a form is refused where JSON is wanted, JSON where a form is, and neither where both are', async () => {
    const json = await sandbox();
    const refused = await postForm(json, passwordGrant(json));
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(refused.body.error_description).toContain(json.settings.password);
    await json.close();
    const form = await sandbox({ body: 'form' });
    expect((await login(form)).status).toBe(400);
    expect((await postForm(form, passwordGrant(form))).status).toBe(200);
    await form.close();
    const both = await sandbox({ body: 'both' });
    expect((await login(both)).status).toBe(200);
    expect((await postForm(both, passwordGrant(both))).status).toBe(200);
    const plain = await call(String(both.settings.auth_url), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(passwordGrant(both)),
    });
    expect(plain.status).toBe(400);
  });

  test('with two factors the right password is refused', async () => {
    const eight = await sandbox({ twoFactor: true });
    expect(await login(eight)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('the e-mail address may be written in any case, the password may not', async () => {
    const eight = await sandbox();
    expect((await login(eight, { username: String(eight.settings.email).toUpperCase() })).status).toBe(200);
    expect((await login(eight, { password: String(eight.settings.password).toUpperCase() })).status).toBe(
      400,
    );
  });

  test('asking for tokens with GET, or at the host for data, leads nowhere', async () => {
    const eight = await sandbox();
    expect((await call(String(eight.settings.auth_url))).status).toBe(405);
    expect((await post(eight, passwordGrant(eight), `${eight.settings.client_api_url}/tokens`)).status).toBe(
      404,
    );
  });

  test('the login of old hands out a session token that opens nothing and counts as a login', async () => {
    const eight = await sandbox();
    const { email, password, client_api_url } = eight.settings;
    const old = await post(eight, { email, password }, `${client_api_url}/login`);
    expect(old.status).toBe(200);
    expect(old.body.session.userId).toBe(eight.userId);
    const refused = await call(`${client_api_url}/users/me`, {
      headers: { 'session-token': old.body.session.token },
    });
    expect(refused.status).toBe(401);
    expect(eight.logins()).toBe(1);
  });
});

describe('the limit of logins', () => {
  test('the fourth within ten minutes is refused without Retry-After, a failed one counts too', async () => {
    const eight = await sandbox();
    for (const password of [undefined, 'wrong', 'wrong again']) {
      expect((await login(eight, password === undefined ? {} : { password })).status).not.toBe(429);
    }
    clock += 10 * MINUTE - 1;
    const refused = await login(eight);
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({ status: 429, code: 'Too Many Requests' });
    expect(refused.headers.has('retry-after')).toBe(false);
  });

  test('after ten minutes the first three are forgotten', async () => {
    const eight = await sandbox();
    for (let n = 0; n < 3; n += 1) await login(eight);
    clock += 10 * MINUTE;
    expect((await login(eight)).status).toBe(200);
  });

  test('the block lasts 15 minutes from the last attempt, so knocking prolongs it', async () => {
    const eight = await sandbox();
    for (let n = 0; n < 4; n += 1) await login(eight);
    clock += 14 * MINUTE;
    expect((await login(eight)).status).toBe(429);
    clock += 15 * MINUTE - 1;
    expect((await login(eight)).status).toBe(429);
    clock += 15 * MINUTE;
    expect((await login(eight)).status).toBe(200);
    expect(eight.logins()).toBe(7);
  });

  test('refreshing is no login and goes on during a block', async () => {
    const { eight, tokens, get } = await signedIn();
    for (let n = 0; n < 3; n += 1) await login(eight);
    expect((await login(eight)).status).toBe(429);
    expect((await renew(eight, tokens.refresh_token)).status).toBe(200);
    expect((await get('/users/me')).status).toBe(200);
  });

  test('it can be set and switched off', async () => {
    const strict = await sandbox({ quota: { logins: 1, blockSeconds: 5, windowSeconds: 1 } });
    expect((await login(strict)).status).toBe(200);
    expect((await login(strict)).status).toBe(429);
    clock += 5000;
    expect((await login(strict)).status).toBe(200);
    await strict.close();
    const free = await sandbox({ quota: 'off' });
    for (let n = 0; n < 6; n += 1) expect((await login(free)).status).toBe(200);
  });
});

describe('every request', () => {
  test.each(['', 'Python-urllib/3.12', 'python-requests/2.32.3', 'node', 'undici'])(
    'from the User-Agent "%s" is turned away, in HTML',
    async (agent) => {
      const eight = await sandbox();
      const { status, body } = await call(String(eight.settings.auth_url), {
        method: 'POST',
        headers: { ...JSON_BODY, 'user-agent': agent },
        body: JSON.stringify(passwordGrant(eight)),
      });
      expect(status).toBe(403);
      expect(body).toContain('<html>');
      expect(eight.logins()).toBe(0);
    },
  );

  test('has to accept JSON', async () => {
    const { eight, headers } = await signedIn();
    const url = `${eight.settings.client_api_url}/users/me`;
    expect((await call(url, { headers: { ...headers, accept: '*/*' } })).status).toBe(406);
    expect(
      (await call(url, { headers: { ...headers, accept: 'application/json, text/plain' } })).status,
    ).toBe(200);
  });

  test('without a token or with another one gets a 401', async () => {
    const { eight, tokens } = await signedIn();
    const url = `${eight.settings.client_api_url}/users/me`;
    const { access_token, refresh_token } = tokens;
    for (const value of [
      '',
      'Bearer nothing',
      access_token,
      `Basic ${access_token}`,
      `Bearer ${refresh_token}`,
    ]) {
      expect((await call(url, value === '' ? {} : { headers: { authorization: value } })).status).toBe(401);
    }
  });

  test('is answered with gzip where that is accepted, and only there', async () => {
    const { eight, headers } = await signedIn();
    const ask = async (accepted: string) => {
      const reply = await request(`${eight.settings.client_api_url}/users/me`, {
        headers: { ...HEADERS, ...headers, 'accept-encoding': accepted },
      });
      return {
        encoding: reply.headers['content-encoding'],
        bytes: Buffer.from(await reply.body.arrayBuffer()),
      };
    };
    const packed = await ask('gzip, deflate, br');
    expect(packed.encoding).toBe('gzip');
    const plain = await ask('identity');
    expect(plain.encoding).toBeUndefined();
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect((await ask('gzip;q=0, identity')).encoding).toBeUndefined();
    expect(JSON.parse(eight.requests.at(-1)?.reply ?? '')).toMatchObject({ user: { userId: eight.userId } });
  });

  test('is never compressed when that is switched off', async () => {
    const eight = await sandbox({ gzip: false });
    const reply = await login(eight);
    expect(reply.status).toBe(200);
    expect(reply.headers.has('content-encoding')).toBe(false);
  });

  test('meets a planned fault before compression', async () => {
    const { eight, get } = await signedIn();
    eight.faults.add({ path: /users\/me/ }, answer(504, 'gateway'));
    const reply = await get('/users/me');
    expect(reply).toMatchObject({ status: 504, body: 'gateway' });
    expect(reply.headers.has('content-encoding')).toBe(false);
    expect((await get('/users/me')).headers.get('content-encoding')).toBe('gzip');
  });

  test('to an unknown route is a 404, with another method a 405, and all are counted by route', async () => {
    const { eight, headers, get } = await signedIn();
    expect((await get('/users/me/')).status).toBe(404);
    expect((await get(`/users/${eight.userId}/nothing`)).status).toBe(404);
    const url = `${eight.settings.client_api_url}/users/${eight.userId}/intervals`;
    const put = await call(url, { method: 'PUT', headers });
    expect(put.status).toBe(405);
    expect(put.headers.get('allow')).toBe('GET');
    expect(eight.counts()).toMatchObject({ 'POST /v1/tokens': 1, 'PUT /v1/users/{id}/intervals': 1 });
  });
});

describe('people and their pod', () => {
  test('users/me and the id show the same user, whose key is userId', async () => {
    const { eight, get } = await signedIn();
    const me = await get('/users/me');
    expect(me.body).toEqual({ user: eight.truth.get('user', eight.userId) });
    expect(me.body.user).not.toHaveProperty('id');
    expect(me.body.user).toMatchObject({
      email: eight.settings.email,
      timezone: ZONE,
      devices: [eight.deviceId],
    });
    expect((await get(`/users/${eight.userId}`)).body).toEqual(me.body);
  });

  test('the current device says which side is whose', async () => {
    const { eight, get } = await signedIn();
    const { status, body } = await get(`/users/${eight.userId}/current-device`);
    expect(status).toBe(200);
    expect(body).toEqual({ id: eight.deviceId, side: 'left', specialization: 'pod' });
    eight.truth.patch('user', eight.userId, { currentDevice: null });
    expect((await get(`/users/${eight.userId}/current-device`)).status).toBe(404);
  });

  test('a pod comes in result, with the wanted fields alone when a filter names them', async () => {
    const { eight, get } = await signedIn();
    const whole = await get(`/devices/${eight.deviceId}`);
    expect(whole.body).toEqual({ result: eight.truth.get('devices', eight.deviceId) });
    const { body } = await get(`/devices/${eight.deviceId}?filter=leftUserId,rightUserId,awaySides`);
    expect(body).toEqual({
      result: { leftUserId: eight.userId, rightUserId: eight.partner.userId, awaySides: {} },
    });
  });

  test('a pod of others is refused, one that is none is not found', async () => {
    const { eight, get } = await signedIn();
    eight.truth.put('devices', 'abcdef', { deviceId: 'abcdef' });
    expect((await get('/devices/abcdef')).status).toBe(403);
    expect((await get('/devices/fedcba')).status).toBe(404);
  });

  test('of a private partner nothing is shown, and as little of a stranger', async () => {
    const { eight, get, trends } = await signedIn();
    for (const id of [eight.partner.userId, 'f'.repeat(32)]) {
      for (const route of ['', '/current-device', '/intervals']) {
        expect((await get(`/users/${id}${route}`)).status).toBe(403);
      }
      expect((await trends({}, id)).body).toEqual({ status: 403, code: 'Forbidden' });
    }
  });

  test('a sharing partner’s nights are shown until the sharing ends', async () => {
    const { eight, get, trends } = await signedIn({ partner: 'shares' });
    const { userId, truth } = eight.partner;
    expect((await get(`/users/${userId}`)).body.user.userId).toBe(userId);
    const theirs = await trends({}, userId);
    expect(theirs.body.days).toEqual(truth.list('trends'));
    expect(theirs.body.days).not.toEqual(eight.truth.list('trends'));
    truth.patch('user', userId, { sharingMetricsTo: [] });
    expect((await trends({}, userId)).status).toBe(403);
  });

  test('the host of app features counts the days, the other one does not know how', async () => {
    const { eight, headers, get } = await signedIn();
    const path = `/users/${eight.userId}/days/count`;
    const counted = await call(eight.appApiUrl + path, { headers });
    expect(counted.body).toEqual({ count: eight.truth.list('trends').length });
    expect((await get(path)).status).toBe(404);
    expect((await call(eight.appApiUrl + path)).status).toBe(401);
  });
});

describe('trends', () => {
  test('come by day, ascending, the days without sleep left out, exactly as the truth has them', async () => {
    const { eight, trends } = await signedIn();
    const { status, body } = await trends();
    expect(status).toBe(200);
    expect(body).toEqual({ days: eight.truth.list('trends') });
    const days = body.days.map((day: Document) => day.day);
    expect(days).toEqual([...days].sort());
    expect(days.length).toBeGreaterThan(20);
    expect(days.length).toBeLessThan(30);
  });

  test('both ends of a span are included', async () => {
    const { days } = await signedIn();
    const [first = '', second = '', third = ''] = await days();
    expect(await days({ from: first, to: third })).toEqual([first, second, third]);
    expect(await days({ from: second, to: second })).toEqual([second]);
    expect(await days({ from: addDays(TODAY, 1), to: addDays(TODAY, 3) })).toEqual([]);
  });

  test('45 days are answered, 46 are refused, unless set otherwise', async () => {
    const { trends, eight } = await signedIn();
    expect((await trends({ from: addDays(TODAY, -44) })).status).toBe(200);
    expect(await trends({ from: addDays(TODAY, -45) })).toMatchObject({
      status: 400,
      body: { code: 'BadRequest' },
    });
    await eight.close();
    const free = await signedIn({ maxSpanDays: Infinity });
    expect((await free.trends({ from: '2000-01-01' })).status).toBe(200);
  });

  test.each([
    ['tz', ''],
    ['tz', 'Mars/Olympus'],
    ['from', ''],
    ['from', '2026-02-30'],
    ['from', '2026-10-06'],
    ['to', '2026-10-05T00:00:00Z'],
    ['include-main', 'no'],
    ['include-all-sessions', '1'],
    ['model-version', 'v9'],
  ])('with %s=%s are refused', async (name, value) => {
    const { trends } = await signedIn();
    expect((await trends({ [name]: value })).status).toBe(400);
  });

  test('in the compact form days have scores and no sessions, whatever the model', async () => {
    const { trends } = await signedIn();
    for (const model of ['v2', 'v3']) {
      const { body } = await trends({ 'include-all-sessions': 'false', 'model-version': model });
      for (const day of body.days) {
        expect(day).not.toHaveProperty('sessions');
        for (const name of SCORES) expect(day).toHaveProperty(name);
      }
    }
  });

  test('of v2 have scores and sessions, of v3 sessions without any score', async () => {
    const { trends } = await signedIn();
    for (const day of (await trends()).body.days) {
      expect(day.sessions.map((one: Document) => one.id)).toEqual(day.sessionIds);
      for (const name of SCORES) expect(day).toHaveProperty(name);
      for (const session of day.sessions) expect(session).toHaveProperty('score');
    }
    const { body } = await trends({ 'model-version': 'v3' });
    for (const day of body.days) {
      expect(day.sessions.length).toBe(day.sessionIds.length);
      for (const part of [day, ...day.sessions])
        for (const name of SCORES) expect(part).not.toHaveProperty(name);
    }
  });

  test('without a model-version are those of v3, which may leave the scores of days', async () => {
    const { eight, get } = await signedIn({ v3Sessions: 'dayScores' });
    const { 'model-version': _, ...rest } = asked;
    const { body } = await get(`/users/${eight.userId}/trends?${new URLSearchParams(rest)}`);
    for (const day of body.days) {
      expect(day).toHaveProperty('score');
      for (const session of day.sessions) expect(session).not.toHaveProperty('score');
    }
  });

  test('with include-main alone have the main session alone', async () => {
    const { trends } = await signedIn();
    const { body } = await trends({ 'include-main': 'true', 'include-all-sessions': 'false' });
    expect(body.days.some((day: { sessionIds: string[] }) => day.sessionIds.length > 1)).toBe(true);
    for (const day of body.days) {
      expect(day.sessions.map((one: Document) => one.id)).toEqual([day.mainSessionId]);
    }
  });

  test('are wrapped in result where it is so set', async () => {
    const { eight, trends } = await signedIn({ wrapped: true });
    expect((await trends()).body).toEqual({ result: { days: eight.truth.list('trends') } });
  });

  test('of another zone put a night on the date of waking there, and lose none', async () => {
    const { trends, eight } = await signedIn();
    const tz = 'Pacific/Honolulu';
    const { body } = await trends({ tz });
    expect(body.days.map((one: Document) => one.day)).not.toEqual(
      eight.truth.list('trends').map((one) => one.day),
    );
    for (const day of body.days) expect(day.day).toBe(dateAt(Date.parse(day.sleepEnd), tz));
    const days = new Set(body.days.map((one: Document) => one.day));
    expect(days.size).toBe(body.days.length);
    const sessions = body.days.flatMap((one: { sessionIds: string[] }) => one.sessionIds);
    // The night of the first day falls before `from` there.
    const own = eight.truth.list('trends').filter((one) => String(one.day) > asked.from);
    expect(sessions).toEqual(expect.arrayContaining(own.flatMap((one) => one.sessionIds)));
  });

  test('two nights on one date of another zone become one day with the lengths of both', async () => {
    const { trends, eight } = await signedIn();
    const night = (sleepEnd: string, id: string, sleepDuration: number) => ({
      ...{ sleepEnd, mainSessionId: id, sessionIds: [id], sessions: [{ id }], sleepDuration },
      ...{ deepDuration: 0, remDuration: sleepDuration / 4, processing: false },
    });
    eight.truth.replaceAll('trends', [
      ['2026-09-01', night('2026-09-01T10:30:00Z', '1', 8000)],
      ['2026-09-02', night('2026-09-02T02:00:00Z', '2', 24_000)],
    ]);
    const { body } = await trends({ tz: 'Pacific/Honolulu', from: '2026-09-01', to: '2026-09-02' });
    expect(body.days).toHaveLength(1);
    expect(body.days[0]).toMatchObject({
      ...{ day: '2026-09-01', mainSessionId: '2', sessionIds: ['1', '2'] },
      ...{ sleepDuration: 32_000, remDuration: 8000, remPercent: 0.25 },
    });
  });

  test('say of today that it is being processed, until it is done', async () => {
    const { eight, trends } = await signedIn();
    const today = async () => (await trends({ from: TODAY })).body.days[0];
    expect(await today()).toMatchObject({ processing: true, incomplete: true, score: 0 });
    expect((await today()).sleepQualityScore.hrv.current).toBe('None');
    eight.finishProcessing();
    const settled = await today();
    expect(settled).toMatchObject({ processing: false, incomplete: false });
    expect(settled.score).toBeGreaterThan(0);
    expect(settled.sleepQualityScore.hrv.current).toEqual(expect.any(Number));
  });

  test('show half a night to whoever asks at three, and the rest in the morning', async () => {
    const three = Date.parse('2026-10-05T01:00:00Z');
    const { eight, trends } = await signedIn({}, three);
    const tonight = async () => (await trends({ from: TODAY })).body.days[0];
    const half = await tonight();
    expect(half).toMatchObject({ incomplete: true, presenceEnd: new Date(three).toISOString() });
    clock = NOON;
    eight.finishProcessing();
    const whole = await tonight();
    expect(whole.mainSessionId).toBe(half.mainSessionId);
    expect(whole.sleepDuration).toBeGreaterThan(half.sleepDuration);
    const { score: _, ...session } = whole.sessions[0];
    expect(eight.truth.get('intervals', whole.mainSessionId)).toMatchObject({ sleepEnd: session.sleepEnd });
  });

  test('show what is changed, added and removed, and no sign of when', async () => {
    const { eight, trends, days } = await signedIn();
    const [day = '', other = ''] = await days();
    eight.truth.patch('trends', day, { score: 7, tags: ['sick'] });
    eight.truth.remove('trends', other);
    const { body } = await trends();
    expect(body.days[0]).toEqual({ ...eight.truth.get('trends', day), score: 7, tags: ['sick'] });
    expect(body.days.some((one: Document) => one.day === other)).toBe(false);
    eight.truth.put('trends', other, { day: other, sessions: [] });
    expect((await days())[1]).toBe(other);
  });

  test('have absent numbers as text, shares as fractions and snoring in percent', async () => {
    const { eight } = await signedIn();
    const nights = eight.truth.list('trends') as Record<string, number>[];
    const settled = nights.slice(0, -1) as Document[];
    expect(settled.some((day) => JSON.stringify(day).includes('"None"'))).toBe(true);
    expect(settled.every((day) => JSON.stringify(day).includes('"None"'))).toBe(false);
    for (const {
      sleepDuration = 0,
      remDuration = 0,
      remPercent,
      snoreDuration = 0,
      snorePercent,
    } of nights) {
      expect(remPercent).toBe(Math.round((remDuration / sleepDuration) * 100) / 100);
      expect(snorePercent).toBe(Math.round((snoreDuration / sleepDuration) * 100));
    }
  });
});

describe('intervals', () => {
  async function walked(get: (path: string) => ReturnType<typeof call>, id: string) {
    const pages: Document[][] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query = next === '' ? '' : `?next=${encodeURIComponent(next)}`;
      const { body } = await get(`/users/${id}/intervals${query}`);
      pages.push(body.intervals);
      next = body.next;
    }
    return pages;
  }

  test('come newest first, ten a page, to an end without a cursor', async () => {
    const { eight, get } = await signedIn();
    const pages = await walked(get, eight.userId);
    expect(pages.slice(0, -1).every((page) => page.length === 10)).toBe(true);
    expect(pages.length).toBe(Math.ceil(eight.truth.list('intervals').length / 10));
    const ids = pages.flat().map((one) => Number(one.id));
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(ids.map(String).toSorted()).toEqual(
      eight.truth
        .entries('intervals')
        .map(([id]) => id)
        .toSorted(),
    );
  });

  test('have ids that are the second of their start, as text', async () => {
    const { eight } = await signedIn();
    for (const [id, one] of eight.truth.entries('intervals')) {
      expect(one.id).toBe(id);
      expect(Number(id) * 1000).toBe(Date.parse(String(one.ts)));
    }
  });

  test('that fill a page exactly end without a cursor, and none at all are an empty page', async () => {
    const { eight, get } = await signedIn();
    eight.truth.replaceAll('intervals', eight.truth.entries('intervals').slice(0, 10));
    const { body } = await get(`/users/${eight.userId}/intervals`);
    expect(body.intervals).toHaveLength(10);
    expect(body).not.toHaveProperty('next');
    eight.truth.replaceAll('intervals', []);
    expect((await get(`/users/${eight.userId}/intervals`)).body).toEqual({ intervals: [] });
  });

  test('that arrive while someone pages neither repeat nor hide others', async () => {
    const { eight, get } = await signedIn({ pageSize: 5 });
    const before = eight.truth.list('intervals').length;
    const first = await get(`/users/${eight.userId}/intervals`);
    eight.truth.put('intervals', '1', { id: '1', ts: new Date(NOON).toISOString() });
    const second = await get(`/users/${eight.userId}/intervals?next=${encodeURIComponent(first.body.next)}`);
    const ids = [...first.body.intervals, ...second.body.intervals].map((one: Document) => one.id);
    expect(new Set(ids).size).toBe(10);
    expect(ids).not.toContain('1');
    expect((await walked(get, eight.userId)).flat()).toHaveLength(before + 1);
  });

  test.each(['abc', 'e30=', Buffer.from('{"v":"2"}').toString('base64')])(
    'refuse the cursor %s, which is none of theirs',
    async (next) => {
      const { eight, get } = await signedIn();
      expect((await get(`/users/${eight.userId}/intervals?next=${next}`)).status).toBe(400);
    },
  );

  test('do not heed from and to, unless set otherwise', async () => {
    const { eight, get } = await signedIn();
    const from = `${addDays(TODAY, -2)}T00:00:00Z`;
    const { body } = await get(`/users/${eight.userId}/intervals?from=${from}`);
    expect(body.intervals).toHaveLength(10);
    await eight.close();
    const heeding = await signedIn({ intervalDates: 'applied' });
    const path = `/users/${heeding.eight.userId}/intervals`;
    const heeded = (await heeding.get(`${path}?from=${from}`)).body.intervals;
    expect(heeded.length).toBeGreaterThan(0);
    for (const one of heeded) expect(Date.parse(one.ts)).toBeGreaterThanOrEqual(Date.parse(from));
    expect(heeded.length).toBeLessThan(5);
    expect((await heeding.get(`${path}?from=yesterday`)).status).toBe(400);
  });

  test('count time out of bed on top of the time between start and end', async () => {
    const { eight } = await signedIn();
    const all = eight.truth.list('intervals') as { ts: string; presenceEnd: string; duration: number }[];
    let outings = 0;
    for (const one of all) {
      const { stages, stageSummary } = one as unknown as {
        stages: { duration: number }[];
        stageSummary: Record<string, number>;
      };
      const span = (Date.parse(one.presenceEnd) - Date.parse(one.ts)) / 1000;
      expect(one.duration).toBe(span + (stageSummary.outDuration ?? 0));
      expect(one.duration).toBe(stages.reduce((sum, stage) => sum + stage.duration, 0));
      if (stageSummary.outDuration) outings += 1;
    }
    expect(outings).toBeGreaterThan(0);
  });
});

describe('what is invented', () => {
  test('is the same for the same seed and time, another for another seed', async () => {
    const everything = async (seed: number) => {
      const eight = await sandbox({ seed });
      const all = eight.truth.collections.map((name) => eight.truth.entries(name));
      await eight.close();
      return JSON.stringify(all);
    };
    expect(await everything(3)).toBe(await everything(3));
    expect(await everything(3)).not.toBe(await everything(4));
  });

  test('keeps to the collections of the account, as long a history as wanted and the zone', async () => {
    const zone = 'America/New_York';
    const eight = await sandbox({ zone, days: 3 });
    expect(eight.truth.collections).toEqual(['user', 'devices', 'trends', 'intervals']);
    expect(eight.settings.timezone).toBe(zone);
    const trends = eight.truth.entries('trends');
    expect(trends.length).toBeGreaterThan(0);
    for (const [day, one] of trends) {
      expect(day >= '2026-10-03' && day <= TODAY).toBe(true);
      expect(dateAt(Date.parse(String(one.sleepEnd)), zone)).toBe(day);
    }
  });

  test('can be changed and finished from another process', async () => {
    const { eight, days } = await signedIn();
    const [day = ''] = await days();
    const control = (path: string, method: string, body?: object) =>
      fetch(`${eight.url}/_sandbox/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    expect((await control(`collections/trends/${day}`, 'DELETE')).status).toBe(204);
    expect(await days()).not.toContain(day);
    expect((await control('finishProcessing', 'POST')).status).toBe(204);
    expect(eight.truth.get('trends', TODAY)).toMatchObject({ processing: false });
    expect(await (await control('token', 'POST')).json()).toEqual({});
  });
});

const sample = (file: string) => publishedSample('eightsleep', file);

describe('recorded replies have the same keys as', () => {
  test.skipIf(sample('users_me.json') === undefined)('the user', async () => {
    const { get } = await signedIn();
    const { body } = await get('/users/me');
    expect(keyPaths(body).sort()).toEqual(keyPaths(sample('users_me.json')).sort());
  });

  test.skipIf(sample('users_partner.json') === undefined)('the partner', async () => {
    const { eight, get } = await signedIn({ partner: 'shares' });
    const { body } = await get(`/users/${eight.partner.userId}`);
    expect(keyPaths(body).sort()).toEqual(keyPaths(sample('users_partner.json')).sort());
  });

  test.skipIf(sample('device.json') === undefined)('the pod, which also tells of away mode', async () => {
    const { eight, get } = await signedIn();
    const { body } = await get(`/devices/${eight.deviceId}`);
    const known = keyPaths(sample('device.json'));
    expect(keyPaths(body).sort()).toEqual([...known, '.result.awaySides'].sort());
  });

  test.skipIf(sample('trends_2026_compact.json') === undefined)('a compact day that is done', async () => {
    const { eight, trends } = await signedIn();
    eight.finishProcessing();
    const { body } = await trends({ 'include-all-sessions': 'false', 'model-version': 'v3' });
    const known = keyPaths(sample('trends_2026_compact.json')).sort();
    for (const day of body.days) expect(keyPaths({ days: [day] }).sort()).toEqual(known);
  });

  test.skipIf(sample('interval_2026.json') === undefined)('a session of these days', async () => {
    const { eight, get } = await signedIn();
    const { body } = await get(`/users/${eight.userId}/intervals`);
    // The recording was cut down to one series.
    const paths = keyPaths(body).filter((path) => !path.includes('.timeseries.') || path.endsWith('.tnt'));
    expect(paths.sort()).toEqual(keyPaths(sample('interval_2026.json')).sort());
  });

  test.skipIf(sample('intervals_page1.json') === undefined)('a page of 2022, and its series', async () => {
    const { eight, get } = await signedIn();
    const { body } = await get(`/users/${eight.userId}/intervals`);
    const recorded = sample('intervals_page1.json') as { next: string };
    expect(keyPaths(body)).toEqual(expect.arrayContaining(keyPaths(recorded)));
    const place = (next: string) => keyPaths(JSON.parse(Buffer.from(next, 'base64').toString()));
    expect(place(body.next)).toEqual(place(recorded.next));
  });

  test.skipIf(sample('token_and_errors.json') === undefined)('tokens and refusals', async () => {
    const known = sample('token_and_errors.json') as Record<string, Document>;
    const eight = await sandbox();
    expect(keyPaths((await login(eight)).body).sort()).toEqual(keyPaths(known.token).sort());
    const bad = await login(eight, { client_id: 'sleep-client' });
    expect(keyPaths(bad.body).sort()).toEqual(keyPaths(known.error_400_bad_client).sort());
    await login(eight);
    expect((await login(eight)).body).toEqual(known.error_429);
  });

  test.skipIf(sample('login_legacy.json') === undefined)('the login of old', async () => {
    const eight = await sandbox();
    const { email, password, client_api_url } = eight.settings;
    const { body } = await post(eight, { email, password }, `${client_api_url}/login`);
    expect(keyPaths(body).sort()).toEqual(keyPaths(sample('login_legacy.json')).sort());
  });
});
