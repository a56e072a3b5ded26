import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { activityOf } from '../../src/providers/strava/activities.ts';
import { type Activity, activities, activityDetails } from '../../src/providers/strava/collections.ts';
import { closedUntil, explain, tokenReply } from '../../src/providers/strava/replies.ts';
import { strava } from '../../src/providers/strava.ts';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { type StravaSandbox, type StravaSandboxOptions, startStrava } from '../../src/sandbox/strava.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';
import { stravaDocument } from '../support/stravaDocument.ts';
import { DAY, HOUR, MORNING, Subject } from '../support/subject.ts';
import { testProvider } from '../support/testProvider.ts';

const QUARTER = 15 * 60_000;
const LIST = /\/athlete\/activities$/;
const spec = publishedSpec('strava-openapi.json');
const ids = (service: StravaSandbox, collection: string) =>
  service.truth.entries(collection).map(([id]) => id);
const newest = (service: StravaSandbox) => ids(service, 'activities').at(-1) as string;
const fault = (resource: string, field: string, code: string, message = 'Forbidden') => ({
  message,
  errors: [{ resource, field, code }],
});

/** Like the newest one, but days earlier and under an id of its own. */
function uploadedLate(service: StravaSandbox, daysAgo: number): string {
  const id = '15999999999';
  const like = service.truth.get('activities', newest(service)) as Document;
  const start = new Date(MORNING - daysAgo * DAY).toISOString().slice(0, 19);
  service.truth.put('activities', id, {
    ...like,
    start_date: `${start}Z`,
    start_date_local: `${start}Z`,
  });
  return id;
}

testProvider<StravaSandbox>({
  provider: strava,
  start: (options) => startStrava(options),
  config: { page_size: 5 },
  everything: (service) => ({
    athlete: [String(service.athleteId)],
    zones: ['zones'],
    stats: [String(service.athleteId)],
    activities: ids(service, 'activities'),
    gear: ids(service, 'gear'),
  }),
  secondRun: (requests) => {
    const lists = requests.filter(({ path }) => LIST.test(path));
    expect(requests.map(({ path }) => path).filter((path) => !LIST.test(path))).toEqual(['/api/v3/athlete']);
    expect(lists.length).toBeGreaterThan(0);
    for (const { query } of lists)
      expect(Number(query.get('after'))).toBeGreaterThan((MORNING - 10 * DAY) / 1000);
  },
  edit: (service) => {
    service.truth.patch('activities', newest(service), { name: 'Renamed by hand' });
    return { resource: 'activities', id: newest(service), shows: 'Renamed by hand' };
  },
  late: (service) => ({ resource: 'activities', id: uploadedLate(service, 20) }),
  remove: (service) => {
    const id = newest(service);
    service.truth.remove('activities', id);
    return { resource: 'activities', id };
  },
  paged: { resource: 'activities', path: LIST },
  unknownField: (service, field, value) => {
    const id = newest(service);
    service.truth.patch('activities', id, { [field]: value });
    return { resource: 'activities', id };
  },
  broken: { resource: 'activities', path: LIST },
  tokenPath: /\/oauth\/token$/,
  limit: { refuse: (service) => service.spend(100), closedFor: QUARTER },
  errors: [
    {
      name: 'an app that was switched off',
      make: (service) => service.inactive(true),
      exit: 3,
      says: /paid subscription.*https:\/\/www\.strava\.com\/settings\/api/,
    },
    {
      name: 'an app that is full',
      make: (service) =>
        service.faults.add(
          { path: /./ },
          answer(403, fault('Application', 'athletes', 'exceeded', 'Limit of connected athletes exceeded')),
          99,
        ),
      exit: 3,
      says: /as many connected athletes as Strava allows/,
    },
    {
      name: 'a permission that was not given',
      make: (service) =>
        service.faults.add(
          { path: LIST },
          answer(401, fault('AccessToken', 'activity:read_permission', 'missing')),
          99,
        ),
      exit: 5,
      says: /permission activity:read was not given/,
    },
    {
      name: 'an API that has moved',
      make: (service) =>
        service.faults.add({ path: /./ }, answer(404, fault('resource', 'path', 'invalid')), 99),
      exit: 8,
      says: /no such address.*base_url/,
    },
    {
      name: 'a page size over the maximum',
      make: (service) =>
        service.faults.add({ path: LIST }, answer(400, fault('Activity', 'per_page', 'invalid')), 99),
      exit: 5,
      says: /page_size is too large/,
    },
  ],
  document: spec === undefined ? undefined : stravaDocument(spec),
});

