import { describe, expect, onTestFinished, test } from 'vitest';
import type { Limits, OAuth2, Resource, World } from '../../src/core/provider.ts';
import { whoop } from '../../src/providers/whoop.ts';
import { answer } from '../../src/sandbox/faults.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { startWhoop, type WhoopSandbox, type WhoopSandboxOptions } from '../../src/sandbox/whoop.ts';
import { agree, Desk } from '../cli/support.ts';
import { freePort } from '../support/freePort.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';
import { DAY, HOUR, MORNING, Subject } from '../support/subject.ts';
import { testProvider } from '../support/testProvider.ts';
import { whoopDocument } from '../support/whoopDocument.ts';

const spec = publishedSpec('whoop-openapi.json');
const RESOURCES = ['profile', 'body_measurement', 'cycle', 'recovery', 'sleep', 'workout'];
const ids = (service: WhoopSandbox, collection: string) =>
  service.truth.entries(collection).map(([id]) => id);
const oldest = (service: WhoopSandbox, collection: string) => ids(service, collection)[0] as string;
const documentOf = (service: WhoopSandbox, collection: string, id: string) =>
  service.truth.get(collection, id) as Document;

/** A workout of another device that was uploaded long after. */
function uploadedLate(service: WhoopSandbox): { resource: string; id: string } {
  const id = '5b6c0f6e-6a0f-4c6c-8d3a-0d3b1f0d5a11';
  const like = documentOf(service, 'workout', oldest(service, 'workout'));
  const [start, end] = ['2026-02-20T17:00:00.000Z', '2026-02-20T18:00:00.000Z'];
  service.truth.put('workout', id, { ...like, id, start, end });
  return { resource: 'workout', id };
}

testProvider<WhoopSandbox>({
  provider: whoop,
  start: (options) => startWhoop(options),
  config: { page_size: 8 },
  everything: (service) => Object.fromEntries(RESOURCES.map((name) => [name, ids(service, name)])),
  secondRun: (requests) => {
    expect(requests.map(({ path }) => path.replace('/developer/v2/', '')).sort()).toEqual([
      'activity/sleep',
      'activity/sleep',
      'activity/workout',
      'cycle',
      'cycle',
      'recovery',
      'user/measurement/body',
      'user/profile/basic',
    ]);
    const asked = requests.flatMap(({ target }) =>
      new URL(target, 'http://service').searchParams.getAll('start'),
    );
    expect([...new Set(asked)]).toEqual(['2026-03-03T23:00:00.000Z']);
  },
  edit: (service) => {
    const id = ids(service, 'cycle').at(-4) as string;
    service.truth.patch('cycle', id, { timezone_offset: '+05:45' });
    return { resource: 'cycle', id, shows: '+05:45' };
  },
  late: uploadedLate,
  remove: (service) => {
    const id = ids(service, 'sleep').at(-2) as string;
    service.truth.remove('sleep', id);
    return { resource: 'sleep', id };
  },
  paged: { resource: 'cycle', path: /\/v2\/cycle$/ },
  unknownField: (service, field, value) => {
    const id = oldest(service, 'recovery');
    service.truth.patch('recovery', id, { [field]: value });
    return { resource: 'recovery', id };
  },
  broken: { resource: 'recovery', path: /\/v2\/recovery$/ },
  tokenPath: /\/oauth2\/token$/,
  limit: {
    refuse: (service) => service.spendQuota(10_000),
    // Until midnight UTC, as the headers say.
    closedFor: 15 * HOUR,
  },
  errors: [
    {
      name: 'a parameter that is not accepted',
      make: (service) => service.faults.add({ path: /activity\/sleep$/ }, answer(400, ''), 99),
      exit: 5,
      says: /whoop: GET \/v2\/activity\/sleep answered 400\. WHOOP does not accept a parameter/,
    },
    {
      name: 'an access that was taken away',
      make: (service) => service.revoke(),
      exit: 3,
      says: /Run: oura-clockify auth whoop/,
    },
    {
      name: 'a refusal in front of the service',
      make: (service) => service.faults.add({ path: /v2/ }, answer(403, '<html>error code: 1010</html>'), 99),
      exit: 3,
      says: /turned away in front of WHOOP/,
    },
    {
      name: 'a listing that is not there',
      make: (service) => service.faults.add({ path: /\/v2\/cycle$/ }, answer(404, ''), 99),
      exit: 5,
      says: /whoop: GET \/v2\/cycle answered 404/,
    },
  ],
  document: spec === undefined ? undefined : whoopDocument(spec),
});

