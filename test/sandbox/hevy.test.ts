import { afterEach, describe, expect, test } from 'vitest';
import { type HevySandbox, type HevySandboxOptions, startHevy } from '../../src/sandbox/hevy.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { hevyDocument } from '../support/hevyDocument.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';

const NOON = Date.parse('2026-10-05T12:00:00Z');
const HOUR = 3_600_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const lists = [
  ['workouts', '/v1/workouts', 10, 5],
  ['events', '/v1/workouts/events', 10, 5],
  ['routines', '/v1/routines', 10, 5],
  ['routine_folders', '/v1/routine_folders', 10, 5],
  ['exercise_templates', '/v1/exercise_templates', 100, 5],
  ['body_measurements', '/v1/body_measurements', 10, 10],
] as const;

let open: HevySandbox | undefined;
let clock = NOON;

async function sandbox(options: Partial<HevySandboxOptions> = {}): Promise<HevySandbox> {
  clock = NOON;
  open = await startHevy({ now: () => clock, ...options });
  return open;
}

afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function call(hevy: HevySandbox, path: string, init: RequestInit = {}) {
  const reply = await fetch(hevy.url + path, { headers: { 'api-key': hevy.apiKey }, ...init });
  const text = await reply.text();
  const type = reply.headers.get('content-type') ?? '';
  return {
    status: reply.status,
    headers: reply.headers,
    text,
    body: type.includes('json') ? JSON.parse(text) : text,
  };
}

const get = async (hevy: HevySandbox, path: string) => (await call(hevy, path)).body;
const status = async (hevy: HevySandbox, path: string) => (await call(hevy, path)).status;

/** As a client reads a list: from the first page to `page_count`. */
async function crawl(hevy: HevySandbox, path: string, key: string, pageSize: number): Promise<Document[]> {
  const items: Document[] = [];
  for (let page = 1, last = 1; page <= last; page += 1) {
    const body = await get(hevy, `${path}${path.includes('?') ? '&' : '?'}page=${page}&pageSize=${pageSize}`);
    expect(body.page).toBe(page);
    last = body.page_count;
    items.push(...body[key]);
  }
  return items;
}

const events = (hevy: HevySandbox, since?: string) =>
  crawl(hevy, `/v1/workouts/events${since === undefined ? '' : `?since=${since}`}`, 'events', 10);

const idOf = (event: Document) => String((event.workout as Document | undefined)?.id ?? event.id);
const stampOf = (event: Document) =>
  Date.parse(String((event.workout as Document | undefined)?.updated_at ?? event.deleted_at));
const newest = (hevy: HevySandbox) => hevy.truth.list('workouts').at(-1) as Document & { id: string };

describe('the key', () => {
  test('counts in the header api-key alone', async () => {
    const hevy = await sandbox();
    const bearer = { headers: { authorization: `Bearer ${hevy.apiKey}` } };
    expect((await call(hevy, '/v1/user/info', bearer)).status).toBe(401);
    expect((await call(hevy, `/v1/user/info?api-key=${hevy.apiKey}`, { headers: {} })).status).toBe(401);
    expect((await call(hevy, `/v1/user/info?api_key=${hevy.apiKey}`, { headers: {} })).status).toBe(401);
    expect((await call(hevy, '/v1/user/info', { headers: { 'Api-Key': hevy.apiKey } })).status).toBe(200);
  });

  test('is refused when it is missing, wrong or sent twice', async () => {
    const hevy = await sandbox();
    const twice = new Headers([
      ['api-key', hevy.apiKey],
      ['api-key', hevy.apiKey],
    ]);
    for (const headers of [{}, { 'api-key': '' }, { 'api-key': hevy.apiKey.toUpperCase() }, twice]) {
      expect((await call(hevy, '/v1/workouts', { headers })).status).toBe(401);
    }
  });

  test('is a UUID in the settings, where nothing of a sign-in is needed', async () => {
    const hevy = await sandbox();
    expect(hevy.settings).toEqual({ api_key: hevy.apiKey, base_url: hevy.url });
    expect(hevy.apiKey).toMatch(UUID);
    expect(hevy.seed()).toEqual({});
  });

  test('does not expire, and is refused once it is revoked', async () => {
    const hevy = await sandbox();
    hevy.expireTokens();
    expect(await status(hevy, '/v1/user/info')).toBe(200);
    hevy.revoke();
    expect(await status(hevy, '/v1/user/info')).toBe(401);
  });

  test.each([
    ['json', { error: 'Unauthorized' }, 'application/json'],
    ['text', 'Unauthorized', 'text/plain; charset=utf-8'],
    ['empty', '', null],
  ] as const)('is refused with a body that can be %s', async (unknownBody, body, type) => {
    const hevy = await sandbox({ unknownBody });
    hevy.revoke();
    const reply = await call(hevy, '/v1/workouts');
    expect([reply.status, reply.body, reply.headers.get('content-type')]).toEqual([401, body, type]);
  });
});

