import { describe, expect, test } from 'vitest';
import { clockify, NIGHT, NOW } from './clockify-support.ts';

const HOUR = 3_600_000;

describe('the window of a listing is a wall clock in the profile zone', () => {
  test('at UTC+2 a day returns 22:15 of the day before and misses 22:30 of its own', async () => {
    const { sandbox, mine, send } = await clockify({ zone: 'Europe/Berlin' });
    sandbox.addEntry({ start: '2026-08-07T22:15:00Z', end: '2026-08-07T22:20:00Z', description: 'before' });
    sandbox.addEntry({ start: '2026-08-08T22:30:00Z', end: '2026-08-08T22:40:00Z', description: 'after' });
    for (const suffix of ['Z', encodeURIComponent('+00:00')]) {
      const reply = await send(
        'GET',
        `${mine}?start=2026-08-08T00:00:00${suffix}&end=2026-08-09T00:00:00${suffix}`,
      );
      expect(reply.body.map((entry: { description: string }) => entry.description)).toEqual(['before']);
    }
    const shifted = encodeURIComponent('2026-08-08T02:00:00+02:00');
    expect((await send('GET', `${mine}?start=${shifted}&end=2026-08-09T00:00:00Z`)).body).toHaveLength(1);
  });

  test.each([
    // zone, first instant inside [08-08, 08-09), first instant outside
    ['Etc/GMT-2', '2026-08-07T22:00:00Z', '2026-08-08T22:00:00Z'],
    ['America/Los_Angeles', '2026-08-08T07:00:00Z', '2026-08-09T07:00:00Z'],
    ['Asia/Tokyo', '2026-08-07T15:00:00Z', '2026-08-08T15:00:00Z'],
    ['UTC', '2026-08-08T00:00:00Z', '2026-08-09T00:00:00Z'],
  ])('%s: [start, end) holds %s up to %s', async (zone, first, outside) => {
    const { sandbox, mine, send } = await clockify({ zone });
    const secondBefore = (text: string) => new Date(Date.parse(text) - 1000).toISOString();
    for (const start of [secondBefore(first), first, secondBefore(outside), outside]) {
      // Bounded by the start alone: every end lies far outside.
      sandbox.addEntry({ start, end: '2026-08-20T00:00:00Z' });
    }
    const { body } = await send('GET', `${mine}?start=2026-08-08T00:00:00Z&end=2026-08-09T00:00:00Z`);
    const starts = body.map((entry: { timeInterval: { start: string } }) => entry.timeInterval.start);
    expect(starts).toEqual([secondBefore(outside).replace('.000', ''), first]);
  });

  test('over a change of clocks, the digits decide', async () => {
    const { sandbox, mine, send } = await clockify({ zone: 'Europe/Berlin' });
    // 02:30 happens twice on 2026-10-25 and never on 2026-03-29.
    sandbox.addEntry({ start: '2026-10-25T00:30:00Z', description: 'first 02:30' });
    sandbox.addEntry({ start: '2026-03-29T01:30:00Z', description: 'moved forward' });
    const at = async (digits: string, next: string) =>
      (await send('GET', `${mine}?start=${digits}&end=${next}`)).body.map(
        (entry: { description: string }) => entry.description,
      );
    expect(await at('2026-10-25T02:30:00Z', '2026-10-25T02:31:00Z')).toEqual(['first 02:30']);
    expect(await at('2026-03-29T02:30:00Z', '2026-03-29T03:31:00Z')).toEqual(['moved forward']);
  });

  test.each(['2026-08-08T00:00:00+02:00', '2026-08-08', '2026-02-31T00:00:00Z', 'yesterday'])(
    'refuses %s unescaped, naming the pattern',
    async (start) => {
      const { mine, send } = await clockify();
      const reply = await send('GET', `${mine}?start=${start}`);
      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({ message: expect.stringContaining('yyyy-MM-ddThh:mm:ssZ'), code: 3000 });
    },
  );
});