async function wearer(
  options: Partial<WhoopSandboxOptions> = {},
  { startsAt = MORNING, config = {} }: { startsAt?: number; config?: Document } = {},
) {
  const one = await Subject.start({
    id: 'whoop',
    start: ({ now }) => startWhoop({ now, quota: false, ...options }),
    startsAt,
    config,
  });
  onTestFinished(() => one.end());
  return one;
}

/** Paths of data that were asked for, without what all of them begin with. */
const asked = (one: Subject<WhoopSandbox>) =>
  one.service.requests
    .filter(({ path }) => path.startsWith('/developer'))
    .map(({ path }) => path.replace('/developer/v2/', ''));

const sessionsOf = (one: Subject<WhoopSandbox>) =>
  one.rows<Document>('SELECT * FROM sleep_sessions ORDER BY start_time');

test('pages are asked for with the same parameters, and only a stretch that is over has an end', async () => {
  const one = await wearer({ days: 400 });
  expect((await one.sync('--resources', 'workout')).code).toBe(0);
  const queries = one.service.requests
    .filter(({ path }) => path.endsWith('/workout'))
    .map(({ target }) => new URL(target, 'http://service').searchParams);
  const slices = new Map<string, number>();
  for (const query of queries) {
    const { nextToken, ...kept } = Object.fromEntries(query);
    expect(nextToken !== undefined || !slices.has(JSON.stringify(kept))).toBe(true);
    slices.set(JSON.stringify(kept), (slices.get(JSON.stringify(kept)) ?? 0) + 1);
  }
  const [newest, ...older] = [...slices.keys()].map((kept) => JSON.parse(kept));
  expect([newest.limit, newest.end]).toEqual(['25', undefined]);
  expect([...slices.values()][0]).toBeGreaterThan(5);
  expect(older.length).toBeGreaterThan(0);
  for (const { end } of older) expect(Date.parse(end)).toBeLessThan(MORNING);
  expect(one.live('workout')).toEqual(ids(one.service, 'workout').sort());
});

test('what waits for its score is asked for by its id once no listing reaches it', async () => {
  const one = await wearer({ days: 130 });
  const pending = Object.fromEntries(
    ['cycle', 'recovery', 'sleep', 'workout'].map((name) => {
      const scored = one.service.truth.entries(name).find(([, { score_state }]) => score_state === 'SCORED');
      return [name, scored?.[0] as string];
    }),
  );
  for (const [name, id] of Object.entries(pending))
    one.service.truth.patch(name, id, { score_state: 'PENDING_SCORE' });
  await one.fill();
  for (const [name, id] of Object.entries(pending)) {
    expect(JSON.parse(one.payload(name, id) ?? '')).not.toHaveProperty('score');
    one.service.truth.patch(name, id, { score_state: 'SCORED' });
  }
  one.time.now += 2 * DAY;
  one.service.requests.length = 0;
  expect((await one.sync()).code).toBe(0);
  expect(asked(one)).toEqual(
    expect.arrayContaining([
      `cycle/${pending.cycle}`,
      `cycle/${pending.recovery}/recovery`,
      `activity/sleep/${pending.sleep}`,
      `activity/workout/${pending.workout}`,
    ]),
  );
  for (const [name, id] of Object.entries(pending))
    expect(JSON.parse(one.payload(name, id) ?? '')).toMatchObject({ score_state: 'SCORED', score: {} });
});

