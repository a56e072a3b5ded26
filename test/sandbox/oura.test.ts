import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { wallClock } from '../../src/core/dates.ts';
import {
  type Document,
  type OuraSandbox,
  type OuraSandboxOptions,
  startOura,
  tooManyRequests,
} from '../../src/sandbox/oura.ts';
import { openApi, publishedSpec } from '../support/openapi.ts';

const NOON = Date.parse('2026-10-05T12:00:00Z');
const HOUR = 3_600_000;
const REDIRECT = 'http://localhost:8788/callback';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const MOI = '/oauth/v2/ext/oauth-';
const DATES = 'start_date=2020-01-01&end_date=2030-01-01';
const ALL = 'start_datetime=2020-01-01T00:00:00Z&end_datetime=2030-01-01T00:00:00Z';

const dated = [
  ...['daily_activity', 'daily_cardiovascular_age', 'daily_readiness', 'daily_resilience', 'daily_sleep'],
  ...['daily_spo2', 'daily_stress', 'enhanced_tag', 'rest_mode_period', 'session', 'sleep', 'sleep_time'],
  ...['tag', 'vO2_max', 'workout'],
];

let open: OuraSandbox | undefined;
let clock = NOON;

async function sandbox(options: Partial<OuraSandboxOptions> = {}): Promise<OuraSandbox> {
  clock = NOON;
  open = await startOura({ now: () => clock, redirectUris: [REDIRECT], ...options });
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function call(oura: OuraSandbox, path: string, init: RequestInit = {}) {
  const reply = await fetch(oura.url + path, { redirect: 'manual', ...init });
  const text = await reply.text();
  const body = /json/.test(reply.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: reply.status, headers: reply.headers, body };
}

function get(oura: OuraSandbox, collection: string, token = oura.issueToken().access_token) {
  return call(oura, `/v2/usercollection/${collection}`, { headers: { authorization: `Bearer ${token}` } });
}

async function days(oura: OuraSandbox, query: string, field = 'day'): Promise<string[]> {
  const reply = await get(oura, query);
  return reply.body.data.map((row: Document) => row[field]);
}

function form(oura: OuraSandbox, path: string, fields: Record<string, string>, headers = {}) {
  const app = { client_id: oura.clientId, client_secret: oura.clientSecret };
  return call(oura, path, { method: 'POST', body: new URLSearchParams({ ...app, ...fields }), headers });
}

function authorize(oura: OuraSandbox, changes: Record<string, string> = {}, path = `${MOI}authorize`) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: oura.clientId,
    redirect_uri: REDIRECT,
    scope: 'extapi:daily extapi:personal heartrate',
    state: 'the state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  });
  return call(oura, `${path}?${query}`);
}

async function codeFrom(oura: OuraSandbox, changes = {}, path = `${MOI}authorize`): Promise<string> {
  const reply = await authorize(oura, changes, path);
  return new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

const exchange = (oura: OuraSandbox, code: string, changes = {}, path = `${MOI}token`) =>
  form(oura, path, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...changes,
  });

const refresh = (oura: OuraSandbox, token: string, path = `${MOI}token`) =>
  form(oura, path, { grant_type: 'refresh_token', refresh_token: token });

