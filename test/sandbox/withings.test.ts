import { describe, expect, test } from 'vitest';
import { DAY, type Fixture, NOW, SECOND, withings } from './withings-support.ts';

const invalid = (what: string) => ({ http: 200, status: 503, body: {}, error: `Invalid Params: ${what}` });
const EVER = { startdateymd: '2020-01-01', enddateymd: '2030-01-01' };
const ALWAYS = { startdate: 0, enddate: 2_000_000_000 };

/** A group of one weigh-in, 70.25 kg. */
const weighIn = (grpid: number | string, more: object = {}) => ({
  grpid,
  attrib: 0,
  date: SECOND - 600,
  category: 1,
  deviceid: null,
  hash_deviceid: null,
  measures: [{ value: 7025, type: 1, unit: -2, algo: 0, fm: 128 }],
  modelid: null,
  model: null,
  comment: null,
  ...more,
});

// biome-ignore lint/suspicious/noExplicitAny: rows of every shape
type Row = any;

describe('who asks and how', () => {
  test.each([
    ['no token', ''],
    ['a token nobody gave', 'wrong'],
  ])('%s: HTTP 200 with status 401', async (_, token) => {
    const { call } = await withings();
    const reply = await call('/measure getmeas', { lastupdate: 1 }, token);
    expect(reply).toMatchObject({ http: 200, status: 401, body: {} });
    expect(reply.error).toContain('invalid_token');
  });

  test('an action or a path that is none is not implemented', async () => {
    const { call } = await withings();
    for (const name of ['/measure getactivity', '/v2/measure getmeas', '/v2/user get', '/nowhere get']) {
      expect(await call(name)).toMatchObject({ http: 200, status: 2554, error: 'Not implemented' });
    }
  });

  test('GET, JSON and fields in the query are not looked at', async () => {
    const { withings: service } = await withings();
    const authorization = `Bearer ${service.issueToken().access_token}`;
    const url = `${service.url}/measure?action=getmeas&lastupdate=1`;
    const json = { action: 'getmeas', lastupdate: 1 };
    for (const init of [
      { method: 'GET', headers: { authorization } },
      { method: 'POST', headers: { authorization } },
      {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(json),
      },
    ]) {
      expect(await (await fetch(url, init)).json()).toMatchObject({ status: 2554, body: {} });
    }
  });

  test('a scope that was not granted refuses each call of its kind', async () => {
    const { withings: service, call } = await withings();
    const { access_token } = service.issueToken(['user.info']);
    for (const name of ['/measure getmeas', '/v2/heart list', '/v2/measure getactivity', '/v2/sleep get']) {
      expect((await call(name, {}, access_token)).status).toBe(2555);
    }
    expect((await call('/v2/user getdevice', {}, access_token)).status).toBe(0);
  });

  test('the 121st request within a minute is refused with 601, and a minute later there is room', async () => {
    const { call, advance } = await withings();
    for (let made = 0; made < 120; made += 1) expect((await call('/v2/user getgoals')).status).toBe(0);
    const refused = { http: 200, status: 601, body: {}, error: 'Too Many Requests' };
    expect(await call('/v2/user getgoals')).toMatchObject(refused);
    expect(await call('/v2/oauth2 requesttoken', {}, '')).toMatchObject(refused);
    advance(59);
    expect((await call('/v2/user getgoals')).status).toBe(601);
    advance(1);
    expect((await call('/v2/user getgoals')).status).toBe(0);
  });

  test('the quota can be changed and switched off', async () => {
    const { call, withings: service } = await withings({ quota: 1 });
    await call('/v2/user getgoals');
    expect((await call('/v2/user getgoals')).status).toBe(601);
    service.limit('off');
    expect((await call('/v2/user getgoals')).status).toBe(0);
  });

  test('requests are counted by path and action', async () => {
    const { call, withings: service } = await withings();
    await call('/v2/user getgoals');
    await call('/v2/user getdevice');
    await call('/v2/user getdevice');
    expect(service.counts()).toEqual({ 'POST /v2/user getgoals': 1, 'POST /v2/user getdevice': 2 });
  });
});