describe('routes', () => {
  test('other paths and methods are not found', async () => {
    const hevy = await sandbox();
    for (const path of [
      '/',
      '/v1',
      '/v1/nothing',
      '/workouts',
      '/v1/workouts/',
      '/v2/workouts',
      '/v1/user',
    ]) {
      expect([path, await status(hevy, path)]).toEqual([path, 404]);
    }
    const headers = { 'api-key': hevy.apiKey };
    const removal = await call(hevy, `/v1/workouts/${newest(hevy).id}`, { method: 'DELETE', headers });
    expect(removal.status).toBe(404);
    expect((await call(hevy, '/v1/user/info', { method: 'POST', headers, body: '{}' })).status).toBe(404);
  });

  test('what the service lets one write is refused and changes nothing', async () => {
    const hevy = await sandbox();
    const before = hevy.truth.list('workouts').length;
    const init = { method: 'POST', headers: { 'api-key': hevy.apiKey }, body: '{"workout":{}}' };
    expect((await call(hevy, '/v1/workouts', init)).status).toBe(405);
    expect((await call(hevy, '/v1/body_measurements/2026-10-04', { ...init, method: 'PUT' })).status).toBe(
      405,
    );
    expect(hevy.truth.list('workouts').length).toBe(before);
  });

  test('one workout comes bare, one routine wrapped', async () => {
    const hevy = await sandbox();
    const workout = newest(hevy);
    expect(await get(hevy, `/v1/workouts/${workout.id}`)).toEqual(workout);
    const [routine] = hevy.truth.list('routines');
    expect(await get(hevy, `/v1/routines/${routine?.id}`)).toEqual({ routine });
    const [folder] = hevy.truth.list('routine_folders');
    expect(await get(hevy, `/v1/routine_folders/${folder?.id}`)).toEqual(folder);
    const [template] = hevy.truth.list('exercise_templates');
    expect(await get(hevy, `/v1/exercise_templates/${template?.id}`)).toEqual(template);
    const [measured] = hevy.truth.list('body_measurements');
    expect(await get(hevy, `/v1/body_measurements/${measured?.date}`)).toEqual(measured);
  });

  test('one workout can come wrapped too', async () => {
    const hevy = await sandbox({ oneWorkout: 'wrapped' });
    const workout = newest(hevy);
    expect(await get(hevy, `/v1/workouts/${workout.id}`)).toEqual({ workout });
  });

  test.each([
    'workouts/11111111-2222-4333-8444-555555555555',
    'routines/other',
    'routine_folders/1',
    'exercise_templates/00000000',
  ])('%s is not found', async (path) => {
    expect(await status(await sandbox(), `/v1/${path}`)).toBe(404);
  });

  test('a day without a measurement says so in JSON', async () => {
    const hevy = await sandbox();
    const reply = await call(hevy, '/v1/body_measurements/2020-01-01');
    expect([reply.status, reply.body]).toEqual([404, { error: 'Body measurement not found' }]);
  });

  test('user and count are small objects, and a user without an account is not found', async () => {
    const hevy = await sandbox();
    const [user] = hevy.truth.list('user_info');
    expect(await get(hevy, '/v1/user/info')).toEqual({ data: user });
    expect(await get(hevy, '/v1/workouts/count')).toEqual({
      workout_count: hevy.truth.list('workouts').length,
    });
    hevy.truth.remove('user_info', String(user?.id));
    expect(await status(hevy, '/v1/user/info')).toBe(404);
  });

  test('requests are counted by route', async () => {
    const hevy = await sandbox();
    await get(hevy, `/v1/workouts/${newest(hevy).id}`);
    await get(hevy, '/v1/workouts/count');
    await get(hevy, '/v1/workouts/events?page=1');
    await get(hevy, '/v1/body_measurements/2026-10-04');
    expect(hevy.counts()).toEqual({
      'GET /v1/workouts/{workoutId}': 1,
      'GET /v1/workouts/count': 1,
      'GET /v1/workouts/events': 1,
      'GET /v1/body_measurements/{date}': 1,
    });
  });
});

