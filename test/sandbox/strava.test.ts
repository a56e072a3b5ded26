import { afterEach, describe, expect, test } from 'vitest';
import { type StravaSandbox, type StravaSandboxOptions, startStrava } from '../../src/sandbox/strava.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';
import { stravaDocument } from '../support/stravaDocument.ts';

const NOON = Date.parse('2026-10-05T12:07:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

type Row = Record<string, unknown>;

let open: StravaSandbox | undefined;
let clock = NOON;

async function sandbox(options: Partial<StravaSandboxOptions> = {}): Promise<StravaSandbox> {
  clock = NOON;
  open = await startStrava({ now: () => clock, ...options });
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function call(strava: StravaSandbox, path: string, init: RequestInit = {}) {
  const reply = await fetch(strava.url + path, { redirect: 'manual', ...init });
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function get(strava: StravaSandbox, path: string, token = strava.issueToken().access_token) {
  return call(strava, `/api/v3${path}`, { headers: { authorization: `Bearer ${token}` } });
}

function post(strava: StravaSandbox, path: string, fields: Record<string, string>, headers = {}) {
  return call(strava, path, { method: 'POST', body: new URLSearchParams(fields), headers });
}

function app({ settings }: StravaSandbox) {
  return { client_id: String(settings.client_id), client_secret: String(settings.client_secret) };
}

function authorize(strava: StravaSandbox, changes: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: app(strava).client_id,
    redirect_uri: 'http://localhost:8788/callback',
    response_type: 'code',
    approval_prompt: 'auto',
    scope: 'read_all,profile:read_all,activity:read_all',
    state: 'the state',
    ...changes,
  });
  return call(strava, `/oauth/authorize?${query}`);
}

async function redirected(strava: StravaSandbox, changes: Record<string, string> = {}) {
  const { headers } = await authorize(strava, changes);
  return new URL(headers.get('location') ?? '').searchParams;
}

async function signIn(strava: StravaSandbox, changes: Record<string, string> = {}) {
  const code = (await redirected(strava, changes)).get('code') ?? '';
  return post(strava, '/oauth/token', { ...app(strava), grant_type: 'authorization_code', code });
}

function refresh(strava: StravaSandbox, refresh_token: string) {
  return post(strava, '/oauth/token', { ...app(strava), grant_type: 'refresh_token', refresh_token });
}

const wrong = (resource: string, field: string, code = 'invalid') => ({
  message: 'Bad Request',
  errors: [{ resource, field, code }],
});

const ids = (reply: { text: string }) =>
  [...reply.text.matchAll(/\{"resource_state":2,"athlete".*?"id":(\d+),"start_date"/g)].map(
    (found) => found[1],
  );

async function collect(strava: StravaSandbox, query: string, size: number): Promise<string[][]> {
  const token = strava.issueToken().access_token;
  const pages: string[][] = [];
  for (let page = 1; pages.at(-1)?.length !== 0; page += 1) {
    const reply = await get(strava, `/athlete/activities?${query}&page=${page}&per_page=${size}`, token);
    pages.push(ids(reply) as string[]);
  }
  return pages.slice(0, -1);
}

const newestFirst = (strava: StravaSandbox) =>
  strava.truth
    .entries('activities')
    .sort(([, a], [, b]) => (String(a.start_date) < String(b.start_date) ? 1 : -1))
    .map(([id]) => id);

function activityOf(strava: StravaSandbox, sport: string): Row {
  return strava.truth.list('activities').find(({ sport_type }) => sport_type === sport) ?? {};
}

const seconds = (date: unknown) => Date.parse(String(date)) / 1000;

describe('signing in', () => {
  test('gives a code, the state and what was granted, and then tokens with the athlete in short', async () => {
    const strava = await sandbox();
    const back = await redirected(strava);
    expect(back.get('state')).toBe('the state');
    expect(back.get('scope')).toBe('read_all,profile:read_all,activity:read_all');
    const { status, body } = await post(strava, '/oauth/token', {
      ...app(strava),
      grant_type: 'authorization_code',
      code: back.get('code') ?? '',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 21_600,
      expires_at: NOON / 1000 + 21_600,
    });
    expect(body.athlete).toMatchObject({ id: strava.athleteId, resource_state: 2 });
    expect(body.athlete).not.toHaveProperty('weight');
    expect(body).not.toHaveProperty('scope');
    expect((await get(strava, '/athlete', body.access_token)).status).toBe(200);
  });

  test('names in the redirect only the scopes that stayed ticked', async () => {
    const strava = await sandbox({ scopes: ['read_all', 'activity:read'] });
    const asked = { scope: 'read_all,profile:read_all,activity:read' };
    expect((await redirected(strava, asked)).get('scope')).toBe('read_all,activity:read');
    const { body } = await signIn(strava, asked);
    expect((await get(strava, '/athlete/zones', body.access_token)).status).toBe(401);
  });

  test('leads back with access_denied when the person refuses', async () => {
    const strava = await sandbox();
    strava.grant.deny(true);
    const back = await redirected(strava);
    expect([back.get('error'), back.get('state'), back.get('code')]).toEqual([
      'access_denied',
      'the state',
      null,
    ]);
  });

  test.each([
    ['another client', { client_id: '1' }, 'Application', 'client_id'],
    ['another host', { redirect_uri: 'https://example.org/callback' }, 'Application', 'redirect_uri'],
    ['no address at all', { redirect_uri: 'callback' }, 'Application', 'redirect_uri'],
    ['scopes separated by spaces', { scope: 'read activity:read' }, 'Authorize', 'scope'],
    ['an unknown scope', { scope: 'read,sleep' }, 'Authorize', 'scope'],
    ['no scope', { scope: '' }, 'Authorize', 'scope'],
    ['another response type', { response_type: 'token' }, 'Authorize', 'response_type'],
    ['another prompt', { approval_prompt: 'never' }, 'Authorize', 'approval_prompt'],
  ])('is refused on the spot for %s', async (_, changes, resource, field) => {
    const { status, body } = await authorize(await sandbox(), changes as Record<string, string>);
    expect([status, body]).toEqual([400, wrong(resource, field)]);
  });

  test.each(['http://127.0.0.1:9/x', 'http://localhost/x', 'https://rides.example.org/x'])(
    'leads back to %s, which is the own machine or the callback domain',
    async (redirect_uri) => {
      const strava = await sandbox({ callbackDomain: 'rides.example.org' });
      const { status, headers } = await authorize(strava, { redirect_uri });
      expect([status, headers.get('location')?.startsWith(`${redirect_uri}?state=`)]).toEqual([302, true]);
    },
  );

  test('takes the fields of the token request from the query as well, but never from JSON', async () => {
    const strava = await sandbox();
    const code = (await redirected(strava)).get('code') ?? '';
    const fields = { ...app(strava), grant_type: 'authorization_code', code };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(fields);
    const json = await call(strava, '/oauth/token', { method: 'POST', headers, body });
    expect([json.status, json.body]).toEqual([400, wrong('Application', 'client_id')]);
    const query = await call(strava, `/oauth/token?${new URLSearchParams(fields)}`, { method: 'POST' });
    expect(query.status).toBe(200);
  });

  test('takes a code once, and not after ten minutes', async () => {
    const strava = await sandbox();
    const fields = async () => ({
      ...app(strava),
      grant_type: 'authorization_code',
      code: (await redirected(strava)).get('code') ?? '',
    });
    const first = await fields();
    expect((await post(strava, '/oauth/token', first)).status).toBe(200);
    const again = await post(strava, '/oauth/token', first);
    expect([again.status, again.body]).toEqual([400, wrong('RequestToken', 'code')]);
    const late = await fields();
    clock += 10 * MINUTE;
    expect((await post(strava, '/oauth/token', late)).body).toEqual(wrong('RequestToken', 'code'));
  });

  test.each([
    ['client_id', '1', 'Application'],
    ['client_secret', 'guessed', 'Application'],
    ['grant_type', 'password', 'Application'],
    ['refresh_token', 'guessed', 'RefreshToken'],
  ])('refuses a refresh with a wrong %s', async (field, value, resource) => {
    const strava = await sandbox();
    const { refresh_token } = strava.issueToken();
    const fields = { ...app(strava), grant_type: 'refresh_token', refresh_token, [field]: value };
    const { status, body } = await post(strava, '/oauth/token', fields);
    expect([status, body]).toEqual([400, wrong(resource, field)]);
  });

  test('can answer a wrong secret with 401', async () => {
    const strava = await sandbox({ wrongSecret: 401 });
    const { status } = await post(strava, '/oauth/token', { ...app(strava), client_secret: 'guessed' });
    expect(status).toBe(401);
  });

  test('has its token routes below the root of the API too, and takes no GET there', async () => {
    const strava = await sandbox();
    expect((await post(strava, '/api/v3/oauth/token', FORM)).body).toEqual(wrong('Application', 'client_id'));
    expect((await call(strava, '/oauth/token')).status).toBe(404);
  });
});

describe('tokens', () => {
  test('stay the same while more than an hour is left', async () => {
    const strava = await sandbox();
    const pair = strava.issueToken();
    clock += 5 * HOUR - 1000;
    const { body } = await refresh(strava, pair.refresh_token);
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_at: NOON / 1000 + 21_600,
      expires_in: 3601,
      ...pair,
    });
  });

  test('are new with an hour left, and the older refresh token is dead at once', async () => {
    const strava = await sandbox();
    const pair = strava.issueToken();
    clock += 5 * HOUR;
    const { body } = await refresh(strava, pair.refresh_token);
    expect(body.access_token).not.toBe(pair.access_token);
    expect(body.refresh_token).not.toBe(pair.refresh_token);
    const again = await refresh(strava, pair.refresh_token);
    expect([again.status, again.body]).toEqual([400, wrong('RefreshToken', 'refresh_token')]);
    expect((await refresh(strava, body.refresh_token)).status).toBe(200);
  });

  test('end after six hours, an older access token no sooner', async () => {
    const strava = await sandbox();
    const { access_token, refresh_token } = strava.issueToken();
    clock += 5 * HOUR;
    const { body } = await refresh(strava, refresh_token);
    expect((await get(strava, '/athlete', access_token)).status).toBe(200);
    clock += HOUR;
    expect((await get(strava, '/athlete', access_token)).status).toBe(401);
    expect((await get(strava, '/athlete', body.access_token)).status).toBe(200);
  });

  test('can keep their refresh token', async () => {
    const strava = await sandbox({ rotates: false });
    const pair = strava.issueToken();
    clock += 6 * HOUR;
    expect((await refresh(strava, pair.refresh_token)).body.refresh_token).toBe(pair.refresh_token);
  });

  test('expire on command, and a refresh then brings new ones', async () => {
    const strava = await sandbox();
    const { access_token = '', refresh_token = '' } = strava.seed();
    strava.expireTokens();
    expect((await get(strava, '/athlete', access_token)).status).toBe(401);
    const { body } = await refresh(strava, refresh_token);
    expect((await get(strava, '/athlete', body.access_token)).status).toBe(200);
  });

  test.each(['access_token', 'refresh_token'] as const)('are both revoked by their %s', async (kind) => {
    const strava = await sandbox();
    const pair = strava.issueToken();
    const { client_id, client_secret } = app(strava);
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    const fields = { token: pair[kind], token_type_hint: kind };
    expect((await post(strava, '/oauth/revoke', fields)).status).toBe(401);
    const hinted = { ...fields, token_type_hint: 'id_token' };
    expect((await post(strava, '/oauth/revoke', hinted, { authorization })).status).toBe(400);
    expect((await post(strava, '/oauth/revoke', {}, { authorization })).status).toBe(400);
    expect((await post(strava, '/oauth/revoke', fields, { authorization })).status).toBe(200);
    expect((await get(strava, '/athlete', pair.access_token)).status).toBe(401);
    expect((await refresh(strava, pair.refresh_token)).status).toBe(400);
  });

  test('are revoked by deauthorize as well, until that retires in June 2027', async () => {
    const strava = await sandbox();
    const { access_token } = strava.issueToken();
    expect((await post(strava, '/oauth/deauthorize', { access_token: 'guessed' })).status).toBe(401);
    expect((await post(strava, '/oauth/deauthorize', { access_token })).body).toEqual({ access_token });
    expect((await get(strava, '/athlete', access_token)).status).toBe(401);
    clock = Date.parse('2027-06-01T00:00:00Z');
    const fields = { access_token: strava.issueToken().access_token };
    expect((await post(strava, '/oauth/deauthorize', fields)).status).toBe(404);
  });

  test('are all dead once the person has taken the access away', async () => {
    const strava = await sandbox();
    const { access_token, refresh_token } = strava.issueToken();
    strava.revoke();
    expect((await get(strava, '/athlete', access_token)).status).toBe(401);
    expect((await refresh(strava, refresh_token)).status).toBe(400);
    expect((await signIn(strava)).status).toBe(200);
  });
});