test('a record that waits for its score and was deleted meanwhile is no longer asked for', async () => {
  const one = await wearer({ days: 130 });
  const id = oldest(one.service, 'sleep');
  one.service.truth.patch('sleep', id, { score_state: 'PENDING_SCORE' });
  await one.fill();
  one.service.truth.remove('sleep', id);
  one.time.now += 2 * DAY;
  expect((await one.sync()).code).toBe(0);
  expect(one.live('sleep')).not.toContain(id);
  one.service.requests.length = 0;
  one.time.now += DAY;
  await one.sync();
  expect(asked(one)).not.toContain(`activity/sleep/${id}`);
});

test('a sleep that has not ended is a record without an end, and a session once it has', async () => {
  const night = Date.parse('2026-03-12T03:00:00Z');
  const one = await wearer({}, { startsAt: night });
  const id = one.service.truth.entries('sleep').find(([, sleep]) => sleep.end === undefined)?.[0] as string;
  expect(id).toBeDefined();
  await one.fill();
  const record = 'SELECT start_time, end_time FROM records WHERE record_id = ?';
  expect(one.rows(record, id)).toEqual([{ start_time: expect.any(String), end_time: null }]);
  expect(sessionsOf(one).map(({ record_id }) => record_id)).not.toContain(id);
  one.time.now += 12 * HOUR;
  await one.sync();
  expect(one.rows(record, id)).toEqual([{ start_time: expect.any(String), end_time: expect.any(String) }]);
  expect(sessionsOf(one).at(-1)).toMatchObject({ record_id: id, day: '2026-03-12', type: 'sleep' });
});

test('the cycle that lasts is read again and again until it ends', async () => {
  const one = await wearer({ pendingHours: 0 }, { startsAt: MORNING + 3 * HOUR });
  await one.fill();
  const strain = () =>
    one.rows<{ record_id: string; strain: number; end: string | null }>(
      'SELECT record_id, score_strain AS strain, "end" FROM whoop_cycle ORDER BY start DESC',
    );
  const [first] = strain();
  expect(first?.end).toBeNull();
  one.time.now += 5 * HOUR;
  await one.sync();
  const [later] = strain();
  expect(later?.record_id).toBe(first?.record_id);
  expect(later?.strain).toBeGreaterThan(first?.strain ?? Number.NaN);
  const end = '2026-03-12T21:48:00.000Z';
  one.time.now += DAY;
  one.service.truth.patch('cycle', first?.record_id ?? '', { end });
  await one.sync();
  expect(strain()[0]).toMatchObject({ record_id: first?.record_id, end });
});

test('an account without a body measurement is read all the same, and keeps one that was stored', async () => {
  const one = await wearer();
  const body = documentOf(one.service, 'body_measurement', 'body');
  one.service.truth.remove('body_measurement', 'body');
  const without = await one.sync();
  expect([without.code, one.live('body_measurement')]).toEqual([0, []]);
  one.service.truth.put('body_measurement', 'body', body);
  await one.sync();
  expect(one.live('body_measurement')).toEqual(['body']);
  one.service.truth.remove('body_measurement', 'body');
  const again = await one.sync();
  expect([again.code, one.live('body_measurement')]).toEqual([0, ['body']]);
});

test('ids beyond 2^53 are exact, in listings and when one is asked for by itself', async () => {
  const [person, id] = ['9007199254740993', '9007199254740995'];
  const one = await wearer({ userId: person, days: 130 });
  const [old, cycle] = one.service.truth
    .entries('cycle')
    .find(
      ([name, { score_state }]) => score_state === 'SCORED' && one.service.truth.get('recovery', name),
    ) as [string, Document];
  const recovery = documentOf(one.service, 'recovery', old);
  one.service.truth.remove('cycle', old);
  one.service.truth.remove('recovery', old);
  one.service.truth.put('cycle', id, { ...cycle, id, score_state: 'PENDING_SCORE' });
  one.service.truth.put('recovery', id, { ...recovery, cycle_id: id, score_state: 'PENDING_SCORE' });
  await one.fill();
  expect(one.live('profile')).toEqual([person]);
  expect(one.live('cycle')).toEqual(ids(one.service, 'cycle').sort());
  expect(one.live('recovery')).toEqual(ids(one.service, 'recovery').sort());
  expect(one.payload('cycle', id)).toContain(`"id":${id}`);
  for (const name of ['cycle', 'recovery']) one.service.truth.patch(name, id, { score_state: 'SCORED' });
  one.time.now += 2 * DAY;
  one.service.requests.length = 0;
  expect((await one.sync()).code).toBe(0);
  expect(asked(one)).toEqual(expect.arrayContaining([`cycle/${id}`, `cycle/${id}/recovery`]));
  expect(one.live('cycle')).not.toContain('9007199254740996');
  for (const name of ['cycle', 'recovery']) expect(one.payload(name, id)).toContain('"SCORED"');
});

