import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Put } from '../../src/core/provider.ts';
import { scaled } from '../../src/providers/withings/measures.ts';
import { withings } from '../../src/providers/withings.ts';
import { answer } from '../../src/sandbox/faults.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { publishedSample } from '../support/samples.ts';
import { DAY, HOUR, MORNING } from '../support/subject.ts';
import { asked, askedFor, person } from './withings-support.ts';

/** What the resource makes of a row of a reply. */
function changeOf(name: string, value: unknown): Put | undefined {
  const resource = withings.resources.find((one) => one.name === name);
  const raw = { text: JSON.stringify(value), value };
  return resource?.change(resource.schema.parse(value), '', raw) as Put | undefined;
}

interface Measure {
  grpid: number;
  record_id: string;
  type: number;
  what: string | null;
  value: number;
  raw_value: number;
  unit: number;
  position: number | null;
  ordinal: number;
  attrib: number;
}

const KINDS: Record<number, string[]> = {
  1: ['walk', 'Walk'],
  2: ['run', 'Run'],
  6: ['bicycling', 'Bicycling'],
  7: ['swimming', 'Swimming'],
};
const MEASURES = 'SELECT * FROM withings_measures';
const group = (changes: Document): Document => ({
  attrib: 0,
  date: MORNING / 1000 - 3600,
  category: 1,
  deviceid: null,
  measures: [{ value: 118_003, type: 1, unit: -3 }],
  ...changes,
});

