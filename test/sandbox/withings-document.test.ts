import { describe, expect, test } from 'vitest';
import { dataFields } from '../../src/sandbox/withings.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';
import { withingsDocument } from '../support/withingsDocument.ts';
import {
  authorize,
  codeOf,
  DAY,
  type Fixture,
  SECOND,
  secretOf,
  signedBy,
  TOKEN,
  withCode,
  withings,
  withRefresh,
} from './withings-support.ts';

const published = publishedSpec('withings-openapi.json');
const sample = (name: string) => publishedSample('withings', `${name}.json`);
const fields = (name: keyof typeof dataFields) => ({ data_fields: dataFields[name].join(',') });

const EVER = { startdateymd: '2020-01-01', enddateymd: '2030-01-01' };
const WEEK = { startdateymd: '2026-09-04', enddateymd: '2026-09-10' };
const YESTERDAY = { startdate: SECOND - DAY, enddate: SECOND };

/** One of every kind, refusals included. */
async function conversation(fixture: Fixture): Promise<void> {
  const { call } = fixture;
  const secret = secretOf(fixture);
  const code = { ...secret, ...withCode(await codeOf(fixture)) };
  const { refresh_token } = (await call(TOKEN, code, '')).body;
  await call(TOKEN, { ...secret, ...withRefresh(refresh_token) }, '');
  const signed = await signedBy(fixture, 'requesttoken');
  await call(TOKEN, { ...signed, ...withCode(await codeOf(fixture)) }, '');
  const again = await signedBy(fixture, 'requesttoken');
  await call(TOKEN, { ...again, ...withRefresh(refresh_token) }, '');
  await call('/measure getmeas', { lastupdate: 1 });
  await call('/measure getmeas', { ...YESTERDAY, meastypes: '1,5', category: 1, offset: 0 });
  await call('/v2/measure getactivity', { ...EVER, ...fields('activity') });
  await call('/v2/measure getactivity', { lastupdate: 1 });
  for (const back of [0, 1, 2, 3, 4, 5]) {
    const range = { startdate: SECOND - (back + 1) * DAY, enddate: SECOND - back * DAY };
    await call('/v2/measure getintradayactivity', { ...range, ...fields('intraday') });
    await call('/v2/sleep get', { ...range, ...fields('sleep_series') });
  }
  await call('/v2/measure getworkouts', { ...EVER, ...fields('workouts') });
  await call('/v2/sleep getsummary', { ...WEEK, ...fields('sleep_summary'), offset: 1 });
  await call('/v2/sleep getsummary', { lastupdate: 1, ...fields('sleep_summary') });
  const { series } = (await call('/v2/heart list', { startdate: 0, enddate: SECOND })).body;
  const signalid = series[0].ecg.signalid;
  await call('/v2/heart get', { signalid, with_filtered: 'true', with_intervals: 'false' });
  await call('/v2/user getdevice');
  await call('/v2/user getgoals');
  await call('/v2/user getgoals', {}, 'wrong');
  const revoked = { ...(await signedBy(fixture, 'revoke')), userid: fixture.withings.userid };
  await call('/v2/oauth2 revoke', revoked, '');
}

