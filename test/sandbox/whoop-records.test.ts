import { describe, expect, it } from 'vitest';
import { all, clock, get, NOON, sandbox } from './whoop-support.ts';

const ASKED = { start: '2026-09-01T00:00:00Z', end: '2026-10-05T12:00:00Z', limit: '25' };
const query = (values: Record<string, string>) => `?${new URLSearchParams(values)}`;
const sleep = (start: string, end?: string) => ({
  cycle_id: 7,
  start,
  ...(end === undefined ? {} : { end }),
  timezone_offset: 'Z',
  nap: false,
  score_state: 'UNSCORABLE',
});
const FIRST = 'aaaaaaaa-0000-4000-8000-000000000001';
const SECOND = 'aaaaaaaa-0000-4000-8000-000000000002';

describe('paging', () => {
  it('gives ten records unless asked for more, and 25 at most', async () => {
    const whoop = await sandbox({ days: 60 });
    expect((await get(whoop, '/v2/cycle')).body.records).toHaveLength(10);
    expect((await get(whoop, '/v2/cycle?limit=25')).body.records).toHaveLength(25);
  });

  it.each(['26', '0', '-1', 'ten', '2.5', ''])('refuses limit=%s', async (limit) => {
    expect((await get(await sandbox(), `/v2/cycle?limit=${limit}`)).status).toBe(400);
  });

  it.each(['/v2/cycle', '/v2/activity/sleep', '/v2/activity/workout', '/v2/recovery'])(
    'brings all of %s, each once',
    async (path) => {
      const whoop = await sandbox({ days: 45 });
      const { records, sizes } = await all(whoop, path, { limit: '7' });
      const name = path.split('/').at(-1) ?? '';
      const ids = records.map((row) => String(row.id ?? row.cycle_id));
      expect(new Set(ids)).toEqual(new Set(whoop.truth.entries(name).map(([id]) => id)));
      expect(ids).toHaveLength(whoop.truth.list(name).length);
      expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
    },
  );

  it('comes newest start first, recoveries by their sleep', async () => {
    const whoop = await sandbox({ days: 45 });
    const sleeps = (await all(whoop, '/v2/activity/sleep', { limit: '25' })).records;
    const starts = sleeps.map((row) => String(row.start));
    expect(starts).toEqual([...starts].sort().reverse());
    const startOf = new Map(sleeps.map((row) => [row.id, String(row.start)]));
    const recoveries = (await all(whoop, '/v2/recovery')).records.map((row) => startOf.get(row.sleep_id));
    expect(recoveries).toEqual([...recoveries].sort().reverse());
    expect(recoveries).not.toContain(undefined);
  });

  it('leaves the token out on the last page, or says null when told to', async () => {
    const whoop = await sandbox({ days: 3 });
    expect(Object.keys((await get(whoop, '/v2/cycle')).body)).toEqual(['records']);
    await whoop.close();
    const other = await sandbox({ days: 3, lastToken: 'null' });
    expect((await get(other, '/v2/cycle')).body.next_token).toBeNull();
  });

  it('ends without an empty page when the last one is full', async () => {
    const whoop = await sandbox();
    whoop.truth.replaceAll('sleep', []);
    whoop.truth.put('sleep', FIRST, sleep('2026-10-01T22:00:00Z', '2026-10-02T06:00:00Z'));
    whoop.truth.put('sleep', SECOND, sleep('2026-10-02T22:00:00Z', '2026-10-03T06:00:00Z'));
    expect((await all(whoop, '/v2/activity/sleep', { limit: '2' })).sizes).toEqual([2]);
    expect((await all(whoop, '/v2/activity/sleep', { limit: '1' })).sizes).toEqual([1, 1]);
  });

  it.each([
    ['another limit', { ...ASKED, limit: '24' }],
    ['another start', { ...ASKED, start: '2026-09-02T00:00:00Z' }],
    ['another end', { ...ASKED, end: '2026-10-05T11:00:00Z' }],
    ['nothing beside it', {}],
  ])('takes a token only with its own parameters, not with %s', async (_what, changed) => {
    const whoop = await sandbox({ days: 60 });
    const nextToken = (await get(whoop, `/v2/cycle${query(ASKED)}`)).body.next_token;
    expect((await get(whoop, `/v2/cycle${query({ ...ASKED, nextToken })}`)).status).toBe(200);
    expect((await get(whoop, `/v2/cycle${query({ ...changed, nextToken })}`)).status).toBe(400);
    expect((await get(whoop, `/v2/recovery${query({ ...ASKED, nextToken })}`)).status).toBe(400);
  });

  it('refuses an invented token and begins anew when the token has another name', async () => {
    const whoop = await sandbox({ days: 60 });
    expect((await get(whoop, '/v2/cycle?nextToken=MTIzOjEyMzEyMw')).status).toBe(400);
    const first = (await get(whoop, '/v2/cycle')).body;
    const misnamed = await get(whoop, `/v2/cycle?next_token=${first.next_token}`);
    expect(misnamed.body.records).toEqual(first.records);
  });

  it('neither repeats nor skips when records come and go between pages', async () => {
    const whoop = await sandbox({ days: 60 });
    const before = (await all(whoop, '/v2/cycle')).records.map(({ id }) => id);
    const page = (await get(whoop, '/v2/cycle')).body;
    whoop.truth.put('cycle', '1', { start: '2026-10-05T11:59:00Z', score_state: 'UNSCORABLE' });
    whoop.truth.remove('cycle', String(before[3]));
    const next = (await get(whoop, `/v2/cycle?nextToken=${page.next_token}`)).body.records;
    expect(next.map(({ id }: { id: number }) => id)).toEqual(before.slice(10, 20));
  });
});

