import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document, Truth } from '../truth.ts';
import { answerIntervals, type IntervalRules } from './intervals.ts';
import { forbidden, methodNotAllowed, notFound, unauthorized } from './refusals.ts';
import { answerTrends, type TrendRules } from './trends.ts';

export interface DataRules {
  readonly userId: string;
  readonly truth: Truth;
  readonly partner: { readonly userId: string; readonly truth: Truth };
  readonly trends: TrendRules;
  readonly intervals: IntervalRules;
  /** Whether the request carries a token that works. */
  readonly knows: (request: SandboxRequest) => boolean;
}

type Route = (rules: DataRules, id: string, request: SandboxRequest) => SandboxReply;

/** By host and path; `{id}` fits anything between two slashes. */
const routes: Readonly<Record<string, Route>> = {
  'client /users/me': (rules) => userReply(rules.truth, rules.userId),
  'client /users/{id}': ofPerson((truth, _rules, id) => userReply(truth, id)),
  'client /users/{id}/current-device': ofPerson((truth, _rules, id) => currentDevice(truth, id)),
  'client /users/{id}/trends': ofPerson((truth, rules, _id, { query }) =>
    answerTrends(truth, rules.trends, query),
  ),
  'client /users/{id}/intervals': ofPerson((truth, rules, _id, { query }) =>
    answerIntervals(truth, rules.intervals, query),
  ),
  'client /devices/{id}': deviceReply,
  'app /users/{id}/days/count': ofPerson((truth) => ({
    status: 200,
    body: { count: truth.list('trends').length },
  })),
};

const patterns = Object.entries(routes).map(([name, route]) => {
  const [host, path] = name.split(' ') as [string, string];
  return { path, route, pattern: new RegExp(`^/${host}/v1${path.replace('{id}', '([^/]+)')}$`) };
});

/** `me` stands before `{id}`, so that it is found first. */
function find(path: string) {
  return patterns.find(({ pattern }) => pattern.test(path));
}

/** Without the part that stands for the host. */
export function routeOf({ path }: SandboxRequest): string {
  const found = find(path);
  return found === undefined ? path.replace(/^\/(?:auth|client|app)(?=\/)/, '') : `/v1${found.path}`;
}

export function answerData(rules: DataRules, request: SandboxRequest): SandboxReply {
  const found = find(request.path);
  if (found === undefined) return notFound;
  if (request.method !== 'GET') return methodNotAllowed('GET');
  if (!rules.knows(request)) return unauthorized;
  return found.route(rules, found.pattern.exec(request.path)?.[1] ?? '', request);
}

/** The account's own figures, or those of a partner who shares them; of strangers nothing is said at all. */
function ofPerson(
  answer: (truth: Truth, rules: DataRules, id: string, request: SandboxRequest) => SandboxReply,
): Route {
  return (rules, id, request) => {
    if (id === rules.userId) return answer(rules.truth, rules, id, request);
    if (id !== rules.partner.userId || !shares(rules)) return forbidden;
    return answer(rules.partner.truth, rules, id, request);
  };
}

function shares({ userId, partner }: DataRules): boolean {
  const to = partner.truth.get('user', partner.userId)?.sharingMetricsTo;
  return Array.isArray(to) && to.includes(userId);
}

function userReply(truth: Truth, id: string): SandboxReply {
  const user = truth.get('user', id);
  return user === undefined ? notFound : { status: 200, body: { user } };
}

function currentDevice(truth: Truth, id: string): SandboxReply {
  const device = truth.get('user', id)?.currentDevice;
  if (typeof device !== 'object' || device === null) return notFound;
  return { status: 200, body: { ...device, specialization: 'pod' } };
}

/** `filter` names the fields that are wanted. */
function deviceReply({ truth, userId }: DataRules, id: string, { query }: SandboxRequest): SandboxReply {
  const own = truth.get('user', userId)?.devices;
  const device = truth.get('devices', id);
  if (device === undefined) return notFound;
  if (!Array.isArray(own) || !own.includes(id)) return forbidden;
  const names = query.get('filter')?.split(',');
  const result: Document =
    names === undefined
      ? device
      : Object.fromEntries(Object.entries(device).filter(([name]) => names.includes(name)));
  return { status: 200, body: { result } };
}