describe.each(lists)('the list of %s', (key, path, max, usual) => {
  test('is read to its end page by page, each item once', async () => {
    const hevy = await sandbox();
    const whole = await crawl(hevy, path, key, max);
    const byThree = await crawl(hevy, path, key, 3);
    expect(byThree).toEqual(whole);
    if (key !== 'events') {
      const ids = whole.map((one) => String(one[key === 'body_measurements' ? 'date' : 'id']));
      expect([...ids].sort()).toEqual(
        hevy.truth
          .entries(key)
          .map(([id]) => id)
          .sort(),
      );
    }
  });

  test('has a usual page size and a maximum', async () => {
    const hevy = await sandbox();
    const whole = await crawl(hevy, path, key, max);
    expect((await get(hevy, path))[key]).toHaveLength(Math.min(usual, whole.length));
    expect((await get(hevy, `${path}?pageSize=${max}`))[key]).toHaveLength(Math.min(max, whole.length));
    const reply = await call(hevy, `${path}?pageSize=${max + 1}`);
    expect([reply.status, reply.body]).toEqual([
      400,
      { error: `"pageSize" must be less than or equal to ${max}` },
    ]);
  });

  test('refuses page numbers, sizes and names that are none', async () => {
    const hevy = await sandbox();
    const pages = ['page=0', 'page=-1', 'page=x', 'page=1.5', 'page=', 'page=1&page=2'];
    for (const query of [...pages, 'pageSize=0', 'pageSize=ten', 'page_size=5', 'limit=5']) {
      expect([query, await status(hevy, `${path}?${query}`)]).toEqual([query, 400]);
    }
  });

  test('ends with 404 past its last page', async () => {
    const hevy = await sandbox();
    const { page_count } = await get(hevy, `${path}?pageSize=${max}`);
    expect(await status(hevy, `${path}?pageSize=${max}&page=${page_count}`)).toBe(200);
    expect(await status(hevy, `${path}?pageSize=${max}&page=${page_count + 1}`)).toBe(404);
  });

  test('can be empty past its last page, except where 404 is documented', async () => {
    const hevy = await sandbox({ pastEnd: 'emptyPage' });
    const reply = await call(hevy, `${path}?page=999`);
    if (key === 'body_measurements') expect(reply.status).toBe(404);
    else expect(reply.body[key]).toEqual([]);
  });

  test.each([
    [0, 200],
    [1, 200],
    ['notFound', 404],
  ] as const)('with nothing in it answers by the option %s', async (emptyList, expected) => {
    const hevy = await sandbox({ emptyList });
    hevy.truth.replaceAll(key === 'events' ? 'workouts' : key, []);
    const reply = await call(hevy, path);
    expect(reply.status).toBe(expected);
    if (expected === 200) expect(reply.body).toEqual({ page: 1, page_count: emptyList, [key]: [] });
    expect(await status(hevy, `${path}?page=2`)).toBe(404);
  });
});

describe('paging by position', () => {
  test('a deletion during a crawl hides an item, a new workout doubles one', async () => {
    const changes: Record<number, (hevy: HevySandbox) => void> = {};
    const hevy: HevySandbox = await sandbox({ beforePage: ({ page }) => changes[page]?.(hevy) });
    const before = (await crawl(hevy, '/v1/workouts', 'workouts', 5)).map(idOf);
    changes[2] = ({ truth }) => void truth.remove('workouts', before[0] ?? '');
    const shrunk = (await crawl(hevy, '/v1/workouts', 'workouts', 5)).map(idOf);
    expect(before.filter((id) => !shrunk.includes(id))).toEqual([before[5]]);
    changes[2] = ({ truth }) => {
      truth.put('workouts', 'new', { ...newest(hevy), start_time: '2026-10-05T11:00:00Z' });
    };
    const grown = (await crawl(hevy, '/v1/workouts', 'workouts', 5)).map(idOf);
    expect(grown.filter((id, index) => grown.indexOf(id) !== index)).toEqual([before[5]]);
  });

  test('workouts and measurements come newest first, templates by title, folders by index', async () => {
    const hevy = await sandbox();
    const times = (await crawl(hevy, '/v1/workouts', 'workouts', 10)).map((one) =>
      Date.parse(String(one.start_time)),
    );
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const dates = (await crawl(hevy, '/v1/body_measurements', 'body_measurements', 10)).map(
      (one) => one.date,
    );
    expect(dates).toEqual([...dates].sort().reverse());
    const titles = (await crawl(hevy, '/v1/exercise_templates', 'exercise_templates', 100)).map(
      ({ title }) => title,
    );
    expect(titles).toEqual([...titles].sort());
    const folders = (await get(hevy, '/v1/routine_folders')).routine_folders;
    expect(folders.map((one: Document) => one.index)).toEqual([0, 1, 2]);
  });

  test('names a route does not know can be ignored instead', async () => {
    const hevy = await sandbox({ unknownParameters: 'ignored' });
    expect(await status(hevy, '/v1/workouts?limit=5')).toBe(200);
    expect(await status(hevy, '/v1/workouts?page=1&page=2')).toBe(400);
  });
});