describe('measures', () => {
  const groups = async ({ call }: Fixture, fields: Record<string, string | number>) =>
    (await call('/measure getmeas', fields)).body.measuregrps as Row[];

  test('come newest first with the time of the answer', async () => {
    const fixture = await withings({ pageSize: { measures: 1000 } });
    const { body } = await fixture.call('/measure getmeas', { lastupdate: 1 });
    expect(body).toMatchObject({ updatetime: SECOND, timezone: 'Europe/Berlin' });
    const dates = body.measuregrps.map((group: Row) => group.date);
    expect(dates.length).toBeGreaterThan(40);
    expect(dates).toEqual(dates.toSorted((a: number, b: number) => b - a));
    // Nothing is said about pages where there are none.
    expect(Object.keys(body)).toEqual(['updatetime', 'timezone', 'measuregrps']);
  });

  test('are paged to the end with a numeric more, each group once', async () => {
    const fixture = await withings({ days: 60 });
    const first = await fixture.call('/measure getmeas', { lastupdate: 1 });
    expect(first.body).toMatchObject({ more: 1, offset: 50 });
    const last = await fixture.call('/measure getmeas', { lastupdate: 1, offset: 100 });
    expect(last.body).toMatchObject({ more: 0, offset: 0 });
    const pages = await fixture.pages('/measure getmeas', 'measuregrps', { lastupdate: 1 });
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toHaveLength(fixture.withings.truth.list('measures').length);
  });

  test('hold every oddity there is', async () => {
    const all = await groups(await withings({ pageSize: { measures: 1000 } }), { lastupdate: 1 });
    const measures = all.flatMap((group) => group.measures.map((one: Row) => ({ ...one, in: group })));
    expect(new Set(measures.map((one) => Math.sign(one.unit)))).toEqual(new Set([-1, 0, 1]));
    expect(new Set(measures.map((one) => one.unit))).toEqual(new Set([-3, -2, -1, 0, 1]));
    const scan = all.find((group) => group.measures.some((one: Row) => one.position === 2));
    const torso = scan.measures.filter((one: Row) => one.type === 173).map((one: Row) => one.position);
    expect(torso).toEqual([2, 3, 10, 11, 12]);
    const lean = scan.measures.filter((one: Row) => one.type === 5);
    expect(lean).toHaveLength(2);
    expect(lean[0]).toEqual(lean[1]);
    const ids = all.map((group) => group.grpid);
    const twice = all.filter((group) => ids.indexOf(group.grpid) !== ids.lastIndexOf(group.grpid));
    expect(twice.map((group) => group.attrib)).toEqual([0, 8, 0, 8, 0, 8]);
    expect(new Set(all.map((group) => group.attrib))).toEqual(new Set([0, 1, 2, 4, 8]));
    expect(all.filter((group) => group.category === 2)).toHaveLength(1);
    expect(all.some((group) => group.created - group.date >= 2 * DAY)).toBe(true);
  });

  test('are filtered by type within the group, and by category', async () => {
    const fixture = await withings({ pageSize: { measures: 1000 } });
    const heart = await groups(fixture, { lastupdate: 1, meastype: 11 });
    expect(new Set(heart.flatMap((group) => group.measures).map((one) => one.type))).toEqual(new Set([11]));
    const some = await groups(fixture, { lastupdate: 1, meastypes: '9,10' });
    expect(new Set(some.flatMap((group) => group.measures).map((one) => one.type))).toEqual(new Set([9, 10]));
    expect(await groups(fixture, { lastupdate: 1, meastype: 999 })).toEqual([]);
    expect((await groups(fixture, { lastupdate: 1, category: 2 })).map((one) => one.category)).toEqual([2]);
    expect((await groups(fixture, { lastupdate: 1, category: 1 })).every((one) => one.category === 1)).toBe(
      true,
    );
  });

  test.each([
    ['a list in meastype', { lastupdate: 1, meastype: '1,4' }, 'invalid meastype'],
    ['names in meastypes', { lastupdate: 1, meastypes: 'weight' }, 'invalid meastypes'],
    ['both at once', { lastupdate: 1, meastype: 1, meastypes: '1' }, 'meastype and meastypes'],
    ['a third category', { lastupdate: 1, category: 3 }, 'invalid category'],
    ['a date in words', { startdate: '2026-09-01' }, 'invalid startdate'],
    ['a negative offset', { lastupdate: 1, offset: -1 }, 'invalid offset'],
    ['an end before the start', { startdate: 2, enddate: 1 }, 'the end lies before the start'],
    ['neither range nor lastupdate', {}, 'missing lastupdate or a range'],
  ])('%s is refused', async (_, fields, what) => {
    const { call } = await withings();
    expect(await call('/measure getmeas', fields)).toMatchObject(invalid(what));
  });

  test('a range includes both of its ends', async () => {
    const fixture = await withings();
    fixture.withings.truth.replaceAll(
      'measures',
      [10, 20, 30].map((date) => [String(date), weighIn(date, { date, modified: SECOND })]),
    );
    const dates = async (fields: Record<string, number>) =>
      (await groups(fixture, fields)).map((group) => group.date);
    expect(await dates({ startdate: 10, enddate: 20 })).toEqual([20, 10]);
    expect(await dates({ startdate: 11, enddate: 29 })).toEqual([20]);
    expect(await dates({ startdate: 20 })).toEqual([30, 20]);
  });

  test('ids beyond 2^53 arrive as numbers with every digit', async () => {
    const fixture = await withings();
    fixture.withings.truth.put('measures', 'large', weighIn('9007199254740993'));
    const { text } = await fixture.call('/measure getmeas', { lastupdate: SECOND - 1 });
    expect(text).toContain('"grpid":9007199254740993,');
  });
});