describe('lists', () => {
  test('pages of entries, newest start first, with Last-Page', async () => {
    const { sandbox, mine, send } = await clockify();
    for (let n = 0; n < 120; n += 1) {
      sandbox.addEntry({ start: new Date(NOW - n * HOUR).toISOString(), end: new Date(NOW).toISOString() });
    }
    const pages = await Promise.all([1, 2, 3, 4].map((page) => send('GET', `${mine}?page=${page}`)));
    expect(pages.map((page) => page.body.length)).toEqual([50, 50, 20, 0]);
    expect(pages.map((page) => page.headers.get('last-page'))).toEqual(['false', 'false', 'true', 'true']);
    const starts = pages.flatMap((page) =>
      page.body.map((entry: { timeInterval: { start: string } }) => entry.timeInterval.start),
    );
    expect(starts).toEqual([...starts].sort().reverse());
    expect(new Set(starts).size).toBe(120);
    for (const page of ['0', '-3']) {
      expect((await send('GET', `${mine}?page=${page}&page-size=5000`)).body).toHaveLength(120);
    }
    expect((await send('GET', `${mine}?page-size=60&page=2`)).headers.get('last-page')).toBe('true');
  });

  test('by description, project, tag, running', async () => {
    const { sandbox, mine, send } = await clockify();
    const project = sandbox.addProject('Sleep');
    const tag = sandbox.addTag('oura');
    sandbox.addEntry({ ...NIGHT, projectId: project.id, tagIds: [tag.id] });
    sandbox.startTimer({ description: null });
    const count = async (query: string) => (await send('GET', `${mine}?${query}`)).body.length;
    expect(await count('description=night')).toBe(1);
    expect(await count(`project=${project.id}`)).toBe(1);
    expect(await count(`tags=${tag.id}`)).toBe(1);
    expect(await count('project-required=true')).toBe(1);
    expect(await count('in-progress=true')).toBe(1);
    expect(await count('')).toBe(2);
  });

  test('projects and tags by name, contains or exactly, and by archive', async () => {
    const { sandbox, workspace, send } = await clockify();
    for (const name of ['Sleep', 'Sleep (old)', 'Work']) {
      sandbox.addProject(name, { archived: name.endsWith('(old)') });
      sandbox.addTag(name, { archived: name.endsWith('(old)') });
    }
    for (const route of ['projects', 'tags']) {
      const names = async (query: string) => {
        const reply = await send('GET', `${workspace}/${route}?${query}`);
        expect(reply.headers.get('last-page')).toBe('true');
        return reply.body.map((item: { name: string }) => item.name);
      };
      expect(await names('')).toEqual(['Sleep', 'Sleep (old)', 'Work']);
      expect(await names('name=sleep')).toEqual(['Sleep', 'Sleep (old)']);
      expect(await names('name=Sleep&strict-name-search=true')).toEqual(['Sleep']);
      expect(await names('name=sleep&strict-name-search=true')).toEqual([]);
      expect(await names('archived=true')).toEqual(['Sleep (old)']);
      expect(await names('archived=false&sort-order=DESCENDING')).toEqual(['Work', 'Sleep']);
    }
  });
});

describe('quota', () => {
  test('free: 30 in a rolling hour, failed ones counted, other tools too', async () => {
    const { sandbox, workspace, mine, send, advance } = await clockify({ plan: 'free' });
    sandbox.spendQuota(27);
    advance(1000);
    expect((await send('GET', mine)).status).toBe(200);
    expect((await send('GET', `${workspace}/nowhere`)).status).toBe(404);
    expect((await send('GET', '/user')).status).toBe(200);
    const refused = await send('POST', `${workspace}/time-entries`, NIGHT);
    expect(refused).toMatchObject({ status: 429, body: { message: 'Too many requests', code: 429 } });
    expect(refused.headers.has('retry-after')).toBe(false);
    expect(sandbox.entries()).toEqual([]);
    advance(HOUR - 1000);
    expect((await send('GET', '/user')).status).toBe(200);
  });

  test('paid: 50 a second; the body and Retry-After as configured', async () => {
    const { sandbox, send, advance } = await clockify({ retryAfter: true, quotaBody: 'empty' });
    sandbox.spendQuota(50);
    const refused = await send('GET', '/user');
    expect([refused.status, refused.body, refused.headers.get('retry-after')]).toEqual([429, '', '1']);
    advance(1000);
    expect((await send('GET', '/user')).status).toBe(200);
    const text = await clockify({ quotaBody: 'text', quota: { perHour: 1 } });
    await text.send('GET', '/user');
    expect((await text.send('GET', '/user')).body).toBe('Too many requests');
  });
});

test('the control routes change the truth and count requests', async () => {
  const { sandbox, mine, send } = await clockify();
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  const { id } = await control('POST', 'entries', NIGHT);
  await control('PATCH', `entries/${id}`, { description: 'mine now' });
  expect(await control('GET', 'entries')).toMatchObject([{ id, description: 'mine now' }]);
  await send('GET', mine);
  await send('GET', mine);
  expect(await control('GET', 'requests')).toEqual({
    'GET /v1/workspaces/{workspaceId}/user/{userId}/time-entries': 2,
  });
  await control('POST', 'settings', { forceProjects: true });
  expect(sandbox.settings().forceProjects).toBe(true);
  await control('POST', 'quota', { spend: 50 });
  expect((await send('GET', mine)).status).toBe(429);
  await control('DELETE', `entries/${id}`);
  expect(sandbox.entries()).toEqual([]);
  expect(await control('PATCH', `entries/${id}`, {})).toHaveProperty('message');
});