describe('events', () => {
  test('come newest first and tell of every workout and of deletions', async () => {
    const hevy = await sandbox();
    const all = await events(hevy);
    const stamps = all.map(stampOf);
    expect(stamps).toEqual([...stamps].sort((a, b) => b - a));
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['updated', 'deleted']));
    const gone = new Set(all.filter(({ type }) => type === 'deleted').map(idOf));
    const alive = new Set(all.map(idOf).filter((id) => !gone.has(id)));
    expect([...alive].sort()).toEqual(
      hevy.truth
        .entries('workouts')
        .map(([id]) => id)
        .sort(),
    );
    // A deleted workout was logged first: whoever applies the list from the top brings it back.
    for (const id of gone)
      expect(all.filter((one) => idOf(one) === id).map(({ type }) => type)).toEqual(['deleted', 'updated']);
  });

  test('a workout that was edited is told of twice, as it was each time', async () => {
    const hevy = await sandbox();
    const { id } = newest(hevy);
    clock += HOUR;
    hevy.truth.patch('workouts', id, { title: 'One' });
    clock += HOUR;
    hevy.truth.patch('workouts', id, { title: 'Two' });
    const { events: list } = await get(hevy, '/v1/workouts/events?pageSize=2');
    expect(list.map((one: Document) => (one.workout as Document).title)).toEqual(['Two', 'One']);
  });

  test('can be limited to the latest of each workout', async () => {
    const hevy = await sandbox({ log: 'latest' });
    clock += HOUR;
    hevy.truth.patch('workouts', newest(hevy).id, { title: 'One' });
    clock += HOUR;
    hevy.truth.remove('workouts', newest(hevy).id);
    const all = await events(hevy);
    expect(new Set(all.map(idOf)).size).toBe(all.length);
    expect(all[0]).toMatchObject({ type: 'deleted', deleted_at: '2026-10-05T14:00:00Z' });
  });

  test('a new workout appears as updated, a removed one as deleted', async () => {
    const hevy = await sandbox();
    clock += HOUR;
    hevy.truth.put('workouts', 'new', { title: 'New', exercises: [] });
    clock += HOUR + 250;
    hevy.truth.remove('workouts', 'new');
    expect(await events(hevy, '2026-10-05T12:00:00Z')).toEqual([
      { type: 'deleted', id: 'new', deleted_at: '2026-10-05T14:00:00.250Z' },
      { type: 'updated', workout: expect.objectContaining({ id: 'new', title: 'New' }) },
    ]);
    expect(await status(hevy, '/v1/workouts/new')).toBe(404);
  });

  test.each([
    [{}, ['13:00:01Z']],
    [{ sincePrecision: 'millisecond' }, ['13:00:00.500Z', '13:00:01Z']],
    [{ since: 'inclusive' }, ['13:00:00Z', '13:00:00.500Z', '13:00:01Z']],
    [{ since: 'inclusive', sincePrecision: 'millisecond' }, ['13:00:00Z', '13:00:00.500Z', '13:00:01Z']],
  ] as const)('since cuts at its border as told by %o', async (options, expected) => {
    const hevy = await sandbox(options);
    for (const time of ['12:59:59.999Z', '13:00:00Z', '13:00:00.500Z', '13:00:01Z']) {
      hevy.truth.patch('workouts', newest(hevy).id, { updated_at: `2026-10-05T${time}` });
    }
    const found = await events(hevy, '2026-10-05T13:00:00Z');
    expect(found.map((one) => (one.workout as Document).updated_at).reverse()).toEqual(
      expected.map((time) => `2026-10-05T${time}`),
    );
  });

  test('since takes an offset when its plus is encoded', async () => {
    const hevy = await sandbox();
    clock += HOUR;
    hevy.truth.patch('workouts', newest(hevy).id, { title: 'Later' });
    expect(await events(hevy, '2026-10-05T14:30:00%2B02:00')).toHaveLength(1);
    expect(await events(hevy, '2026-10-05T15:30:00%2B02:00')).toHaveLength(0);
  });

  test.each([
    'yesterday',
    '2026-10-05',
    '2026-10-05T12:00:00',
    '1790000000',
    '2026-10-05T12:00:00+00:00',
    '',
  ])('since=%s fails', async (since) => {
    const hevy = await sandbox();
    expect(await status(hevy, `/v1/workouts/events?since=${since}`)).toBe(500);
    await hevy.close();
    expect(await status(await sandbox({ badSince: 400 }), `/v1/workouts/events?since=${since}`)).toBe(400);
  });

  test('some deletions can come without their time, in their place all the same', async () => {
    const hevy = await sandbox({ undatedDeletions: 2 });
    const dated = (await events(hevy))
      .filter(({ type }) => type === 'deleted')
      .map((event) => 'deleted_at' in event);
    expect(dated.reverse()).toEqual([true, false, true]);
    clock += HOUR;
    const { id } = newest(hevy);
    hevy.truth.remove('workouts', id);
    expect(await events(hevy, '2026-10-05T12:30:00Z')).toEqual([{ type: 'deleted', id }]);
  });

  test('the log can reach back a few days only', async () => {
    const hevy = await sandbox({ logDays: 7 });
    const all = await events(hevy, '1970-01-01T00:00:00Z');
    expect(all.length).toBeGreaterThan(0);
    expect(all.every((one) => stampOf(one) >= NOON - 7 * 24 * HOUR)).toBe(true);
    expect(all.length).toBeLessThan((await get(hevy, '/v1/workouts/count')).workout_count);
  });
});

