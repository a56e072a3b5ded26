import type { Faults } from './faults.ts';
import { type Handler, type SandboxReply, type SandboxRequest, type SandboxServer, serve } from './server.ts';
import type { Document, Truth } from './truth.ts';
import { type FaultOrder, orderFault } from './wires.ts';

/** What every imitation can be told; each adds its own. */
export interface ImitationOptions {
  /** UTC epoch milliseconds. */
  readonly now: () => number;
  /** Default: a free one. */
  readonly port?: number;
  /** Length of the invented history; default 30. */
  readonly days?: number;
  /** IANA zone of the invented person; default Europe/Berlin. */
  readonly zone?: string;
  /** Default 1. */
  readonly seed?: number;
}

/** A strict imitation of one service around an invented person. */
export interface Imitation extends SandboxServer {
  readonly truth: Truth;
  /** Keys of the program's section that lead here instead of to the real service, credentials included. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Keys of the same section that stand for having signed in: a fresh pair of tokens, or nothing for a key. */
  seed(): Readonly<Record<string, string>>;
  /** Every access token so far stops working, as if its hour had come; refresh tokens stay good. */
  expireTokens(): void;
  /** The person takes the app's access away: nothing works any more. */
  revoke(): void;
  /** Requests so far by method and route, e.g. `GET /v1/workouts/{id}`. */
  counts(): Readonly<Record<string, number>>;
}

export interface ImitationParts {
  readonly options: ImitationOptions;
  readonly truth: Truth;
  readonly handler: Handler;
  /** The address is known only once it listens. */
  readonly settings: (url: string) => Imitation['settings'];
  readonly seed: Imitation['seed'];
  readonly expireTokens: Imitation['expireTokens'];
  readonly revoke: Imitation['revoke'];
  /** The route a path belongs to, with `{id}` in the place of ids. */
  readonly routeOf: (request: SandboxRequest) => string;
  /** Routes below `/_sandbox/` of its own, by their name. */
  // biome-ignore lint/suspicious/noExplicitAny: typed by hand by whoever plays; a wrong field is answered with 400.
  readonly commands?: Readonly<Record<string, (body: any) => unknown>>;
}

export async function startImitation(parts: ImitationParts): Promise<Imitation> {
  const { options, truth, handler } = parts;
  const counts = () => {
    const found: Record<string, number> = {};
    for (const request of server.requests) {
      const key = `${request.method} ${parts.routeOf(request)}`;
      found[key] = (found[key] ?? 0) + 1;
    }
    return found;
  };
  const server: SandboxServer = await serve({
    now: options.now,
    ...(options.port === undefined ? {} : { port: options.port }),
    handler,
    control: (request) => control({ ...parts, counts, faults: () => server.faults }, request),
  });
  const { seed, expireTokens, revoke } = parts;
  return { ...server, truth, settings: parts.settings(server.url), seed, expireTokens, revoke, counts };
}

type Controlled = ImitationParts & {
  readonly counts: Imitation['counts'];
  readonly faults: () => Faults;
};

const done: SandboxReply = { status: 204 };

/** The routes below `/_sandbox/`, for other processes: JSON in, JSON out. */
function control(service: Controlled, request: SandboxRequest): SandboxReply {
  const [, , route = '', name = '', id] = request.path.split('/').map(decodeURIComponent);
  const body = request.body === '' ? {} : JSON.parse(request.body);
  if (route === 'collections') return collections(service.truth, request.method, name, id, body);
  if (request.method === 'GET' && route === 'requests') return { status: 200, body: service.counts() };
  if (request.method !== 'POST') return { status: 404 };
  if (route === 'token') return { status: 200, body: service.seed() };
  const commands: Controlled['commands'] = {
    expire: () => service.expireTokens(),
    revoke: () => service.revoke(),
    calm: () => service.faults().clear(),
    faults: (order) => orderFault(service.faults(), order, changeOf(service.truth, order)),
    ...service.commands,
  };
  const run = commands[route];
  if (run === undefined) return { status: 404 };
  const result = run(body);
  return result === undefined ? done : { status: 200, body: result };
}

/** `put` and `remove` of an order: what happens to a record once the request was answered. */
type TruthOrder = FaultOrder & {
  readonly put?: readonly [collection: string, id: string, document: Document];
  readonly remove?: readonly [collection: string, id: string];
};

function changeOf(truth: Truth, { put, remove }: TruthOrder): (() => void) | undefined {
  if (put !== undefined) return () => truth.put(...put);
  return remove && (() => void truth.remove(...remove));
}

/** PUT adds or replaces, PATCH changes some fields, DELETE removes; GET without an id lists. */
function collections(
  truth: Truth,
  method: string,
  name: string,
  id: string | undefined,
  body: Document,
): SandboxReply {
  if (!truth.collections.includes(name)) return { status: 404, body: truth.collections };
  if (id === undefined) {
    return method === 'GET'
      ? { status: 200, body: Object.fromEntries(truth.entries(name)) }
      : { status: 405, headers: { allow: 'GET' } };
  }
  if (method === 'PUT') {
    truth.put(name, id, body);
    return done;
  }
  const found = truth.get(name, id);
  if (found === undefined) return { status: 404 };
  if (method === 'GET') return { status: 200, body: found };
  if (method === 'DELETE') truth.remove(name, id);
  else if (method === 'PATCH') truth.patch(name, id, body);
  else return { status: 405 };
  return done;
}