test.each(['Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland'])(
  'in %s nights count for the local date of waking, and cycle and recovery with them',
  async (zone) => {
    const one = await wearer({ zone, days: 60 });
    await one.sync();
    const waking = (sleep: Document) =>
      new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(
        Date.parse(String(sleep.end)),
      );
    const ended = one.service.truth.list('sleep').filter(({ end }) => end !== undefined);
    expect(
      sessionsOf(one)
        .map(({ record_id, day }) => [record_id, day])
        .sort(),
    ).toEqual(ended.map((sleep) => [sleep.id, waking(sleep)]).sort());
    const days = one.rows<{ cycle: string; recovery: string; sleep: string }>(
      `WITH dated AS (SELECT i.*, s.resource FROM items i JOIN sync_state s USING (stream))
       SELECT c.day AS cycle, r.day AS recovery, n.day AS sleep FROM dated r
         JOIN dated c ON c.resource = 'cycle' AND c.id = r.id
         JOIN dated n ON n.resource = 'sleep' AND n.id = json_extract(r.payload, '$.sleep_id')
       WHERE r.resource = 'recovery'`,
    );
    expect(days).toHaveLength(one.live('recovery').length);
    for (const { cycle, recovery, sleep } of days) expect([cycle, recovery]).toEqual([sleep, sleep]);
    const cycles = one.rows<{ day: string }>(
      `SELECT day FROM items JOIN sync_state USING (stream) WHERE resource = 'cycle'`,
    );
    expect(new Set(cycles.map(({ day }) => day)).size).toBe(cycles.length);
  },
);

test('a recovery moves to another day with its sleep', async () => {
  const one = await wearer();
  await one.fill();
  const day = 'SELECT day FROM items JOIN sync_state USING (stream) WHERE resource = ? AND id = ?';
  const [cycle, { sleep_id }] = one.service.truth.entries('recovery').at(-3) as [string, Document];
  const [before] = one.rows<{ day: string }>(day, 'recovery', cycle);
  const end = new Date(Date.parse(String(before?.day)) + 28 * HOUR).toISOString();
  one.service.truth.patch('sleep', String(sleep_id), { end });
  await one.sync();
  expect(one.rows(day, 'recovery', cycle)).toEqual([{ day: end.slice(0, 10) }]);
  expect(one.rows(day, 'sleep', String(sleep_id))).toEqual([{ day: end.slice(0, 10) }]);
  expect(one.live('recovery')).toContain(cycle);
});

test('a day’s strain, recovery and sleep are one row', async () => {
  const one = await wearer();
  await one.sync();
  const recovery = one.service.truth
    .list('recovery')
    .find(
      ({ score, cycle_id }) => score && one.service.truth.get('cycle', String(cycle_id))?.score,
    ) as Document;
  const cycle = documentOf(one.service, 'cycle', String(recovery.cycle_id)).score as Document;
  const score = recovery.score as Document;
  expect(one.rows('SELECT * FROM daily_summary WHERE hrv_ms = ?', score.hrv_rmssd_milli)).toEqual([
    expect.objectContaining({
      source: 'whoop',
      total_energy_kj: cycle.kilojoule,
      strain: cycle.strain,
      readiness_score: score.recovery_score,
      resting_heart_rate_bpm: score.resting_heart_rate,
    }),
  ]);
});

