import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openApi, publishedSpec } from '../support/openapi.ts';
import { clockify, type Fixture, NIGHT } from './clockify-support.ts';

const published = publishedSpec('clockify-openapi.json');

const strings = { type: 'array', items: { type: 'string' } };

/** Schemas of which the document says something the service was never seen to send (one even refers to itself). */
const CORRECTED = {
  FeaturePlan: { type: 'string' },
  Feature: strings,
  AccountStatus: { type: 'string' },
  TaskStatus: { type: 'string' },
  EntityCreationPermission: { enum: ['ADMINS', 'ADMINS_AND_PROJECT_MANAGERS', 'EVERYONE'] },
};

/** Single properties, likewise: values of custom fields are plain, hidden pages a list. */
const PROPERTIES: [schema: string, property: string, seen: object][] = [
  ['CustomFieldValueDtoV1', 'value', {}],
  ['UpdateCustomFieldRequest', 'value', {}],
  ['WorkspaceSettingsDtoV1', 'adminOnlyPages', strings],
];

function correctedDocument(file: string) {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(document.components.schemas, CORRECTED);
  for (const [schema, property, seen] of PROPERTIES) {
    document.components.schemas[schema].properties[property] = seen;
  }
  const folder = mkdtempSync(join(tmpdir(), 'clockify-document-'));
  const copy = join(folder, 'clockify-openapi.json');
  writeFileSync(copy, JSON.stringify(document));
  const read = openApi(copy, { basePath: '/api', nulls: 'everywhere' });
  rmSync(folder, { recursive: true });
  return read;
}

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
