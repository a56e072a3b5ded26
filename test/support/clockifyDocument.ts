import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenApi, openApi } from './openapi.ts';

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

/** Clockify's own document without what it is known to get wrong. */
export function correctedDocument(file: string): OpenApi {
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
