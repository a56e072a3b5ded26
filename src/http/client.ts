import type { Clock } from '../core/clock.ts';
import { AuthError, ContractError, type ProgramError, TemporaryError } from '../core/errors.ts';
import type { Page, Query, RawItem, ReadHttp } from '../core/provider.ts';
import type { Gate } from './gate.ts';
import { splitPage, wholeItem } from './json.ts';
import { afterFailure, retryAfter, TRIES } from './retry.ts';
import { Slots } from './slots.ts';
import { type Incoming, NetworkError, type Outgoing, type Wire } from './wire.ts';

/** Puts credentials on requests. */
export interface Authorizer {
  headers(): Promise<Readonly<Record<string, string>>>;
  /** After a 401 to these headers: true when others are there now and the request may be sent once more. */
  renew(refused: Readonly<Record<string, string>>): Promise<boolean>;
}

/** 401 or 403 on one call: the credentials do not reach this far. */
export class RefusedError extends AuthError {
  readonly status: 401 | 403;

  constructor(status: 401 | 403, message: string, source: string) {
    super(message, { source });
    this.status = status;
  }
}

/** 404: the one thing asked for is not there. */
export class MissingError extends ContractError {
  /** Said in the service's own words: a proxy in between answers with a page. */
  readonly isJson: boolean;

  constructor(message: string, details: { source: string; isJson: boolean }) {
    super(message, details);
    this.isJson = details.isJson;
  }
}

/** A write that nobody knows the fate of: it may have been carried out. */
export class InDoubtError extends TemporaryError {}

/** A write that was certainly not carried out and may be sent later. */
export class NotDoneError extends TemporaryError {}

export interface ClientOptions {
  readonly source: string;
  readonly baseUrl: string;
  readonly wire: Wire;
  readonly gate: Gate;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  readonly random?: () => number;
  /** The service's own reading of a refusal (4xx but 401 on first sight and 429); undefined: the general one. */
  readonly explain?: (reply: Incoming, what: string) => ProgramError | undefined;
}