describe('signing in', () => {
  it('brings the code, the state, the issuer and only what has the prefix', async () => {
    const oura = await sandbox();
    const reply = await authorize(oura);
    expect(reply.status).toBe(302);
    const target = new URL(reply.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe(REDIRECT);
    expect(target.searchParams.get('state')).toBe('the state');
    expect(target.searchParams.get('scope')).toBe('extapi:daily extapi:personal');
    expect(target.searchParams.get('iss')).toContain('/oauth/v2/ext/oauth-anonymous');
    const tokens = await exchange(oura, target.searchParams.get('code') ?? '');
    expect(tokens.body).toMatchObject({ expires_in: 86_400, scope: 'extapi:daily extapi:personal' });
    expect((await get(oura, 'sleep', tokens.body.access_token)).status).toBe(200);
    expect((await get(oura, 'heartrate', tokens.body.access_token)).status).toBe(403);
  });

  it('works in the legacy world with bare names', async () => {
    const oura = await sandbox({ worlds: ['legacy'] });
    const code = await codeFrom(oura, { scope: 'daily spo2Daily extapi:tag' }, '/oauth/authorize');
    const tokens = await exchange(oura, code, {}, '/oauth/token');
    expect(tokens.body.scope).toBe('daily spo2Daily');
    expect((await get(oura, 'daily_spo2', tokens.body.access_token)).status).toBe(200);
    expect((await get(oura, 'tag', tokens.body.access_token)).status).toBe(403);
  });

  it('takes the secret in a Basic header too', async () => {
    const oura = await sandbox();
    const authorization = `Basic ${btoa(`${oura.clientId}:${oura.clientSecret}`)}`;
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: oura.issueToken().refresh_token,
    });
    expect(
      (await call(oura, `${MOI}token`, { method: 'POST', body, headers: { authorization } })).status,
    ).toBe(200);
  });

  it.each([
    ['an unknown client', { client_id: 'other' }, 401],
    ['another redirect URI', { redirect_uri: 'http://localhost:1/' }, 400],
    ['a trailing slash', { redirect_uri: `${REDIRECT}/` }, 400],
    ['127.0.0.1, although registered', { redirect_uri: 'http://127.0.0.1:8788/callback' }, 400],
  ])('refuses %s without a redirect', async (_, changes, status) => {
    const oura = await sandbox({ redirectUris: [REDIRECT, 'http://127.0.0.1:8788/callback'] });
    expect((await authorize(oura, changes)).status).toBe(status);
  });

  it.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no state', { state: '' }, 'invalid_request'],
    ['a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
  ])('sends the person back with an error for %s', async (_, changes, error) => {
    const oura = await sandbox();
    const reply = await authorize(oura, changes);
    expect(new URL(reply.headers.get('location') ?? '').searchParams.get('error')).toBe(error);
  });

  it('says so when the person denies', async () => {
    const oura = await sandbox();
    oura.grant.deny(true);
    const target = new URL((await authorize(oura)).headers.get('location') ?? '');
    expect(target.searchParams.get('error')).toBe('access_denied');
    expect(target.searchParams.get('state')).toBe('the state');
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'w'.repeat(43) }],
    ['another redirect URI', { redirect_uri: 'http://localhost:1/' }],
    ['an unknown code', { code: 'other' }],
  ])('refuses %s at the exchange', async (_, changes) => {
    const oura = await sandbox();
    const reply = await exchange(oura, await codeFrom(oura), changes);
    expect([reply.status, reply.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('takes a code for ten minutes', async () => {
    const oura = await sandbox();
    const code = await codeFrom(oura);
    clock += 10 * 60_000;
    expect((await exchange(oura, code)).body.error).toBe('invalid_grant');
  });

  it('takes a code once; the second time what it issued dies', async () => {
    const oura = await sandbox();
    const code = await codeFrom(oura);
    const { access_token, refresh_token } = (await exchange(oura, code)).body;
    expect((await exchange(oura, code)).body.error).toBe('invalid_grant');
    expect((await get(oura, 'sleep', access_token)).status).toBe(401);
    expect((await refresh(oura, refresh_token)).status).toBe(400);
  });

  it('takes forms only', async () => {
    const oura = await sandbox();
    const reply = await call(oura, `${MOI}token`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([reply.status, reply.body.error]).toEqual([400, 'invalid_request']);
  });

  it('refuses the other portal’s apps in the words of each portal', async () => {
    const moi = await sandbox();
    const { refresh_token } = moi.issueToken();
    expect(await refresh(moi, refresh_token, '/oauth/token')).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await exchange(moi, 'any', {}, '/oauth/token')).body).toEqual({
      error: 'invalid_client',
      error_description: 'Invalid client_id.',
    });
    await moi.close();
    const legacy = await sandbox({ worlds: ['legacy'] });
    const reply = await refresh(legacy, legacy.issueToken().refresh_token);
    expect([reply.status, reply.body]).toEqual([401, { error: 'invalid_client' }]);
    expect((await authorize(legacy)).status).toBe(401);
    expect((await authorize(legacy, {}, '/oauth/authorize')).status).toBe(302);
  });
});

describe('refreshing', () => {
  it('strict: a replay kills the whole family', async () => {
    const oura = await sandbox();
    const first = oura.issueToken();
    const second = (await refresh(oura, first.refresh_token)).body;
    expect((await get(oura, 'sleep', second.access_token)).status).toBe(200);
    const replay = await refresh(oura, first.refresh_token);
    expect([replay.status, replay.body.error]).toEqual([400, 'invalid_grant']);
    expect(replay.body.error_description).toContain('already used');
    expect((await get(oura, 'sleep', second.access_token)).status).toBe(401);
    expect((await refresh(oura, second.refresh_token)).status).toBe(400);
  });

  it('grace: the old one lives until the new access token is first used', async () => {
    const oura = await sandbox({ rotation: 'grace' });
    const first = oura.issueToken();
    await refresh(oura, first.refresh_token);
    const again = (await refresh(oura, first.refresh_token)).body;
    expect((await get(oura, 'sleep', again.access_token)).status).toBe(200);
    expect((await refresh(oura, first.refresh_token)).status).toBe(400);
    expect((await get(oura, 'sleep', again.access_token)).status).toBe(200);
  });

  it('none: the refresh token stays', async () => {
    const oura = await sandbox({ rotation: 'none' });
    const first = oura.issueToken();
    expect((await refresh(oura, first.refresh_token)).body.refresh_token).toBe(first.refresh_token);
  });

  it.each([
    [`${MOI}revoke`, 'moi'],
    ['/oauth/revoke', 'legacy'],
  ] as const)('revokes at %s', async (path, world) => {
    const oura = await sandbox({ worlds: [world] });
    const pair = oura.issueToken();
    expect((await form(oura, path, { token: pair.refresh_token })).status).toBe(200);
    expect((await get(oura, 'sleep', pair.access_token)).status).toBe(401);
  });

  it('revokes at the legacy portal by header, 401 for a stranger', async () => {
    const oura = await sandbox({ worlds: ['legacy'] });
    const revoke = (token: string) => form(oura, '/oauth/revoke', {}, { authorization: `Bearer ${token}` });
    expect((await revoke(oura.issueToken().refresh_token)).status).toBe(200);
    expect((await revoke('other')).status).toBe(401);
  });
});

describe('access to data', () => {
  it('ends with the token’s life', async () => {
    const oura = await sandbox({ tokenLifeSeconds: 60 });
    const { access_token } = oura.issueToken();
    expect((await get(oura, 'sleep', access_token)).status).toBe(200);
    clock += 60_000;
    expect((await get(oura, 'sleep', access_token)).status).toBe(401);
    expect((await call(oura, '/v2/usercollection/sleep')).status).toBe(401);
  });

  it('needs the scope of each collection; two say 401', async () => {
    const oura = await sandbox();
    const { access_token } = oura.issueToken(['email']);
    for (const name of [...dated, 'heartrate', 'ring_battery_level', 'ring_configuration']) {
      const told = ['daily_cardiovascular_age', 'daily_resilience'].includes(name) ? 401 : 403;
      expect([name, (await get(oura, name, access_token)).status]).toEqual([name, told]);
    }
    const info = await get(oura, 'personal_info', access_token);
    expect(Object.keys(info.body).sort()).toEqual(['email', 'id']);
  });

  it('follows the person’s grant and membership', async () => {
    const oura = await sandbox();
    const { access_token } = oura.issueToken();
    oura.grant.scopes(['tag']);
    expect((await get(oura, 'sleep', access_token)).status).toBe(403);
    expect((await get(oura, 'tag', access_token)).status).toBe(200);
    oura.grant.lapse(true);
    expect((await get(oura, 'tag', access_token)).status).toBe(403);
  });

  it('knows its routes and reads only', async () => {
    const oura = await sandbox();
    for (const path of ['nothing', 'heartrate/1', 'personal_info/1', 'vo2_max', 'sleep/']) {
      expect([path, (await get(oura, path)).status]).toEqual([path, 404]);
    }
    expect((await call(oura, '/v2/usercollection/sleep', { method: 'POST' })).status).toBe(405);
    const missing = await get(oura, 'sleep/unknown');
    expect([missing.status, missing.body]).toEqual([404, { detail: 'Document not found.' }]);
  });

  it('answers 429 on command, with its headers', async () => {
    const oura = await sandbox();
    oura.faults.add({ path: /sleep/ }, tooManyRequests(30, clock));
    const reply = await get(oura, 'sleep');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '30']);
    expect(reply.headers.get('x-ratelimit-reset')).toBe(String(NOON / 1000 + 30));
    expect((await get(oura, 'sleep')).status).toBe(200);
  });
});

