import { readFileSync } from 'node:fs';
import { type OpenApi, openApiOf } from './openapi.ts';

type Json = Record<string, unknown>;

interface Operation {
  parameters?: Json[];
  responses: Record<string, { schema?: Json }>;
}

/** Null in recorded replies, although the document does not say that they may be. */
const NULLS = [
  ...['workout_type', 'gear_id', 'pr_rank', 'kom_rank', 'ftp'],
  // In the document's own example a ride on a trainer has null here.
  ...['start_latlng', 'end_latlng'],
  // Recorded, or null for what was typed in by hand.
  ...['description', 'external_id', 'upload_id', 'primary'],
  // A profile need not name them, a club need not have any.
  ...['country', 'cover_photo', 'cover_photo_small'],
];

/** Strava's own document, Swagger 2.0, said the 3.0 way and without what it is known to get wrong. */
export function stravaDocument(file: string): OpenApi {
  const text = readFileSync(file, 'utf8').replaceAll('"#/definitions/', '"#/components/schemas/');
  const document = JSON.parse(text);
  // Without GPS the pair is recorded as an empty list too.
  document.definitions.LatLng.minItems = 0;
  const paths = Object.entries(document.paths as Record<string, Record<string, Operation>>);
  return openApiOf(
    {
      paths: Object.fromEntries(paths.map(([path, item]) => [path, readable(item, document.parameters)])),
      components: { schemas: document.definitions },
    },
    { basePath: '/api/v3', nulls: NULLS },
  );
}

/** What is read alone: no imitation takes a body. */
function readable(item: Record<string, Operation>, shared: Record<string, Json>): Json {
  const { get } = item;
  if (get === undefined) return {};
  const responses = Object.entries(get.responses).map(([status, { schema }]) => [
    status,
    schema === undefined ? {} : { content: { 'application/json': { schema } } },
  ]);
  const parameters = (get.parameters ?? []).map((one) => {
    const name = /^#\/parameters\/(.+)$/.exec(String(one.$ref))?.[1];
    return parameter(name === undefined ? one : (shared[name] ?? one));
  });
  return { get: { parameters, responses: Object.fromEntries(responses) } };
}

/** In Swagger 2.0 the type of a parameter stands beside its name. */
function parameter({ name, in: place, required, collectionFormat, ...schema }: Json): Json {
  const listed = collectionFormat === 'csv' ? (schema.items as { enum?: string[] }).enum : undefined;
  if (listed === undefined) return { name, in: place, required, schema };
  const one = `(${listed.join('|')})`;
  return { name, in: place, required, schema: { type: 'string', pattern: `^${one}(,${one})*$` } };
}
