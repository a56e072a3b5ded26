import { Agent, type Dispatcher } from 'undici';
import { USER_AGENT } from '../program.ts';
import { Body } from './body.ts';
import { Connector } from './connector.ts';
import { Departure } from './departure.ts';
import type { Incoming, Outgoing } from './exchange.ts';
import { explain } from './explain.ts';
import { Slots } from './slots.ts';

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
  readonly #connector = new Connector();
  /** The `Date` header of the latest reply, whatever it said otherwise. */
  latestDate: string | undefined;

  constructor(options: WireOptions) {
    this.#deadline = options.deadline;
    this.#agent = new Agent({
      connections: options.connections,
      pipelining: 1,
      keepAliveTimeout: 4_000,
      connect: this.#connector.connect,
    });
  }

  /**
   * Throws NetworkError when no whole reply came within the deadline (`delivered` is 'no' when the request had not left
   * yet), the signal's reason or InterruptedError when it fired, ContractError when the reply is too large or its
   * encoding is broken, and what `leaving` throws.
   */
  async exchange(outgoing: Outgoing, source: string, signal?: AbortSignal): Promise<Incoming> {
    const deadline = AbortSignal.timeout(this.#deadline);
    const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
    const departure = new Departure(outgoing.leaving);
    try {
      either.throwIfAborted();
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
      throw explain(error, { source, url: outgoing.url, departure, signal, deadline: this.#deadline });
    }
  }

  #request(outgoing: Outgoing, departure: Departure, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#agent.compose(departure.watched()).request({
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

  async close(): Promise<void> {
    await this.#agent.destroy();
    this.#connector.hangUp();
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

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  const result: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) {
    result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