describe('date windows', () => {
  const window = 'start_date=2026-09-20&end_date=2026-09-22';

  it.each(['daily_sleep', 'daily_readiness', 'daily_spo2', 'daily_stress', 'sleep_time', 'daily_resilience'])(
    '%s includes the end',
    async (name) => {
      const oura = await sandbox();
      expect(await days(oura, `${name}?${window}`)).toEqual(['2026-09-20', '2026-09-21', '2026-09-22']);
    },
  );

  it('daily_activity excludes a date-only end, not 23:59:59', async () => {
    const oura = await sandbox();
    expect(await days(oura, `daily_activity?${window}`)).toEqual(['2026-09-20', '2026-09-21']);
    expect(await days(oura, `daily_activity?${window}T23:59:59`)).toContain('2026-09-22');
  });

  it('sleep is cut by the UTC start of the time in bed, whatever its day', async () => {
    const oura = await sandbox();
    oura.truth.replaceAll('sleep', [
      night('a', '2026-09-20', '2026-09-19T23:30:00+02:00'),
      night('b', '2026-09-21', '2026-09-20T23:30:00+02:00'),
      night('c', '2026-09-21', '2026-09-21T14:00:00+02:00'),
      night('d', '2026-09-22', '2026-09-22T02:00:00+02:00'),
    ]);
    expect(await days(oura, `sleep?${window}`, 'id')).toEqual(['b', 'c']);
    expect(await days(oura, 'sleep?start_date=2026-09-21&end_date=2026-09-22', 'id')).toEqual(['c']);
  });

  it('workout is cut by the UTC date and reports the local day', async () => {
    const oura = await sandbox();
    oura.truth.replaceAll('workout', [
      workout('a', '2026-07-15', '2026-07-15T17:00:00-06:00'),
      workout('b', '2026-07-15', '2026-07-15T19:00:00-06:00'),
      workout('c', '2026-07-17', '2026-07-17T19:00:00-06:00'),
    ]);
    expect(await days(oura, 'workout?start_date=2026-07-16&end_date=2026-07-18', 'id')).toEqual(['b']);
  });

  it('dropsToday leaves out the day of a date-only end everywhere', async () => {
    const oura = await sandbox({ dateEnd: 'dropsToday' });
    for (const name of ['daily_sleep', 'daily_activity', 'sleep', 'sleep_time']) {
      expect(await days(oura, `${name}?start_date=2026-10-01&end_date=2026-10-05`)).not.toContain(
        '2026-10-05',
      );
      expect(await days(oura, `${name}?start_date=2026-10-01&end_date=2026-10-05T23:59:59`)).toContain(
        '2026-10-05',
      );
    }
  });

  it.each(['start_date=yesterday', 'end_date=2026-02-30', 'start_date=2026-09-22&end_date=2026-09-20'])(
    'refuses %s with 422',
    async (query) => {
      const oura = await sandbox();
      const reply = await get(oura, `sleep?${query}`);
      expect(reply.status).toBe(422);
      expect(reply.body.detail[0].loc[0]).toBe('query');
    },
  );

  it('takes an encoded + and refuses a raw one', async () => {
    const oura = await sandbox();
    const start = (plus: string) => `heartrate?start_datetime=2026-10-05T00:00:00${plus}02:00`;
    expect((await get(oura, start('%2B'))).status).toBe(200);
    expect((await get(oura, start('+'))).status).toBe(422);
  });

  it('ignores parameters it does not know; heartrate then goes back 24 hours', async () => {
    const oura = await sandbox();
    const rows: Document[] = (await get(oura, 'heartrate?start_date=2026-09-20')).body.data;
    expect(rows.length).toBeGreaterThan(150);
    const times = rows.map((row) => Number(row.timestamp_unix));
    expect(times[0]).toBeGreaterThanOrEqual(NOON - 24 * HOUR);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const [first, last] = [rows[0]?.timestamp, rows.at(-1)?.timestamp].map((one) =>
      encodeURIComponent(String(one)),
    );
    const inner = await get(oura, `heartrate?start_datetime=${first}&end_datetime=${last}`);
    expect(inner.body.data).toEqual(rows.slice(0, -1));
    expect((await get(oura, 'heartrate?latest=true&start_date=x')).body.data).toEqual(rows.slice(-1));
  });
});