describe('start and end', () => {
  it.each([
    ['start', '2026-10-02T06:00:00.000Z', [FIRST]],
    ['start', '2026-10-02T06:00:00.001Z', []],
    ['end', '2026-10-01T22:00:00.000Z', []],
    ['end', '2026-10-01T22:00:00.001Z', [FIRST]],
    ['end', '2026-10-02T03:00:00+02:00', [FIRST]],
    ['end', '2026-10-02T00:00:00+02:00', []],
  ])('with %s=%s a sleep from 22:00 to 06:00 is there: %j', async (name, value, expected) => {
    const whoop = await sandbox();
    whoop.truth.replaceAll('sleep', []);
    whoop.truth.put('sleep', FIRST, sleep('2026-10-01T22:00:00.000Z', '2026-10-02T06:00:00.000Z'));
    const { records } = await all(whoop, '/v2/activity/sleep', { [name]: value });
    expect(records.map(({ id }) => id)).toEqual(expected);
  });

  it('leaves out what begins after now, and keeps what has no end in every later range', async () => {
    const whoop = await sandbox();
    whoop.truth.replaceAll('sleep', []);
    whoop.truth.put('sleep', FIRST, sleep('2026-10-05T11:00:00Z'));
    whoop.truth.put('sleep', SECOND, sleep('2026-10-05T12:00:00Z'));
    const ids = async (values = {}) =>
      (await all(whoop, '/v2/activity/sleep', values)).records.map(({ id }) => id);
    expect(await ids()).toEqual([FIRST]);
    expect(await ids({ start: '2026-10-05T11:59:00Z' })).toEqual([FIRST]);
    expect(await ids({ end: '2026-10-06T00:00:00Z' })).toEqual([SECOND, FIRST]);
  });

  it('choose recoveries by the sleep, so the morning after the end is among them', async () => {
    const whoop = await sandbox();
    whoop.truth.replaceAll('recovery', []);
    whoop.truth.put('sleep', FIRST, sleep('2026-10-01T22:00:00Z', '2026-10-02T06:00:00Z'));
    whoop.truth.put('recovery', '7', { sleep_id: FIRST, score_state: 'UNSCORABLE' });
    const found = (values: Record<string, string>) => all(whoop, '/v2/recovery', values);
    expect((await found({ end: '2026-10-01T23:00:00Z' })).records).toHaveLength(1);
    expect((await found({ start: '2026-10-02T06:00:01Z' })).records).toHaveLength(0);
  });

  it.each(['2026-10-01', '2026-10-01T10:00:00', '2026-10-01T10:00:00 02:00', '1790000000', 'yesterday', ''])(
    'refuse "%s"',
    async (start) => {
      const whoop = await sandbox();
      expect((await get(whoop, `/v2/cycle${query({ start })}`)).status).toBe(400);
      expect((await get(whoop, `/v2/cycle${query({ end: start })}`)).status).toBe(400);
    },
  );

  it('refuse a range that runs backwards and a parameter that comes twice', async () => {
    const whoop = await sandbox();
    const backwards = { start: '2026-10-02T00:00:00Z', end: '2026-10-01T00:00:00Z' };
    expect((await get(whoop, `/v2/cycle${query(backwards)}`)).status).toBe(400);
    expect((await get(whoop, '/v2/cycle?limit=5&limit=6')).status).toBe(400);
  });
});