describe('measures', () => {
  test('have the value that their digits say, to the last bit', () => {
    const db = new Database(':memory:');
    const value = db.prepare<[string], number>(`SELECT ${scaled('m')} FROM (SELECT ? AS m)`).pluck();
    const said = [118_003, 1, 3, 7, 70_500, 99_999, 123_457, 11_801, -37, 0, 2_147_483_647];
    for (const raw of said)
      for (let unit = -9; unit <= 6; unit += 1)
        expect(value.get(JSON.stringify({ value: raw, unit }))).toBe(Number(`${raw}e${unit}`));
    expect(value.get('{"value":118003,"unit":-3}')).toBe(118.003);
    // What a multiplication would make of it.
    expect(40_032 * 0.001).not.toBe(40.032);
    expect(value.get('{"value":40032,"unit":-3}')).toBe(40.032);
    db.close();
  });

  test('are a row each, told apart by group, type, position and ordinal', async () => {
    const one = await person();
    await one.sync('--resources', 'measures');
    const rows = one.rows<Measure>(MEASURES);
    const expected = one.service.truth.list('measures').flatMap(({ measures }) => measures as Document[]);
    expect(rows).toHaveLength(expected.length);
    expect(rows.filter((row) => row.value !== Number(`${row.raw_value}e${row.unit}`))).toEqual([]);
    const keys = rows.map((row) => [row.record_id, row.type, row.position, row.ordinal].join('/'));
    expect(new Set(keys).size).toBe(rows.length);
    expect(rows.some(({ ordinal }) => ordinal === 1)).toBe(true);
    expect(rows.find(({ type }) => type === 1)?.what).toBe('weight, kg');
    expect(rows.filter(({ what }) => what === null)).toEqual([]);
  });

  test('of a group that comes twice are both kept, and the weigh-in counts once', async () => {
    const one = await person();
    one.service.truth.replaceAll('measures', [
      ['7', group({ grpid: 7, modified: MORNING / 1000 - 3000 })],
      ['7-8', group({ grpid: 7, attrib: 8, modified: MORNING / 1000 - 3000 })],
      ['8', group({ grpid: 8, attrib: 8, modified: MORNING / 1000 - 3000 })],
    ]);
    for (const _ of [1, 2]) expect((await one.sync('--resources', 'measures')).code).toBe(0);
    expect(one.live('measures')).toEqual(['7', '7/8', '8/8']);
    expect(one.rows('SELECT record_id, day, weight_kg FROM weights ORDER BY 1')).toEqual([
      { record_id: '7', day: '2026-03-12', weight_kg: 118.003 },
      { record_id: '8/8', day: '2026-03-12', weight_kg: 118.003 },
    ]);
  });

  test('that may be somebody else’s, and goals, are kept but count for no weight until they are settled', async () => {
    const one = await person();
    one.service.truth.replaceAll('measures', [
      ['7', group({ grpid: 7, attrib: 1, modified: 1 })],
      ['8', group({ grpid: 8, category: 2, modified: 1 })],
    ]);
    await one.sync('--resources', 'measures');
    expect([one.live('measures'), one.rows('SELECT * FROM weights')]).toEqual([['7', '8'], []]);
    one.time.now += HOUR;
    one.service.truth.patch('measures', '7', { attrib: 7 });
    const { totals } = await one.sync('--resources', 'measures');
    expect(totals.records).toMatchObject({ created: 0, updated: 1 });
    expect(one.rows('SELECT record_id, weight_kg FROM weights')).toEqual([
      { record_id: '7', weight_kg: 118.003 },
    ]);
    expect(one.rows('SELECT weight_kg FROM daily_summary')).toEqual([{ weight_kg: 118.003 }]);
  });

  test('are asked for from Withings’ own clock on, as the first page told it', async () => {
    const one = await person();
    await one.sync('--resources', 'measures');
    expect(one.state('measures').watermark).toBe(MORNING);
    one.service.requests.length = 0;
    one.time.now += HOUR;
    await one.sync('--resources', 'measures');
    expect(askedFor(one, 'getmeas')).toEqual([
      { path: '/measure', action: 'getmeas', lastupdate: String(MORNING / 1000 - 300) },
    ]);
  });

  test('of some types alone bring whole groups, exactly as received, and leave the other groups out', async () => {
    const one = await person({}, { meastypes: [6] });
    await one.sync('--resources', 'measures');
    const wanted = one.service.truth
      .entries('measures')
      .filter(([, { measures }]) => (measures as Document[]).some(({ type }) => type === 6));
    expect(wanted.length).toBeLessThan(one.service.truth.list('measures').length);
    expect(one.live('measures')).toEqual(wanted.map(([id]) => id.replace('-8', '/8')).sort());
    const types = new Set(one.rows<Measure>(MEASURES).map(({ type }) => type));
    expect(types).toContain(1);
    expect(askedFor(one, 'getmeas').filter((fields) => 'meastypes' in fields)).toEqual([]);
    one.configure({ meastypes: [] });
    await one.sync('--resources', 'measures', '--full');
    expect(one.live('measures')).toHaveLength(one.service.truth.list('measures').length);
  });

  test('of types that are wanted no longer stay, change and go like any other', async () => {
    const one = await person();
    await one.sync('--resources', 'measures');
    const [before, rows] = [one.live('measures'), one.rows<Measure>(MEASURES)];
    const look = async (...flags: string[]) => {
      one.time.now += 7 * DAY;
      one.configure({ meastypes: [6] });
      return one.sync('--resources', 'measures', ...flags);
    };
    for (const _ of [1, 2]) expect((await look()).code).toBe(0);
    expect((await look('--days', '90')).code).toBe(0);
    expect([one.live('measures'), one.rows<Measure>(MEASURES)]).toEqual([before, rows]);
    one.service.truth.put('measures', '7', group({ grpid: 7, modified: one.time.now / 1000 }));
    const [id, heavy] = one.service.truth
      .entries('measures')
      .find(([, { measures }]) => (measures as Document[]).every(({ type }) => type !== 6)) as [
      string,
      Document,
    ];
    one.service.truth.put('measures', id, { ...heavy, comment: 'moved', modified: one.time.now / 1000 });
    await look();
    expect(one.live('measures')).toEqual(before);
    expect(one.payload('measures', id.replace('-8', '/8'))).toContain('moved');
  });
});

describe.skipIf(publishedSample('withings', 'workouts.json') === undefined)('recorded replies', () => {
  test.each([
    ['measures', 'measurement.json', 'measuregrps', ['4815757309', '4815757309/8']],
    ['activity', 'activity.json', 'activities', ['2023-10-20/18-1055', '2023-10-21/18-1055']],
    ['sleep_summary', 'sleep_getsummary_page1_more.json', 'series', ['2081804182', '2081804265']],
    ['workouts', 'workouts.json', 'series', ['3661300277', '3661300290']],
    ['devices', 'device.json', 'devices', ['f998be4b9ccc9e136fd8cd8e8e344c31ec3b271d']],
  ])('of %s are understood', (name, file, list, ids) => {
    const rows = publishedSample('withings', file).body[list] as unknown[];
    const named = rows.map((row) => changeOf(name, row)?.row.id);
    expect(named.slice(0, ids.length)).toEqual(ids);
  });

  test.each(['getmeas_groups_variety.json', 'getmeas_groups_segmental_positions.json'])(
    'groups in %s have an id each',
    (file) => {
      const groups = publishedSample('withings', file).measuregrps as unknown[];
      const ids = groups.map((one) => changeOf('measures', one)?.row.id);
      expect(new Set(ids).size).toBe(groups.length);
    },
  );
});

