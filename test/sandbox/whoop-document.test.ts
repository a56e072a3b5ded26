import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/sandbox/truth.ts';
import { publishedSpec } from '../support/openapi.ts';
import { publishedSample } from '../support/samples.ts';
import { whoopDocument } from '../support/whoopDocument.ts';
import { all, call, get, sandbox } from './whoop-support.ts';

const published = publishedSpec('whoop-openapi.json');
const LISTINGS = ['/v2/cycle', '/v2/recovery', '/v2/activity/sleep', '/v2/activity/workout'];
const collectionOf = (path: string) => path.split('/').at(-1) ?? '';

describe.skipIf(published === undefined)('WHOOP’s published document', () => {
  const document = published === undefined ? undefined : whoopDocument(published);
  const check = (target: string, status: number, body: unknown, method = 'GET') => [
    ...(document?.checkRequest(method, target) ?? []),
    ...(document?.checkReply(method, target, status, body) ?? []),
  ];

  it.each(LISTINGS)('describes %s, page by page and record by record', async (path) => {
    const whoop = await sandbox({ days: 200 });
    const asked = { limit: '25', start: '2026-01-01T00:00:00Z', end: '2026-10-05T12:00:00Z' };
    const query = new URLSearchParams(asked);
    const page = await get(whoop, `${path}?${query}`);
    query.set('nextToken', page.body.next_token);
    const next = await get(whoop, `${path}?${query}`);
    for (const { status, body } of [page, next]) {
      expect(body.records).toHaveLength(25);
      expect(check(`/developer${path}?${query}`, status, body)).toEqual([]);
    }
    const { records } = await all(whoop, path, asked);
    const states = new Set(records.map((row) => row.score_state));
    expect(states.has('SCORED') && states.has('UNSCORABLE')).toBe(true);
    expect(check(`/developer${path}`, 200, { records })).toEqual([]);
  });

  it.each(['null', 'present'] as const)('describes records with their old ids: %s', async (legacy) => {
    const whoop = await sandbox({ legacy, lastToken: 'null', days: 5, strap: '3.0' });
    for (const path of LISTINGS) {
      const { status, body } = await get(whoop, path);
      expect(body.next_token).toBeNull();
      expect(check(`/developer${path}`, status, body)).toEqual([]);
    }
  });

  it('describes single records, the person and the mapping', async () => {
    const whoop = await sandbox({ legacy: 'present' });
    const [workout] = whoop.truth.list('workout');
    const [recovery] = whoop.truth.list('recovery');
    const paths = [
      `/v2/cycle/${recovery?.cycle_id}`,
      `/v2/cycle/${recovery?.cycle_id}/sleep`,
      `/v2/cycle/${recovery?.cycle_id}/recovery`,
      `/v2/activity/sleep/${recovery?.sleep_id}`,
      `/v2/activity/workout/${workout?.id}`,
      `/v1/activity-mapping/${workout?.v1_id}`,
      '/v2/user/profile/basic',
      '/v2/user/measurement/body',
    ];
    for (const path of paths) {
      const { status, body } = await get(whoop, path);
      expect([status, ...check(`/developer${path}`, status, body)]).toEqual([200]);
    }
  });

  it('declares every refusal', async () => {
    const whoop = await sandbox({ quota: { perMinute: 4 } });
    const refused = [
      await get(whoop, '/v2/cycle?limit=26'),
      await call(whoop, '/developer/v2/cycle'),
      await get(whoop, '/v2/cycle/1'),
      await call(whoop, '/developer/v2/user/access', { method: 'DELETE' }),
      await get(whoop, '/v2/cycle'),
    ].map(({ status }) => status);
    expect(refused).toEqual([400, 401, 404, 401, 429]);
    expect(document?.checkRequest('GET', '/developer/v2/cycle?limit=26')).not.toEqual([]);
    for (const status of [400, 401, 429]) {
      expect(document?.checkReply('GET', '/developer/v2/cycle', status, '')).toEqual([]);
    }
    expect(document?.checkReply('GET', '/developer/v2/cycle/1', 404, '')).toEqual([]);
    expect(document?.checkReply('DELETE', '/developer/v2/user/access', 204, '')).toEqual([]);
  });
});

describe('published samples', () => {
  const files = {
    '/v2/cycle': ['cycle_page.json'],
    '/v2/recovery': ['recovery_page.json'],
    '/v2/activity/sleep': ['sleep_page1.json', 'sleep_last_page.json'],
    '/v2/activity/workout': ['workout_page.json'],
  };

  describe.each(Object.entries(files))('of %s', (path, names) => {
    const samples = names.map((name) => publishedSample('whoop', name));

    it.skipIf(samples.includes(undefined))('have the keys of invented records', async () => {
      const whoop = await sandbox({ days: 60, legacy: 'null', pendingHours: 12 });
      const { records } = await all(whoop, path);
      const shapes = new Set(records.map(shapeOf));
      for (const row of samples.flatMap(({ body }) => body.records)) {
        expect([...shapes]).toContain(shapeOf(withOldIds(row, collectionOf(path))));
      }
    });

    it.skipIf(samples.includes(undefined))('are told as they are when they become the truth', async () => {
      const whoop = await sandbox({ days: 1 });
      const rows: Document[] = samples[0].body.records;
      const key = path === '/v2/recovery' ? 'cycle_id' : 'id';
      whoop.truth.replaceAll(
        collectionOf(path),
        rows.map((row) => [String(row[key]), row]),
      );
      expect((await get(whoop, path)).body.records).toEqual(rows);
    });
  });

  const persons = {
    '/v2/user/profile/basic': publishedSample('whoop', 'profile_basic.json'),
    '/v2/user/measurement/body': publishedSample('whoop', 'body_measurement.json'),
  };

  it.skipIf(Object.values(persons).includes(undefined))(
    'of the person have the keys of the replies',
    async () => {
      const whoop = await sandbox();
      for (const [path, sample] of Object.entries(persons)) {
        expect(Object.keys((await get(whoop, path)).body)).toEqual(Object.keys(sample.body));
      }
    },
  );

  it('write floats with a decimal point, as the samples do', async () => {
    const whoop = await sandbox();
    const { text } = await get(whoop, '/v2/recovery?limit=25');
    expect(text).toMatch(/"recovery_score":\d+\.0,"resting_heart_rate":\d+\.0,/);
    expect(text).not.toMatch(/"(recovery_score|resting_heart_rate)":\d+,/);
  });
});

/** Some sample rows lack the old ids that others have as null. */
function withOldIds(row: Document, collection: string): Document {
  if (collection === 'sleep') return { v1_id: null, ...row };
  return collection === 'workout' ? { v1_id: null, sport_id: null, ...row } : row;
}

function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).map(([key, inner]) => `${key}:${shapeOf(inner)}`);
  return `{${fields.sort().join()}}`;
}