describe('paging', () => {
  async function everything(oura: OuraSandbox, query: string): Promise<Document[]> {
    const token = oura.issueToken().access_token;
    const rows: Document[] = [];
    let next: string | null = '';
    while (next !== null) {
      const reply = await get(oura, `${query}&next_token=${next}`, token);
      rows.push(...reply.body.data);
      next = reply.body.next_token;
    }
    return rows;
  }

  it.each([
    ['sleep', DATES],
    ['daily_activity', DATES],
    ['heartrate', ALL],
    ['ring_configuration', 'x='],
  ])('%s comes whole, once and oldest first', async (name, query) => {
    const oura = await sandbox({ pageSize: { documents: 7, samples: 999 } });
    expect(await everything(oura, `${name}?${query}`)).toEqual(oura.truth.list(name));
  });

  it('binds the token to the parameters', async () => {
    const oura = await sandbox({ pageSize: { documents: 3 } });
    const { next_token } = (await get(oura, `sleep?${DATES}`)).body;
    expect((await get(oura, `sleep?${DATES}&next_token=${next_token}`)).status).toBe(200);
    expect((await get(oura, `sleep?start_date=2021-01-01&next_token=${next_token}`)).status).toBe(400);
    expect((await get(oura, `workout?${DATES}&next_token=${next_token}`)).status).toBe(400);
    expect((await get(oura, `sleep?${DATES}&next_token=nonsense`)).status).toBe(400);
  });

  it('selects fields, and the whole record when none is known', async () => {
    const oura = await sandbox();
    const [row] = (await get(oura, `sleep?${DATES}&fields=type,nonsense`)).body.data;
    expect(Object.keys(row).sort()).toEqual(['day', 'id', 'type']);
    const [whole] = (await get(oura, `sleep?${DATES}&fields=nonsense`)).body.data;
    expect(Object.keys(whole).length).toBeGreaterThan(20);
  });
});

