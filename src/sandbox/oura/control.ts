import type { Faults } from '../faults.ts';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Pair } from '../tokens.ts';
import { type FaultOrder, orderFault } from '../wires.ts';
import { collectionNamed } from './collections.ts';
import type { Document } from './records.ts';
import type { OuraTruth } from './truth.ts';

/** What the person, or Oura, can do to the app's access. */
export interface Grant {
  /** Bare names; narrows the tokens that exist as well as later sign-ins. */
  scopes(names: readonly string[]): void;
  /** Membership: while it has lapsed every data route answers 403. */
  lapse(lapsed: boolean): void;
  /** Whether the next sign-ins are answered with no. */
  deny(denied: boolean): void;
  /** All tokens so far. */
  revoke(): void;
  /** Access tokens so far, as if their hour had come. */
  expire(): void;
  /** Registers another redirect URI with the app. */
  redirect(uri: string): void;
}

export interface Controlled {
  readonly truth: OuraTruth;
  readonly grant: Grant;
  readonly faults: () => Faults;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly issueToken: (scopes?: readonly string[]) => Pair;
}

const done: SandboxReply = { status: 204 };

/** The routes below `/_sandbox/`, for other processes: JSON in, JSON out. */
export function control(service: Controlled, request: SandboxRequest): SandboxReply {
  const [, , route = '', name = '', id] = request.path.split('/').map(decodeURIComponent);
  const body = request.body === '' ? undefined : JSON.parse(request.body);
  if (route === 'collections') {
    return id === undefined
      ? collection(service.truth, request.method, name, body)
      : record(service.truth, request.method, name, id, body);
  }
  if (request.method === 'GET' && route === 'requests') return { status: 200, body: service.counts() };
  if (request.method !== 'POST') return { status: 404 };
  return command(service, route, body ?? {});
}

function collection(truth: OuraTruth, method: string, name: string, body: unknown): SandboxReply {
  if (method === 'GET') return { status: 200, body: truth.list(name) };
  if (method !== 'PUT' || !Array.isArray(body)) return { status: 404 };
  truth.replaceAll(name, body);
  return done;
}

/** PUT adds or replaces, PATCH changes some fields, DELETE removes. */
function record(truth: OuraTruth, method: string, name: string, id: string, body: Document): SandboxReply {
  const found = truth.get(name, id);
  if (method === 'PUT') {
    truth.put(name, isSample(name) ? body : { ...body, id });
    return done;
  }
  if (found === undefined) return { status: 404 };
  if (method === 'GET') return { status: 200, body: found };
  if (method === 'DELETE') truth.remove(name, id);
  else if (method === 'PATCH') truth.put(name, { ...found, ...body });
  else return { status: 405 };
  return done;
}

function isSample(name: string): boolean {
  return collectionNamed(name)?.cut.by === 'timestamp';
}

// biome-ignore lint/suspicious/noExplicitAny: typed by hand by whoever plays; a wrong field is answered with 400.
function command(service: Controlled, route: string, body: any): SandboxReply {
  const { truth, grant } = service;
  const commands: Record<string, () => void> = {
    scopes: () => grant.scopes(body.granted),
    membership: () => grant.lapse(body.lapsed),
    deny: () => grant.deny(body.denied),
    revoke: () => grant.revoke(),
    redirect: () => grant.redirect(body.uri),
    hide: () => truth.hide(body.collection, body.ids),
    show: () => truth.show(body.collection),
    faults: () => orderFault(service.faults(), body, changeOf(truth, body)),
    calm: () => service.faults().clear(),
  };
  if (route === 'token') return { status: 200, body: service.issueToken(body.scopes) };
  const run = commands[route];
  if (run === undefined) return { status: 404 };
  run();
  return done;
}

/** `put` and `remove` of an order: what happens to a record once the request was answered. */
type TruthOrder = FaultOrder & {
  readonly put?: readonly [collection: string, document: Document];
  readonly remove?: readonly [collection: string, id: string];
};

function changeOf(truth: OuraTruth, { put, remove }: TruthOrder): (() => void) | undefined {
  if (put !== undefined) return () => truth.put(...put);
  return remove && (() => void truth.remove(...remove));
}