test('a call that Withings does not offer any more is asked for once, and its sentence is shown', async () => {
  const one = await person();
  one.service.faults.add({ path: /heart$/ }, answer(200, { status: 2554, error: 'Not implemented' }), 99);
  const { code, stderr } = await one.sync('--resources', 'heart');
  expect([code, stderr]).toEqual([8, expect.stringMatching(/does not offer this call any more.*2554/)]);
  expect(askedFor(one, 'list')).toHaveLength(1);
});

describe('nights and workouts', () => {
  test('are sessions with the offset of the place, their time asleep and their efficiency', async () => {
    const one = await person();
    await one.sync('--resources', 'sleep_summary,workouts');
    const nights = one.rows<Document>('SELECT * FROM sleep_sessions ORDER BY day');
    expect(nights).toHaveLength(one.service.truth.list('sleep_summary').length);
    const byId = new Map(one.service.truth.entries('sleep_summary'));
    for (const night of nights) {
      const { data, startdate, date } = byId.get(String(night.record_id)) as { data: Document } & Document;
      expect(night).toMatchObject({
        source: 'withings',
        type: 'sleep',
        day: date,
        asleep_seconds: data.total_sleep_time,
        in_bed_seconds: data.total_timeinbed,
        light_seconds: data.lightsleepduration,
        score: data.sleep_score ?? null,
      });
      expect(night.efficiency_percent).toBeCloseTo(Number(data.sleep_efficiency) * 100, 9);
      expect(Date.parse(String(night.start_time))).toBe(Number(startdate) * 1000);
      expect(String(night.start_time)).toMatch(/\+01:00$/);
    }
    const workouts = one.rows<Document>('SELECT * FROM workouts');
    expect(workouts).toHaveLength(one.service.truth.list('workouts').length);
    for (const { record_id, type, title } of workouts) {
      const { category } = one.service.truth.get('workouts', String(record_id)) as { category: number };
      expect([category, type, title]).toEqual([category, ...(KINDS[category] ?? [])]);
    }
    const measured = workouts.find(({ energy_kj }) => energy_kj !== null) as Document;
    const { calories } = byWorkout(one.service.truth.get('workouts', String(measured.record_id)));
    expect(measured.energy_kj).toBeCloseTo(calories * 4.184, 6);
  });

  test.each([
    [{ total_sleep_time: 20_000, asleepduration: 1 }, 20_000],
    [{ total_sleep_time: null, asleepduration: 19_000 }, 19_000],
    [{ lightsleepduration: 10_000, deepsleepduration: 5000, remsleepduration: null }, 15_000],
    [{ lightsleepduration: null }, null],
    [null, null],
  ])('with the data %j are %s seconds asleep', (data, seconds) => {
    const night = { id: 1, date: '2026-03-12', startdate: 1, enddate: 2, timezone: 'Mars/Olympus', data };
    expect(changeOf('sleep_summary', night)).toMatchObject({
      session: { asleepSeconds: seconds, start: '1970-01-01T00:00:01.000Z' },
    });
  });

  test.each([
    ['refuses more than a week', { summaryDays: 7 }],
    ['answers the beginning of more than a week', { summaryDays: 7, tooLong: 'cut' }],
    ['takes any span', { summaryDays: 9999 }],
  ] as const)('are all there when the service %s', async (_name, options) => {
    const one = await person({ ...options, days: 130 });
    const ids = one.service.truth.entries('sleep_summary').map(([id]) => id);
    expect((await one.sync('--resources', 'sleep_summary')).code).toBe(0);
    expect(one.live('sleep_summary')).toEqual(ids.toSorted());
    const few = await person({ ...options, days: 130 });
    const { code } = await few.sync(
      '--resources',
      'sleep_summary',
      '--from',
      '2026-02-01',
      '--to',
      '2026-02-28',
    );
    expect([code, few.live('sleep_summary').length]).toEqual([0, 28]);
  });

  test('that a device sends late are found by their change', async () => {
    const one = await person();
    const id = one.service.truth.entries('sleep_summary')[0]?.[0] as string;
    const night = one.service.truth.get('sleep_summary', id) as Document;
    one.service.truth.remove('sleep_summary', id);
    await one.sync('--resources', 'sleep_summary');
    one.time.now += DAY;
    one.service.truth.put('sleep_summary', id, { ...night, modified: one.time.now / 1000 - 60 });
    await one.sync('--resources', 'sleep_summary');
    expect(one.live('sleep_summary')).toContain(id);
  });
});

const byWorkout = (workout: Document | undefined) => (workout as { data: { calories: number } }).data;