test('nights and naps are sessions with their stages in seconds', async () => {
  const one = await wearer();
  await one.sync();
  const scored = one.service.truth.list('sleep').filter(({ score }) => score !== undefined);
  expect(new Set(scored.map(({ nap }) => nap))).toEqual(new Set([true, false]));
  for (const { id, nap, score } of scored) {
    const { stage_summary: stages, ...rest } = score as Record<string, number> & {
      stage_summary: Record<string, number>;
    };
    const [light, deep, rem] = ['light_sleep', 'slow_wave_sleep', 'rem_sleep'].map(
      (stage) => (stages[`total_${stage}_time_milli`] as number) / 1000,
    ) as [number, number, number];
    expect(sessionsOf(one).find(({ record_id }) => record_id === id)).toMatchObject({
      type: nap ? 'nap' : 'sleep',
      asleep_seconds: Math.round(light + deep + rem),
      light_seconds: light,
      deep_seconds: deep,
      rem_seconds: rem,
      efficiency_percent: rest.sleep_efficiency_percentage,
      score: rest.sleep_performance_percentage ?? null,
    });
  }
});

test('an unscored night is a session of which only start and end are known', async () => {
  const one = await wearer();
  const id = oldest(one.service, 'sleep');
  one.service.truth.patch('sleep', id, { score_state: 'UNSCORABLE' });
  await one.sync();
  expect(sessionsOf(one).find(({ record_id }) => record_id === id)).toMatchObject({
    asleep_seconds: null,
    efficiency_percent: null,
    in_bed_seconds: expect.any(Number),
  });
});

test('workouts carry the sport, the offset of the place and the energy as WHOOP gives it', async () => {
  const one = await wearer({ zone: 'America/Los_Angeles', legacy: 'null' });
  await one.sync();
  const [id, workout] = one.service.truth.entries('workout').find(([, { score }]) => score) as [
    string,
    Document,
  ];
  const [row] = one.rows<Document>('SELECT * FROM workouts WHERE record_id = ?', id);
  expect(row).toMatchObject({
    type: workout.sport_name,
    energy_kj: (workout.score as Document).kilojoule,
    start_time: expect.stringMatching(/-0[78]:00$/),
  });
  expect(Math.floor(Date.parse(String(workout.start)) / 1000) * 1000).toBe(
    Date.parse(String(row?.start_time)),
  );
});

test('a scope that was not granted costs its own collection alone', async () => {
  const one = await wearer({ scopes: ['offline', 'read:profile', 'read:sleep', 'read:recovery'] });
  const { sources } = await one.sync();
  const outcomes = Object.fromEntries(
    sources.map(({ source, outcome }: { source: string; outcome: string }) => [source, outcome]),
  );
  expect(outcomes).toEqual({
    'whoop.profile': 'OK',
    'whoop.sleep': 'OK',
    'whoop.recovery': 'OK',
    'whoop.body_measurement': 'NOT GRANTED',
    'whoop.cycle': 'NOT GRANTED',
    'whoop.workout': 'NOT GRANTED',
  });
});

test('a deletion is believed whatever WHOOP writes into its 404, and not from a page in between', async () => {
  const one = await wearer({ refusals: 'html', quota: {} });
  await one.fill();
  const [first, second] = ids(one.service, 'workout').slice(-2) as [string, string];
  one.service.truth.remove('workout', first);
  one.time.now += DAY;
  expect((await one.sync()).code).toBe(0);
  expect(one.live('workout')).not.toContain(first);
  one.service.truth.remove('workout', second);
  one.service.faults.add({ path: new RegExp(second) }, answer(404, '<html>Not Found</html>'), 9);
  one.time.now += DAY;
  expect((await one.sync()).code).not.toBe(0);
  expect(one.live('workout')).toContain(second);
});

/** The section as the program reads it. */
const sectionOf = (values: Document = {}) => whoop.config.parse(values) as Parameters<typeof whoop.auth>[0];

