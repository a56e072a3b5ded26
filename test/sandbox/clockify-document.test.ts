import { describe, expect, test } from 'vitest';
import { correctedDocument } from '../support/clockifyDocument.ts';
import { publishedSpec } from '../support/openapi.ts';
import { clockify, type Fixture, NIGHT } from './clockify-support.ts';

const published = publishedSpec('clockify-openapi.json');

async function conversation({ sandbox, workspace, mine, send }: Fixture) {
  const project = sandbox.addProject('Sleep');
  const task = sandbox.addTask(project.id, 'Nights');
  const tag = sandbox.addTag('oura');
  const field = sandbox.addCustomField('source');
  const customFields = [{ customFieldId: field.id, value: 'ring', sourceType: 'TIMEENTRY' }];
  const full = { ...NIGHT, projectId: project.id, taskId: task.id, tagIds: [tag.id], customFields };
  const { body } = await send('POST', `${workspace}/time-entries`, full);
  const entry = `${workspace}/time-entries/${body.id}`;
  await send('POST', `${workspace}/time-entries`, {});
  await send('PATCH', mine, { end: '2026-09-10T12:30:00Z' });
  await send('GET', entry);
  await send('GET', `${entry}?hydrated=true`);
  await send('PUT', entry, full);
  await send('GET', `${mine}?start=2026-09-01T00:00:00Z&end=2026-09-20T00:00:00Z&page=1&page-size=50`);
  await send('POST', `${workspace}/time-entries/batch`, { timeEntryIds: [body.id], hydrated: true });
  await send('GET', `${workspace}/time-entries/status/in-progress`);
  await send('PUT', mine, [{ id: body.id, ...full }]);
  await send('GET', '/user?include-memberships=true');
  await send('GET', '/workspaces');
  await send('GET', workspace);
  await send('GET', `${workspace}/users?include-roles=false`);
  await send('GET', `${workspace}/custom-fields`);
  await send('GET', `${workspace}/projects?name=Sleep&strict-name-search=true&archived=false`);
  await send('GET', `${workspace}/projects/${project.id}`);
  await send('GET', `${workspace}/projects/${project.id}/tasks`);
  const made = await send('POST', `${workspace}/projects`, {
    name: 'Naps',
    color: '#00FF00',
    isPublic: true,
  });
  await send('PUT', `${workspace}/projects/${made.body.id}`, { name: 'Naps', archived: true });
  await send('DELETE', `${workspace}/projects/${made.body.id}`);
  await send('GET', `${workspace}/tags?name=oura`);
  const nap = await send('POST', `${workspace}/tags`, { name: 'nap' });
  await send('GET', `${workspace}/tags/${nap.body.id}`);
  await send('PUT', `${workspace}/tags/${nap.body.id}`, { name: 'naps', archived: true });
  await send('DELETE', `${workspace}/tags/${nap.body.id}`);
  await send('DELETE', `${mine}?time-entry-ids=${body.id}`);
}

describe.skipIf(published === undefined)('against the official document', () => {
  test('every success reply fits, and so does every request made here', async () => {
    const document = correctedDocument(published ?? '');
    const fixture = await clockify();
    await conversation(fixture);
    const { requests } = fixture.sandbox;
    expect(requests.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    const problems = requests.flatMap(({ method, target, body, status, reply }) => [
      ...document.checkReply(method, target, status, reply === '' ? undefined : JSON.parse(reply)),
      ...document.checkRequest(method, target, body),
    ]);
    expect(problems).toEqual([]);
  });
});
