import { Agent, type Dispatcher } from 'undici';
import { ContractError, InterruptedError } from '../core/errors.ts';
import { USER_AGENT } from '../program.ts';
import { Body } from './body.ts';
import { Departure } from './departure.ts';
import { type Incoming, NetworkError, type Outgoing } from './exchange.ts';
import { Slots } from './slots.ts';

const TLS_FAULT = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO)/;

/** After decompression; the largest honest pages are a few megabytes, and five days of one sport in seconds are 32. */
const SIZE_LIMIT = 32 * 1024 * 1024;
/** What is larger, in bytes, comes one at a time: parsed, a reply takes several times its size. */
const LARGE = 2 * 1024 * 1024;

export interface WireOptions {
  /** Covers connecting, headers and body of one exchange, in milliseconds. */
  readonly deadline: number;
  /** Connections per origin. */
  readonly connections: number;
}

/** Sends exactly one request and reads exactly one reply: no retry, no redirect, no cookie. */
export class Wire {
  readonly #agent: Agent;
  readonly #deadline: number;
  readonly #largeOnes = new Slots(1);
  readonly #closed = new AbortController();
  /** The `Date` header of the latest reply, whatever it said otherwise. */
  latestDate: string | undefined;

  constructor(options: WireOptions) {
    this.#deadline = options.deadline;
    this.#agent = new Agent({
      connections: options.connections,
      pipelining: 1,
      keepAliveTimeout: 4_000,
      // Over HTTP/2 undici sends a request again by itself when the server goes away, a refresh token's too.
      allowH2: false,
      // Closing the agent alone waits for whoever is still connecting.
      connect: { signal: this.#closed.signal },
    });
  }

  /**
   * Throws NetworkError when no whole reply came within the deadline, InterruptedError when the signal fired,
   * ContractError when the reply is too large or its encoding is broken.
   */
  async exchange(outgoing: Outgoing, source: string, signal?: AbortSignal): Promise<Incoming> {
    const deadline = AbortSignal.timeout(this.#deadline);
    const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    const departure = new Departure(outgoing.leaving);
    try {
      const reply = await unlessAborted(this.#request(outgoing, departure, either), either);
      const headers = flat(reply.headers);
      this.latestDate = headers.date;
      const body = new Body(reply.body, headers['content-encoding'], source);
      return {
        status: reply.statusCode,
        headers,
        text: (await body.read(LARGE)) ?? (await this.#large(body)),
      };
    } catch (error) {
      throw this.#explain(error, outgoing, departure, source, signal);
    }
  }

  #request(outgoing: Outgoing, departure: Departure, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#agent.compose(departure.watch).request({
      origin: outgoing.url.origin,
      path: `${outgoing.url.pathname}${outgoing.url.search}`,
      method: outgoing.method,
      headers: {
        'user-agent': USER_AGENT,
        accept: 'application/json',
        'accept-encoding': 'gzip, deflate, br',
        ...outgoing.headers,
      },
      body: outgoing.body ?? null,
      signal,
    });
  }

  async #large(body: Body): Promise<string> {
    const release = await this.#largeOnes.take();
    try {
      return (await body.read(SIZE_LIMIT)) ?? (await body.refuse(SIZE_LIMIT));
    } finally {
      // By then the page is split and stored: the next one's request goes out in between (see `readAhead`).
      setImmediate(() => setImmediate(release));
    }
  }

  #explain(
    error: unknown,
    outgoing: Outgoing,
    departure: Departure,
    source: string,
    signal: AbortSignal | undefined,
  ): unknown {
    if (error instanceof ContractError || departure.wasStoppedBy(error)) return error;
    if (signal?.aborted) {
      return signal.reason instanceof Error
        ? signal.reason
        : new InterruptedError('stopped', { cause: error });
    }
    const code = codeOf(error);
    const host = outgoing.url.host;
    // The parser's own error carries what it could not read, and --debug shows causes.
    const holdsBytes = error instanceof Error && 'data' in error;
    const details = holdsBytes ? { source } : { source, cause: error };
    const delivered = departure.hasLeft ? 'unknown' : 'no';
    if (code === 'TimeoutError' || code === 'ABORT_ERR') {
      return new NetworkError(
        `${source}: no answer from ${host} within ${this.#deadline / 1000} s`,
        delivered,
        details,
      );
    }
    if (!departure.hasLeft && TLS_FAULT.test(code)) {
      return new NetworkError(`${source}: ${host} showed no valid certificate (${code})`, delivered, details);
    }
    return new NetworkError(`${source}: the connection to ${host} failed (${code})`, delivered, details);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#agent.destroy();
  }
}

/** undici looks at the signal of a request only when its connection stands. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? 'unknown' : error.name;
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  const result: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) {
    result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