describe('the truth', () => {
  it('can be added to, changed, removed and hidden', async () => {
    const oura = await sandbox();
    const query = `sleep?${DATES}`;
    oura.truth.put('sleep', night('new', '2026-10-04', '2026-10-04T14:00:00+02:00'));
    expect(await days(oura, query, 'id')).toContain('new');
    expect(oura.truth.rescore('new', { efficiency: 12 })).toBe(true);
    expect((await get(oura, 'sleep/new')).body.efficiency).toBe(12);
    oura.truth.hide('sleep', ['new']);
    expect(await days(oura, query, 'id')).not.toContain('new');
    expect((await get(oura, 'sleep/new')).status).toBe(200);
    oura.truth.hide('sleep', 'all');
    expect(await days(oura, query)).toEqual([]);
    oura.truth.show('sleep');
    expect(oura.truth.remove('sleep', 'new')).toBe(true);
    expect((await get(oura, 'sleep/new')).status).toBe(404);
    const [sample] = oura.truth.list('heartrate');
    const id = `${sample?.timestamp_unix}|${sample?.source}`;
    expect(oura.truth.remove('heartrate', id)).toBe(true);
    expect(oura.truth.list('heartrate')[0]).not.toEqual(sample);
  });

  it('can be changed by another process', async () => {
    const oura = await sandbox();
    const send = (method: string, path: string, body?: unknown) =>
      call(oura, `/_sandbox/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    await send('PUT', 'collections/tag/mine', {
      day: '2026-10-04',
      text: 'x',
      timestamp: '2026-10-04',
      tags: [],
    });
    expect((await send('GET', 'collections/tag/mine')).body.text).toBe('x');
    await send('PATCH', 'collections/tag/mine', { text: 'y' });
    expect((await get(oura, 'tag/mine')).body.text).toBe('y');
    expect((await send('DELETE', 'collections/tag/mine')).status).toBe(204);
    expect((await send('DELETE', 'collections/tag/mine')).status).toBe(404);
    const { access_token } = (await send('POST', 'token', {})).body;
    await send('POST', 'scopes', { granted: ['daily'] });
    expect((await get(oura, 'tag', access_token)).status).toBe(403);
    await send('POST', 'membership', { lapsed: true });
    expect((await get(oura, 'sleep', access_token)).status).toBe(403);
    await send('POST', 'faults', { path: 'sleep', status: 503 });
    expect((await get(oura, 'sleep', access_token)).status).toBe(503);
    expect((await send('GET', 'requests')).body).toMatchObject({
      'GET /v2/usercollection/tag/{document_id}': 1,
    });
  });
});

describe('the invented history', () => {
  it('is the same for the same seed and holds the oddities', async () => {
    const oura = await sandbox();
    const sleep = oura.truth.list('sleep');
    const types = new Set(sleep.map((row) => row.type));
    expect(types).toEqual(new Set(['long_sleep', 'sleep', 'late_nap', 'rest', 'deleted', null]));
    const long = sleep.filter((row) => row.type === 'long_sleep').map((row) => row.day);
    expect(new Set(long).size).toBeLessThan(long.length);
    const short = sleep.filter((row) => row.type === 'sleep' && Number(row.total_sleep_duration) <= 900);
    expect(short.length).toBeGreaterThan(5);
    const ages = oura.truth.list('daily_cardiovascular_age');
    expect(ages[0]).not.toHaveProperty('id');
    expect(ages.at(-1)).toHaveProperty('id');
    const beats = oura.truth.list('heartrate').map((row) => row.timestamp);
    expect(new Set(beats).size).toBeLessThan(beats.length);
    await oura.close();
    const again = await sandbox();
    expect(again.truth.list('sleep')).toEqual(sleep);
    await again.close();
    const other = await sandbox({ seed: 2 });
    expect(other.truth.list('sleep')).not.toEqual(sleep);
  });

  it('holds nothing of the future and grows as time goes on', async () => {
    const oura = await sandbox();
    const last = (name: string) => oura.truth.list(name).at(-1);
    expect(last('daily_sleep')?.day).toBe('2026-10-05');
    const before = oura.truth.list('sleep');
    for (const row of before) expect(Date.parse(String(row.bedtime_end))).toBeLessThan(NOON);
    expect(Number(last('heartrate')?.timestamp_unix)).toBeLessThanOrEqual(NOON);
    clock += 14 * HOUR;
    expect(last('daily_sleep')?.day).toBe('2026-10-05');
    clock += 8 * 24 * HOUR;
    expect(last('daily_sleep')?.day).toBe('2026-10-13');
    expect(oura.truth.list('sleep').slice(0, before.length)).toEqual(before);
  });

  it.each(['Europe/Berlin', 'America/Denver', 'Asia/Kathmandu'])(
    'keeps the offset of %s over DST',
    async (zone) => {
      const oura = await sandbox({ zone, days: 400 });
      const rows = oura.truth.list('sleep');
      for (const row of rows) {
        const [start, end] = [String(row.bedtime_start), String(row.bedtime_end)];
        expect(Date.parse(end) - Date.parse(start)).toBe(Number(row.time_in_bed) * 1000);
        expect(Date.parse(`${end.slice(0, 19)}Z`)).toBe(wallClock(Date.parse(end), zone));
      }
      expect(new Set(rows.map((row) => String(row.bedtime_end).slice(19))).size).toBe(
        zone === 'Asia/Kathmandu' ? 1 : 2,
      );
    },
  );
});

const spec = publishedSpec('oura-openapi.json');

describe.skipIf(spec === undefined)('against the published document', () => {
  const document = spec === undefined ? undefined : openApi(spec);
  const check = (target: string, status: number, body: unknown) =>
    document?.checkReply('GET', target, status, body);

  it.each(dated)('%s conforms, listed and alone', async (name) => {
    const oura = await sandbox({ days: 400 });
    if (name === 'daily_cardiovascular_age') {
      // Rows older than the document have no id, as recorded.
      oura.truth.replaceAll(
        name,
        oura.truth.list(name).filter((row) => row.id !== undefined),
      );
    }
    const target = `/v2/usercollection/${name}?${DATES}`;
    expect(document?.checkRequest('GET', target)).toEqual([]);
    const reply = await get(oura, `${name}?${DATES}`);
    expect(reply.body.data.length).toBeGreaterThan(5);
    expect(check(target, reply.status, reply.body)).toEqual([]);
    const one = await get(oura, `${name}/${reply.body.data[0].id}`);
    expect(one.body).toEqual(reply.body.data[0]);
    expect(check(`/v2/usercollection/${name}/x`, one.status, one.body)).toEqual([]);
  });

  it.each([`heartrate?${ALL}`, `ring_battery_level?${ALL}`, 'ring_configuration', 'personal_info'])(
    '%s conforms',
    async (target) => {
      const oura = await sandbox({ days: 500 });
      const reply = await get(oura, target);
      expect(check(`/v2/usercollection/${target}`, reply.status, reply.body)).toEqual([]);
    },
  );

  it('refusals conform too', async () => {
    const oura = await sandbox();
    const reply = await get(oura, 'sleep?start_date=nonsense');
    expect(check('/v2/usercollection/sleep', reply.status, reply.body)).toEqual([]);
  });
});

function night(id: string, day: string, start: string): Document {
  return {
    id,
    day,
    bedtime_start: start,
    bedtime_end: start,
    period: 0,
    time_in_bed: 0,
    low_battery_alert: false,
  };
}

function workout(id: string, day: string, start: string): Document {
  return {
    id,
    day,
    start_datetime: start,
    end_datetime: start,
    activity: 'running',
    intensity: 'easy',
    source: 'manual',
  };
}
