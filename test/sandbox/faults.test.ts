import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clockifyMenu } from '../../src/sandbox/clockify/menu.ts';
import { type ClockifySandbox, startClockify } from '../../src/sandbox/clockify.ts';
import { ouraMenu } from '../../src/sandbox/oura/menu.ts';
import { type OuraSandbox, startOura } from '../../src/sandbox/oura.ts';
import { storm } from '../../src/sandbox/storm.ts';

const now = () => Date.parse('2026-03-12T08:00:00Z');
let oura: OuraSandbox;
let clockify: ClockifySandbox;

beforeAll(async () => {
  oura = await startOura({ now, days: 10, pageSize: { documents: 3 } });
  clockify = await startClockify({ now, quota: { perSecond: 1e6 } });
});
beforeEach(() => {
  oura.faults.clear();
  clockify.faults.clear();
});
afterAll(() => Promise.all([oura.close(), clockify.close()]));

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  /** Pieces it came in. */
  readonly pieces: number;
}

/** As it comes from the socket: nothing is followed or unpacked. Rejects when the connection dies. */
function ask(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(url, { method: init.method ?? 'GET', headers: init.headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes: Buffer.concat(chunks), pieces: chunks.length });
      });
    });
    sent.on('error', reject);
    sent.end(init.body);
  });
}

const order = async (service: { url: string }, body: object) =>
  (await ask(`${service.url}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(body) })).status;

function readiness(query = ''): Promise<Answer> {
  const authorization = `Bearer ${oura.issueToken().access_token}`;
  const from = `start_date=2026-03-01&end_date=2026-03-12${query}`;
  return ask(`${oura.url}/v2/usercollection/daily_readiness?${from}`, { headers: { authorization } });
}
// biome-ignore lint/suspicious/noExplicitAny: tests pick what they look at.
const json = ({ bytes }: Answer): any => JSON.parse(bytes.toString('utf8'));

describe('a fault on command, by its name', () => {
  const path = 'daily_readiness$';

  test('drip: the whole answer, in pieces', async () => {
    const whole = await readiness();
    expect(await order(oura, { path, wire: 'drip' })).toBe(204);
    const dripped = await readiness();
    expect(dripped.bytes).toEqual(whole.bytes);
    expect(dripped.pieces).toBeGreaterThan(3);
    expect((await readiness()).pieces).toBe(1);
  });

  test('bomb: a thousand times as much as was sent', async () => {
    await order(oura, { path, wire: 'bomb' });
    const { headers, bytes } = await readiness();
    expect(headers['content-encoding']).toBe('gzip');
    const unpacked = 100 * 2 ** 20;
    expect(unpacked / bytes.length).toBeGreaterThan(900);
  });

  test('redirect: to another origin', async () => {
    await order(oura, { path, wire: 'redirect', to: 'http://localhost:9/elsewhere' });
    expect(await readiness()).toMatchObject({
      status: 307,
      headers: { location: 'http://localhost:9/elsewhere' },
    });
  });

  test('html: a page with 200', async () => {
    await order(oura, { path, wire: 'html' });
    const { status, bytes } = await readiness();
    expect([status, bytes.toString().slice(0, 6)]).toEqual([200, '<html>']);
  });

  test('repeatedCursor: every page leads to the same one', async () => {
    await order(oura, { path, wire: 'repeatedCursor', times: 3 });
    const first = json(await readiness()).next_token;
    expect(first).toEqual(expect.any(String));
    expect(json(await readiness(`&next_token=${first}`)).next_token).toBe(first);
  });

  test('without and mistyped: one field of the service’s own answer', async () => {
    await order(oura, { path, wire: 'without', field: 'next_token' });
    expect(json(await readiness())).toEqual({ data: expect.any(Array) });
    await order(oura, { path, wire: 'mistyped', field: 'data', value: 7 });
    expect(json(await readiness())).toMatchObject({ data: 7 });
  });

  test.each(['resetBefore', 'resetAfter', 'truncate'])('%s: the connection dies', async (wire) => {
    await order(oura, { path, wire, skip: 1 });
    expect((await readiness()).status).toBe(200);
    await expect(readiness()).rejects.toThrow();
  });

  test('a record comes and one goes between two pages', async () => {
    const [, , third, fourth] = oura.truth.list('daily_readiness') as { id: string; day: string }[];
    const added = { ...fourth, id: 'added', day: '2026-03-11' };
    await order(oura, { path, remove: ['daily_readiness', third?.id] });
    await order(oura, { path, put: ['daily_readiness', added] });
    const first = json(await readiness());
    expect(first.data.map(({ id }: { id: string }) => id)).toContain(third?.id);
    expect(oura.truth.get('daily_readiness', third?.id as string)).toBeUndefined();
    expect(oura.truth.get('daily_readiness', 'added')).toBeUndefined();
    await readiness(`&next_token=${first.next_token}`);
    expect(oura.truth.get('daily_readiness', 'added')).toEqual(added);
  });

  test('an unknown name and an order without one are refused', async () => {
    expect(await order(oura, { path, wire: 'earthquake' })).toBe(400);
    expect(await order(clockify, { path: 'time-entries' })).toBe(400);
  });
});

describe('Clockify’s control routes', () => {
  const headers = () => ({ 'x-api-key': clockify.apiKey, 'content-type': 'application/json' });
  const control = (route: string, body: object) =>
    ask(`${clockify.url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) });
  const workspace = () => `${clockify.url}/api/v1/workspaces/${clockify.workspaceIds[0]}`;
  const create = () => {
    const body = JSON.stringify({ start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z' });
    return ask(`${workspace()}/time-entries`, { method: 'POST', headers: headers(), body });
  };

  test('create-then-500: the entry is there although the answer denies it', async () => {
    const match = { method: 'POST', path: 'time-entries$' };
    expect(await order(clockify, { ...match, wire: 'doneThen', status: 500 })).toBe(204);
    const before = clockify.entries().length;
    expect((await create()).status).toBe(500);
    expect(clockify.entries()).toHaveLength(before + 1);
    expect((await create()).status).toBe(201);
  });

  test('an entry comes and one goes after an answer, and calm ends all faults', async () => {
    const match = { method: 'POST', path: 'time-entries$' };
    const { id } = clockify.addEntry({ start: '2026-03-10T08:00:00Z', end: '2026-03-10T09:00:00Z' });
    await order(clockify, { ...match, remove: id });
    await create();
    expect(clockify.entries().map((entry) => entry.id)).not.toContain(id);
    await order(clockify, { ...match, status: 503, times: 9 });
    expect((await create()).status).toBe(503);
    await control('calm', {});
    expect((await create()).status).toBe(201);
  });

  test('a thousand projects, and another time zone of the profile', async () => {
    const made = await control('projects', { name: 'Client', count: 1000 });
    expect(made.status).toBe(201);
    const page = await ask(`${workspace()}/projects?page-size=5000`, { headers: headers() });
    expect(json(page)).toHaveLength(1000);
    expect((await control('profile', { zone: 'Asia/Kolkata' })).status).toBe(200);
    const user = json(await ask(`${clockify.url}/api/v1/user`, { headers: headers() }));
    expect(user.settings.timeZone).toBe('Asia/Kolkata');
    expect((await control('profile', { zone: 'Mars/Base' })).status).toBe(400);
  });
});