/** Reads from one service: credentials, rate windows, and at most four tries with jitter. */
export class Client implements ReadHttp {
  readonly #options: ClientOptions;
  readonly #slots: Slots;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency);
  }

  /** The same, but a 401 is taken as the answer: for what the credentials were never granted, new ones do not help. */
  withoutRenewal(): ReadHttp {
    const { authorizer } = this.#options;
    const asIs: Authorizer = { headers: () => authorizer.headers(), renew: async () => false };
    return new Client({ ...this.#options, authorizer: asIs });
  }

  async page(path: string, query: Query, itemsKey: string): Promise<Page> {
    const reply = await this.get(path, query);
    return this.#understood(path, () => splitPage(reply.text, itemsKey));
  }

  async document(path: string): Promise<RawItem> {
    const reply = await this.get(path, {});
    return this.#understood(path, () => wholeItem(reply.text));
  }

  #understood<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unreadable';
      throw new ContractError(`${this.#options.source}: GET ${path}: ${reason}`, {
        source: this.#options.source,
        cause,
        hint: 'Nothing was changed. If it stays like this, the service has changed: look for a newer version.',
      });
    }
  }

  /**
   * Waits until a request may go out and counts it as sent. `write` does not do it by itself: the caller notes its
   * intent on disk in between. Throws TemporaryError when the window stays closed.
   */
  async admit(): Promise<void> {
    await this.#options.gate.admit(this.#options.signal);
  }

  /**
   * Sends one write, once; `admit` comes first. Throws InDoubtError when it may have been carried out although no
   * answer says so, NotDoneError when it certainly was not, and the refusal's own error for a 4xx.
   */
  async write(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    query: Query,
    body?: unknown,
  ): Promise<Incoming> {
    const { wire, authorizer, source, signal, gate, baseUrl } = this.#options;
    const url = urlOf(baseUrl, path, query);
    const credentials = await authorizer.headers();
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = body === undefined ? credentials : { ...credentials, 'content-type': 'application/json' };
    let reply: Incoming;
    try {
      reply = await wire.exchange({ method, url, headers, ...content }, source, signal);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const fate = error.delivered === 'no' ? NotDoneError : InDoubtError;
      throw new fate(error.message, { source, hint: error.hint, cause: error });
    }
    if (reply.status === 429) {
      gate.refused(reply.headers['retry-after']);
      throw new NotDoneError(gate.closedError().message, {
        source,
        retryAt: gate.opensAt(),
        hint: gate.closedError().hint,
      });
    }
    if (reply.status >= 500 || reply.status === 408) {
      throw new InDoubtError(`${source}: ${method} answered ${reply.status}`, {
        source,
        hint: 'Nothing to do: the next run looks whether it arrived.',
      });
    }
    return this.#accept(reply, `${method} ${path}`);
  }

  async get(path: string, query: Query = {}): Promise<Incoming> {
    const url = urlOf(this.#options.baseUrl, path, query);
    return this.#slots.run(async () => {
      let renewed = false;
      for (let number = 1; ; number += 1) {
        await this.#options.gate.admit(this.#options.signal);
        const headers = await this.#options.authorizer.headers();
        const reply = await this.#attempt({ method: 'GET', url, headers }, path, number);
        if (reply === undefined) continue;
        if (reply.status === 401 && !renewed) {
          renewed = true;
          if (await this.#options.authorizer.renew(headers)) continue;
        }
        return this.#accept(reply, `GET ${path}`);
      }
    });
  }

  /** One try; undefined when another one may follow. */
  async #attempt(outgoing: Outgoing, path: string, number: number): Promise<Incoming | undefined> {
    const { wire, gate, clock, source, signal } = this.#options;
    let reply: Incoming | undefined;
    let failure: NetworkError | undefined;
    try {
      reply = await wire.exchange(outgoing, source, signal);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      failure = error;
    }
    if (reply?.status === 429) {
      gate.refused(reply.headers['retry-after']);
      if (number >= TRIES) throw gate.closedError();
      return undefined;
    }
    if (reply !== undefined && reply.status < 500 && reply.status !== 408) return reply;
    const verdict = afterFailure({
      number,
      status: reply?.status,
      retryAfter: reply?.headers['retry-after'],
      now: clock.now(),
      random: (this.#options.random ?? Math.random)(),
    });
    if (verdict.kind === 'give up') throw failure ?? this.#unavailable(reply, path);
    await clock.sleep(verdict.milliseconds, signal);
    return undefined;
  }

  #unavailable(reply: Incoming | undefined, path: string): TemporaryError {
    const { source, clock, gate } = this.#options;
    const wait = retryAfter(reply?.headers['retry-after'], clock.now());
    if (wait !== undefined) gate.refused(reply?.headers['retry-after']);
    return new TemporaryError(`${source}: GET ${path} answered ${reply?.status}`, {
      source,
      retryAt: wait === undefined ? undefined : clock.now() + wait,
      hint: 'Nothing to do: the next run tries again.',
    });
  }

  #accept(reply: Incoming, what: string): Incoming {
    const { source } = this.#options;
    const { status } = reply;
    if (status >= 200 && status < 300) return reply;
    const explained = this.#options.explain?.(reply, what);
    if (explained !== undefined) throw explained;
    const message = `${source}: ${what} answered ${status}`;
    if (status === 401 || status === 403) throw new RefusedError(status, message, source);
    if (status === 404) throw new MissingError(message, { source, isJson: isJson(reply.text) });
    throw new ContractError(message, {
      source,
      hint: 'Nothing was changed. If it stays like this, the service has changed: look for a newer version.',
    });
  }
}

/** The base URL with the path appended and the query encoded (a `+` in an offset becomes `%2B`). */
export function urlOf(baseUrl: string, path: string, query: Query = {}): URL {
  const url = new URL(baseUrl.replace(/\/+$/, '') + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function isJson(text: string): boolean {
  try {
    wholeItem(text);
    return true;
  } catch {
    return false;
  }
}
