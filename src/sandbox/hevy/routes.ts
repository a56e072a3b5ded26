import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document } from '../truth.ts';
import { exerciseHistory } from './exerciseHistory.ts';
import { type Listing, listings, listReply } from './lists.ts';
import { checkNames } from './query.ts';
import { notFound, Refusal } from './refusals.ts';
import type { Service } from './service.ts';
import { jsonText, shaped } from './shapes.ts';

interface Call {
  readonly service: Service;
  readonly request: SandboxRequest;
  /** The value in the path, where there is one. */
  readonly id: string;
}

interface Route {
  /** `{…}` for a value. */
  readonly pattern: string;
  /** Names in the query. */
  readonly parameters: readonly string[];
  /** Methods that the service has beside GET; this imitation only reads. */
  readonly writes: readonly string[];
  readonly answer: (call: Call) => SandboxReply;
}

const json = (body: unknown, numbers?: 'id' | 'folder_id'): SandboxReply => ({
  status: 200,
  body: jsonText(body, numbers),
});

function one(what: string, collection: string, { service, id }: Call): Document {
  const found = service.truth.get(collection, id);
  if (found === undefined) throw notFound(what);
  return found;
}

function workout(call: Call): SandboxReply {
  const { options } = call.service;
  const found = shaped(one('Workout', 'workouts', call), options);
  return json(options.oneWorkout === 'wrapped' ? { workout: found } : found);
}

/** The only documented 404 with a body. */
function bodyMeasurement({ service, id }: Call): SandboxReply {
  const found = service.truth.get('body_measurements', id);
  if (found === undefined) throw new Refusal(404, 'Body measurement not found', { documentedBody: true });
  return json(found);
}

function userInfo({ service }: Call): SandboxReply {
  const [data] = service.truth.list('user_info');
  if (data === undefined) throw notFound('User');
  return json({ data });
}

function list(listing: Listing): Route {
  return {
    pattern: listing.key === 'events' ? '/v1/workouts/events' : `/v1/${listing.key}`,
    parameters: ['page', 'pageSize', ...(listing.key === 'events' ? ['since'] : [])],
    writes: listing.key === 'events' ? [] : ['POST'],
    answer: ({ service, request }) => listReply(listing, service, request),
  };
}

function single(pattern: string, writes: readonly string[], answer: Route['answer']): Route {
  return { pattern, parameters: [], writes, answer };
}

/** Literal routes stand before those with a value in the same place. */
const routes: readonly Route[] = [
  ...listings.map(list),
  single('/v1/user/info', [], userInfo),
  single('/v1/workouts/count', [], ({ service }) =>
    json({ workout_count: service.truth.list('workouts').length }),
  ),
  single('/v1/workouts/{workoutId}', ['PUT'], workout),
  single('/v1/routines/{routineId}', ['PUT'], (call) => {
    const routine = shaped(one('Routine', 'routines', call), call.service.options);
    return json({ routine }, 'folder_id');
  }),
  single('/v1/routine_folders/{folderId}', [], (call) =>
    json(one('Routine folder', 'routine_folders', call), 'id'),
  ),
  single('/v1/exercise_templates/{exerciseTemplateId}', [], (call) =>
    json(one('Exercise template', 'exercise_templates', call)),
  ),
  single('/v1/body_measurements/{date}', ['PUT'], bodyMeasurement),
  {
    pattern: '/v1/exercise_history/{exerciseTemplateId}',
    parameters: ['start_date', 'end_date'],
    writes: [],
    answer: ({ service, request, id }) => exerciseHistory(service, request, id),
  },
];

function find(path: string): { route: Route; id: string } | undefined {
  const literal = routes.find(({ pattern }) => pattern === path);
  if (literal !== undefined) return { route: literal, id: '' };
  const [, parent = '', id = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const route = routes.find(({ pattern }) => pattern.startsWith(`${parent}/{`));
  return route === undefined || id === '' ? undefined : { route, id };
}

/** The route of a path, as the published document writes it; the path itself where there is none. */
export function routeName(path: string): string {
  return find(path)?.route.pattern ?? path;
}

/** What a key that is known gets. */
export function answerRoute(service: Service, request: SandboxRequest): SandboxReply {
  const found = find(request.path);
  if (found === undefined) throw notFound('Route');
  const { route, id } = found;
  if (request.method !== 'GET') {
    if (!route.writes.includes(request.method)) throw notFound('Route');
    throw new Refusal(405, 'This imitation only reads', { headers: { allow: 'GET' } });
  }
  checkNames(request.query, route.parameters, service.options.unknownParameters ?? 'refused');
  return route.answer({ service, request, id });
}