describe('the sign-in', () => {
  const section = sectionOf({ client_id: 'an-app', client_secret: 'its-secret' });
  const { dialect, scopes, worlds } = whoop.auth(section) as OAuth2;
  const app = { clientId: 'an-app', clientSecret: 'its-secret' };
  const endpoint = {
    now: MORNING,
    world: worlds[0] as World,
    post: () => Promise.reject(new Error('unasked')),
  };

  test('asks for offline, without which nothing could be renewed', () => {
    expect([scopes[0], dialect?.renewsOnlyWith, dialect?.withoutChallenge]).toEqual([
      'offline',
      'offline',
      true,
    ]);
  });

  test('names offline again whenever it renews, and only then', async () => {
    const renewal = { grant_type: 'refresh_token', refresh_token: 'old' };
    expect(await dialect?.form?.(renewal, app, endpoint)).toEqual({
      ...renewal,
      scope: 'offline',
      client_id: 'an-app',
      client_secret: 'its-secret',
    });
    const first = { grant_type: 'authorization_code', code: 'a-code' };
    expect(await dialect?.form?.(first, app, endpoint)).not.toHaveProperty('scope');
  });

  test('is given up with the access token itself', async () => {
    const one = await startWhoop({ now: () => MORNING });
    onTestFinished(() => one.close());
    const { access_token: accessToken } = one.issueToken();
    const { dialect } = whoop.auth(sectionOf(one.settings)) as OAuth2;
    const granted = { accessToken, refreshToken: null, userId: null };
    const request = await dialect?.revocation?.(granted, app, endpoint);
    const send = () =>
      fetch(request?.url ?? '', {
        method: request?.method ?? '',
        headers: { ...request?.headers, 'user-agent': 'a-program-of-its-own/1.0' },
      });
    expect((await send()).status).toBe(204);
    expect((await send()).status).toBe(401);
  });
});

describe('signing in and out with the real program', () => {
  async function beginner(options: Partial<WhoopSandboxOptions> = {}) {
    const redirect = `http://localhost:${await freePort()}/callback`;
    const service = await startWhoop({ now: Date.now, days: 3, redirectUris: [redirect], ...options });
    onTestFinished(() => service.close());
    const lines = Object.entries(service.settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    const desk = new Desk(`[whoop]\nenabled = true\n${lines.join('\n')}\n`);
    const started = desk.begin(['auth', 'whoop']);
    await agree(started);
    return { service, desk, finished: await started.finished };
  }

  test('the address carries a long state and no challenge, and logging out ends the access at WHOOP', async () => {
    const { service, desk, finished } = await beginner();
    expect(finished).toMatchObject({ code: 0 });
    const shown = service.requests.find(({ path }) => path.endsWith('/oauth2/auth'));
    const { state, scope, ...query } = Object.fromEntries(
      new URL(shown?.target ?? '', 'http://service').searchParams,
    );
    expect(state?.length).toBeGreaterThanOrEqual(8);
    expect(scope?.split(' ')).toContain('offline');
    expect(query).not.toHaveProperty('code_challenge');
    expect((await desk.run(['sync', '--no-push', '--quiet'])).code).toBe(0);
    expect((await desk.run(['logout', 'whoop'])).code).toBe(0);
    expect(service.requests.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/developer/v2/user/access',
      status: 204,
    });
  });

  test('a sign-in that brought no refresh token says so', async () => {
    const { finished } = await beginner({ scopes: ['read:profile', 'read:sleep'] });
    expect(finished.code).toBe(0);
    expect(finished.stdout + finished.stderr).toMatch(/no refresh token/i);
    expect(finished.stdout + finished.stderr).toContain('offline');
  });
});