describe('what was deleted', () => {
  test.each(['measures', 'activity', 'workouts', 'sleep_summary'])(
    'of %s is seen by the weekly look',
    async (name) => {
      const one = await person();
      await one.sync('--resources', name);
      const before = one.live(name).length;
      one.service.truth.remove(name, one.service.truth.entries(name).at(-2)?.[0] as string);
      for (const _ of [1, 2]) {
        one.time.now += 7 * DAY;
        one.configure();
        expect((await one.sync('--resources', name)).code).toBe(0);
      }
      expect(one.live(name)).toHaveLength(before - 1);
    },
  );

  test('of the recordings, which have no date of their own, is seen as well', async () => {
    const one = await person();
    await one.sync('--resources', 'heart');
    const id = one.service.truth.entries('heart').at(-1)?.[0] as string;
    one.service.truth.remove('heart', id);
    for (const _ of [1, 2]) {
      one.time.now += 7 * HOUR;
      one.configure();
      expect((await one.sync('--resources', 'heart')).code).toBe(0);
    }
    expect(one.live('heart')).not.toContain(id);
    expect(one.live('heart')).toHaveLength(one.service.truth.list('heart').length);
  });
});

test('numbers beyond 2^53 are kept to the last digit', async () => {
  const one = await person();
  const big = ['9007199254740993', '9007199254740995'];
  const night = one.service.truth.list('sleep_summary')[0] as Document;
  const workout = one.service.truth.list('workouts')[0] as Document;
  const recording = one.service.truth.list('heart')[0] as Document;
  one.service.truth.replaceAll(
    'measures',
    big.map((grpid) => [grpid, group({ grpid, modified: 5 })]),
  );
  one.service.truth.replaceAll(
    'sleep_summary',
    big.map((id) => [id, { ...night, id }]),
  );
  one.service.truth.replaceAll(
    'workouts',
    big.map((id) => [id, { ...workout, id }]),
  );
  one.service.truth.replaceAll(
    'heart',
    big.map((signalid) => [signalid, { ...recording, ecg: { signalid, afib: 0 } }]),
  );
  const names = ['measures', 'sleep_summary', 'workouts', 'heart'];
  expect((await one.sync('--resources', names.join(','))).code).toBe(0);
  for (const name of names) expect([name, one.live(name)]).toEqual([name, big]);
  expect(one.rows<Document>('SELECT CAST(grpid AS TEXT) AS grpid FROM withings_measures ORDER BY 1')).toEqual(
    big.map((grpid) => ({ grpid })),
  );
});

test('two trackers on one day are two records', async () => {
  const one = await person();
  const [id, day] = one.service.truth.entries('activity').at(-2) as [string, Document];
  one.service.truth.put('activity', `${id} phone`, {
    ...day,
    deviceid: null,
    hash_deviceid: null,
    brand: 18,
  });
  await one.sync('--resources', 'activity');
  expect(one.live('activity').filter((name) => name.startsWith(id))).toHaveLength(2);
});

test('changes and dates are never asked for at once, whatever is asked for', async () => {
  const one = await person();
  await one.fill();
  one.time.now += 7 * DAY;
  one.configure();
  await one.sync();
  await one.sync('--from', '2026-02-20', '--to', '2026-03-10');
  await one.sync('--full');
  const both = asked(one).filter(
    (fields) =>
      fields.lastupdate !== undefined && Object.keys(fields).some((name) => /^(start|end)date/.test(name)),
  );
  expect(asked(one).length).toBeGreaterThan(30);
  expect(both).toEqual([]);
});

test('a page of HTML in place of an answer is a matter for the next run', async () => {
  const one = await person();
  await one.sync('--resources', 'workouts');
  const before = [one.live('workouts'), one.state('workouts')];
  one.time.now += HOUR;
  one.service.faults.add({ path: /measure/ }, answer(200, '<html>busy</html>'), 99);
  const { code, outcome } = await one.sync('--resources', 'workouts');
  expect([code, outcome]).toEqual([4, 'TEMP']);
  expect([one.live('workouts'), one.state('workouts')]).toEqual(before);
});

test('nothing set as a goal leaves no record', async () => {
  const one = await person();
  one.service.truth.replaceAll('goals', []);
  expect((await one.sync('--resources', 'goals')).code).toBe(0);
  expect(one.live('goals')).toEqual([]);
});

test('what was not granted is left out and said', async () => {
  const one = await person({ scopes: ['user.metrics'] });
  const { code, sources } = await one.sync();
  const by = (outcome: string) =>
    sources.filter((one: Document) => one.outcome === outcome).map((one: Document) => one.source);
  expect([code, by('OK')]).toEqual([expect.any(Number), ['withings.measures', 'withings.heart']]);
});
