import { describe, expect, test } from 'vitest';
import { clockify, NIGHT } from './clockify-support.ts';

describe('writing entries', () => {
  test('a POST answers 201 without rates and with explicit nulls', async () => {
    const { sandbox, workspace, send } = await clockify();
    const reply = await send('POST', `${workspace}/time-entries`, { ...NIGHT, unknownKey: 1 });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      description: 'Night sleep',
      tagIds: null,
      userId: sandbox.userId,
      billable: false,
      taskId: null,
      projectId: null,
      workspaceId: sandbox.workspaceIds[0],
      timeInterval: { start: NIGHT.start, end: NIGHT.end, duration: 'PT7H21M51S' },
      customFieldValues: [],
      type: 'REGULAR',
      kioskId: null,
      isLocked: false,
    });
    const read = await send('GET', `${workspace}/time-entries/${reply.body.id}`);
    expect(read.body).toEqual({ ...reply.body, hourlyRate: null, costRate: null });
    expect(sandbox.entries()).toEqual([reply.body]);
  });

  test('nothing is idempotent and overlaps are accepted', async () => {
    const { sandbox, workspace, send } = await clockify();
    const headers = { 'x-api-key': sandbox.apiKey, 'idempotency-key': 'one' };
    await send('POST', `${workspace}/time-entries`, NIGHT, headers);
    await send('POST', `${workspace}/time-entries`, NIGHT, headers);
    expect(sandbox.entries()).toHaveLength(2);
    expect(sandbox.writes()).toHaveLength(2);
  });

  test('a PUT replaces everything and clears what it leaves out', async () => {
    const { sandbox, workspace, send } = await clockify();
    const project = sandbox.addProject('Sleep');
    const tag = sandbox.addTag('oura');
    const field = sandbox.addCustomField('source');
    const full = { ...NIGHT, projectId: project.id, tagIds: [tag.id], billable: true };
    const customFields = [{ customFieldId: field.id, value: 'ring', sourceType: 'TIMEENTRY' }];
    const made = await send('POST', `${workspace}/time-entries`, { ...full, customFields });
    const path = `${workspace}/time-entries/${made.body.id}`;
    expect(made.body.customFieldValues).toMatchObject([{ customFieldId: field.id, value: 'ring' }]);
    const put = await send('PUT', path, { start: NIGHT.start, end: NIGHT.end });
    expect(put).toMatchObject({
      status: 200,
      body: { description: '', projectId: null, tagIds: null, billable: false, customFieldValues: [] },
    });
    expect((await send('PUT', path, { end: NIGHT.end })).status).toBe(400);
    const running = await send('PUT', path, { start: NIGHT.start });
    expect(running.body.timeInterval).toEqual({ start: NIGHT.start, end: null, duration: null });
  });

  test('customFieldValues in a write is dropped without a word', async () => {
    const { sandbox, workspace, send } = await clockify();
    const field = sandbox.addCustomField('source');
    const customFieldValues = [{ customFieldId: field.id, value: 'ring' }];
    const made = await send('POST', `${workspace}/time-entries`, { ...NIGHT, customFieldValues });
    expect(made).toMatchObject({ status: 201, body: { customFieldValues: [] } });
  });

  test('the empty body starts a timer and stops the running one', async () => {
    const { sandbox, workspace, mine, send, advance } = await clockify();
    const first = await send('POST', `${workspace}/time-entries`, {});
    expect(first.body.timeInterval).toEqual({ start: '2026-09-10T12:00:00Z', end: null, duration: null });
    advance(90_500);
    await send('POST', `${workspace}/time-entries`, {});
    const [running, stopped] = sandbox.entries();
    expect(running?.timeInterval.end).toBe(null);
    expect(stopped?.timeInterval).toMatchObject({ end: '2026-09-10T12:01:30Z', duration: 'PT1M30S' });
    expect((await send('PATCH', mine, { end: '2026-09-10T12:02:00Z' })).status).toBe(200);
    const none = await send('PATCH', mine, { end: '2026-09-10T12:03:00Z' });
    expect(none).toMatchObject({ status: 404, body: { code: 404 } });
    expect((await send('GET', `${workspace}/time-entries/status/in-progress`)).body).toEqual([]);
  });

  test('a description is normalised, as the hook says', async () => {
    const { sandbox, workspace, send } = await clockify();
    const post = () => send('POST', `${workspace}/time-entries`, { ...NIGHT, description: ' a  b ' });
    expect((await post()).body.description).toBe('a  b');
    sandbox.normaliseDescription = (text) => text.replace(/\s+/g, ' ').trim();
    expect((await post()).body.description).toBe('a b');
  });

  test('DELETE answers 204 and nothing else; the entry is then unknown', async () => {
    const { sandbox, workspace, send } = await clockify();
    const { id } = sandbox.addEntry(NIGHT);
    const path = `${workspace}/time-entries/${id}`;
    expect(await send('DELETE', path)).toMatchObject({ status: 204, body: '' });
    expect((await send('DELETE', path)).body).toEqual({
      message: "Time entry doesn't belong to Workspace",
      code: 501,
    });
  });

  test('bulk DELETE: repeated or with commas, all or nothing, never everything', async () => {
    const { sandbox, mine, send } = await clockify();
    const [a, b, c, d] = [1, 2, 3, 4].map(() => sandbox.addEntry(NIGHT).id);
    for (const query of ['', '?time-entry-ids=', '?time-entry-ids=,']) {
      expect((await send('DELETE', `${mine}${query}`)).status).toBe(400);
    }
    const unknown = await send('DELETE', `${mine}?time-entry-ids=${a}&time-entry-ids=${'0'.repeat(24)}`);
    expect(unknown).toMatchObject({ status: 400, body: { code: 501 } });
    expect(sandbox.entries()).toHaveLength(4);
    const two = await send('DELETE', `${mine}?time-entry-ids=${a}&time-entry-ids=${b}`);
    expect(two.status).toBe(200);
    expect(two.body.map((entry: { id: string }) => entry.id)).toEqual([a, b]);
    await send('DELETE', `${mine}?time-entry-ids=${c},${d}`);
    expect(sandbox.entries()).toEqual([]);
  });

  test('bulk PUT and the read by ids', async () => {
    const { sandbox, workspace, mine, send } = await clockify();
    const [a, b] = [1, 2].map(() => sandbox.addEntry(NIGHT).id);
    const bodies = [a, b].map((id) => ({ id, start: NIGHT.start, end: NIGHT.end, description: 'changed' }));
    expect((await send('PUT', mine, [...bodies, { id: 'x', start: NIGHT.start }])).status).toBe(400);
    expect(sandbox.entries()[0]?.description).toBe('Night sleep');
    expect((await send('PUT', mine, [])).status).toBe(400);
    expect((await send('PUT', mine, bodies)).status).toBe(200);
    const read = await send('POST', `${workspace}/time-entries/batch`, { timeEntryIds: [b, a] });
    expect(read.body.map((entry: { id: string }) => entry.id)).toEqual([b, a]);
    expect(sandbox.writes().every(({ method }) => method === 'PUT')).toBe(true);
  });
});

