import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Clock } from '../core/clock.ts';
import { AuthError, InterruptedError, UsageError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import { type Answer, type AuthorizationResponse, type Expected, readAnswer } from './answer.ts';
import { type PageName, showPage } from './callbackPage.ts';

export interface CallbackOptions extends Expected {
  readonly redirectUri: URL;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** The port is open: the browser may be sent off. */
  readonly onListening?: () => void;
}

/** `localhost` may be either stack in a browser. A map, because a host may be called `constructor`. */
const ADDRESSES: ReadonlyMap<string, readonly string[]> = new Map([
  ['localhost', ['127.0.0.1', '::1']],
  ['127.0.0.1', ['127.0.0.1']],
  ['[::1]', ['::1']],
]);

/** How long a browser may still fetch its icon or reload the page, in milliseconds. */
const LINGER = 200;

/** Whether the redirect arrives at this machine, where a listener can wait for it. */
export function isListenable(redirectUri: URL): boolean {
  return addressesOf(redirectUri).length > 0;
}

function addressesOf({ protocol, hostname }: URL): readonly string[] {
  return protocol === 'http:' ? (ADDRESSES.get(hostname) ?? []) : [];
}

/**
 * Waits on loopback for the browser to come back with this sign-in's own answer; everything else gets a page and
 * changes nothing. The port is closed when the promise settles, whatever the reason.
 * Throws AuthError on a refusal or when nobody answered in time, UsageError when the port is not free.
 */
export async function listenForCallback(options: CallbackOptions): Promise<AuthorizationResponse> {
  const { clock, signal, timeoutMs, source } = options;
  if (signal?.aborted) throw reasonOf(signal);
  const over = new AbortController();
  const outcome = Promise.withResolvers<AuthorizationResponse>();
  // It may settle while the ports are still being opened and nobody waits for it yet.
  outcome.promise.catch(() => {});
  const onAbort = () => outcome.reject(reasonOf(signal));
  signal?.addEventListener('abort', onAbort);
  const servers: Server[] = [];
  try {
    await openAll(servers, options, (answer) => settle(outcome, answer));
    const timedOut = () => outcome.reject(nobodyAnswered(source, timeoutMs));
    clock.sleep(timeoutMs, over.signal).then(timedOut, () => {});
    options.onListening?.();
    const response = await outcome.promise;
    await clock.sleep(LINGER, signal).catch(() => {});
    return response;
  } finally {
    over.abort();
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(servers.map(close));
  }
}

function settle(outcome: PromiseWithResolvers<AuthorizationResponse>, answer: Answer): void {
  if (answer.kind === 'granted') outcome.resolve(answer.response);
  if (answer.kind === 'stopped') outcome.reject(answer.error);
}

/** Fills `servers`, so that the caller can close those that opened before one failed. */
async function openAll(
  servers: Server[],
  options: CallbackOptions,
  onAnswer: (answer: Answer) => void,
): Promise<void> {
  const { redirectUri, source } = options;
  for (const address of addressesOf(redirectUri)) {
    try {
      servers.push(await open(address, options, onAnswer));
    } catch (error) {
      // This machine lacks one of the two stacks.
      if (/^(EADDRNOTAVAIL|EAFNOSUPPORT|EPROTONOSUPPORT)$/.test(codeOf(error))) continue;
      throw portError(error, redirectUri, source);
    }
  }
  if (servers.length > 0) return;
  throw new UsageError(`${source}: nobody can listen at the host of the redirect URI`, {
    source,
    hint: 'Use http://localhost and a port as redirect_uri, or paste the address the browser ends at.',
  });
}

async function open(address: string, options: CallbackOptions, onAnswer: (answer: Answer) => void) {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000 },
    async (request, response) => {
      const answer = judge(request, options);
      await showPage(response, typeof answer === 'string' ? answer : answer.kind, request.method !== 'HEAD');
      // A HEAD is somebody looking ahead, not the browser arriving.
      if (typeof answer !== 'string' && request.method === 'GET') onAnswer(answer);
    },
  );
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port: portOf(options.redirectUri), exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve();
    });
  });
  return server;
}

function judge(request: IncomingMessage, options: CallbackOptions): Answer | PageName {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'method';
  if (request.headers.host?.toLowerCase() !== options.redirectUri.host) return 'host';
  const target = String(request.url).replace(/#.*$/, '');
  const path = target.replace(/\?.*$/, '');
  if (path === '/favicon.ico') return 'icon';
  if (withoutSlash(path) !== withoutSlash(options.redirectUri.pathname)) return 'unknown';
  return readAnswer(new URLSearchParams(target.slice(path.length + 1)), options);
}

/** Services disagree on whether the path of a redirect ends in a slash. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function portOf(url: URL): number {
  return url.port === '' ? 80 : Number(url.port);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function nobodyAnswered(source: string, timeoutMs: number): AuthError {
  return new AuthError(`${source}: nobody answered in the browser within ${Math.round(timeoutMs / 1000)} s`, {
    source,
    hint: runHint(`auth ${source}`),
  });
}

function portError(error: unknown, redirectUri: URL, source: string): unknown {
  const port = portOf(redirectUri);
  const details = { source, cause: error };
  if (codeOf(error) === 'EADDRINUSE') {
    return new UsageError(`${source}: port ${port} is in use by another program`, {
      ...details,
      hint: 'End that program, or register and configure a redirect_uri with another port.',
    });
  }
  if (codeOf(error) === 'EACCES') {
    return new UsageError(`${source}: this user may not listen on port ${port}`, {
      ...details,
      hint: 'Register and configure a redirect_uri with a port above 1023.',
    });
  }
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

export function reasonOf(signal: AbortSignal | undefined): unknown {
  return signal?.reason instanceof Error ? signal.reason : new InterruptedError('stopped');
}