describe('single records', () => {
  it('come by id, and not at all when there is none', async () => {
    const whoop = await sandbox();
    for (const path of ['/v2/cycle', '/v2/activity/sleep', '/v2/activity/workout']) {
      const [first] = (await get(whoop, path)).body.records;
      expect((await get(whoop, `${path}/${first.id}`)).body).toEqual(first);
      expect((await get(whoop, `${path}/${path === '/v2/cycle' ? '1' : FIRST}`)).status).toBe(404);
      expect((await get(whoop, `${path}/${path === '/v2/cycle' ? FIRST : '1'}`)).status).toBe(400);
    }
    expect((await get(whoop, '/v2/cycle/99999999999999999999')).status).toBe(400);
  });

  it('belong to a cycle: its recovery, and the sleep which that came from', async () => {
    const whoop = await sandbox({ days: 60 });
    const recoveries = whoop.truth.list('recovery');
    for (const recovery of recoveries.slice(-15)) {
      const path = `/v2/cycle/${recovery.cycle_id}`;
      expect((await get(whoop, `${path}/recovery`)).body).toEqual(recovery);
      const found = (await get(whoop, `${path}/sleep`)).body;
      expect(found).toMatchObject({ id: recovery.sleep_id, nap: false, cycle_id: recovery.cycle_id });
    }
    const without = whoop.truth.list('cycle').filter(({ id }) => !whoop.truth.get('recovery', String(id)));
    expect(without.length).toBeGreaterThan(0);
    expect((await get(whoop, `/v2/cycle/${without[0]?.id}/recovery`)).status).toBe(404);
    expect((await get(whoop, `/v2/cycle/${without[0]?.id}/sleep`)).status).toBe(404);
  });

  it('need read:sleep for the sleep of a cycle, unless told otherwise', async () => {
    const path = (id: unknown) => `/v2/cycle/${id}/sleep`;
    const strict = await sandbox();
    const id = strict.truth.list('recovery')[0]?.cycle_id;
    expect((await get(strict, path(id), strict.issueToken(['read:cycles']).access_token)).status).toBe(401);
    await strict.close();
    const mild = await sandbox({ cycleSleepScope: 'any' });
    expect((await get(mild, path(id), mild.issueToken(['read:cycles']).access_token)).status).toBe(200);
  });

  it('are found by their old number', async () => {
    const whoop = await sandbox({ legacy: 'present' });
    const [workout] = (await get(whoop, '/v2/activity/workout')).body.records;
    expect(workout).toMatchObject({ v1_id: expect.any(Number), sport_id: expect.any(Number) });
    const reply = await get(whoop, `/v1/activity-mapping/${workout.v1_id}`);
    expect(reply.body).toEqual({ v2_activity_id: workout.id });
    expect((await get(whoop, '/v1/activity-mapping/1')).status).toBe(404);
  });

  it('of the person are gone with a 404 when they are removed', async () => {
    const whoop = await sandbox();
    expect((await get(whoop, '/v2/user/profile/basic')).body.user_id).toBe(10_483);
    whoop.truth.remove('profile', '10483');
    whoop.truth.remove('body_measurement', 'body');
    expect((await get(whoop, '/v2/user/profile/basic')).status).toBe(404);
    expect((await get(whoop, '/v2/user/measurement/body')).status).toBe(404);
  });
});