describe('changes of the truth', () => {
  test('are stamped where the service has stamps, unless the stamp is given', async () => {
    const hevy = await sandbox();
    clock += HOUR;
    for (const name of ['workouts', 'routines', 'routine_folders']) {
      const [[id, before] = ['', {}]] = hevy.truth.entries(name);
      hevy.truth.patch(name, id, { title: 'Renamed' });
      const changed = hevy.truth.get(name, id);
      expect([Date.parse(String(changed?.updated_at)), changed?.created_at]).toEqual([
        clock,
        before.created_at,
      ]);
      hevy.truth.patch(name, id, { updated_at: before.updated_at });
      expect(hevy.truth.get(name, id)).toEqual({ ...before, title: 'Renamed' });
    }
  });

  test('carry no stamp in templates, measurements and the user', async () => {
    const hevy = await sandbox();
    for (const name of ['exercise_templates', 'body_measurements', 'user_info']) {
      const [[id, before] = ['', {}]] = hevy.truth.entries(name);
      hevy.truth.patch(name, id, { note: 'x' });
      expect(hevy.truth.get(name, id)).toEqual({ ...before, note: 'x' });
    }
  });

  test('replacing all workouts rewrites the log with them', async () => {
    const hevy = await sandbox();
    hevy.truth.replaceAll('workouts', [['only', { title: 'Only', updated_at: '2026-09-01T08:00:00+00:00' }]]);
    const workout = { id: 'only', title: 'Only', updated_at: '2026-09-01T08:00:00+00:00' };
    expect(await events(hevy)).toEqual([{ type: 'updated', workout }]);
    expect((await get(hevy, '/v1/workouts')).workouts).toEqual([workout]);
  });

  test('can be made over the control routes', async () => {
    const hevy = await sandbox();
    const path = `/_sandbox/collections/workouts/${newest(hevy).id}`;
    expect((await call(hevy, path, { method: 'DELETE' })).status).toBe(204);
    expect((await get(hevy, '/v1/workouts/events?pageSize=1')).events[0]).toMatchObject({ type: 'deleted' });
    await call(hevy, '/_sandbox/refuse', { method: 'POST', body: '{"requests":1}' });
    expect(await status(hevy, '/v1/workouts')).toBe(429);
    expect(await status(hevy, '/v1/workouts')).toBe(200);
  });

  test('folder ids keep all their digits, beyond what a double holds', async () => {
    const hevy = await sandbox();
    const id = '9007199254740993';
    hevy.truth.put('routine_folders', id, { index: 9, title: '"id":"7"' });
    const [routine] = hevy.truth.list('routines');
    hevy.truth.patch('routines', String(routine?.id), { folder_id: id });
    for (const path of ['/v1/routine_folders', `/v1/routine_folders/${id}`]) {
      const { text } = await call(hevy, path);
      expect(text).toMatch(new RegExp(`"id":${id}[,}]`));
      expect(text).toContain('"title":"\\"id\\":\\"7\\""');
    }
    expect((await call(hevy, `/v1/routines/${routine?.id}`)).text).toContain(`"folder_id":${id},`);
    expect((await call(hevy, '/v1/routines?page=2&pageSize=10')).text).toContain(`"folder_id":${id},`);
  });
});