describe('lastupdate', () => {
  const rows: [call: string, list: string, collection: string, range: object][] = [
    ['/measure getmeas', 'measuregrps', 'measures', ALWAYS],
    ['/v2/measure getactivity', 'activities', 'activity', EVER],
    ['/v2/measure getworkouts', 'series', 'workouts', EVER],
    ['/v2/sleep getsummary', 'series', 'sleep_summary', EVER],
  ];

  test.each(rows)(
    '%s: together with a range brings nothing at all, silently',
    async (name, list, _, range) => {
      const { call } = await withings();
      const reply = await call(name, { lastupdate: 1, ...range });
      expect([reply.status, reply.body[list]]).toEqual([0, []]);
    },
  );

  test.each(rows)('%s: now or later brings nothing', async (name, list) => {
    const { call } = await withings();
    expect((await call(name, { lastupdate: SECOND })).body[list]).toEqual([]);
    expect((await call(name, { lastupdate: SECOND + DAY })).body[list]).toEqual([]);
  });

  test.each(rows)('%s: shows a change of an old row and no removal', async (name, list, collection) => {
    const { call, withings: service, advance } = await withings({ pageSize: { [collection]: 1000 } });
    const before = (await call(name, { lastupdate: 1 })).body[list].length;
    const [oldest = ''] = service.truth.entries(collection).map(([id]) => id);
    advance(60);
    service.truth.patch(collection, oldest, { timezone: 'Europe/Paris' });
    advance(60);
    const changed = await call(name, { lastupdate: SECOND });
    expect(changed.body[list]).toMatchObject([{ modified: SECOND + 60, timezone: 'Europe/Paris' }]);
    expect((await call(name, { lastupdate: SECOND + 60 })).body[list]).toEqual([]);
    service.truth.remove(collection, oldest);
    expect((await call(name, { lastupdate: SECOND })).body[list]).toEqual([]);
    expect((await call(name, { lastupdate: 1 })).body[list]).toHaveLength(before - 1);
  });

  test('a change that brings its own stamp keeps it', async () => {
    const { withings: service } = await withings();
    service.truth.put('measures', '7', weighIn(7, { modified: 5 }));
    expect(service.truth.get('measures', '7')).toMatchObject({ created: SECOND, modified: 5 });
    service.truth.patch('measures', '7', { comment: null, modified: 5 });
    expect(service.truth.get('measures', '7')?.modified).toBe(5);
    service.truth.patch('measures', '7', { attrib: 7 });
    expect(service.truth.get('measures', '7')).toMatchObject({ attrib: 7, modified: SECOND });
  });
});