describe.skipIf(published === undefined)('against the published document', () => {
  test.each([1, 2])('every reply fits, and so does every request made here (person %i)', async (seed) => {
    const document = withingsDocument(published ?? '');
    const fixture = await withings({ days: 60, quota: 'off', seed });
    await conversation(fixture);
    const problems = fixture.withings.requests
      .filter(({ method }) => method === 'POST')
      .flatMap(({ path, body, reply }) => {
        const form = new URLSearchParams(body);
        const call = `${path}/${form.get('action')}`;
        const isToken = form.get('action') === 'requesttoken';
        return [
          ...document.checkReply('POST', call, 200, JSON.parse(reply)),
          ...(isToken
            ? document.checkRequest('POST', call, Object.fromEntries(form))
            : document.checkRequest('POST', `${call}?${form}`)),
        ];
      });
    expect(problems).toEqual([]);
    const statuses = fixture.withings.requests.map(({ reply }) => (reply ? JSON.parse(reply).status : 302));
    expect(statuses.filter((status) => status !== 0 && status !== 302)).toEqual([401]);
  });

  test('the address of the sign-in page fits', async () => {
    const document = withingsDocument(published ?? '');
    const fixture = await withings();
    await authorize(fixture, { mode: 'demo' });
    const target = fixture.withings.requests[0]?.target ?? '';
    expect(document.checkRequest('GET', target)).toEqual([]);
  });

  test('the document as adapted refuses what does not fit', async () => {
    const document = withingsDocument(published ?? '');
    const group = { status: 0, body: { measuregrps: [{ grpid: 'seven' }] } };
    expect(document.checkReply('POST', '/measure/getmeas', 200, group)).toHaveLength(1);
    const more = { status: 0, body: { series: [], weather: 'fine' } };
    expect(document.checkReply('POST', '/v2/sleep/getsummary', 200, more)).toHaveLength(1);
    expect(document.checkRequest('POST', '/v2/sleep/get?action=get&startdate=1')).toHaveLength(1);
    const mixed = { action: 'requesttoken', client_id: 'a', client_secret: 'b', nonce: 'c' };
    expect(document.checkRequest('POST', '/v2/oauth2/requesttoken', mixed)).not.toEqual([]);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: rows of every shape
type Row = any;
const keys = (row: object) => Object.keys(row).sort();
const allKeys = (rows: Row[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))].sort();

describe.skipIf(sample('measurement') === undefined)('against recorded replies', () => {
  test('groups of measures have the same keys', async () => {
    const { call } = await withings({ pageSize: { measures: 1000 } });
    const { body } = await call('/measure getmeas', { lastupdate: 1 });
    expect(keys(body)).toEqual(keys(sample('measurement').body));
    const recorded = sample('getmeas_groups_variety').measuregrps;
    expect(allKeys(body.measuregrps)).toEqual(allKeys(recorded));
    const measures = (groups: Row[]) => allKeys(groups.flatMap((group) => group.measures));
    const positions = sample('getmeas_groups_segmental_positions').measuregrps;
    expect(measures(body.measuregrps)).toEqual(measures([...recorded, ...positions]));
  });

  test('days have the same keys', async () => {
    const { call } = await withings();
    const { body } = await call('/v2/measure getactivity', { ...EVER, ...fields('activity') });
    const recorded = sample('activity').body;
    expect(keys(body)).toEqual(keys(recorded));
    expect(allKeys(body.activities)).toEqual(allKeys(recorded.activities));
  });

  test('workouts have the same keys, and the values of a recorded one', async () => {
    const { call } = await withings({ pageSize: { workouts: 100 } });
    const { body } = await call('/v2/measure getworkouts', { ...EVER, ...fields('workouts') });
    const recorded = sample('workouts').body;
    expect(keys(body)).toEqual(keys(recorded));
    expect(allKeys(body.series)).toEqual(allKeys(recorded.series));
    const data = (rows: Row[]) => allKeys(rows.map((row) => row.data));
    expect(data(body.series)).toEqual(expect.arrayContaining(data(recorded.series)));
  });

  test('nights have the same keys, with data_fields and without', async () => {
    const { call } = await withings();
    const bare = (await call('/v2/sleep getsummary', { lastupdate: 1 })).body;
    const recorded = sample('sleep_getsummary_default_fields').body;
    expect(keys(bare)).toEqual(keys(recorded));
    // `completed` is in the document and was recorded elsewhere.
    const { completed, ...night } = bare.series[0];
    expect(completed).toBe(true);
    expect(keys(night)).toEqual(keys(recorded.series[0]));
    expect(keys(night.data)).toEqual(keys(recorded.series[0].data));
    const full = sample('sleep_getsummary_page1_more').body.series[0].data;
    const asked = { lastupdate: 1, data_fields: Object.keys(full).join(',') };
    expect(keys((await call('/v2/sleep getsummary', asked)).body.series[0].data)).toEqual(keys(full));
  });

  test('segments of sleep have the same keys', async () => {
    const { call } = await withings();
    const { body } = await call('/v2/sleep get', { ...YESTERDAY, data_fields: 'hr,rr,snoring' });
    const recorded = sample('sleep_get').body;
    expect(keys(body)).toEqual(keys(recorded));
    expect(allKeys(body.series)).toEqual(allKeys(recorded.series));
  });

  test('devices, goals, tokens, nonces and refusals have the same keys', async () => {
    const fixture = await withings();
    const { call } = fixture;
    const devices = (await call('/v2/user getdevice')).body.devices;
    expect(allKeys(devices)).toEqual(allKeys(sample('device').body.devices));
    expect(keys((await call('/v2/user getgoals')).body.goals)).toEqual(keys(sample('goals').body.goals));
    const form = { ...secretOf(fixture), ...withCode(await codeOf(fixture)) };
    expect(keys((await call(TOKEN, form, '')).body)).toEqual(keys(sample('token_response').body));
    const nonce = (await signedBy(fixture, 'requesttoken')).nonce ?? '';
    expect(nonce).toHaveLength(sample('nonce_response').body.nonce.length);
    const recorded = sample('errors');
    const { text } = await call('/v2/user getgoals', {}, 'wrong');
    expect(JSON.parse(text)).toEqual(recorded.auth_failed);
    const refused = await call(TOKEN, { ...secretOf(fixture), ...withRefresh('wrong') }, '');
    expect(JSON.parse(refused.text)).toEqual(recorded.invalid_refresh_token);
    fixture.withings.limit(0);
    expect(JSON.parse((await call('/v2/user getgoals')).text)).toEqual(recorded.rate_limited);
  });
});