describe('the limit', () => {
  test('is off until it is set', async () => {
    const hevy = await sandbox();
    const found = await Promise.all(Array.from({ length: 60 }, () => status(hevy, '/v1/workouts/count')));
    expect(new Set(found)).toEqual(new Set([200]));
  });

  test('counts good requests in a rolling window and says when to come back, if told to', async () => {
    const hevy = await sandbox({ quota: { requests: 2, seconds: 60 }, retryAfter: true });
    expect((await call(hevy, '/v1/workouts', { headers: {} })).status).toBe(401);
    expect(await status(hevy, '/v1/workouts')).toBe(200);
    clock += 20_000;
    expect(await status(hevy, '/v1/workouts')).toBe(200);
    const refused = await call(hevy, '/v1/workouts');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    clock += 40_000;
    expect(await status(hevy, '/v1/workouts')).toBe(200);
    expect(await status(hevy, '/v1/workouts')).toBe(429);
  });

  test('names no wait by default, and strikes on command', async () => {
    const hevy = await sandbox({ unknownBody: 'json' });
    hevy.refuseNext(2);
    const first = await call(hevy, '/v1/workouts');
    expect([first.status, first.headers.get('retry-after'), first.body]).toEqual([
      429,
      null,
      { error: 'Too Many Requests' },
    ]);
    expect(await status(hevy, '/v1/routines')).toBe(429);
    expect(await status(hevy, '/v1/routines')).toBe(200);
  });
});

describe('the history of an exercise', () => {
  const path = (id: string, query = '') => `/v1/exercise_history/${id}${query}`;

  async function threeWorkouts() {
    const hevy = await sandbox();
    const sets = [{ index: 0, type: 'dropset', weight_kg: 61.2, reps: 5, rpe: null }];
    const exercises = [{ index: 0, exercise_template_id: 'ABCD0123', sets }];
    const days = ['2026-10-01', '2026-10-02', '2026-10-03'].map((day): [string, Document] => {
      const times = { start_time: `${day}T10:00:00+00:00`, end_time: `${day}T11:00:00Z` };
      return [day, { title: day, ...times, exercises }];
    });
    hevy.truth.replaceAll('workouts', days);
    return hevy;
  }

  test('has every set, newest workout first, without pages', async () => {
    const hevy = await threeWorkouts();
    const { exercise_history } = await get(hevy, path('ABCD0123'));
    expect(exercise_history.map((one: Document) => one.workout_id)).toEqual([
      '2026-10-03',
      '2026-10-02',
      '2026-10-01',
    ]);
    expect(exercise_history[0]).toMatchObject({ set_type: 'dropset', weight_kg: 61.2, reps: 5 });
    expect(await get(hevy, path('00000000'))).toEqual({ exercise_history: [] });
  });

  test('is cut at both dates, which belong to it', async () => {
    const hevy = await threeWorkouts();
    const span = '?start_date=2026-10-02T10:00:00Z&end_date=2026-10-03T09:59:59Z';
    const { exercise_history } = await get(hevy, path('ABCD0123', span));
    expect(exercise_history.map((one: Document) => one.workout_id)).toEqual(['2026-10-02']);
  });

  test.each([
    ...['start_date=2026-10-02', 'end_date=soon', 'start_date=', 'page=1'],
    'start_date=2026-10-03T00:00:00Z&end_date=2026-10-02T00:00:00Z',
  ])('refuses ?%s', async (query) => {
    expect(await status(await sandbox(), path('ABCD0123', `?${query}`))).toBe(400);
  });
});