describe('days, workouts and nights', () => {
  const calls: [name: string, list: string, days: number][] = [
    ['/v2/measure getactivity', 'activities', 60],
    ['/v2/measure getworkouts', 'series', 60],
    ['/v2/sleep getsummary', 'series', 60],
  ];

  test.each(calls)('%s is paged with a boolean more and 0 at the end', async (name, list, days) => {
    const fixture = await withings({ days, summaryDays: Infinity });
    const pages = await fixture.pages(name, list, EVER);
    expect(pages.length).toBeGreaterThan(1);
    const keys = pages.flat().map((row) => row.id ?? row.date);
    expect(new Set(keys).size).toBe(keys.length);
    const size = pages[0]?.length ?? 0;
    expect((await fixture.call(name, EVER)).body).toMatchObject({ more: true, offset: size });
    const last = await fixture.call(name, { ...EVER, offset: size * (pages.length - 1) });
    expect(last.body).toMatchObject({ more: false, offset: 0 });
    const beyond = await fixture.call(name, { ...EVER, offset: 5000 });
    expect(beyond.body).toEqual({ [list]: [], more: false, offset: 0 });
  });

  test.each(calls)('%s refuses half a range, words and days that are none', async (name) => {
    const { call } = await withings();
    const start = '2026-09-01';
    for (const [fields, what] of [
      [{ startdateymd: start }, 'missing enddateymd'],
      [{ enddateymd: start }, 'missing startdateymd'],
      [{ startdateymd: start, enddateymd: '2026-09-31' }, 'invalid enddateymd'],
      [{ startdateymd: SECOND, enddateymd: SECOND }, 'invalid startdateymd'],
      [{ startdateymd: start, enddateymd: '2026-08-31' }, 'the end lies before the start'],
      [{ startdate: 1, enddate: 2 }, 'missing lastupdate or a range'],
      [{}, 'missing lastupdate or a range'],
    ] as const) {
      expect(await call(name, fields)).toMatchObject(invalid(what));
    }
  });

  test('a range of days includes both of its ends', async () => {
    const { call } = await withings();
    const range = { startdateymd: '2026-09-08', enddateymd: '2026-09-10' };
    const { body } = await call('/v2/measure getactivity', range);
    expect(body.activities.map((row: Row) => row.date)).toEqual(['2026-09-08', '2026-09-09', '2026-09-10']);
  });

  test('activity comes oldest first unless the service is told otherwise', async () => {
    const first = async (options: object) => {
      const { call } = await withings(options);
      return (await call('/v2/measure getactivity', EVER)).body.activities[0].date;
    };
    expect(await first({})).toBe('2026-08-12');
    expect(await first({ order: { activity: 'newest' } })).toBe('2026-09-10');
  });

  test('days counted by a phone have no device and brand 18', async () => {
    const { call } = await withings();
    const { body } = await call('/v2/measure getactivity', EVER);
    const phone = body.activities.filter((row: Row) => row.brand === 18);
    expect(phone.length).toBeGreaterThan(2);
    expect(new Set(phone.map((row: Row) => row.deviceid))).toEqual(new Set([null]));
    expect(body.activities.some((row: Row) => row.is_tracker && typeof row.deviceid === 'string')).toBe(true);
  });

  test('values come only when they are asked for', async () => {
    const { call } = await withings();
    const bare = (await call('/v2/measure getactivity', EVER)).body.activities[0];
    expect(bare).not.toHaveProperty('steps');
    expect(bare).toHaveProperty('modified');
    const asked = await call('/v2/measure getactivity', { ...EVER, data_fields: 'steps,hr_min' });
    expect(asked.body.activities[0]).toMatchObject({ steps: expect.any(Number), hr_min: expect.any(Number) });
    expect(asked.body.activities[0]).not.toHaveProperty('distance');
    const workout = (await call('/v2/measure getworkouts', EVER)).body.series[0];
    expect(workout.data).not.toHaveProperty('calories');
    const fields = { ...EVER, data_fields: 'calories,spo2_average' };
    const asking = (await call('/v2/measure getworkouts', fields)).body.series[0];
    expect(asking.data).toEqual({ calories: expect.any(Number), spo2_average: null });
  });

  test('a name in data_fields that nobody documented is refused, or passed over', async () => {
    const fields = { ...EVER, data_fields: 'steps,stepps' };
    const strict = await withings();
    expect(await strict.call('/v2/measure getactivity', fields)).toMatchObject(
      invalid('invalid data_fields'),
    );
    const lenient = await withings({ unknownFields: 'ignored' });
    expect((await lenient.call('/v2/measure getactivity', fields)).body.activities[0]).toHaveProperty(
      'steps',
    );
  });

  test('more than seven nights by date are refused, cut, or fine', async () => {
    const week = { startdateymd: '2026-09-01', enddateymd: '2026-09-07' };
    const longer = { ...week, enddateymd: '2026-09-08' };
    const strict = await withings();
    expect((await strict.call('/v2/sleep getsummary', week)).body.series).toHaveLength(7);
    expect(await strict.call('/v2/sleep getsummary', longer)).toMatchObject(invalid('more than 7 days'));
    const cut = await withings({ tooLong: 'cut' });
    expect((await cut.call('/v2/sleep getsummary', longer)).body.series).toHaveLength(7);
    const free = await withings({ summaryDays: Infinity });
    expect((await free.call('/v2/sleep getsummary', longer)).body.series).toHaveLength(8);
  });

  test('a night recorded elsewhere knows its length alone', async () => {
    const { call } = await withings();
    const fields = { lastupdate: 1, data_fields: 'asleepduration,deepsleepduration,sleep_score' };
    const nights = (await call('/v2/sleep getsummary', fields)).body.series;
    const foreign = nights.filter((night: Row) => night.model === 16);
    expect(foreign.length).toBeGreaterThan(1);
    for (const night of foreign) {
      expect(night.data).toEqual({ asleepduration: expect.any(Number), deepsleepduration: null });
    }
  });
});

