import type { ServerResponse } from 'node:http';
import type { SandboxReply, SandboxRequest } from './server.ts';

/** What can go wrong on the wire. `reachesHandler` false: the service never saw the request. */
export interface Fault {
  readonly reachesHandler: boolean;
  /** What it says in place of the service. */
  readonly status?: number;
  play(response: ServerResponse, reply: SandboxReply, text: string): void;
}

interface Planned {
  readonly matches: (request: SandboxRequest) => boolean;
  readonly fault: Fault;
  /** Matching requests that still pass unharmed. */
  skip: number;
  left: number;
}

export interface FaultMatch {
  readonly method?: string;
  readonly path: RegExp;
  /** For services that tell their calls apart by the body. */
  readonly body?: RegExp;
  /** So many matching requests pass first. */
  readonly skip?: number;
}

/** What befalls a request by chance; undefined: nothing. */
export type Chance = (request: SandboxRequest) => Fault | undefined;

/**
 * Faults on command: the first planned one that matches a request is played, `times` times (default once). What none
 * was planned for is left to chance, if there is any.
 */
export class Faults {
  readonly #planned: Planned[] = [];
  #chance: Chance | undefined;
  /** How many were played so far. */
  played = 0;
  readonly #watchers: ((request: SandboxRequest) => void)[] = [];

  add({ method, path, body, skip = 0 }: FaultMatch, fault: Fault, times = 1): void {
    const matches = (request: SandboxRequest) =>
      (method === undefined || method === request.method) &&
      path.test(request.path) &&
      (body === undefined || body.test(request.body));
    this.#planned.push({ matches, fault, skip, left: times });
  }

  /** Sees every request when it arrives, before the service does. */
  watch(watcher: (request: SandboxRequest) => void): void {
    this.#watchers.push(watcher);
  }

  /** Until `clear`: every request that no fault was planned for is put to it. */
  leaveTo(chance: Chance): void {
    this.#chance = chance;
  }

  take(request: SandboxRequest): Fault | undefined {
    for (const watcher of this.#watchers) watcher(request);
    const fault = this.#takePlanned(request);
    if (fault !== undefined) this.played += 1;
    return fault;
  }

  #takePlanned(request: SandboxRequest): Fault | undefined {
    const planned = this.#planned.find((one) => one.left > 0 && one.matches(request));
    if (planned === undefined) return this.#chance?.(request);
    if (planned.skip > 0) {
      planned.skip -= 1;
      return undefined;
    }
    planned.left -= 1;
    return planned.fault;
  }

  clear(): void {
    this.#planned.length = 0;
    this.#chance = undefined;
  }
}

/** The connection dies before the service has seen anything. */
export const resetBefore: Fault = {
  reachesHandler: false,
  play: (response) => response.destroy(),
};

/** The service does its work, the answer is lost. */
export const resetAfter: Fault = {
  reachesHandler: true,
  play: (response) => response.destroy(),
};

/** Another answer instead; the service did nothing. */
export function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): Fault {
  return { reachesHandler: false, status, play: (response) => sendInstead(response, status, body, headers) };
}

/** The service does its work and then answers this. */
export function doneThenAnswer(status: number, body: unknown = ''): Fault {
  return { reachesHandler: true, play: (response) => sendInstead(response, status, body, {}) };
}

/** Half of the answer, then the connection dies. */
export const truncate: Fault = {
  reachesHandler: true,
  play: (response, reply, text) => {
    const bytes = Buffer.from(text);
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      'content-length': String(bytes.length),
    });
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
  },
};

/** The connection stays open and nothing ever comes. */
export const stall: Fault = {
  reachesHandler: false,
  play: () => {},
};

/** Another text made of the service's own answer. */
export function rewrite(change: (text: string) => string): Fault {
  return {
    reachesHandler: true,
    play: (response, reply, text) => sendInstead(response, reply.status, change(text), reply.headers ?? {}),
  };
}

function sendInstead(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = /^\s*[[{]/.test(text) ? 'application/json' : 'text/html';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}
