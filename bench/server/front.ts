import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { request as send } from 'undici';
import { itemsOf } from './lists.ts';

/** One request as the front saw it. */
export interface Asked {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly contentType: string | undefined;
  /** A read that was answered with 200, and so can be sent again. */
  readonly isRead: boolean;
  readonly status: number;
  readonly rows: number;
  readonly bytes: number;
  /** Answered without asking the imitation. */
  readonly remembered: boolean;
}

export interface Manner {
  /** What every request takes at least, many at once (milliseconds). */
  latency: number;
  /** Requests that are not answered yet. */
  open: number;
}

export interface FrontOptions {
  readonly service: string;
  /** Of the imitation behind it. */
  readonly behind: string;
  /** The same request is always answered alike. */
  readonly isRead: (method: string, path: string) => boolean;
  /** The reply that is remembered in place of the imitation's. */
  readonly instead?: (path: string, reply: unknown) => unknown;
  /** Called after each answer of the imitation: its own log of replies would fill the memory. */
  readonly forget: () => void;
  readonly manner: Manner;
  readonly log: Asked[];
  /** The imitation's clock (UTC epoch milliseconds). */
  readonly now: () => number;
  /** Called when the last byte of an answer was handed over. */
  readonly answered?: (asked: Asked) => void;
}

export interface Front {
  readonly url: string;
  forgetReads(): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly rows: number;
  readonly isRead: boolean;
}

interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
}

/** Stands before an imitation: asks it once for every read and answers from memory from then on. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const memory = new Map<string, Answer>();
  let url = '';
  const server = createServer((message, response) => {
    answer(options, url, memory, message, response).catch((error: unknown) => {
      response.writeHead(500).end(`the benchmark's server failed: ${error}`);
    });
  });
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    forgetReads: () => memory.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  options: FrontOptions,
  url: string,
  memory: Map<string, Answer>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { service, manner, log } = options;
  const { method = 'GET', url: target = '/' } = message;
  const sent = { method, target, body: method === 'GET' ? '' : await bodyOf(message) };
  const key = `${method} ${target}\n${sent.body}`;
  const known = memory.get(key);
  manner.open += 1;
  const [found] = await Promise.all([
    known ?? ask(options, message, sent),
    manner.latency > 0 ? delay(manner.latency) : undefined,
  ]);
  manner.open -= 1;
  const { status, rows, bytes, isRead } = found;
  if (isRead) memory.set(key, found);
  const asked: Asked = {
    service,
    method,
    url: url + target,
    body: sent.body,
    contentType: message.headers['content-type'],
    isRead,
    status,
    rows,
    bytes: bytes.length,
    remembered: known !== undefined,
  };
  log.push(asked);
  response.writeHead(status, {
    ...found.headers,
    date: new Date(options.now()).toUTCString(),
    'content-length': bytes.length,
  });
  response.end(bytes, () => options.answered?.(asked));
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const pathOf = (target: string) => target.split('?')[0] ?? target;

/** Between two hops they would be wrong, or speak of a quota that nobody counts here. */
const DROPPED =
  /^(?:connection|keep-alive|transfer-encoding|content-length|content-encoding|date|x-ratelimit|retry-after)/;

async function ask(
  options: FrontOptions,
  message: IncomingMessage,
  { method, target, body }: Sent,
): Promise<Answer> {
  const {
    host: _,
    connection: __,
    'accept-encoding': ___,
    'content-length': ____,
    ...headers
  } = message.headers;
  const reply = await send(options.behind + target, {
    method,
    headers: headers as Record<string, string>,
    ...(method === 'GET' ? {} : { body }),
  });
  const text = await reply.body.text();
  options.forget();
  const kept = Object.entries(reply.headers).filter(([name]) => !DROPPED.test(name));
  const shown = Object.fromEntries(kept) as Record<string, string>;
  const status = reply.statusCode;
  if (status !== 200 || !options.isRead(method, pathOf(target)))
    return { status, headers: shown, bytes: Buffer.from(text), rows: 0, isRead: false };
  const told = JSON.parse(text);
  const instead = options.instead?.(pathOf(target), told);
  const bytes = Buffer.from(instead === undefined ? text : JSON.stringify(instead));
  return { status, headers: shown, bytes, rows: itemsOf(options.service, told).length, isRead: true };
}