describe('the invented history', () => {
  test('is the same for the same seed and time, another for another seed', async () => {
    const first = await sandbox();
    const world = (hevy: HevySandbox) => hevy.truth.collections.map((name) => hevy.truth.list(name));
    const before = [world(first), await events(first)];
    await first.close();
    const second = await sandbox();
    expect([world(second), await events(second)]).toEqual(before);
    await second.close();
    expect(world(await sandbox({ seed: 2 }))).not.toEqual(before[0]);
  });

  test('holds several workouts a week and nothing from the future', async () => {
    const hevy = await sandbox({ days: 90 });
    const workouts = hevy.truth.list('workouts');
    expect(workouts.length).toBeGreaterThan(40);
    for (const { start_time, end_time, created_at, updated_at } of workouts) {
      const times = [start_time, end_time, created_at, updated_at].map((text) => Date.parse(String(text)));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[3]).toBeLessThanOrEqual(NOON);
    }
  });

  test('writes times in both ways, with fractions and without', async () => {
    const text = JSON.stringify((await sandbox()).truth.list('workouts'));
    for (const form of [/:\d{2}Z"/, /:\d{2}\+00:00"/, /\.\d{3}Z"/]) expect(text).toMatch(form);
  });

  test('has every type of set, fractional weights, supersets and nulls', async () => {
    const hevy = await sandbox();
    const exercises = hevy.truth.list('workouts').flatMap((one) => one.exercises as Document[]);
    const sets = exercises.flatMap((one) => one.sets as Document[]);
    expect(new Set(sets.map(({ type }) => type))).toEqual(
      new Set(['normal', 'warmup', 'dropset', 'failure']),
    );
    expect(new Set(exercises.map((one) => one.superset_id))).toEqual(new Set([null, 0]));
    expect(sets.some(({ weight_kg }) => weight_kg !== null && !Number.isInteger(weight_kg))).toBe(true);
    for (const field of [
      'weight_kg',
      'reps',
      'rpe',
      'distance_meters',
      'duration_seconds',
      'custom_metric',
    ]) {
      expect([field, sets.some((one) => one[field] === null)]).toEqual([field, true]);
      expect([field, sets.some((one) => one[field] !== null)]).toEqual([field, true]);
    }
    const routineIds = hevy.truth.list('workouts').map((one) => one.routine_id);
    expect(routineIds.includes(null) && routineIds.some((id) => id !== null)).toBe(true);
  });

  test('has built-in templates with eight digits and custom ones with UUIDs, all different', async () => {
    const hevy = await sandbox();
    const templates = hevy.truth.list('exercise_templates');
    expect(templates.length).toBeGreaterThanOrEqual(120);
    expect(new Set(templates.map(({ id }) => id)).size).toBe(templates.length);
    expect(new Set(templates.map(({ title }) => title)).size).toBe(templates.length);
    for (const { id, is_custom } of templates) expect(id).toMatch(is_custom ? UUID : /^[0-9A-F]{8}$/);
    expect(new Set(templates.map((one) => one.is_custom))).toEqual(new Set([true, false]));
  });

  test('refers to folders, routines and templates that exist', async () => {
    const { truth } = await sandbox();
    const folders = truth.list('routine_folders').map(({ id }) => id);
    for (const { folder_id } of truth.list('routines')) expect([null, ...folders]).toContain(folder_id);
    for (const { routine_id } of truth.list('workouts')) {
      if (routine_id !== null) expect(truth.get('routines', String(routine_id))).toBeDefined();
    }
    for (const name of ['workouts', 'routines']) {
      for (const one of truth.list(name).flatMap(({ exercises }) => exercises as Document[])) {
        expect(truth.get('exercise_templates', String(one.exercise_template_id))?.title).toBe(one.title);
      }
    }
  });
});

async function everyKindOfReply(hevy: HevySandbox): Promise<void> {
  for (const [key, path, max] of lists) {
    await crawl(hevy, path, key, max);
    await call(hevy, `${path}?page=999`);
  }
  await call(hevy, `/v1/workouts/events?since=2026-10-01T00:00:00Z`);
  for (const [name, path] of lists) {
    if (name === 'events') continue;
    const [[id] = ['']] = hevy.truth.entries(name);
    await call(hevy, `${path}/${id}`);
  }
  await call(hevy, '/v1/user/info');
  await call(hevy, '/v1/workouts/count');
  const [exercise] = hevy.truth.list('workouts').flatMap((one) => one.exercises as Document[]);
  const span = 'start_date=2026-01-01T00:00:00Z&end_date=2026-12-31T00:00:00Z';
  await call(hevy, `/v1/exercise_history/${exercise?.exercise_template_id}?${span}`);
  await call(hevy, '/v1/body_measurements/2001-01-01');
  await call(hevy, '/v1/workouts/unknown');
  await call(hevy, '/v1/routines/unknown');
  hevy.refuseNext(1);
  await call(hevy, '/v1/routines');
  hevy.revoke();
  await call(hevy, '/v1/user/info');
}

const spec = publishedSpec('hevy-openapi.json');

describe.skipIf(spec === undefined)('against the published document', () => {
  test.each([
    [{}],
    [{ supersetKey: 'supersets_id', unknownBody: 'json' }],
    [{ restSeconds: 'text', unknownBody: 'empty', undatedDeletions: 1 }],
  ] as const)('every reply fits, and so does every request made here, with %o', async (options) => {
    const hevy = await sandbox(options);
    await everyKindOfReply(hevy);
    const document = hevyDocument(spec ?? '', options);
    const problems = hevy.requests.flatMap(({ method, target, body, status: code, reply }) => [
      ...document.checkReply(method, target, code, code === 200 ? JSON.parse(reply) : parsed(reply)),
      ...document.checkRequest(method, target, body),
    ]);
    expect(problems).toEqual([]);
    expect(new Set(hevy.requests.map((one) => one.status))).toEqual(new Set([200, 401, 404, 429]));
  });

  test('the check itself refuses what the service refuses', () => {
    const document = hevyDocument(spec ?? '');
    expect(document.checkRequest('GET', '/v1/workouts?pageSize=11')).not.toEqual([]);
    expect(document.checkRequest('GET', '/v1/exercise_templates?pageSize=100')).toEqual([]);
    expect(document.checkReply('GET', '/v1/user/info', 200, { data: { id: 'x', name: 'y' } })).not.toEqual(
      [],
    );
  });
});

function parsed(text: string): unknown {
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}

const sampled: [file: string, path: string][] = [
  ['workouts_page1.json', '/v1/workouts'],
  ['workouts_events.json', '/v1/workouts/events'],
  ['routines_page1.json', '/v1/routines'],
  ['exercise_templates_page1.json', '/v1/exercise_templates'],
  ['routine_folders.json', '/v1/routine_folders'],
  ['body_measurements.json', '/v1/body_measurements'],
  ['user_info.json', '/v1/user/info'],
  ['workouts_count.json', '/v1/workouts/count'],
];

/** The keys of each place, a list's items and the variants of one place taken together. */
function keysOf(
  value: unknown,
  place = '',
  found = new Map<string, Set<string>>(),
): Map<string, Set<string>> {
  if (Array.isArray(value)) for (const one of value) keysOf(one, `${place}[]`, found);
  else if (typeof value === 'object' && value !== null) {
    const keys = found.get(place) ?? new Set<string>();
    for (const [key, inner] of Object.entries(value)) {
      keys.add(key);
      keysOf(inner, `${place}.${key}`, found);
    }
    found.set(place, keys);
  }
  return found;
}

const samplesThere = publishedSample('hevy', 'workouts_page1.json') !== undefined;

describe.skipIf(!samplesThere)('against the samples', () => {
  test.each(sampled)('%s has the keys of the invented reply', async (file, path) => {
    const hevy = await sandbox();
    const max = lists.find(([, list]) => list === path)?.[2];
    const body = await get(hevy, max === undefined ? path : `${path}?pageSize=${max}`);
    expect(keysOf(body)).toEqual(keysOf(publishedSample('hevy', file).body));
  });

  test('exercise_history.json has the keys of the invented reply', async () => {
    const hevy = await sandbox();
    const [exercise] = hevy.truth.list('workouts').flatMap((one) => one.exercises as Document[]);
    const body = await get(hevy, `/v1/exercise_history/${exercise?.exercise_template_id}`);
    expect(keysOf(body)).toEqual(keysOf(publishedSample('hevy', 'exercise_history.json').body));
  });
});
