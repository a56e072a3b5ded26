import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document, Truth } from '../truth.ts';
import { jsonText } from './json.ts';
import { v1Of } from './life.ts';
import { type PageOptions, pageOf } from './listing.ts';

export const BASE = '/developer';

export interface DataService extends PageOptions {
  readonly truth: Truth;
  /** Of the bearer token, or undefined when it is not good for anything. */
  readonly scopesOf: (request: SandboxRequest) => readonly string[] | undefined;
  readonly missingScope: 401 | 403;
  /** Whether a cycle's sleep needs read:sleep, which the published document leaves open. */
  readonly cycleSleepScope: 'read:sleep' | 'any';
  readonly disconnect: () => void;
  readonly refuse: (status: number) => SandboxReply;
}

type Answer = (service: DataService, request: SandboxRequest, id: string) => unknown;

interface Route {
  readonly template: string;
  readonly method: 'GET' | 'DELETE';
  /** Undefined when any token will do. */
  readonly scope?: (service: DataService) => string | undefined;
  /** Refused with 400 when the id in the path is something else. */
  readonly id?: 'number' | 'uuid';
  /** A document, a page, a status alone. */
  readonly answer: Answer;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LARGEST = 2n ** 63n - 1n;

const one = (document: Document | undefined) => document ?? 404;
const list =
  (collection: string): Answer =>
  (service, request) =>
    pageOf(service.truth, collection, request, service) ?? 400;
const byId =
  (collection: string): Answer =>
  ({ truth }, _request, id) =>
    one(truth.get(collection, id));

const routes: readonly Route[] = [
  get('/v2/user/profile/basic', 'read:profile', ({ truth }) => one(truth.list('profile')[0])),
  get('/v2/user/measurement/body', 'read:body_measurement', ({ truth }) =>
    one(truth.get('body_measurement', 'body')),
  ),
  get('/v2/cycle', 'read:cycles', list('cycle')),
  { ...get('/v2/cycle/{id}', 'read:cycles', byId('cycle')), id: 'number' },
  { ...get('/v2/cycle/{id}/recovery', 'read:recovery', byId('recovery')), id: 'number' },
  {
    template: '/v2/cycle/{id}/sleep',
    method: 'GET',
    scope: ({ cycleSleepScope }) => (cycleSleepScope === 'any' ? undefined : cycleSleepScope),
    id: 'number',
    answer: ({ truth }, _request, id) => one(sleepOfCycle(truth, id)),
  },
  get('/v2/recovery', 'read:recovery', list('recovery')),
  get('/v2/activity/sleep', 'read:sleep', list('sleep')),
  { ...get('/v2/activity/sleep/{id}', 'read:sleep', byId('sleep')), id: 'uuid' },
  get('/v2/activity/workout', 'read:workout', list('workout')),
  { ...get('/v2/activity/workout/{id}', 'read:workout', byId('workout')), id: 'uuid' },
  {
    template: '/v1/activity-mapping/{id}',
    method: 'GET',
    id: 'number',
    answer: ({ truth }, _request, id) => mapping(truth, id),
  },
  {
    template: '/v2/user/access',
    method: 'DELETE',
    answer: ({ disconnect }) => {
      disconnect();
      return 204;
    },
  },
];

function get(template: string, scope: string, answer: Answer): Route {
  return { template, method: 'GET', scope: () => scope, answer };
}

/** The one its recovery was made from; of several without one, the latest. Naps don't count. */
function sleepOfCycle(truth: Truth, cycle: string): Document | undefined {
  const scoredFrom = truth.get('sleep', String(truth.get('recovery', cycle)?.sleep_id));
  if (scoredFrom !== undefined) return scoredFrom;
  return truth
    .list('sleep')
    .filter((sleep) => String(sleep.cycle_id) === cycle && sleep.nap !== true)
    .sort((a, b) => (String(a.start) < String(b.start) ? 1 : -1))[0];
}

function mapping(truth: Truth, v1Id: string): Document | 404 {
  const activities = [...truth.entries('sleep'), ...truth.entries('workout')];
  const found = activities.find(([id, { v1_id }]) => String(v1_id ?? v1Of(id)) === v1Id);
  return found === undefined ? 404 : { v2_activity_id: found[0] };
}

interface Found {
  readonly route: Route;
  readonly id: string | undefined;
}

function find(path: string): Found | undefined {
  if (!path.startsWith(`${BASE}/`)) return undefined;
  const given = path.slice(BASE.length).split('/');
  for (const route of routes) {
    const wanted = route.template.split('/');
    if (wanted.length !== given.length) continue;
    if (!wanted.every((part, index) => (part === '{id}' ? given[index] !== '' : part === given[index])))
      continue;
    const place = wanted.indexOf('{id}');
    return { route, id: place < 0 ? undefined : given[place] };
  }
  return undefined;
}

export function routeOf({ path }: SandboxRequest): string {
  return find(path)?.route.template ?? path;
}

export function answerData(service: DataService, request: SandboxRequest): SandboxReply {
  const { refuse } = service;
  const found = find(request.path);
  if (found === undefined) return refuse(404);
  const { route } = found;
  if (request.method !== route.method) return { ...refuse(405), headers: { allow: route.method } };
  const scopes = service.scopesOf(request);
  if (scopes === undefined) return refuse(401);
  const needed = route.scope?.(service);
  if (needed !== undefined && !scopes.includes(needed)) return refuse(service.missingScope);
  const id = route.id === undefined ? '' : idIn(route.id, found.id ?? '');
  if (id === undefined) return refuse(400);
  const result = route.answer(service, request, id);
  if (result === 204) return { status: 204 };
  if (typeof result === 'number') return refuse(result);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: jsonText(result) };
}

function idIn(kind: 'number' | 'uuid', text: string): string | undefined {
  if (kind === 'uuid') return UUID.test(text) ? text.toLowerCase() : undefined;
  if (!/^\d{1,19}$/.test(text) || BigInt(text) > LARGEST) return undefined;
  return BigInt(text).toString();
}
