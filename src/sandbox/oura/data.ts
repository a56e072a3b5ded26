import { createHash } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import { type Collection, collectionNamed } from './collections.ts';
import { type Document, type Entry, sampleTime } from './records.ts';
import type { Listings, OuraTruth } from './truth.ts';
import { asked, type DateEnd, filterOf, sampleRange } from './windows.ts';

export interface PageSize {
  readonly documents: number;
  readonly samples: number;
}

export interface DataService {
  readonly truth: OuraTruth & Listings;
  readonly zone: string;
  readonly pageSize: PageSize;
  readonly dateEnd: DateEnd;
  /** Bare scope names of the bearer token, or undefined when it is not good for anything. */
  readonly scopesOf: (request: SandboxRequest) => ReadonlySet<string> | undefined;
  readonly lapsed: () => boolean;
}

const ROOT = '/v2/usercollection/';

/** Undefined when the path is none of these routes. */
export function answerData(service: DataService, request: SandboxRequest): SandboxReply | undefined {
  if (!request.path.startsWith(ROOT)) return undefined;
  const [name = '', id, ...more] = request.path.slice(ROOT.length).split('/').map(decodeURIComponent);
  const collection = collectionNamed(name);
  const exists = name === 'personal_info' ? id === undefined : collection !== undefined && more.length === 0;
  if (!exists || id === '' || (id !== undefined && collection?.cut.by === 'timestamp')) return undefined;
  if (request.method !== 'GET') {
    return { status: 405, headers: { allow: 'GET' }, body: { detail: 'Method Not Allowed' } };
  }
  const scopes = service.scopesOf(request);
  if (scopes === undefined) return detail(401, 'Unauthorized');
  if (service.lapsed()) return detail(403, 'Membership is not active');
  if (collection === undefined) return personalInfo(service, scopes);
  if (!scopes.has(collection.scope))
    return detail(collection.withoutScope, 'Token has no access to this data');
  if (id !== undefined) return document(service, collection, id);
  return listing(service, collection, request);
}

function detail(status: number, text: string): SandboxReply {
  return { status, body: { detail: text } };
}

/** The id is readable with any token. */
function personalInfo(service: DataService, scopes: ReadonlySet<string>): SandboxReply {
  const [info = {}] = service.truth.list('personal_info');
  const visible = Object.entries(info).filter(
    ([key]) => key === 'id' || scopes.has(key === 'email' ? 'email' : 'personal'),
  );
  return { status: 200, body: Object.fromEntries(visible) };
}

function document(service: DataService, collection: Collection, id: string): SandboxReply {
  const found = service.truth.get(collection.name, id);
  // Rows without an id of their own have no document.
  return found?.id === undefined ? detail(404, 'Document not found.') : { status: 200, body: found };
}

function listing(service: DataService, collection: Collection, request: SandboxRequest): SandboxReply {
  const { query } = request;
  const dates = asked(collection, query);
  if ('status' in dates) return dates;
  const parameters = digestOf(collection, query);
  const token = query.get('next_token') || undefined;
  const after = token === undefined ? undefined : positionIn(token, parameters);
  if (token !== undefined && after === undefined) return detail(400, 'Invalid next_token');

  const isSamples = collection.cut.by === 'timestamp';
  const rows = isSamples
    ? sampleRows(service, collection, request, sampleRange(dates, request.at), after)
    : documentRows(service, collection, filterOf(collection, dates, { ...service, now: request.at }), after);
  const size = isSamples ? service.pageSize.samples : service.pageSize.documents;
  const page: Entry[] = [];
  let last: Entry | undefined;
  for (const entry of rows) {
    if (page.length === size) {
      last = page.at(-1);
      break;
    }
    page.push(entry);
  }
  const choose = fieldsOf(collection, query.get('fields'));
  return {
    status: 200,
    body: {
      data: page.map((entry) => choose(entry.document)),
      next_token: last === undefined ? null : tokenFor(last, parameters),
    },
  };
}

type Position = readonly [position: number, id: string];

function isAfter(entry: Entry, after: Position | undefined): boolean {
  if (after === undefined) return true;
  return entry.position > after[0] || (entry.position === after[0] && entry.id > after[1]);
}

function* documentRows(
  service: DataService,
  collection: Collection,
  wanted: (document: Document) => boolean,
  after: Position | undefined,
): Generator<Entry> {
  for (const entry of service.truth.entries(collection.name)) {
    if (isAfter(entry, after) && wanted(entry.document)) yield entry;
  }
}

function* sampleRows(
  service: DataService,
  collection: Collection,
  request: SandboxRequest,
  { from, before }: { from: number; before: number },
  after: Position | undefined,
): Generator<Entry> {
  if (request.query.get('latest')?.toLowerCase() === 'true') {
    const recent = [...service.truth.entries(collection.name, request.at - 3 * 86_400_000)];
    yield* recent.slice(-1);
    return;
  }
  for (const entry of service.truth.entries(collection.name, Math.max(from, after?.[0] ?? from), before)) {
    if (isAfter(entry, after) && sampleTime(entry.document) < before) yield entry;
  }
}

/** Unknown names are ignored; when none is known the whole record comes back. */
function fieldsOf(collection: Collection, fields: string | null): (document: Document) => Document {
  const always = collection.alwaysReturned;
  if (fields === null || always === undefined) return (document) => document;
  const names = new Set(fields.split(','));
  return (document) => {
    const keys = Object.keys(document);
    if (!keys.some((key) => names.has(key))) return document;
    return Object.fromEntries(
      Object.entries(document).filter(([key]) => names.has(key) || always.includes(key)),
    );
  };
}

const PARAMETERS = ['start_date', 'end_date', 'start_datetime', 'end_datetime', 'latest', 'fields'];

function digestOf(collection: Collection, query: URLSearchParams): string {
  const values = PARAMETERS.map((name) => query.get(name));
  return createHash('sha256')
    .update(JSON.stringify([collection.name, values]))
    .digest('base64url')
    .slice(0, 16);
}

function tokenFor(entry: Entry, parameters: string): string {
  return Buffer.from(JSON.stringify([parameters, entry.position, entry.id])).toString('base64url');
}

function positionIn(token: string, parameters: string): Position | undefined {
  try {
    const [bound, position, id] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return bound === parameters ? [position, id] : undefined;
  } catch {
    return undefined;
  }
}