describe('faults by seed', () => {
  const asked = (path: string, method = 'GET') => ({
    method,
    path,
    target: path,
    query: new URLSearchParams(),
    headers: {},
    body: '',
    at: 0,
  });
  const hits = (seed: number, paths: readonly string[], method?: string) => {
    const chance = storm({ seed, share: 0.3, menu: method ? clockifyMenu : ouraMenu });
    return paths.map((path) => chance(asked(path, method)) !== undefined);
  };
  const sleep = Array.from({ length: 200 }, () => '/v2/usercollection/sleep');

  test('about as many as asked for, the same for the same seed, others for another', () => {
    const first = hits(1, sleep);
    expect(first.filter(Boolean).length).toBeGreaterThan(35);
    expect(first.filter(Boolean).length).toBeLessThan(85);
    expect(hits(1, sleep)).toEqual(first);
    expect(hits(2, sleep)).not.toEqual(first);
  });

  test('what is asked in between changes nothing, nor do ids', () => {
    const mixed = sleep.flatMap((path) => [path, '/v2/usercollection/workout']);
    expect(hits(1, mixed).filter((_, index) => index % 2 === 0)).toEqual(hits(1, sleep));
    const entry = (id: string) => sleep.map(() => `/api/v1/time-entries/${id}`);
    expect(hits(3, entry('64c777dd0000000000000001'), 'PUT')).toEqual(
      hits(3, entry('64c777dd0000000000000002'), 'PUT'),
    );
  });

  test('sign-ins are left alone', () => {
    const renewals = sleep.map(() => '/oauth/v2/ext/oauth-token');
    expect(hits(1, renewals)).not.toContain(true);
  });
});
