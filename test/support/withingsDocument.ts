import { readFileSync } from 'node:fs';
import { type OpenApi, openApiOf } from './openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: a published document, walked by hand.
type Node = any;

/** Recorded as null, or null by the document's own words, although its types have no null. */
const NULLS = [
  // Rows by a phone or typed in by hand have no device; `comment` is always empty.
  ...['deviceid', 'hash_deviceid', 'modelid', 'model', 'comment'],
  ...['first_session_date', 'last_session_date'],
  // Workouts by devices that do not measure it.
  ...['algo_pause_duration', 'spo2_average', 'manual_intensity'],
  ...['core_body_temperature_avg', 'core_body_temperature_min', 'core_body_temperature_max'],
  'core_body_temperature_status',
  // Nights from elsewhere, of which only the length is known; regions without the apnea index.
  ...['lightsleepduration', 'deepsleepduration', 'remsleepduration', 'nb_rem_episodes'],
  'apnea_hypopnea_index',
];

/** Sent by the service and not in the document. */
const UNDECLARED: Record<string, Node> = {
  // The document says model_id here alone.
  measuregrp_object: { modelid: { type: 'integer' } },
  // Which app a value was typed into.
  measure_object: { apppfmid: { type: 'integer' }, appliver: { type: 'integer' } },
};

/**
 * Withings' own document as one that can be used: its keys are whole addresses, told apart by spaces where several
 * actions share one, and its form fields are called a query. Here a call is `POST /measure/getmeas`, its form a query.
 * Strict: what the document does not declare is an error.
 */
export function withingsDocument(file: string): OpenApi {
  const document: Node = JSON.parse(readFileSync(file, 'utf8'));
  const paths: Record<string, Node> = {};
  for (const [address, item] of Object.entries<Node>(document.paths)) {
    const path = new URL(address.trim()).pathname;
    if (item.get !== undefined) paths[path] = { get: item.get };
    if (item.post === undefined) continue;
    const { operationId, requestBody, parameters = [] } = item.post;
    const action = operationId === 'oauth2-getaccesstoken' ? 'requesttoken' : operationId.split('-')[1];
    paths[`${path}/${action}`] = {
      post: {
        parameters: parameters.filter((one: Node) => one.in === 'query').map(formField),
        responses: item.post.responses,
        ...(requestBody === undefined ? {} : { requestBody: tokenForms }),
      },
    };
  }
  const { schemas } = document.components;
  for (const [name, properties] of Object.entries(UNDECLARED)) {
    Object.assign(schemas[name].properties, properties);
  }
  correct(paths, schemas);
  strict(paths);
  strict(schemas);
  return openApiOf({ components: { schemas }, paths }, { nulls: NULLS });
}

/** The four ways to ask for tokens, which the document hides under media types that are none. */
const tokenForms = {
  required: true,
  content: {
    'application/json': {
      schema: {
        oneOf: ['WithSignature', 'WithClientSecret', 'RefreshWithSignature', 'RefreshWithClientSecret'].map(
          (name) => ({ $ref: `#/components/schemas/TokenRequest${name}` }),
        ),
      },
    },
  },
};

/** Types that JSON Schema does not know. */
const TYPES: Record<string, Node> = {
  'list of integers': { type: 'string', pattern: '^\\d+(,\\d+)*$' },
  id32m64: { type: 'integer' },
};

function formField({ name, schema, required, description = '' }: Node): Node {
  // Fields that exclude each other are all called required.
  const optional = description.includes('DO NOT USE WITH') && name !== 'signalid';
  const { format: _, ...kept } = schema;
  return { name, in: 'query', required: required && !optional, schema: TYPES[schema.type] ?? kept };
}

function bodyOf(item: Node): Node {
  return item.post.responses['200'].content['application/json'].schema.properties.body;
}

function correct(paths: Record<string, Node>, schemas: Record<string, Node>): void {
  // A number wherever it was recorded.
  bodyOf(paths['/measure/getmeas']).properties.updatetime.type = 'integer';
  // Declared as one object, recorded as a list of them.
  const sleep = bodyOf(paths['/v2/sleep/get']).properties;
  sleep.series.properties.hash_deviceid = { type: 'string' };
  sleep.series = { type: 'array', items: sleep.series };
  // Its own text says dictionary.
  schemas.sleep_summary_object.properties.data.properties.night_events.type = 'object';
  // PHP cannot tell an empty object from an empty list.
  const intraday = bodyOf(paths['/v2/measure/getintradayactivity']).properties;
  intraday.series = { anyOf: [intraday.series, { type: 'array', maxItems: 0 }] };
  // Pages like the others, as the vendor has confirmed.
  const { parameters } = paths['/v2/measure/getworkouts'].post;
  paths['/v2/sleep/getsummary'].post.parameters.push(parameters.find((one: Node) => one.name === 'offset'));
  bodyOf(paths['/v2/oauth2/revoke']).properties = {};
  for (const { post } of Object.values(paths)) {
    const envelope = post?.responses['200'].content?.['application/json'].schema;
    if (envelope?.properties !== undefined) envelope.properties.error = { type: 'string' };
  }
}

/** Nothing but what is declared; `$timestamp` stands for keys that are unix seconds. */
function strict(node: Node): void {
  if (typeof node !== 'object' || node === null) return;
  // Formats like Y-m-d mean nothing to a validator.
  if (typeof node.format === 'string') delete node.format;
  if (node.type === 'object' && Object.keys(node.properties ?? {}).length > 0) {
    node.additionalProperties = false;
    const perSecond = node.properties.$timestamp;
    if (perSecond !== undefined) {
      node.patternProperties = { '^\\d{9,11}$': perSecond };
      delete node.properties.$timestamp;
    }
  }
  for (const child of Object.values(node)) strict(child);
}
