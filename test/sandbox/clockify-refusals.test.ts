import { describe, expect, test } from 'vitest';
import { openSince } from '../../src/sandbox/clockify/locks.ts';
import { clockify, NIGHT } from './clockify-support.ts';

const UNKNOWN = '0'.repeat(24);

describe('who asks', () => {
  test.each([
    ['no key', {}, 1000],
    ['an empty key', { 'x-api-key': '' }, 1000],
    ['Bearer', { authorization: 'Bearer c2FuZGJveC1jbG9ja2lmeS1rZXk' }, 1000],
    ['two headers', { 'x-api-key': 'a', 'x-addon-token': 'b' }, 1000],
    ['an unknown key', { 'x-api-key': 'wrong' }, 4003],
    ['a bad add-on token', { 'x-addon-token': 'wrong' }, 4017],
  ] as [string, Record<string, string>, number][])('%s: 401', async (_, headers, code) => {
    const { send } = await clockify();
    expect(await send('GET', '/user', undefined, headers)).toMatchObject({ status: 401, body: { code } });
  });

  test('a workspace of somebody else is 403 for every verb', async () => {
    const { send } = await clockify();
    for (const path of [`/workspaces/${UNKNOWN}`, `/workspaces/${UNKNOWN}/projects`]) {
      const reply = await send('GET', path);
      expect(reply).toMatchObject({ status: 403, body: { message: 'Access Denied', code: 501 } });
    }
  });

  test('an entry of the other workspace is not found in this one', async () => {
    const { sandbox, workspace, send } = await clockify({ workspaces: 2 });
    const other = sandbox.workspaceIds[1] ?? '';
    const { id } = sandbox.addEntry({ ...NIGHT, workspaceId: other });
    expect((await send('GET', `${workspace}/time-entries/${id}`)).status).toBe(400);
    expect((await send('GET', `/workspaces/${other}/time-entries/${id}`)).status).toBe(200);
    expect(sandbox.entries()).toEqual([]);
    expect(sandbox.entries(other)).toHaveLength(1);
  });
});

