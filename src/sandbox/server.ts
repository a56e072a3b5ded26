import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Faults } from './faults.ts';

/** One request as the imitation sees it. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The sandbox's own time (UTC epoch milliseconds). */
  readonly at: number;
}

export interface SandboxReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is; anything else but undefined as JSON. */
  readonly body?: unknown;
}

export interface LoggedRequest extends SandboxRequest {
  readonly status: number;
  /** What was answered, as text. */
  readonly reply: string;
}

export type Handler = (request: SandboxRequest) => SandboxReply;

export interface SandboxServer {
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first, the control routes left out. */
  readonly requests: LoggedRequest[];
  readonly faults: Faults;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly now: () => number;
  /** The service itself. */
  readonly handler: Handler;
  /** Routes below `/_sandbox/`, by which a person changes the truth; never part of the imitation. */
  readonly control?: Handler;
}

const BODY_LIMIT = 10_000_000;

async function read(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lowerCaseHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function textOf(reply: SandboxReply): string {
  if (reply.body === undefined) return '';
  return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
}

function send(response: ServerResponse, reply: SandboxReply, text: string): void {
  const type = typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const headers: Record<string, string> = reply.body === undefined ? {} : { 'content-type': type };
  response.writeHead(reply.status, { ...headers, ...reply.headers });
  response.end(text);
}

/** Typed by hand: what cannot be understood is said in one line. */
function controlled(control: Handler, request: SandboxRequest): SandboxReply {
  try {
    return control(request);
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

/** A loopback HTTP server around a pure handler, with a request log and faults on command. */
export async function serve(options: ServeOptions): Promise<SandboxServer> {
  const requests: LoggedRequest[] = [];
  const faults = new Faults();

  const server = createServer(async (message, response) => {
    response.setHeader('date', new Date(options.now()).toUTCString());
    try {
      const target = message.url ?? '/';
      const url = new URL(target, 'http://sandbox');
      const request: SandboxRequest = {
        method: message.method ?? 'GET',
        path: url.pathname,
        target,
        query: url.searchParams,
        headers: lowerCaseHeaders(message),
        body: await read(message),
        at: options.now(),
      };
      if (url.pathname.startsWith('/_sandbox/') && options.control !== undefined) {
        const reply = controlled(options.control, request);
        send(response, reply, textOf(reply));
        return;
      }
      const fault = faults.take(request);
      const skip = fault !== undefined && !fault.reachesHandler;
      const reply = skip ? { status: fault.status ?? 0 } : options.handler(request);
      const text = textOf(reply);
      requests.push({ ...request, status: reply.status, reply: text });
      if (fault === undefined) send(response, reply, text);
      else fault.play(response, reply, text);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`sandbox failed: ${error instanceof Error ? error.stack : error}`);
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
