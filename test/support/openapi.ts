import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Json;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Record<string, { schema?: Json }> };
  responses: Record<string, { content?: Record<string, { schema?: Json }> }>;
}

interface Found {
  readonly template: string;
  readonly operation: Operation;
  readonly pathValues: ReadonlyMap<string, string>;
}

export interface OpenApiOptions {
  /** What the service puts before the document's paths, e.g. `/api`. */
  readonly basePath?: string;
  /** Properties that may be null although the document does not say so; `everywhere` for all of them. */
  readonly nulls?: readonly string[] | 'everywhere';
}

export interface OpenApi {
  /** `path` is concrete (a query is ignored, except that `fields` allows partial rows). Empty when all is well. */
  checkReply(method: string, path: string, status: number, body: unknown): string[];
  /** `target` is path and query as sent, `body` the JSON text or the value parsed from it. */
  checkRequest(method: string, target: string, body?: unknown): string[];
}

/** Where a published document lies beside the repository; undefined when it is not there (tests then skip). */
export function publishedSpec(name: string): string | undefined {
  const file = fileURLToPath(new URL(`../../../shared/specs/${name}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

/** Checks requests and replies against an OpenAPI document, 3.0 or 3.1. */
export function openApi(file: string, options: OpenApiOptions = {}): OpenApi {
  return openApiOf(JSON.parse(readFileSync(file, 'utf8')) as Json, options);
}

/** The same for a document that was read already, and perhaps corrected. */
export function openApiOf(read: Json, options: OpenApiOptions = {}): OpenApi {
  const document = modern(read, options.nulls ?? []) as Json;
  const strictly = validators(document, false);
  const asText = validators(document, true);

  return {
    checkReply(method, target, status, body) {
      const [path = '', query = ''] = target.split('?');
      const found = find(document, method, withoutBase(path, options.basePath));
      if (typeof found === 'string') return [found];
      const reply = found.operation.responses[String(status)] ?? found.operation.responses.default;
      if (reply === undefined) return [`${method} ${found.template} declares no ${status}`];
      const schema = jsonSchema(reply.content);
      if (schema === undefined) return [];
      const partial = new URLSearchParams(query).has('fields');
      return strictly(
        `reply ${method} ${found.template} ${status} ${partial}`,
        partial ? schema : typed(schema),
        body,
      );
    },

    checkRequest(method, target, body) {
      const url = new URL(target, 'http://service');
      const found = find(document, method, withoutBase(url.pathname, options.basePath));
      if (typeof found === 'string') return [found];
      const name = `${method} ${found.template}`;
      const declared = found.operation.parameters ?? [];
      return [
        ...checkQuery(declared, url.searchParams, name, asText),
        ...checkPath(declared, found, name, asText),
        ...checkBody(found.operation, body, name, strictly),
      ];
    },
  };
}

type Check = (name: string, schema: Json, value: unknown) => string[];

function validators(document: Json, coerce: boolean): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: coerce ? 'array' : false });
  formats.default(ajv);
  ajv.addFormat('uuid4', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
  const compiled = new Map<string, ValidateFunction>();
  return (name, schema, value) => {
    let validate = compiled.get(name);
    if (validate === undefined) {
      // `components` at the root is where `#/components/schemas/…` points.
      validate = ajv.compile({ ...schema, components: document.components });
      compiled.set(name, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${name}: ${error.instancePath || '/'} ${error.message}`);
  };
}

function checkQuery(declared: Parameter[], query: URLSearchParams, name: string, check: Check): string[] {
  const parameters = declared.filter((one) => one.in === 'query');
  const known = new Set(parameters.map((one) => one.name));
  const problems = [...new Set(query.keys())]
    .filter((key) => !known.has(key))
    .map((key) => `${name}: query parameter ${key} is not declared`);
  for (const parameter of parameters) {
    const values = query.getAll(parameter.name);
    if (values.length > 0) problems.push(...checkValue(parameter, values, name, check));
    else if (parameter.required) problems.push(`${name}: query parameter ${parameter.name} is missing`);
  }
  return problems;
}

function checkPath(declared: Parameter[], found: Found, name: string, check: Check): string[] {
  return declared
    .filter((one) => one.in === 'path')
    .flatMap((one) => checkValue(one, [found.pathValues.get(one.name) ?? ''], name, check));
}

function checkValue(parameter: Parameter, values: string[], name: string, check: Check): string[] {
  const schema = { type: 'object', properties: { [parameter.name]: parameter.schema ?? {} } };
  const value = values.length > 1 ? values : values[0];
  return check(`${name} ${parameter.in} ${parameter.name}`, schema, { [parameter.name]: value });
}

function checkBody(operation: Operation, body: unknown, name: string, check: Check): string[] {
  const empty = body === undefined || body === '';
  const declared = operation.requestBody;
  if (declared === undefined) return empty ? [] : [`${name}: takes no body`];
  if (empty) return declared.required ? [`${name}: body is missing`] : [];
  let value = body;
  try {
    if (typeof body === 'string') value = JSON.parse(body);
  } catch {
    return [`${name}: body is not JSON`];
  }
  const schema = jsonSchema(declared.content);
  return schema === undefined ? [`${name}: takes no JSON`] : check(`body ${name}`, schema, value);
}

function jsonSchema(content: Record<string, { schema?: Json }> | undefined): Json | undefined {
  return Object.entries(content ?? {}).find(([type]) => /json|\*\/\*/.test(type))?.[1].schema;
}

/** Oura lets every listing also be "a list of any objects", for `fields`; without that the rows must be whole. */
function typed(schema: Json): Json {
  if (!Array.isArray(schema.anyOf)) return schema;
  const whole = schema.anyOf.filter((one: Json) => !/ResponseDict$/.test(String(one.$ref)));
  return whole.length > 0 && whole.length < schema.anyOf.length ? { ...schema, anyOf: whole } : schema;
}

function withoutBase(path: string, base = ''): string {
  return path.startsWith(base) ? path.slice(base.length) : `${path} (outside ${base})`;
}

function find(document: Json, method: string, path: string): Found | string {
  const paths = document.paths as Record<string, Record<string, unknown>>;
  const candidates = Object.keys(paths)
    .map((template) => ({ template, pathValues: match(template, path) }))
    .filter((one) => one.pathValues !== undefined)
    // A literal segment beats a placeholder.
    .sort((a, b) => (a.pathValues?.size ?? 0) - (b.pathValues?.size ?? 0));
  const best = candidates[0];
  if (best?.pathValues === undefined) return `${path} is not in the document`;
  const item = paths[best.template];
  const operation = item?.[method.toLowerCase()] as Operation | undefined;
  if (operation === undefined) return `${method} ${best.template} is not in the document`;
  const shared = (item?.parameters ?? []) as Parameter[];
  const parameters = [...shared, ...(operation.parameters ?? [])];
  return { template: best.template, operation: { ...operation, parameters }, pathValues: best.pathValues };
}

function match(template: string, path: string): Map<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return undefined;
    if (name !== undefined) values.set(name, value);
  }
  return values;
}

/** The document with 3.0's `nullable` and boolean bounds said the 3.1 way, plus the nulls asked for. */
function modern(node: unknown, nulls: readonly string[] | 'everywhere'): unknown {
  if (Array.isArray(node)) return node.map((one) => modern(one, nulls));
  if (typeof node !== 'object' || node === null) return node;
  const result: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'example' || key === 'examples' || key === 'nullable' || key === 'discriminator') continue;
    result[key] = key === 'properties' ? properties(value as Json, nulls) : modern(value, nulls);
  }
  for (const [bound, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof result[bound] !== 'boolean') continue;
    if (result[bound]) result[bound] = result[limit];
    else delete result[bound];
  }
  return (node as Json).nullable === true ? orNull(result) : result;
}

function properties(schemas: Json, nulls: readonly string[] | 'everywhere'): Json {
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const changed = modern(schema, nulls) as Json;
    return [name, nulls === 'everywhere' || nulls.includes(name) ? orNull(changed) : changed];
  });
  return Object.fromEntries(entries);
}

function orNull(schema: Json): Json {
  return { anyOf: [schema, { type: 'null' }] };
}