describe('a day at a time', () => {
  const fields = { data_fields: 'steps,heart_rate' };
  const yesterday = { startdate: SECOND - DAY, enddate: SECOND };

  test.each(['/v2/sleep get', '/v2/measure getintradayactivity'])(
    '%s refuses more than 24 hours, or answers the first 24',
    async (name) => {
      const longer = { startdate: SECOND - DAY - 1, enddate: SECOND };
      const strict = await withings();
      expect((await strict.call(name, yesterday)).status).toBe(0);
      expect(await strict.call(name, longer)).toMatchObject(invalid('more than 24 hours'));
      const missing = await strict.call(name, { startdate: SECOND });
      expect(missing).toMatchObject(invalid('missing startdate or enddate'));
      const cut = await withings({ tooLong: 'cut' });
      const start = SECOND - 20 * DAY;
      const all = await cut.call(name, { startdate: start, enddate: SECOND });
      const first = await cut.call(name, { startdate: start, enddate: start + DAY });
      expect(all.body).toEqual(first.body);
    },
  );

  test('intraday values are keyed by their second', async () => {
    const { call } = await withings();
    const { body } = await call('/v2/measure getintradayactivity', { ...yesterday, ...fields });
    const keys = Object.keys(body.series).map(Number);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.every((at) => at >= SECOND - DAY && at <= SECOND)).toBe(true);
    expect(Object.values<Row>(body.series).some((one) => one.steps > 0)).toBe(true);
    expect(Object.values<Row>(body.series)[0]).not.toHaveProperty('distance');
    const recent = await call('/v2/measure getintradayactivity', fields);
    expect(recent.body).toEqual(body);
  });

  test('an intraday day without anything is a list in PHP’s manner, or an object', async () => {
    const never = { startdate: 1, enddate: 2 };
    const php = await withings();
    expect((await php.call('/v2/measure getintradayactivity', never)).body).toEqual({ series: [] });
    const tidy = await withings({ emptyIntraday: 'object' });
    expect((await tidy.call('/v2/measure getintradayactivity', never)).body).toEqual({ series: {} });
  });

  test('some invented day has nothing intraday', async () => {
    const { call } = await withings();
    const days = Array.from({ length: 20 }, (_, back) => SECOND - (back + 1) * DAY);
    const empty = [];
    for (const startdate of days) {
      const { body } = await call('/v2/measure getintradayactivity', {
        startdate,
        enddate: startdate + DAY / 2,
      });
      if (Array.isArray(body.series)) empty.push(startdate);
    }
    expect(empty.length).toBeGreaterThan(2);
    expect(empty.length).toBeLessThan(20);
  });

  test('segments of sleep have their minutes only when asked for', async () => {
    const { call } = await withings();
    const { body } = await call('/v2/sleep get', yesterday);
    expect(body.model).toBe(32);
    expect(body.series.length).toBeGreaterThan(10);
    expect(body.series[0]).not.toHaveProperty('hr');
    const [first] = (await call('/v2/sleep get', { ...yesterday, data_fields: 'hr,rr,snoring' })).body.series;
    expect(Object.keys(first.hr)[0]).toBe(String(first.startdate));
    expect(Object.keys(first.hr)).toHaveLength((first.enddate - first.startdate) / 60);
  });

  test('the segments of a night add up to its summary', async () => {
    const { call } = await withings();
    const [night] = (await call('/v2/sleep getsummary', { lastupdate: 1 })).body.series;
    const range = { startdate: night.startdate, enddate: night.enddate };
    const segments = (await call('/v2/sleep get', range)).body.series as Row[];
    const deep = segments.filter((one) => one.state === 2);
    expect(deep.reduce((sum, one) => sum + one.enddate - one.startdate, 0)).toBe(
      night.data.deepsleepduration,
    );
    expect(segments.at(-1).enddate).toBe(night.enddate);
  });
});