describe('the limits', () => {
  const limits = whoop.limits as (section: ReturnType<typeof sectionOf>) => Limits;
  const { told, windows, unexplained } = limits(sectionOf());
  const headers = (left: string, reset: string) => ({
    'x-ratelimit-limit': '100, 100;window=60, 10000;window=86400',
    'x-ratelimit-remaining': left,
    'x-ratelimit-reset': reset,
  });

  test('are those of the minute and of the day', () => {
    expect(windows).toEqual([
      { requests: 100, seconds: 60 },
      { requests: 10_000, seconds: 86_400 },
    ]);
    expect(unexplained).toBe(60_000);
  });

  test.each([
    ['nothing left for three seconds', headers('0', '3'), MORNING + 3_000],
    ['nothing left until tomorrow', headers('0', '57600'), MORNING + 16 * HOUR],
    ['something left', headers('1', '3'), undefined],
    ['no time given', headers('0', 'soon'), undefined],
    ['no headers', {}, undefined],
  ] as const)('in the headers: %s', (_name, said, until) => {
    expect(told?.(said, MORNING)).toBe(until);
  });
});

describe('recorded replies', () => {
  const resource = (name: string) => whoop.resources.find((one) => one.name === name) as Resource;
  const rows = (name: string, page: string) =>
    (publishedSample('whoop', page).body.records as Document[]).map((value) => {
      const { change, schema } = resource(name);
      return change(schema.parse(value), '', { text: JSON.stringify(value), value });
    });
  const at = publishedSample('whoop', 'cycle_page.json') === undefined ? test.skip : test;

  at('cycles, one of which still lasts', () => {
    expect(rows('cycle', 'cycle_page.json')).toMatchObject([
      { row: { id: '93846', day: '2026-05-25', endedAt: undefined } },
      {
        row: {
          id: '93845',
          day: '2026-05-24',
          startedAt: '2026-05-23T22:25:44.774-04:00',
          endedAt: '2026-05-25T02:51:00.000-04:00',
        },
      },
    ]);
  });

  at('recoveries, which have no day of their own', () => {
    expect(rows('recovery', 'recovery_page.json')).toEqual([
      { row: { id: '93845', updatedAt: '2026-05-25T07:14:02.000Z' } },
      { row: { id: '93800', updatedAt: '2026-05-24T07:14:02.000Z' } },
    ]);
  });

  at('a nap that waits for its score, and a night', () => {
    expect(rows('sleep', 'sleep_page1.json')).toMatchObject([
      {
        session: {
          type: 'nap',
          start: '2026-05-25T13:18:00.000-04:00',
          asleepSeconds: null,
          efficiency: null,
        },
      },
      { session: { type: 'sleep', day: '2026-05-25', asleepSeconds: 25_800, efficiency: 95 } },
    ]);
  });

  at('a workout', () => {
    expect(rows('workout', 'workout_page.json')).toMatchObject([
      { session: { kind: 'workout', type: 'running', end: '2026-05-24T05:32:14.000-04:00' } },
    ]);
  });

  at('a person and a body', () => {
    for (const [name, file] of [
      ['profile', 'profile_basic.json'],
      ['body_measurement', 'body_measurement.json'],
    ] as const)
      expect(resource(name).schema.safeParse(publishedSample('whoop', file).body).success).toBe(true);
  });
});

test('the app’s own agent, not a library’s, goes out with every request', async () => {
  const one = await wearer({ blocksLibraries: true });
  one.time.now += 2 * HOUR;
  await one.sync();
  const agents = one.service.requests.map(({ headers }) => headers['user-agent']);
  expect(agents.length).toBeGreaterThan(6);
  expect([...new Set(agents)]).toEqual([expect.stringMatching(/^oura-clockify\//)]);
});

test('recoveries that came while sleep could not be read get their day by a later run', async () => {
  const one = await Subject.start({
    id: 'whoop',
    start: ({ now }) => startWhoop({ now, days: 40, quota: false }),
  });
  onTestFinished(() => one.end());
  one.service.faults.add({ path: /\/v2\/activity\/sleep$/ }, answer(400, 'no'), 9);
  expect((await one.sync()).code).toBe(5);
  const undated =
    "SELECT record_id FROM records WHERE resource = 'recovery' AND day IS NULL AND deleted_at IS NULL";
  expect(one.rows(undated).length).toBeGreaterThan(20);
  one.service.faults.clear();
  one.time.now += HOUR;
  expect((await one.sync()).code).toBe(0);
  expect(one.rows(undated)).toEqual([]);
});
