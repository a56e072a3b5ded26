import { readFileSync } from 'node:fs';
import { type OpenApi, openApiOf } from './openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: a published document, walked by hand.
type Node = any;

/** The document says that these may be missing; on the wire they are also seen as null. */
const NULLS = ['next_token', 'v1_id', 'sport_id'];

/** WHOOP's own document without what is known to be otherwise, and strict: no field that it does not name. */
export function whoopDocument(file: string): OpenApi {
  const document: Node = JSON.parse(readFileSync(file, 'utf8'));
  const { schemas } = document.components;
  // Seen without it while the person is asleep.
  schemas.Sleep.required = schemas.Sleep.required.filter((name: string) => name !== 'end');
  // Declared on every other route; nothing says that this one needs no token and has no limits.
  for (const status of ['400', '401', '429']) {
    document.paths['/v1/activity-mapping/{activityV1Id}'].get.responses[status] ??= {};
  }
  for (const name of Object.keys(schemas)) closed(schemas[name]);
  for (const item of Object.values<Node>(document.paths)) {
    for (const parameter of item.get?.parameters ?? []) {
      if (parameter.name === 'limit') parameter.schema.minimum = 1;
    }
  }
  return openApiOf(document, { basePath: '/developer', nulls: NULLS });
}

function closed(schema: Node): void {
  if (schema.type === 'object' && schema.properties !== undefined) schema.additionalProperties = false;
  if (schema.properties?.records !== undefined) schema.required = ['records'];
}