describe('hearts, devices and goals', () => {
  test('the list of ECGs knows no lastupdate and pages', async () => {
    const fixture = await withings({ pageSize: { heart: 3 } });
    const pages = await fixture.pages('/v2/heart list', 'series', ALWAYS);
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat().some((row) => row.bloodpressure !== undefined)).toBe(true);
    const ignored = await fixture.call('/v2/heart list', { lastupdate: SECOND });
    expect(ignored.body.series).toHaveLength(3);
  });

  test('a signal is found by its number, also beyond 2^53', async () => {
    const { call, withings: service } = await withings();
    const [row] = (await call('/v2/heart list', ALWAYS)).body.series;
    const { body } = await call('/v2/heart get', { signalid: row.ecg.signalid });
    expect(body.signal).toHaveLength(body.sampling_frequency * (body.model === 44 ? 20 : 30));
    service.truth.put('heart', '9007199254740995', {
      ...row,
      ecg: { signalid: '9007199254740995', afib: 0 },
    });
    expect((await call('/v2/heart get', { signalid: '9007199254740995' })).status).toBe(0);
    expect((await call('/v2/heart get', { signalid: '9007199254740996' })).status).toBe(503);
    expect((await call('/v2/heart list', ALWAYS)).text).toContain('"signalid":9007199254740995,');
  });

  test('goals and devices are what the truth says', async () => {
    const { call, withings: service } = await withings();
    service.truth.patch('goals', 'goals', { steps: 8000 });
    expect((await call('/v2/user getgoals')).body.goals).toMatchObject({ steps: 8000, sleep: 28_800 });
    const devices = service.truth.list('devices');
    expect((await call('/v2/user getdevice')).body).toEqual({ devices });
    service.truth.remove('devices', String(devices[0]?.deviceid));
    expect((await call('/v2/user getdevice')).body.devices).toHaveLength(3);
  });
});

describe('the invented person', () => {
  const known = async (seed: number) => {
    const { truth } = (await withings({ seed })).withings;
    return truth.collections.map((name) => truth.entries(name));
  };

  test('is the same for the same seed and another one for another', async () => {
    expect(await known(1)).toEqual(await known(1));
    expect(await known(1)).not.toEqual(await known(2));
  });

  test('has no future', async () => {
    const { truth } = (await withings()).withings;
    for (const name of ['measures', 'activity', 'workouts', 'sleep_summary', 'heart']) {
      const latest = Math.max(...truth.list(name).map((row) => Number(row.modified)));
      expect(latest).toBeLessThanOrEqual(SECOND);
    }
    expect(Math.max(...truth.entries('intraday').map(([at]) => Number(at)))).toBeLessThanOrEqual(NOW / 1000);
  });

  test('is changed from outside through the control routes', async () => {
    const { call, withings: service } = await withings();
    const control = (path: string, body: object, method = 'POST') =>
      fetch(`${service.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
    await control('collections/measures/7', weighIn(7), 'PUT');
    const { body } = await call('/measure getmeas', { lastupdate: SECOND - 1 });
    expect(body.measuregrps.map((group: Row) => group.grpid)).toEqual([7]);
    await control('quota', { perMinute: 0 });
    expect((await call('/v2/user getgoals')).status).toBe(601);
  });
});