async function household(options: Partial<StravaSandboxOptions> = {}, config: Document = {}) {
  const one = await Subject.start({
    id: 'strava',
    start: ({ now }) => startStrava({ now, ...options }),
    config,
  });
  onTestFinished(() => one.end());
  return one;
}

/** Requests that went out at that moment. */
function noteRequests(folder: string, count: number, at: number): void {
  const db = new Database(join(folder, 'health.sqlite'));
  const note = db.prepare('INSERT INTO rate_spent VALUES (?, ?)');
  db.transaction(() => {
    for (let noted = 0; noted < count; noted += 1) note.run('strava', at);
  })();
  db.close();
}

const EXTRAS = { extras: ['activity_details', 'activity_streams'] };
const MANUAL = 'Afternoon Swim';

describe('the list of activities', () => {
  test('is read to an empty page, since a page that is not full is not the last', async () => {
    const one = await household({}, { page_size: 7 });
    await one.sync();
    const pages = one.service.requests.filter(({ path }) => LIST.test(path));
    const sizes = pages.map(({ reply }) => (JSON.parse(reply) as unknown[]).length);
    expect(sizes.findIndex((size) => size < 7)).toBeLessThan(sizes.length - 2);
    expect(one.live('activities')).toEqual(ids(one.service, 'activities').sort());
  });

  test('is read whole once a week: a ride of long ago that was uploaded late arrives, edits show and deletions too', async () => {
    const one = await household({ days: 200 });
    await one.fill();
    const [gone, edited] = ids(one.service, 'activities') as [string, string];
    const late = uploadedLate(one.service, 120);
    one.service.truth.remove('activities', gone);
    one.service.truth.patch('activities', edited, { name: 'Renamed years later' });
    one.time.now += DAY;
    await one.sync();
    expect(one.live('activities')).not.toContain(late);
    one.time.now += 4 * DAY;
    one.service.requests.length = 0;
    const { code, totals } = await one.sync();
    expect([code, totals.records]).toEqual([0, expect.objectContaining({ created: 1, deleted: 1 })]);
    expect(one.live('activities')).toEqual(ids(one.service, 'activities').sort());
    expect(one.payload('activities', edited)).toContain('Renamed years later');
    const asked = one.service.requests.filter(({ path }) => path.endsWith(gone));
    expect(asked.map(({ status, reply }) => [status, reply])).toEqual([[404, '']]);
  });

  test('D6 an activity that a deletion hid while pages were read is found by the next complete reading', async () => {
    const one = await household({ days: 200 }, { page_size: 5 });
    const all = ids(one.service, 'activities');
    // Whichever end the list begins at, one that stood on the first page goes.
    const victims = [all[0], all.at(-1)] as string[];
    one.service.faults.watch(({ path, query }) => {
      if (!LIST.test(path) || query.get('page') !== '2') return;
      for (const id of victims.splice(0)) one.service.truth.remove('activities', id);
    });
    await one.fill();
    const hidden = () => ids(one.service, 'activities').filter((id) => !one.live('activities').includes(id));
    expect([victims, hidden().length]).toEqual([[], 1]);
    one.time.now += 7 * DAY;
    await one.sync();
    expect(hidden()).toEqual([]);
  });

  test('proves no deletion with a 404 that speaks of the address, and none with a page of HTML', async () => {
    const one = await household();
    await one.fill();
    const before = one.live('activities');
    one.service.truth.remove('activities', newest(one.service));
    for (const body of [fault('resource', 'path', 'invalid', 'Record Not Found'), '<html>gone</html>']) {
      one.service.faults.add({ path: /\/activities\/\d+$/ }, answer(404, body), 9);
      expect((await one.sync('--full')).code).toBe(5);
      expect(one.live('activities')).toEqual(before);
      one.service.faults.clear();
    }
    await one.sync('--full');
    expect(one.live('activities')).toEqual(ids(one.service, 'activities').sort());
  });

  test('keeps ids beyond 2^53 exact, in the record’s id, its payload and the addresses made of it', async () => {
    const one = await household({}, EXTRAS);
    await one.sync();
    const large = ids(one.service, 'activities').find((id) => !Number.isSafeInteger(Number(id))) as string;
    for (const resource of ['activities', 'activity_details', 'activity_streams'])
      expect([resource, one.live(resource).includes(large)]).toEqual([resource, true]);
    expect(one.payload('activities', large)).toContain(`"id":${large},`);
    const paths = one.service.requests.map(({ path }) => path);
    expect(paths).toContain(`/api/v3/activities/${large}/streams`);
  });
});

