import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  answer,
  doneThenAnswer,
  type Fault,
  type FaultMatch,
  type Faults,
  resetAfter,
  resetBefore,
  rewrite,
  stall,
  truncate,
} from './faults.ts';

/** A web page where JSON was promised, as a proxy or a hotel's login sends it. */
export const html: Fault = answer(200, '<html><body>Please log in.</body></html>');

/** The whole answer, but in so many pieces with pauses (milliseconds) in between. */
export function drip(pieces = 8, pause = 5): Fault {
  return {
    reachesHandler: true,
    play: (response, reply, text) => {
      const bytes = Buffer.from(text);
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      const length = Math.max(1, Math.ceil(bytes.length / pieces));
      dripFrom(response, bytes, length, pause);
    },
  };
}

function dripFrom(response: ServerResponse, bytes: Buffer, length: number, pause: number): void {
  if (response.destroyed) return;
  if (bytes.length <= length) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, length));
  setTimeout(() => dripFrom(response, bytes.subarray(length), length, pause), pause);
}

const MEGABYTE = 1 << 20;

/** So many megabytes of blanks in about as many kilobytes: gzip may be strung together. */
export function bomb(megabytes = 100): Fault {
  const blanks = gzipSync(Buffer.alloc(MEGABYTE, ' '));
  return {
    reachesHandler: false,
    play: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(Buffer.concat(Array.from({ length: megabytes }, () => blanks)));
    },
  };
}

/** To another origin, where neither secrets nor a body have anything to look for. */
export function redirect(to: string, status = 307): Fault {
  return answer(status, '', { location: to });
}

/** The service's own answer without one of its fields. */
export function without(field: string): Fault {
  return rewriteField(field, undefined);
}

/** The service's own answer with another value in one of its fields. */
export function mistyped(field: string, value: unknown): Fault {
  return rewriteField(field, value);
}

function rewriteField(field: string, value: unknown): Fault {
  return rewrite((text) => JSON.stringify({ ...JSON.parse(text), [field]: value }));
}

/** Every page names the cursor that the first one named, whatever was asked for. */
export function repeatedCursor(field = 'next_token'): Fault {
  let first: unknown;
  return rewrite((text) => {
    const page = JSON.parse(text);
    first ??= page[field] ?? undefined;
    return JSON.stringify(first === undefined ? page : { ...page, [field]: first });
  });
}

/** The right answer, and then the truth changes, before the next page is asked for. */
export function afterwards(change: () => void): Fault {
  const honest = rewrite((text) => text);
  return {
    reachesHandler: true,
    play: (response, reply, text) => {
      honest.play(response, reply, text);
      change();
    },
  };
}

/** A fault as it is ordered over a control route, JSON. */
export interface FaultOrder {
  readonly method?: string;
  /** An expression that the path has to match. */
  readonly path: string;
  /** So many matching requests pass first; default 0. */
  readonly skip?: number;
  /** Default 1. */
  readonly times?: number;
  /** A name below; without one the answer is `status`, `headers` and `body`, and the service does nothing. */
  readonly wire?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** For `without`, `mistyped` and `repeatedCursor`. */
  readonly field?: string;
  readonly value?: unknown;
  /** For `redirect`. */
  readonly to?: string;
}

const WIRES: Readonly<Record<string, (order: FaultOrder) => Fault>> = {
  resetBefore: () => resetBefore,
  resetAfter: () => resetAfter,
  stall: () => stall,
  truncate: () => truncate,
  drip: () => drip(),
  bomb: () => bomb(),
  html: () => html,
  redirect: ({ to = 'http://localhost:9', status }) => redirect(to, status),
  doneThen: ({ status = 500, body }) => doneThenAnswer(status, body),
  without: ({ field = '' }) => without(field),
  mistyped: ({ field = '', value = null }) => mistyped(field, value),
  repeatedCursor: ({ field }) => repeatedCursor(field),
};

/** Throws for a name that does not exist, and for an order that says nothing. */
export function faultOf(order: FaultOrder): Fault {
  if (order.wire !== undefined) {
    const make = WIRES[order.wire];
    if (make === undefined)
      throw new Error(`no wire ${order.wire}; there are ${Object.keys(WIRES).join(', ')}`);
    return make(order);
  }
  if (order.status === undefined) throw new Error('a fault needs a wire or a status');
  return answer(order.status, order.body, order.headers);
}

/** What a control route does with an order; `change`: what else happens once it was answered. */
export function orderFault(faults: Faults, order: FaultOrder, change?: () => void): void {
  const { method, path, skip, times } = order;
  const match: FaultMatch = {
    path: new RegExp(path),
    ...(method === undefined ? {} : { method }),
    ...(skip === undefined ? {} : { skip }),
  };
  faults.add(match, change === undefined ? faultOf(order) : afterwards(change), times);
}
