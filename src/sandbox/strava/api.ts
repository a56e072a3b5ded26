import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document, Truth } from '../truth.ts';
import { bearer } from './authorization.ts';
import { exactJson } from './exactJson.ts';
import type { Limits } from './limits.ts';
import { listActivities } from './listing.ts';
import { summaryOfAthlete } from './person.ts';
import { activityWithoutHome } from './privacy.ts';
import {
  fault,
  inactiveApp,
  jsonText,
  missingScope,
  type NotFoundBody,
  noSuchPath,
  noSuchRecord,
  unauthorized,
} from './refusals.ts';
import { chosenStreams, type StreamsAsked } from './streams.ts';
import type { SignIns } from './tokens.ts';

export interface Api {
  readonly truth: Truth;
  readonly athleteId: number;
  readonly seed: number;
  readonly signIns: SignIns;
  readonly limits: Limits;
  readonly gaps: boolean;
  readonly notFoundBody: NotFoundBody;
  readonly streamNames: StreamsAsked['names'];
  /** Whether the app's owner has no subscription any more. */
  readonly inactive: () => boolean;
}

interface Asked {
  readonly service: Api;
  readonly query: URLSearchParams;
  readonly scopes: ReadonlySet<string>;
  readonly id: string;
}

export const ROOT = '/api/v3';

type Route = readonly [path: RegExp, template: string, answer: (asked: Asked) => SandboxReply];

const routes: readonly Route[] = [
  [/^\/athlete$/, '/athlete', athlete],
  [/^\/athlete\/zones$/, '/athlete/zones', zones],
  [/^\/athlete\/activities$/, '/athlete/activities', activities],
  [/^\/athletes\/(\d+)\/stats$/, '/athletes/{id}/stats', stats],
  [/^\/gear\/([bg]\d+)$/, '/gear/{id}', gear],
  [/^\/activities\/(\d+)$/, '/activities/{id}', activity],
  [/^\/activities\/(\d+)\/laps$/, '/activities/{id}/laps', laps],
  [/^\/activities\/(\d+)\/streams$/, '/activities/{id}/streams', streams],
];

/** With `{id}` in the place of ids. */
export function routeOf(path: string): string {
  const route = path.startsWith(ROOT) ? routes.find(([one]) => one.test(path.slice(ROOT.length))) : undefined;
  return route === undefined ? path : ROOT + route[1];
}

export function answerApi(service: Api, request: SandboxRequest): SandboxReply {
  if (!request.path.startsWith(`${ROOT}/`)) return noSuchPath;
  const signIn = service.signIns.use(bearer(request) ?? '');
  if (signIn === undefined) return unauthorized;
  if (service.inactive()) return inactiveApp;
  const refused = service.limits.take(request.at);
  const reply = refused ?? routed(service, request, new Set(signIn.scopes));
  // Recorded replies of two kinds came without them.
  if (reply.status === 401 || (refused === undefined && request.path.endsWith('/streams'))) return reply;
  return { ...reply, headers: { ...reply.headers, ...service.limits.headers(request.at) } };
}

function routed(service: Api, { method, path, query }: SandboxRequest, scopes: Set<string>): SandboxReply {
  for (const [pattern, , answer] of routes) {
    const match = pattern.exec(path.slice(ROOT.length));
    if (match === null) continue;
    return method === 'GET' ? answer({ service, query, scopes, id: match[1] ?? '' }) : noSuchPath;
  }
  return noSuchPath;
}

function found(document: Document | undefined, resource: string, { service }: Asked): SandboxReply {
  return document === undefined
    ? noSuchRecord(resource, service.notFoundBody)
    : jsonText(200, exactJson(document));
}

function athlete(asked: Asked): SandboxReply {
  const [own] = asked.service.truth.list('athlete');
  return found(own && (asked.scopes.has('profile:read_all') ? own : summaryOfAthlete(own)), 'Athlete', asked);
}

function zones(asked: Asked): SandboxReply {
  if (!asked.scopes.has('profile:read_all')) return missingScope('profile:read_all');
  return found(asked.service.truth.get('zones', 'zones'), 'Athlete', asked);
}

function stats(asked: Asked): SandboxReply {
  if (asked.id !== String(asked.service.athleteId))
    return fault(403, 'Forbidden', 'Athlete', 'id', 'invalid');
  return found(asked.service.truth.get('stats', asked.id), 'Athlete', asked);
}

function gear(asked: Asked): SandboxReply {
  return found(asked.service.truth.get('gear', asked.id), 'Gear', asked);
}

function seesActivities({ scopes }: Asked): boolean {
  return scopes.has('activity:read') || scopes.has('activity:read_all');
}

/** As the token may see it: `activity:read` alone hides what is for the owner only and where home is. */
function shown(id: string, { scopes, service: { truth } }: Asked): Document | undefined {
  const activity = truth.get('activities', id);
  if (activity === undefined || scopes.has('activity:read_all')) return activity;
  if (activity.visibility === 'only_me') return undefined;
  return activityWithoutHome(activity, truth.get('activity_streams', id));
}

function activities(asked: Asked): SandboxReply {
  if (!seesActivities(asked)) return missingScope('activity:read');
  const { truth, gaps, seed } = asked.service;
  const visible = truth.entries('activities').flatMap(([id]) => {
    const seen = shown(id, asked);
    return seen === undefined ? [] : [[id, seen] as const];
  });
  return listActivities({ activities: visible, gaps, seed }, asked.query);
}

function activity(asked: Asked): SandboxReply {
  if (!seesActivities(asked)) return missingScope('activity:read');
  const seen = shown(asked.id, asked);
  if (seen === undefined || asked.query.get('include_all_efforts') === 'true')
    return found(seen, 'Activity', asked);
  const efforts = seen.segment_efforts;
  const chosen = Array.isArray(efforts)
    ? { segment_efforts: efforts.filter((effort: Document) => effort.hidden !== true) }
    : {};
  return found({ ...seen, ...chosen }, 'Activity', asked);
}

function laps(asked: Asked): SandboxReply {
  if (!seesActivities(asked)) return missingScope('activity:read');
  const seen = shown(asked.id, asked);
  return found(seen && ((seen.laps ?? []) as Document), 'Activity', asked);
}

function streams(asked: Asked): SandboxReply {
  if (!seesActivities(asked)) return missingScope('activity:read');
  const { truth, notFoundBody, streamNames } = asked.service;
  const seen = shown(asked.id, asked);
  const all = seen && truth.get('activity_streams', asked.id);
  if (all === undefined) return noSuchRecord('Activity', notFoundBody);
  const hidesHome = !asked.scopes.has('activity:read_all');
  return chosenStreams(all, { query: asked.query, names: streamNames, hidesHome });
}