describe('details and streams', () => {
  test('are left out unless they are asked for', async () => {
    const one = await household();
    await one.sync();
    expect(one.service.counts()).not.toHaveProperty('GET /api/v3/activities/{id}');
  });

  test('arrive newest first, each once, and what has no streams is not asked for again', async () => {
    const one = await household({ days: 12 }, EXTRAS);
    await one.fill();
    const manual = one.service.truth
      .entries('activities')
      .flatMap(([id, { name }]) => (name === MANUAL ? [id] : []));
    expect(manual.length).toBeGreaterThan(0);
    expect(one.live('activity_details')).toEqual(ids(one.service, 'activities').sort());
    expect(one.live('activity_streams')).toEqual(ids(one.service, 'activity_streams').sort());
    const details = one.service.requests.filter(({ path }) => /\/activities\/\d+$/.test(path));
    const starts = details.map(({ reply }) => JSON.parse(reply).start_date as string);
    expect(starts[0]).toBe([...starts].sort().at(-1));
    one.service.requests.length = 0;
    one.time.now += HOUR;
    expect((await one.sync()).code).toBe(0);
    expect(one.service.requests.filter(({ path }) => /\/activities\/\d+/.test(path))).toEqual([]);
  });

  test('of an activity that changed are read again', async () => {
    const one = await household({ days: 12 }, EXTRAS);
    await one.fill();
    const id = newest(one.service);
    one.time.now += HOUR;
    one.service.truth.patch('activities', id, { name: 'Renamed', description: 'told later' });
    await one.sync();
    expect(one.payload('activity_details', id)).toContain('told later');
    expect(one.payload('activities', id)).not.toContain('told later');
  });

  test('that a page of HTML stood in for are asked for again by the next run', async () => {
    const one = await household({ days: 12 }, EXTRAS);
    one.service.faults.add({ path: /\/activities\/\d+/ }, answer(404, '<html>not here</html>'), 999);
    expect((await one.sync()).code).toBe(5);
    expect(one.live('activity_details')).toEqual([]);
    one.service.faults.clear();
    one.time.now += HOUR;
    expect((await one.sync()).code).toBe(0);
    expect(one.live('activity_details')).toEqual(ids(one.service, 'activities').sort());
  });

  test('that were not understood cost no request again, until a full run', async () => {
    const one = await household({ days: 12 }, EXTRAS);
    const detail = /\/activities\/\d+$/;
    one.service.faults.add(
      { path: detail },
      rewrite((text) => text.replace('"start_date":', '"begun":')),
      999,
    );
    await one.sync();
    expect(one.live('activity_details')).toEqual([]);
    one.service.faults.clear();
    one.service.requests.length = 0;
    one.time.now += HOUR;
    await one.sync();
    expect(one.service.requests.filter(({ path }) => detail.test(path))).toEqual([]);
    one.time.now += HOUR;
    await one.sync('--full');
    expect(one.live('activity_details')).toEqual(ids(one.service, 'activities').sort());
  });

  test('of an activity that was deleted go with it', async () => {
    const one = await household({ days: 12 }, EXTRAS);
    await one.fill();
    const id = newest(one.service);
    expect(one.live('activity_details')).toContain(id);
    one.time.now += HOUR;
    one.service.truth.remove('activities', id);
    await one.sync();
    for (const resource of ['activities', 'activity_details', 'activity_streams'])
      expect([resource, one.live(resource).includes(id)]).toEqual([resource, false]);
  });

  test('go on in the next quarter of an hour where a run ends for want of requests', async () => {
    const one = await household({ days: 90 }, EXTRAS);
    let runs = 0;
    for (let code = 4; code !== 0; runs += 1) {
      const before = one.service.requests.length;
      const finished = await one.sync();
      code = finished.code;
      if (code !== 0) expect([code, finished.outcome]).toEqual([4, 'TEMP']);
      expect(one.service.requests.length - before).toBeLessThanOrEqual(100);
      one.time.now += QUARTER;
    }
    expect(runs).toBe(2);
    expect(one.service.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(one.live('activity_details')).toEqual(ids(one.service, 'activities').sort());
    expect(one.live('activity_streams')).toEqual(ids(one.service, 'activity_streams').sort());
  });

  test('leave the last requests of a day to plain runs, and go on tomorrow', async () => {
    const one = await household({ days: 60 }, EXTRAS);
    await one.sync('--resources', 'athlete');
    // What earlier runs of the day noted.
    noteRequests(one.folder, 860, MORNING - 4 * HOUR);
    one.service.spend(860);
    one.time.now += QUARTER;
    const { code, outcome } = await one.sync();
    expect([code, outcome]).toEqual([4, 'TEMP']);
    expect(one.live('activities')).toEqual(ids(one.service, 'activities').sort());
    const details = one.live('activity_details').length;
    one.time.now += QUARTER;
    const id = newest(one.service);
    one.service.truth.patch('activities', id, { name: 'Seen all the same' });
    expect((await one.sync()).code).toBe(4);
    expect(one.payload('activities', id)).toContain('Seen all the same');
    expect(one.live('activity_details').length).toBe(details);
    one.time.now += DAY;
    expect((await one.sync()).code).toBe(0);
    expect(one.live('activity_details')).toEqual(ids(one.service, 'activities').sort());
    expect(one.service.requests.filter(({ status }) => status === 429)).toEqual([]);
  });

  test('stop when the same app has used its limit elsewhere, as the headers tell', async () => {
    const one = await household({}, EXTRAS);
    one.service.spend(90);
    const { code, outcome } = await one.sync();
    expect([code, outcome]).toEqual([4, 'TEMP']);
    // With four requests under way at once some are out already when the first header says so.
    expect(one.service.requests.filter(({ status }) => status === 429).length).toBeLessThan(4);
    const asked = one.service.requests.length;
    expect(asked).toBeLessThan(16);
    await one.sync();
    expect(one.service.requests.length).toBe(asked);
  });

  test('give the views of laps, efforts and workouts their rows and energy', async () => {
    const one = await household({}, EXTRAS);
    await one.sync();
    for (const view of ['strava_laps', 'strava_segment_efforts'])
      expect(one.rows<{ n: number }>(`SELECT count(*) AS n FROM ${view}`)[0]?.n).toBeGreaterThan(10);
    const [run] = one.rows<Document>(
      "SELECT * FROM workouts WHERE type = 'Run' ORDER BY start_time DESC LIMIT 1",
    );
    const truth = one.service.truth.list('activities').findLast(({ sport_type }) => sport_type === 'Run');
    expect(run).toMatchObject({
      source: 'strava',
      title: 'Morning Run',
      distance_m: truth?.distance,
      moving_seconds: truth?.moving_time,
      energy_kj: expect.closeTo(Number(truth?.calories) * 4.184, 3),
      start_time: expect.stringMatching(/T\d\d:\d\d:\d\d\+01:00$/),
    });
  });
});

describe('gear', () => {
  test('that is retired is read as long as an activity was done with it, and gear that is gone is left out', async () => {
    const one = await household();
    await one.fill();
    const retired = one.service.truth.list('gear').filter((gear) => gear.retired === true);
    expect(retired.map(({ id }) => one.live('gear').includes(id as string))).toEqual([true]);
    one.service.faults.add({ path: /\/gear\/g19999385$/ }, answer(404, '{}'), 99);
    one.time.now += DAY;
    expect((await one.sync()).code).toBe(0);
    expect(one.live('gear')).toEqual(['b11807342', 'g20051782']);
  });
});

/** The API as it will be: the same paths at the root of another host. */
async function movedTo(service: StravaSandbox): Promise<string> {
  const server = createServer((request, response) => {
    fetch(`${service.url}/api/v3${request.url}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    }).then(
      async (reply) => {
        response.writeHead(reply.status, { 'content-type': 'application/json' });
        response.end(await reply.text());
      },
      (error) => response.destroy(error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('another base address without /api/v3 serves as well, the announced move', async () => {
  const one = await household({}, EXTRAS);
  one.configure({ base_url: `${await movedTo(one.service)}/` });
  expect((await one.sync()).code).toBe(0);
  expect(one.live('activities')).toEqual(ids(one.service, 'activities').sort());
  expect(one.live('activity_streams')).toEqual(ids(one.service, 'activity_streams').sort());
});

describe('the time of an activity', () => {
  const outing = (start_date: string, start_date_local: string, more: object = {}) =>
    ({ id: 1, start_date, start_date_local, elapsed_time: 5400, ...more }) as Activity;
  const timeOf = (item: Activity) => activityOf(item, '', { text: JSON.stringify(item), value: item });

  test.each([
    ['summer in New York', '2025-10-18T12:49:52Z', '2025-10-18T08:49:52Z', '-04:00', '2025-10-18'],
    ['the evening before in UTC', '2026-03-10T23:30:00Z', '2026-03-11T10:30:00Z', '+11:00', '2026-03-11'],
    ['Nepal', '2026-03-10T01:00:00Z', '2026-03-10T06:45:00Z', '+05:45', '2026-03-10'],
    ['a hidden start', '2026-03-10T00:00:01Z', '2026-03-10T00:00:01Z', '+00:00', '2026-03-10'],
    ['dates that make no sense', '2026-03-10T12:00:00Z', '2026-03-13T12:00:00Z', '+00:00', '2026-03-13'],
  ])('has the offset between both dates and the local date: %s', (_name, start, local, offset, day) => {
    const { row, session } = timeOf(outing(start, local));
    expect(row.day).toBe(day);
    expect(row.startedAt?.endsWith(offset)).toBe(true);
    expect(Date.parse(row.startedAt as string)).toBe(Date.parse(start));
    expect(Date.parse(session?.end as string) - Date.parse(start)).toBe(5_400_000);
  });

  test('becomes a session with its kind of sport and its title', () => {
    const item = outing('2026-03-10T12:00:00Z', '2026-03-10T13:00:00Z', {
      ...{ sport_type: 'TrailRun', type: 'Run', name: 'Forest loop' },
    });
    expect(timeOf(item).session).toMatchObject({ kind: 'workout', type: 'TrailRun', title: 'Forest loop' });
  });
});

describe('what replies say', () => {
  const now = Date.parse('2026-03-12T08:03:00Z');
  test.each([
    ['nothing is used up', '200,2000', '3,40', '100,1000', '3,40', undefined],
    ['the reads of the quarter', '200,2000', '120,140', '100,1000', '100,140', '2026-03-12T08:15:05Z'],
    ['all of the quarter', '200,2000', '200,240', '100,1000', '10,140', '2026-03-12T08:15:05Z'],
    ['the reads of the day', '200,2000', '20,1140', '100,1000', '100,1000', '2026-03-13T00:00:05Z'],
    ['all of the day', '400,4000', '20,4000', '200,2000', '10,900', '2026-03-13T00:00:05Z'],
    ['something else', 'a lot', '7', '100', '100,1000', undefined],
  ])('the headers close until the window ends: %s', (_name, limit, usage, readLimit, readUsage, until) => {
    const headers = {
      'x-ratelimit-limit': limit,
      'x-ratelimit-usage': usage,
      'x-readratelimit-limit': readLimit,
      'x-readratelimit-usage': readUsage,
    };
    expect(closedUntil(headers, now)).toBe(until === undefined ? undefined : Date.parse(until));
  });

  test('no headers close nothing', () => {
    expect(closedUntil({}, now)).toBeUndefined();
  });

  test.each([
    [400, fault('RequestToken', 'code', 'invalid'), { error: 'invalid_grant' }],
    [400, fault('RefreshToken', 'refresh_token', 'invalid'), { error: 'invalid_grant' }],
    [400, fault('Application', 'client_id', 'invalid'), { error: 'invalid_client' }],
    [401, fault('Application', '', 'invalid'), { error: 'invalid_client' }],
    [403, fault('Application', 'Status', 'Inactive'), { error: 'status_inactive' }],
    [200, { access_token: 'a', athlete: { id: 7 } }, { access_token: 'a', athlete: { id: 7 }, user_id: '7' }],
    [200, { access_token: 'a' }, { access_token: 'a' }],
  ])('the token endpoint’s %i is read as RFC 6749 has it', (status, body, expected) => {
    const reply = tokenReply({ status, text: JSON.stringify(body) });
    expect([reply.status, JSON.parse(reply.text)]).toEqual([status, expected]);
  });

  test('a page of somebody in between stays what it is', () => {
    const page = { status: 502, text: '<html>Bad Gateway</html>' };
    expect(tokenReply(page)).toEqual(page);
    expect(explain({ ...page, headers: {} })).toBeUndefined();
  });
});

describe.skipIf(publishedSample('strava', 'athlete.json') === undefined)('recorded replies', () => {
  const bodyOf = (file: string) => publishedSample('strava', file)?.response?.body;

  test('of lists and details fit their schemas', () => {
    const listed = ['athlete_activities_page1.json', 'athlete_activities_after_before.json'].flatMap(bodyOf);
    expect(listed.length).toBeGreaterThan(2);
    for (const one of listed) expect(activities.schema.safeParse(one).error).toBeUndefined();
    const run = bodyOf('activity_detail_run.json') ?? publishedSample('strava', 'activity_detail_run.json');
    expect(activityDetails.schema.safeParse(run).error).toBeUndefined();
  });

  test('of the other collections fit theirs', () => {
    const files = {
      athlete: 'athlete.json',
      zones: 'athlete_zones.json',
      gear: 'gear_shoe.json',
      activity_streams: 'activity_streams.json',
    };
    for (const [name, file] of Object.entries(files)) {
      const resource = strava.resources.find((one) => one.name === name);
      expect([name, resource?.schema.safeParse(bodyOf(file)).error]).toEqual([name, undefined]);
    }
  });

  test('of a limit, an inactive app and a wrong code are understood', () => {
    const { headers, body } = publishedSample('strava', 'error_429.json').response;
    const lower = Object.fromEntries(
      Object.entries(headers as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]),
    );
    expect(closedUntil(lower, MORNING)).toBe(Date.parse('2026-03-13T00:00:05Z'));
    expect(explain({ status: 429, headers: {}, text: JSON.stringify(body) })).toBeUndefined();
    const inactive = JSON.stringify(bodyOf('error_403_inactive_app.json'));
    expect(explain({ status: 403, headers: {}, text: inactive })).toMatch(/switched the app off/);
    const wrongCode = JSON.stringify(bodyOf('token_error_invalid_code.json'));
    expect(tokenReply({ status: 400, text: wrongCode }).text).toBe('{"error":"invalid_grant"}');
  });
});