describe('projects and tags', () => {
  test('a name is held by archived projects and freed by deletion', async () => {
    const { workspace, send } = await clockify();
    const made = await send('POST', `${workspace}/projects`, { name: 'Sleep', isPublic: true });
    expect(made).toMatchObject({ status: 201, body: { name: 'Sleep', public: true, archived: false } });
    const path = `${workspace}/projects/${made.body.id}`;
    expect((await send('DELETE', path)).body.message).toBe('Cannot delete an active project');
    const put = await send('PUT', path, { name: 'Sleep', archived: true });
    expect(put.body).toMatchObject({ archived: true, public: false, color: made.body.color });
    const taken = await send('POST', `${workspace}/projects`, { name: 'Sleep' });
    expect(taken).toMatchObject({
      status: 400,
      body: { message: 'Project with this name already exists', code: 501 },
    });
    const night = await send('POST', `${workspace}/time-entries`, { ...NIGHT, projectId: made.body.id });
    expect(night.status).toBe(201);
    expect((await send('DELETE', path)).status).toBe(200);
    expect((await send('GET', path)).body.message).toBe("Project doesn't belong to Workspace");
    expect((await send('POST', `${workspace}/projects`, { name: 'Sleep' })).status).toBe(201);
  });

  test('tags: double names, the archive and deletion', async () => {
    const { sandbox, workspace, send } = await clockify();
    const tag = sandbox.addTag('oura', { archived: true });
    const entry = sandbox.addEntry({ ...NIGHT, tagIds: [tag.id] });
    expect((await send('POST', `${workspace}/tags`, { name: 'oura' })).status).toBe(400);
    expect((await send('POST', `${workspace}/tags`, { name: '' })).status).toBe(400);
    expect((await send('POST', `${workspace}/tags`, { name: 'n'.repeat(101) })).status).toBe(400);
    const put = await send('PUT', `${workspace}/tags/${tag.id}`, { name: 'ring' });
    expect(put.body).toMatchObject({ name: 'ring', archived: false });
    expect((await send('DELETE', `${workspace}/tags/${tag.id}`)).status).toBe(200);
    expect((await send('GET', `${workspace}/time-entries/${entry.id}`)).body.tagIds).toBe(null);
  });
});