describe('the truth', () => {
  it('shows changes, stamped with the time they were made unless they bring their own', async () => {
    const whoop = await sandbox();
    const [first] = (await get(whoop, '/v2/activity/workout')).body.records;
    clock.now = NOON + 60_000;
    whoop.truth.patch('workout', first.id, { sport_name: 'rowing' });
    const path = `/v2/activity/workout/${first.id}`;
    const changed = { ...first, sport_name: 'rowing', updated_at: '2026-10-05T12:01:00.000Z' };
    expect((await get(whoop, path)).body).toEqual(changed);
    whoop.truth.patch('workout', first.id, { updated_at: first.updated_at });
    expect((await get(whoop, path)).body.updated_at).toBe(first.updated_at);
    whoop.truth.put('workout', first.id, { ...first, sport_name: 'golf' });
    expect((await get(whoop, path)).body).toEqual({ ...first, sport_name: 'golf' });
  });

  it('stamps new records and forgets removed ones', async () => {
    const whoop = await sandbox();
    whoop.truth.put('sleep', FIRST, sleep('2026-10-04T22:00:00Z', '2026-10-05T05:00:00Z'));
    const stamp = '2026-10-05T12:00:00.000Z';
    const found = (await get(whoop, `/v2/activity/sleep/${FIRST}`)).body;
    expect(found).toMatchObject({ id: FIRST, user_id: 10_483, created_at: stamp, updated_at: stamp });
    expect(whoop.truth.remove('sleep', FIRST)).toBe(true);
    expect((await get(whoop, `/v2/activity/sleep/${FIRST}`)).status).toBe(404);
    expect((await all(whoop, '/v2/activity/sleep')).records.map(({ id }) => id)).not.toContain(FIRST);
  });

  it('keeps back the score of what is not SCORED and gives it again with the state', async () => {
    const whoop = await sandbox();
    const scored = whoop.truth.list('sleep').find((row) => row.score_state === 'SCORED');
    const id = String(scored?.id);
    const path = `/v2/activity/sleep/${id}`;
    whoop.truth.patch('sleep', id, { score_state: 'PENDING_SCORE' });
    expect((await get(whoop, path)).body).not.toHaveProperty('score');
    whoop.truth.patch('sleep', id, { score_state: 'SCORED' });
    expect((await get(whoop, path)).body.score).toEqual(scored?.score);
  });

  it('prints ids beyond 2^53 as numbers', async () => {
    const whoop = await sandbox({ days: 2, userId: '9007199254740993' });
    whoop.truth.put('cycle', '9223372036854775807', {
      start: '2026-10-05T11:00:00Z',
      score_state: 'UNSCORABLE',
    });
    const path = '/v2/cycle/9223372036854775807';
    const { text } = await get(whoop, path);
    expect(text).toContain('"id":9223372036854775807,"user_id":9007199254740993,');
    expect((await get(whoop, '/v2/cycle')).text).toContain('"id":9223372036854775807');
  });

  it('is the same for the same seed and now, and another for another seed', async () => {
    const lists = async (seed: number) => {
      const whoop = await sandbox({ seed });
      await whoop.close();
      return whoop.truth.collections.map((name) => whoop.truth.list(name));
    };
    expect(await lists(3)).toEqual(await lists(3));
    expect((await lists(3))[2]).not.toEqual((await lists(4))[2]);
  });

  it('can be changed by other processes, and so can the person’s mind', async () => {
    const whoop = await sandbox();
    const post = (route: string, body: object, method = 'POST') =>
      fetch(`${whoop.url}/_sandbox/${route}`, { method, body: JSON.stringify(body) });
    const id = whoop.truth.entries('cycle')[0]?.[0];
    await post(`collections/cycle/${id}`, { score_state: 'UNSCORABLE' }, 'PATCH');
    expect((await get(whoop, `/v2/cycle/${id}`)).body.score_state).toBe('UNSCORABLE');
    await post('deny', { denied: true });
    expect(whoop.consent.denied).toBe(true);
    expect(whoop.counts()).toEqual({ 'GET /v2/cycle/{id}': 1 });
  });
});