describe('routes', () => {
  test('an unknown route is 404/3000, a wrong verb 405/3000', async () => {
    const { sandbox, workspace, send } = await clockify();
    expect(await send('GET', '/workspaces/user/x/time-entries')).toMatchObject({
      status: 404,
      body: { message: 'No static resource v1/workspaces/user/x/time-entries.', code: 3000 },
    });
    const outside = await fetch(`${sandbox.url}/v1/user`, { headers: { 'x-api-key': sandbox.apiKey } });
    expect(outside.status).toBe(404);
    expect(await send('GET', `${workspace}/time-entries`)).toMatchObject({
      status: 405,
      body: { message: "Request method 'GET' is not supported", code: 3000 },
    });
    expect((await send('PUT', workspace, {})).status).toBe(405);
  });

  test.each([
    ['page-size=5001', 501],
    ['page-size=0', 501],
    ['page=one', 3000],
    ['hydrated=yes', 3000],
  ])('%s is refused', async (query, code) => {
    const { mine, send } = await clockify();
    expect(await send('GET', `${mine}?${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  test('missing entities are 400/501, never 404', async () => {
    const { workspace, send } = await clockify();
    for (const kind of ['time-entries', 'projects', 'tags']) {
      const reply = await send('GET', `${workspace}/${kind}/${UNKNOWN}`);
      expect(reply).toMatchObject({
        status: 400,
        body: { message: expect.stringMatching(/doesn't belong to Workspace$/), code: 501 },
      });
    }
  });
});

describe('bodies', () => {
  test.each([
    ['start after end', { start: NIGHT.end, end: NIGHT.start }, 501],
    ['end without start', { end: NIGHT.end }, 501],
    ['something without start', { description: 'x' }, 501],
    ['an offset', { ...NIGHT, start: '2026-09-09T23:50:03+02:00' }, 3000],
    ['milliseconds', { ...NIGHT, start: '2026-09-09T21:50:03.000Z' }, 3000],
    ['a date that does not exist', { ...NIGHT, start: '2026-02-30T21:50:03Z' }, 3000],
    ['a number as description', { ...NIGHT, description: 7 }, 3000],
    ['a long description', { ...NIGHT, description: 'x'.repeat(3001) }, 501],
    ['an unknown project', { ...NIGHT, projectId: UNKNOWN }, 501],
    ['an unknown task', { ...NIGHT, taskId: UNKNOWN }, 501],
    ['an unknown tag', { ...NIGHT, tagIds: [UNKNOWN] }, 501],
    ['an unknown custom field', { ...NIGHT, customFields: [{ customFieldId: UNKNOWN, value: 1 }] }, 501],
    ['a reserved type', { ...NIGHT, type: 'TIME_OFF' }, 3000],
    ['no JSON', '{"start":', 3000],
    ['a list', [NIGHT], 3000],
  ])('%s is refused and nothing is stored', async (_, body, code) => {
    const { sandbox, workspace, send } = await clockify();
    expect(await send('POST', `${workspace}/time-entries`, body)).toMatchObject({
      status: 400,
      body: { code },
    });
    expect(sandbox.entries()).toEqual([]);
  });

  test('start after end has the recorded text', async () => {
    const { workspace, send } = await clockify();
    const body = { start: '2020-12-01T14:57:28Z', end: '2020-12-01T14:57:27Z' };
    const reply = await send('POST', `${workspace}/time-entries`, body);
    expect(reply.body.message).toBe(
      'Start datetime 2020-12-01T14:57:28Z is greater than end datetime 2020-12-01T14:57:27Z.',
    );
    expect((await send('POST', `${workspace}/time-entries`, { ...body, end: body.start })).status).toBe(201);
  });

  test('another content type is 400/3000', async () => {
    const { sandbox, workspace, send } = await clockify();
    const headers = { 'x-api-key': sandbox.apiKey, 'content-type': 'text/plain' };
    const reply = await send('POST', `${workspace}/time-entries`, NIGHT, headers);
    expect(reply).toMatchObject({ status: 400, body: { code: 3000 } });
  });

  test('messages follow the language of the account', async () => {
    const { workspace, send } = await clockify({ language: 'es' });
    const reply = await send('GET', `${workspace}/projects/${UNKNOWN}`);
    expect(reply.body).toEqual({ message: 'El proyecto no pertenece al espacio de trabajo', code: 501 });
  });
});

describe('settings of the workspace', () => {
  test.each(['forceProjects', 'forceTasks', 'forceTags', 'forceDescription'] as const)(
    '%s is checked when an entry is complete',
    async (setting) => {
      const { workspace, mine, send } = await clockify({ settings: { [setting]: true } });
      const { description: _, ...bare } = NIGHT;
      const refused = await send('POST', `${workspace}/time-entries`, bare);
      expect(refused).toMatchObject({ status: 400, body: { code: 501 } });
      expect((await send('POST', `${workspace}/time-entries`, {})).status).toBe(201);
      expect((await send('PATCH', mine, { end: '2026-09-10T13:00:00Z' })).status).toBe(400);
    },
  );

  test('a locked period takes no entry, no change and no deletion, but from admins', async () => {
    for (const admin of [false, true]) {
      const { sandbox, workspace, mine, send } = await clockify({
        admin,
        settings: { lockTimeEntries: '2026-09-10T00:00:00Z' },
      });
      const { id } = sandbox.addEntry(NIGHT);
      const open = sandbox.addEntry({ start: '2026-09-10T08:00:00Z', end: '2026-09-10T09:00:00Z' });
      expect((await send('GET', `${workspace}/time-entries/${id}`)).body.isLocked).toBe(true);
      const statuses = [
        await send('POST', `${workspace}/time-entries`, NIGHT),
        await send('PUT', `${workspace}/time-entries/${id}`, { ...NIGHT, start: '2026-09-10T01:00:00Z' }),
        await send('PUT', `${workspace}/time-entries/${open.id}`, NIGHT),
        await send('DELETE', `${mine}?time-entry-ids=${open.id},${id}`),
      ].map(({ status }) => status);
      expect(statuses).toEqual(admin ? [201, 200, 200, 200] : [400, 400, 400, 400]);
    }
  });

  test('an entry locked by itself is refused likewise', async () => {
    const { sandbox, workspace, send } = await clockify();
    const { id } = sandbox.addEntry(NIGHT);
    sandbox.lockEntry(id);
    expect((await send('DELETE', `${workspace}/time-entries/${id}`)).body.code).toBe(501);
    expect((await send('PUT', `${workspace}/time-entries/${id}`, NIGHT)).status).toBe(400);
  });

  test.each([
    ['three days', { type: 'OLDER_THAN', olderThanPeriod: 'DAYS', olderThanValue: 3 }, '2026-09-07'],
    ['two weeks', { type: 'OLDER_THAN', olderThanPeriod: 'WEEKS', olderThanValue: 2 }, '2026-08-27'],
    ['a month', { type: 'OLDER_THAN', olderThanPeriod: 'MONTHS', olderThanValue: 1 }, '2026-08-10'],
    ['weekly, closed', { type: 'WEEKLY', changeDay: 'TUESDAY', firstDay: 'MONDAY' }, '2026-09-07'],
    ['weekly, not yet', { type: 'WEEKLY', changeDay: 'FRIDAY', firstDay: 'MONDAY' }, '2026-08-31'],
    ['monthly, closed', { type: 'MONTHLY', dayOfMonth: 5 }, '2026-09-01'],
    ['monthly, not yet', { type: 'MONTHLY', dayOfMonth: 15 }, '2026-08-01'],
  ] as const)('automatic lock, %s: open since %s', async (_, automaticLock, date) => {
    expect(openSince(automaticLock, '2026-09-10')).toBe(date);
    const { workspace, send } = await clockify({ settings: { automaticLock } });
    const post = async (start: string) =>
      (await send('POST', `${workspace}/time-entries`, { start, end: NIGHT.end })).status;
    // Midnight in Berlin, where the profile lives.
    const midnight = Date.parse(`${date}T00:00:00+02:00`);
    expect(await post(new Date(midnight - 1000).toISOString().replace('.000', ''))).toBe(400);
    expect(await post(new Date(midnight).toISOString().replace('.000', ''))).toBe(201);
  });

  test('STOPWATCH_ONLY refuses entries by hand', async () => {
    const { sandbox, workspace, send } = await clockify({ settings: { timeTrackingMode: 'STOPWATCH_ONLY' } });
    const refused = await send('POST', `${workspace}/time-entries`, NIGHT);
    expect(refused).toMatchObject({ status: 403, body: { code: 501 } });
    const { id } = sandbox.addEntry(NIGHT);
    const path = `${workspace}/time-entries/${id}`;
    expect((await send('PUT', path, { ...NIGHT, end: '2026-09-10T05:00:00Z' })).status).toBe(403);
    expect((await send('PUT', path, { ...NIGHT, description: 'text alone' })).status).toBe(200);
    expect((await send('POST', `${workspace}/time-entries`, {})).status).toBe(201);
  });

  test('creating projects may be kept for admins', async () => {
    const everyone = { whoCanCreateTags: 'EVERYONE', whoCanCreateTasks: 'EVERYONE' } as const;
    const admins = { ...everyone, whoCanCreateProjectsAndClients: 'ADMINS' } as const;
    for (const settings of [{ onlyAdminsCreateProject: true }, { entityCreationPermissions: admins }]) {
      const member = await clockify({ settings });
      const refused = await member.send('POST', `${member.workspace}/projects`, { name: 'Sleep' });
      expect(refused).toMatchObject({ status: 403, body: { code: 501 } });
      const admin = await clockify({ settings, admin: true });
      expect((await admin.send('POST', `${admin.workspace}/projects`, { name: 'Sleep' })).status).toBe(201);
    }
  });

  test('a project name has 2 to 250 characters', async () => {
    const { workspace, send } = await clockify();
    for (const name of ['x', 'x'.repeat(251), undefined]) {
      expect((await send('POST', `${workspace}/projects`, { name })).status).toBe(400);
    }
  });

  test('custom fields are not in the free plan', async () => {
    const { workspace, send } = await clockify({ plan: 'free' });
    expect((await send('GET', `${workspace}/custom-fields`)).status).toBe(403);
  });
});