describe('requests that are refused', () => {
  test('without a token, or with it in the query, as it was recorded', async () => {
    const strava = await sandbox();
    const { access_token } = strava.issueToken();
    for (const path of ['/api/v3/athlete', `/api/v3/athlete?access_token=${access_token}`]) {
      const { status, body, headers } = await call(strava, path);
      expect(status).toBe(401);
      expect(body).toEqual({
        message: 'Authorization Error',
        errors: [{ resource: 'Application', field: '', code: 'invalid' }],
      });
      expect(headers.has('x-ratelimit-usage')).toBe(false);
    }
  });

  test('while the app is inactive, all of them, and refreshes go on', async () => {
    const strava = await sandbox();
    strava.inactive(true);
    const { status, body } = await get(strava, '/athlete/activities');
    expect([status, body.errors]).toEqual([
      403,
      [{ resource: 'Application', field: 'Status', code: 'Inactive' }],
    ]);
    expect((await refresh(strava, strava.issueToken().refresh_token)).status).toBe(200);
    strava.inactive(false);
    expect((await get(strava, '/athlete')).status).toBe(200);
  });

  test.each(['per_page=201', 'per_page=0', 'page=0', 'page=x', 'after=2026-01-01', 'before=1.5', 'after='])(
    'for %s',
    async (query) => {
      const { status, body } = await get(await sandbox(), `/athlete/activities?${query}`);
      expect([status, body]).toEqual([400, wrong('Activity', query.split('=')[0] ?? '')]);
    },
  );

  test.each([
    '/activities/1',
    '/activities/1/streams?keys=time&key_by_type=true',
    '/activities/1/laps',
    '/gear/b1',
  ])('for %s, which is not there, with nothing in the body', async (path) => {
    const { status, text, headers } = await get(await sandbox(), path);
    expect([status, text]).toEqual([404, '']);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('can say in words what is not there', async () => {
    const { status, body } = await get(await sandbox({ notFoundBody: 'fault' }), '/activities/1');
    expect([status, body.message]).toEqual([404, 'Record Not Found']);
  });

  test('for unknown paths and for other methods', async () => {
    const strava = await sandbox();
    const headers = { authorization: `Bearer ${strava.issueToken().access_token}` };
    expect((await get(strava, '/athlete/sleep')).status).toBe(404);
    expect((await get(strava, '/athlete/')).status).toBe(404);
    expect((await call(strava, '/api/v3/athlete/activities', { method: 'DELETE', headers })).status).toBe(
      404,
    );
  });

  test('for the totals of another athlete', async () => {
    expect((await get(await sandbox(), '/athletes/7/stats')).status).toBe(403);
  });
});

describe('scopes', () => {
  test('without any for activities, these are refused', async () => {
    const strava = await sandbox();
    const { access_token } = strava.issueToken(['read_all', 'profile:read_all']);
    const id = newestFirst(strava)[0];
    const paths = [
      '/athlete/activities',
      `/activities/${id}`,
      `/activities/${id}/laps`,
      `/activities/${id}/streams`,
    ];
    for (const path of paths) {
      const { status, body } = await get(strava, path, access_token);
      expect([status, body.errors[0].field]).toEqual([401, 'activity:read_permission']);
    }
  });

  test('activity:read hides what is for the owner only, by id too, and where home is', async () => {
    const strava = await sandbox({ gaps: false });
    const { access_token } = strava.issueToken(['activity:read']);
    const walk = String(activityOf(strava, 'Walk').id);
    const listed = await get(strava, '/athlete/activities?per_page=200', access_token);
    expect(listed.body).toHaveLength(
      strava.truth.list('activities').filter(({ visibility }) => visibility !== 'only_me').length,
    );
    expect(ids(listed)).not.toContain(walk);
    expect((await get(strava, `/activities/${walk}`, access_token)).status).toBe(404);
    expect((await get(strava, `/activities/${walk}`)).status).toBe(200);

    const { id, start_latlng } = activityOf(strava, 'Ride');
    expect(start_latlng).toHaveLength(2);
    const cut = (await get(strava, `/activities/${id}`, access_token)).body;
    expect([cut.start_latlng, cut.end_latlng]).toEqual([[], []]);
    const whole = (await get(strava, `/activities/${id}`)).body.map.polyline;
    expect(cut.map.polyline.slice(0, 5)).not.toBe(whole.slice(0, 5));
    expect(cut.map.polyline.length).toBeLessThan(whole.length);
    const row = listed.body.find((one: Row) => one.id === id);
    expect(row.map.summary_polyline.slice(0, 5)).toBe(cut.map.polyline.slice(0, 5));
    const path = `/activities/${id}/streams?keys=latlng&key_by_type=true`;
    const [few, all] = [(await get(strava, path, access_token)).body, (await get(strava, path)).body];
    expect(few.latlng.data.length).toBeGreaterThan(0);
    expect(few.latlng.data.length).toBeLessThan(all.latlng.data.length);
    expect(few.distance.data.length).toBe(few.latlng.data.length);
  });

  test('without profile:read_all the athlete is a summary', async () => {
    const strava = await sandbox();
    const short = await get(strava, '/athlete', strava.issueToken(['read']).access_token);
    expect(short.body.resource_state).toBe(2);
    expect(short.body).not.toHaveProperty('shoes');
    const long = (await get(strava, '/athlete')).body;
    expect(long.resource_state).toBe(3);
    expect(long.shoes.map(({ id }: Row) => id)).toEqual(['g20051782']);
  });
});

describe('the listing', () => {
  test('has thirty to a page, newest first, and each activity once up to the empty page', async () => {
    const strava = await sandbox({ days: 90 });
    const first = await get(strava, '/athlete/activities');
    expect(first.body.length).toBeGreaterThan(20);
    expect(first.body.length).toBeLessThanOrEqual(30);
    const pages = await collect(strava, '', 7);
    expect(pages.flat()).toEqual(newestFirst(strava));
  });

  test('has pages that are not full and yet not the last', async () => {
    const strava = await sandbox({ days: 90 });
    const sizes = (await collect(strava, '', 10)).map((page) => page.length);
    expect(sizes.slice(0, -1).some((size) => size < 10)).toBe(true);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('has none of these with gaps switched off', async () => {
    const strava = await sandbox({ days: 90, gaps: false });
    const sizes = (await collect(strava, '', 10)).map((page) => page.length);
    expect(sizes.slice(0, -1).every((size) => size === 10)).toBe(true);
  });

  test.each([
    ['after alone: oldest first', 'after=0', false],
    ['before alone: newest first', `before=${NOON / 1000}`, true],
    ['both: newest first', `after=0&before=${NOON / 1000}`, true],
  ])('%s', async (_, query, isNewestFirst) => {
    const strava = await sandbox();
    const expected = newestFirst(strava);
    if (!isNewestFirst) expected.reverse();
    expect((await collect(strava, query, 200)).flat()).toEqual(expected);
  });

  test('leaves out what starts at the very second of either bound', async () => {
    const strava = await sandbox({ gaps: false });
    const all = newestFirst(strava);
    const at = (index: number) => seconds(strava.truth.get('activities', all[index] ?? '')?.start_date);
    const [late, early] = [at(2), at(6)];
    expect((await collect(strava, `after=${early}&before=${late}`, 200)).flat()).toEqual(all.slice(3, 6));
    expect((await collect(strava, `after=${early - 1}&before=${late + 1}`, 200)).flat()).toEqual(
      all.slice(2, 7),
    );
  });

  test('shows summaries, without what only the activity itself tells', async () => {
    const strava = await sandbox();
    const { body } = await get(strava, '/athlete/activities');
    for (const row of body) {
      expect([row.resource_state, row.map.resource_state]).toEqual([2, 2]);
      for (const field of ['laps', 'description', 'calories', 'gear', 'segment_efforts', 'device_name']) {
        expect(row).not.toHaveProperty(field);
      }
      expect(row.map).not.toHaveProperty('polyline');
    }
  });

  test('moves on when something is uploaded between two pages', async () => {
    const strava = await sandbox({ gaps: false });
    const [first] = await collect(strava, '', 5);
    strava.truth.put('activities', '99', {
      ...activityOf(strava, 'Run'),
      ...{ id: 99, start_date: '2026-10-05T11:00:00Z' },
    });
    const second = ids(await get(strava, '/athlete/activities?page=2&per_page=5'));
    expect(second[0]).toBe(first?.at(-1));
  });
});

describe('one activity', () => {
  test('prints an id that a double cannot hold with all its digits', async () => {
    const strava = await sandbox();
    const id = newestFirst(strava).find((one) => !Number.isSafeInteger(Number(one))) ?? '';
    expect(id).toMatch(/^9007199\d+1$/);
    const { text } = await get(strava, `/activities/${id}`);
    expect(text).toContain(`"id":${id},`);
    const upload = /"upload_id":(\d+),"upload_id_str":"(\d+)"/.exec(text);
    expect(upload?.[1]).toBe(upload?.[2]);
    expect(String(Number(upload?.[1]))).not.toBe(upload?.[1]);
    expect((await get(strava, '/athlete/activities?per_page=200')).text).toContain(`"id":${id},`);
    await open?.close();
    const small = await sandbox({ largeId: false });
    expect(newestFirst(small).every((one) => Number.isSafeInteger(Number(one)))).toBe(true);
  });

  test('has its local time with a Z, the offset of the season and the name of the zone with the other', async () => {
    const strava = await sandbox();
    const { start_date, start_date_local, timezone, utc_offset, id } = activityOf(strava, 'Ride');
    expect([timezone, utc_offset]).toEqual(['(GMT+01:00) Europe/Berlin', 7200]);
    expect(start_date_local).toMatch(/Z$/);
    expect(seconds(start_date_local) - seconds(start_date)).toBe(7200);
    expect((await get(strava, `/activities/${id}`)).text).toContain('"utc_offset":7200.0');
  });

  test('names a zone west of Greenwich like the recorded ones', async () => {
    const strava = await sandbox({ zone: 'America/New_York' });
    const { timezone, utc_offset } = activityOf(strava, 'Ride');
    expect([timezone, utc_offset]).toEqual(['(GMT-05:00) America/New_York', -14_400]);
  });

  test('says midnight and one second in both dates when its start is hidden', async () => {
    const { start_date, start_date_local } = activityOf(await sandbox(), 'TrailRun');
    expect(start_date).toMatch(/T00:00:01Z$/);
    expect(start_date_local).toBe(start_date);
  });

  test('has no place without GPS, in either way, and no gear where none was used', async () => {
    const strava = await sandbox({ days: 120 });
    const all = strava.truth.list('activities');
    const places = new Set(
      all
        .filter(({ type }) => type === 'VirtualRide' || type === 'WeightTraining')
        .map((one) => JSON.stringify(one.start_latlng)),
    );
    expect([...places].sort()).toEqual(['[]', 'null']);
    expect(activityOf(strava, 'WeightTraining').gear_id).toBeNull();
    expect(activityOf(strava, 'Swim')).not.toHaveProperty('start_latlng');
  });

  test('shows every effort only when asked to', async () => {
    const strava = await sandbox();
    const { id } = activityOf(strava, 'Run');
    expect((await get(strava, `/activities/${id}`)).body.segment_efforts).toHaveLength(1);
    const all = await get(strava, `/activities/${id}?include_all_efforts=true`);
    expect(all.body.segment_efforts).toHaveLength(2);
    expect(all.text).toMatch(/"segment_efforts":\[\{"id":\d{19},/);
  });

  test('has its laps under an address of their own, and none when it was typed in', async () => {
    const strava = await sandbox({ largeId: false });
    const { id, laps } = activityOf(strava, 'Run');
    expect((await get(strava, `/activities/${id}/laps`)).body).toEqual(laps);
    expect((await get(strava, `/activities/${activityOf(strava, 'Swim').id}/laps`)).body).toEqual([]);
  });
});

describe('streams', () => {
  const keyed = 'key_by_type=true';

  test('come by their names, together with the series they refer to, and without rate limit headers', async () => {
    const strava = await sandbox();
    const { id } = activityOf(strava, 'Run');
    const { body, headers } = await get(strava, `/activities/${id}/streams?keys=heartrate,time&${keyed}`);
    expect(Object.keys(body).sort()).toEqual(['distance', 'heartrate', 'time']);
    expect(body.heartrate.original_size).toBe(body.heartrate.data.length);
    expect(headers.has('x-ratelimit-limit')).toBe(false);
    const indoors = `/activities/${activityOf(strava, 'WeightTraining').id}/streams?keys=heartrate,latlng&${keyed}`;
    expect(Object.keys((await get(strava, indoors)).body).sort()).toEqual(['heartrate', 'time']);
  });

  test('are the distance alone without names', async () => {
    const strava = await sandbox();
    const { body } = await get(strava, `/activities/${activityOf(strava, 'Run').id}/streams?${keyed}`);
    expect(Object.keys(body)).toEqual(['distance']);
  });

  test('are not there for what was typed in by hand', async () => {
    const strava = await sandbox();
    const { id, manual } = activityOf(strava, 'Swim');
    expect(manual).toBe(true);
    expect((await get(strava, `/activities/${id}/streams?keys=time&${keyed}`)).status).toBe(404);
  });

  test('are refused under unknown names and as a list, unless names are taken leniently', async () => {
    const strava = await sandbox();
    const path = `/activities/${activityOf(strava, 'Run').id}/streams`;
    expect((await get(strava, `${path}?keys=pulse&${keyed}`)).body).toEqual(wrong('Activity', 'keys'));
    expect((await get(strava, `${path}?keys=time`)).body).toEqual(wrong('Activity', 'key_by_type'));
    await open?.close();
    const lenient = await sandbox({ streamNames: 'lenient' });
    expect((await get(lenient, `${path}?keys=pulse,time`)).body.map(({ type }: Row) => type)).toEqual([
      'time',
      'distance',
    ]);
  });
});

describe('rate limits', () => {
  const usage = (headers: Headers) => [
    headers.get('x-ratelimit-usage'),
    headers.get('x-readratelimit-usage'),
  ];

  test('are named in each reply with what is used of them', async () => {
    const strava = await sandbox();
    strava.spend(10, 4);
    const { headers } = await get(strava, '/athlete');
    expect(headers.get('x-ratelimit-limit')).toBe('200,2000');
    expect(headers.get('x-readratelimit-limit')).toBe('100,1000');
    expect(usage(headers)).toEqual(['11,11', '5,5']);
  });

  test('end at the next quarter of an hour; what they refused counts for the day', async () => {
    const strava = await sandbox();
    strava.spend(99);
    expect((await get(strava, '/athlete')).status).toBe(200);
    const refused = await get(strava, '/athlete');
    expect([refused.status, refused.body]).toEqual([
      429,
      {
        message: 'Rate Limit Exceeded',
        errors: [{ resource: 'Application', field: 'rate limit', code: 'exceeded' }],
      },
    ]);
    expect(refused.headers.has('retry-after')).toBe(false);
    clock = Date.parse('2026-10-05T12:14:59Z');
    expect((await get(strava, '/athlete')).status).toBe(429);
    clock = Date.parse('2026-10-05T12:15:00Z');
    const { status, headers } = await get(strava, '/athlete');
    expect([status, ...usage(headers)]).toEqual([200, '1,103', '1,103']);
  });

  test('of the day end at midnight UTC', async () => {
    const strava = await sandbox();
    strava.spend(1000);
    clock = Date.parse('2026-10-05T23:59:59Z');
    expect((await get(strava, '/athlete')).status).toBe(429);
    clock = Date.parse('2026-10-06T00:00:00Z');
    const { access_token } = strava.issueToken();
    expect(usage((await get(strava, '/athlete', access_token)).headers)).toEqual(['1,1', '1,1']);
  });

  test('count uploads of others in the larger one alone', async () => {
    const strava = await sandbox();
    strava.spend(200, 0);
    expect((await get(strava, '/athlete')).status).toBe(429);
  });

  test('leave out sign-ins and requests with a bad token', async () => {
    const strava = await sandbox({ quota: { read: [2, 10] } });
    await signIn(strava);
    await get(strava, '/athlete', 'guessed');
    expect(usage((await get(strava, '/athlete')).headers)).toEqual(['1,1', '1,1']);
  });

  test('can answer in the older way, and can be switched off', async () => {
    const older = await sandbox({ quota: { overall: [0, 0] }, rateLimitBody: 'text' });
    const { body } = await get(older, '/athlete');
    expect(body).toEqual({ errors: 'Rate Limit Exceeded', status: 429, message: 'Too Many Requests' });
    await older.close();
    const { headers } = await get(await sandbox({ quota: false }), '/athlete');
    expect(headers.has('x-ratelimit-limit')).toBe(false);
  });
});

describe('the truth', () => {
  test('is the same for the same seed and moment, and another for another seed', async () => {
    const first = (await sandbox()).truth.entries('activities');
    await open?.close();
    expect((await sandbox()).truth.entries('activities')).toEqual(first);
    await open?.close();
    expect((await sandbox({ seed: 2 })).truth.entries('activities')).not.toEqual(first);
  });

  test('holds nothing that has not ended yet', async () => {
    const strava = await sandbox();
    const ends = strava.truth
      .list('activities')
      .map((one) => seconds(one.start_date) + Number(one.elapsed_time));
    expect(ends.length).toBeGreaterThan(20);
    expect(Math.max(...ends)).toBeLessThanOrEqual(NOON / 1000);
  });

  test('shows an edit in the activity and in the listing, without any stamp', async () => {
    const strava = await sandbox();
    const [id = ''] = newestFirst(strava);
    strava.truth.patch('activities', id, { name: 'Renamed', gear_id: 'b11807342', visibility: 'only_me' });
    const { body } = await get(strava, `/activities/${id}`);
    expect(body).toMatchObject({
      name: 'Renamed',
      private: true,
      gear: { id: 'b11807342', resource_state: 2 },
    });
    expect(body).not.toHaveProperty('updated_at');
    const [row] = (await get(strava, '/athlete/activities')).body;
    expect(row).toMatchObject({ name: 'Renamed', gear_id: 'b11807342', private: true });
  });

  test('keeps every digit of a large id that was put there through JSON', async () => {
    const strava = await sandbox();
    const body = '{"id":9007199254740993,"name":"Late","start_date":"2026-10-05T11:00:00Z"}';
    await call(strava, '/_sandbox/collections/activities/9007199254740993', { method: 'PUT', body });
    expect((await get(strava, '/activities/9007199254740993')).text).toContain('"id":9007199254740993');
    expect((await get(strava, '/athlete/activities?per_page=1')).text).toContain('"id":9007199254740993');
  });

  test('loses a removed activity everywhere', async () => {
    const strava = await sandbox();
    const { id } = activityOf(strava, 'Run');
    strava.truth.remove('activities', String(id));
    expect((await get(strava, `/activities/${id}`)).status).toBe(404);
    expect((await get(strava, `/activities/${id}/streams?keys=time&key_by_type=true`)).status).toBe(404);
    expect(ids(await get(strava, '/athlete/activities?per_page=200'))).not.toContain(String(id));
  });

  test('stamps the athlete, unless the stamp is given', async () => {
    const strava = await sandbox();
    const id = String(strava.athleteId);
    strava.truth.patch('athlete', id, { weight: 63 });
    expect((await get(strava, '/athlete')).body).toMatchObject({
      weight: 63,
      updated_at: '2026-10-05T12:07:00Z',
    });
    strava.truth.patch('athlete', id, { weight: 62, updated_at: '2026-01-01T00:00:00Z' });
    expect((await get(strava, '/athlete')).body.updated_at).toBe('2026-01-01T00:00:00Z');
  });

  test('shows changed gear wherever it appears; retired gear by its id alone', async () => {
    const strava = await sandbox();
    strava.truth.patch('gear', 'g20051782', { name: 'Old shoes' });
    expect((await get(strava, '/athlete')).body.shoes[0].name).toBe('Old shoes');
    expect((await get(strava, `/activities/${activityOf(strava, 'Run').id}`)).body.gear.name).toBe(
      'Old shoes',
    );
    strava.truth.patch('gear', 'g20051782', { retired: true });
    expect((await get(strava, '/athlete')).body.shoes).toEqual([]);
    expect((await get(strava, '/gear/g20051782')).body).toMatchObject({
      name: 'Old shoes',
      resource_state: 3,
    });
  });

  test('is changed from outside by the control routes, and so is what the service does', async () => {
    const strava = await sandbox();
    const command = (route: string, body: object, method = 'POST') =>
      call(strava, `/_sandbox/${route}`, { method, body: JSON.stringify(body) });
    const [id = ''] = newestFirst(strava);
    await command(`collections/activities/${id}`, { name: 'By hand' }, 'PATCH');
    expect((await get(strava, `/activities/${id}`)).body.name).toBe('By hand');
    await command('spend', { requests: 100 });
    expect((await get(strava, '/athlete')).status).toBe(429);
    await command('inactive', { inactive: true });
    expect((await get(strava, '/athlete')).status).toBe(403);
    await command('deny', { denied: true });
    expect((await redirected(strava)).get('error')).toBe('access_denied');
    await command('deny', { denied: false });
    await command('scopes', { granted: ['read_all'] });
    expect((await redirected(strava)).get('scope')).toBe('read_all');
    expect(strava.counts()).toEqual({
      'GET /api/v3/activities/{id}': 1,
      'GET /api/v3/athlete': 2,
      'GET /oauth/authorize': 2,
    });
  });
});

const published = publishedSpec('strava-openapi.json');

async function everyKind(strava: StravaSandbox): Promise<void> {
  const { access_token } = strava.issueToken();
  const ask = (path: string) => get(strava, path, access_token);
  for (const path of ['/athlete', '/athlete/zones', `/athletes/${strava.athleteId}/stats`]) await ask(path);
  await ask(`/athlete/activities?after=0&before=${NOON / 1000}&page=1&per_page=200`);
  for (const id of newestFirst(strava)) {
    await ask(`/activities/${id}?include_all_efforts=true`);
    await ask(`/activities/${id}/laps`);
    await ask(
      `/activities/${id}/streams?keys=time,distance,latlng,altitude,heartrate,watts,moving&key_by_type=true`,
    );
  }
  for (const { id } of strava.truth.list('gear')) await ask(`/gear/${id}`);
  await get(strava, '/athlete', strava.issueToken(['read']).access_token);
  await get(strava, '/athlete', 'guessed');
  strava.inactive(true);
  await ask('/athlete');
}

describe.skipIf(published === undefined)('against the published document', () => {
  test('every kind of reply fits, and so does every request made here', async () => {
    const document = stravaDocument(published ?? '');
    const strava = await sandbox({ quota: false, notFoundBody: 'fault' });
    await everyKind(strava);
    const problems = strava.requests.flatMap(({ method, target, status, reply }) => [
      ...document.checkReply(method, target, status, JSON.parse(reply)),
      ...document.checkRequest(method, target),
    ]);
    expect([...new Set(strava.requests.map(({ status }) => status))].sort()).toEqual([200, 401, 403, 404]);
    expect(problems).toEqual([]);
  });
});

describe.skipIf(published === undefined)('the published document, as it is read here', () => {
  test('notices what does not fit', async () => {
    const document = stravaDocument(published ?? '');
    const reply = (body: unknown) => document.checkReply('GET', '/api/v3/activities/1', 200, body).length;
    expect(reply({ id: 1, laps: [{ id: 2, distance: 3.5 }], start_latlng: [] })).toBe(0);
    expect(reply({ id: '1' })).toBeGreaterThan(0);
    expect(reply({ id: 1, laps: [{ distance: '3.5' }] })).toBeGreaterThan(0);
    expect(reply({ id: 1, name: null })).toBeGreaterThan(0);
    const request = (query: string) =>
      document.checkRequest('GET', `/api/v3/activities/1/streams?key_by_type=true${query}`).length;
    expect([request('&keys=time,watts'), request('&keys=time,pulse') > 0, request('') > 0]).toEqual([
      0,
      true,
      true,
    ]);
  });
});

const sampleBody = (file: string) => publishedSample('strava', file)?.response.body;
const recorded = sampleBody('athlete.json') !== undefined;
const keysOf = (...documents: Row[]) => [...new Set(documents.flatMap((one) => Object.keys(one)))].sort();

describe.skipIf(!recorded)('against recorded replies', () => {
  test('an activity has every field of the recorded run, and none that was never recorded', async () => {
    const strava = await sandbox();
    const run = sampleBody('activity_detail_run.json');
    const [listed, older] = ['athlete_activities_page1.json', 'athlete_activities_after_before.json'].map(
      sampleBody,
    );
    const invented = (
      await get(strava, `/activities/${activityOf(strava, 'Run').id}?include_all_efforts=true`)
    ).body;
    expect(keysOf(run).filter((key) => !(key in invented))).toEqual([]);
    expect(keysOf(invented).filter((key) => !keysOf(run, ...listed).includes(key))).toEqual([]);
    for (const [part, like] of [
      ['segment_efforts', run.segment_efforts],
      ['splits_metric', run.splits_metric],
      ['splits_standard', run.splits_standard],
      ['best_efforts', run.best_efforts],
      ['laps', [...run.laps, ...sampleBody('activity_laps.json')]],
    ] as const) {
      expect([part, keysOf(...invented[part])]).toEqual([part, keysOf(...like)]);
    }
    expect(keysOf(invented.gear)).toEqual(keysOf(run.gear));
    const rows = (await get(strava, '/athlete/activities')).body.filter(({ type }: Row) => type === 'Run');
    expect(keysOf(...rows)).toEqual(keysOf(...listed, ...older));
  });

  test('a ride and a swim have the fields of theirs, but for those that have gone since 2018', async () => {
    const strava = await sandbox({ days: 120 });
    const gone = ['start_latitude', 'start_longitude', 'partner_brand_tag', 'highlighted_kudosers'];
    gone.push('segment_leaderboard_opt_out', 'leaderboard_opt_out');
    const { body: ride } = await get(strava, `/activities/${activityOf(strava, 'GravelRide').id}`);
    const missing = keysOf(sampleBody('activity_detail_ride.json')).filter((key) => !(key in ride));
    expect(missing.filter((key) => !gone.includes(key) && key !== 'average_temp')).toEqual([]);
    const swim = activityOf(strava, 'Swim');
    expect(keysOf(sampleBody('activity_detail_swim.json')).filter((key) => !(key in swim))).toEqual([]);
  });

  test.each([
    ['athlete.json', '/athlete'],
    ['athlete_zones.json', '/athlete/zones'],
    ['athlete_stats.json', '/athletes/12345601/stats'],
    ['gear_shoe.json', '/gear/g20051782'],
  ])('%s has the same fields', async (file, path) => {
    const { body } = await get(await sandbox(), path);
    // The recorded athlete has no bikes.
    const shape = shapeOf(body).filter((field) => !field.startsWith('.bikes'));
    expect(shape).toEqual(shapeOf(sampleBody(file)));
  });

  test('so do the first tokens and the refusals', async () => {
    const strava = await sandbox();
    expect(shapeOf((await signIn(strava)).body)).toEqual(shapeOf(sampleBody('token_exchange.json')));
    const client = await post(strava, '/oauth/token', { ...app(strava), client_id: '1' });
    expect(client.body).toEqual(sampleBody('token_error_invalid_client.json'));
    const code = await post(strava, '/oauth/token', {
      ...app(strava),
      grant_type: 'authorization_code',
      code: 'x',
    });
    expect(code.body).toEqual(sampleBody('token_error_invalid_code.json'));
    expect((await get(strava, '/athlete', 'x')).body).toEqual(sampleBody('error_401.json'));
    strava.inactive(true);
    expect((await get(strava, '/athlete')).body).toEqual(sampleBody('error_403_inactive_app.json'));
    await strava.close();
    const busy = await sandbox({ quota: { read: [0, 0] }, rateLimitBody: 'text' });
    expect((await get(busy, '/athlete')).body).toEqual(sampleBody('error_429.json'));
  });

  test('a stream has the fields of the recorded one', async () => {
    const strava = await sandbox();
    const path = `/activities/${activityOf(strava, 'Run').id}/streams?key_by_type=true`;
    const { distance } = (await get(strava, path)).body;
    expect(keysOf(distance)).toEqual(keysOf(sampleBody('activity_streams.json').distance));
  });
});

/** Field names at every depth, lists by their first entry; values left out. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : shapeOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .flatMap(([key, one]) => shapeOf(one, `${path}.${key}`))
    .sort();
}
