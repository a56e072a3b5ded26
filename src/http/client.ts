import type { Clock } from '../core/clock.ts';
import { AuthError, ContractError, type ProgramError, TemporaryError } from '../core/errors.ts';
import type { How, Page, Query, RawItem, ReadHttp, Reply } from '../core/provider.ts';
import { type Incoming, NetworkError, type Outgoing } from './exchange.ts';
import type { Gate } from './gate.ts';
import { partOf, splitPage, wholeItem } from './json.ts';
import { afterFailure, retryAfter, TRIES } from './retry.ts';
import { Slots } from './slots.ts';
import type { Wire } from './wire.ts';

/** Puts credentials on requests. */
export interface Authorizer {
  headers(): Promise<Readonly<Record<string, string>>>;
  /** After a 401 to these headers: true when others are there now and the request may be sent once more. */
  renew(refused: Readonly<Record<string, string>>): Promise<boolean>;
  /** After an answer that only good credentials get. */
  accepted?(headers: Readonly<Record<string, string>>): void;
}

/** 401 or 403 on one call: the credentials do not reach this far. */
export class RefusedError extends AuthError {
  readonly status: 401 | 403;
  /** What it means at this service, one sentence; undefined: nothing more is known. */
  readonly reason: string | undefined;

  constructor(status: 401 | 403, message: string, details: { source: string; reason?: string | undefined }) {
    super(message, { source: details.source });
    this.status = status;
    this.reason = details.reason;
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
  /** Sent with every request beside the credentials. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The reply as a service that keeps to HTTP's statuses would have sent it. */
  readonly plainReply?: ((reply: Reply) => Reply) | undefined;
  /** What a refusal means at this service, one sentence. */
  readonly reasonOf?: ((reply: Reply) => string | undefined) | undefined;
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

  async page(path: string, query: Query, list: string, how: How = {}): Promise<Page> {
    const reply = await this.#read(path, query, how);
    return this.#understood(whatOf(path, how), () => ({
      ...splitPage(reply.text, list),
      headers: reply.headers,
    }));
  }

  async document(path: string, query: Query = {}, how: How & { at?: string } = {}): Promise<RawItem> {
    const reply = await this.#read(path, query, how);
    return this.#understood(whatOf(path, how), () => {
      const whole = wholeItem(reply.text);
      return how.at === undefined ? whole : partOf(whole, how.at);
    });
  }

  #understood<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unreadable';
      throw new ContractError(`${this.#options.source}: ${what}: ${reason}`, {
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
      gate.refused(reply.headers);
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
    return this.#accept(reply, `${method} ${shown(path)}`);
  }

  get(path: string, query: Query = {}): Promise<Incoming> {
    return this.#read(path, query, {});
  }

  #read(path: string, query: Query, how: How): Promise<Incoming> {
    const { baseUrl, gate, authorizer, signal, headers: own } = this.#options;
    const request =
      how.form === true
        ? formOf(baseUrl, path, query)
        : { method: 'GET' as const, url: urlOf(baseUrl, path, query), headers: {} };
    const what = whatOf(path, how);
    return this.#slots.run(async () => {
      let renewed = false;
      for (let number = 1; ; number += 1) {
        await gate.admit(signal, how.optional);
        const credentials = await authorizer.headers();
        const outgoing = { ...request, headers: { ...own, ...request.headers, ...credentials } };
        const reply = await this.#attempt(outgoing, what, number);
        if (reply === undefined) continue;
        if (reply.status === 401 && !renewed) {
          renewed = true;
          if (await authorizer.renew(credentials)) continue;
        }
        const accepted = this.#accept(reply, what);
        authorizer.accepted?.(credentials);
        return accepted;
      }
    });
  }

  /** One try; undefined when another one may follow. */
  async #attempt(outgoing: Outgoing, what: string, number: number): Promise<Incoming | undefined> {
    const { wire, gate, clock, source, signal, plainReply } = this.#options;
    let reply: Incoming | undefined;
    let failure: NetworkError | undefined;
    try {
      reply = await wire.exchange(outgoing, source, signal);
      reply = plainReply?.(reply) ?? reply;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      failure = error;
    }
    if (reply !== undefined && reply.status !== 429) gate.heard(reply.headers);
    if (reply?.status === 429) {
      gate.refused(reply.headers);
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
    if (verdict.kind === 'give up') throw failure ?? this.#unavailable(reply, what);
    await clock.sleep(verdict.milliseconds, signal);
    return undefined;
  }

  #unavailable(reply: Incoming | undefined, what: string): TemporaryError {
    const { source, clock, gate } = this.#options;
    const wait = retryAfter(reply?.headers['retry-after'], clock.now());
    if (reply !== undefined && wait !== undefined) gate.refused(reply.headers);
    const reason = reply === undefined ? undefined : this.#options.reasonOf?.(reply);
    const message = `${source}: ${what} answered ${reply?.status}`;
    return new TemporaryError(reason === undefined ? message : `${message}. ${reason}`, {
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
    const reason = this.#options.reasonOf?.(reply);
    if (status === 401 || status === 403) throw new RefusedError(status, message, { source, reason });
    if (status === 404) throw new MissingError(message, { source, isJson: isJson(reply.text) });
    throw new ContractError(reason === undefined ? message : `${message}. ${reason}`, {
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

/** For messages. */
function whatOf(path: string, { form }: How): string {
  return `${form === true ? 'POST' : 'GET'} ${shown(path)}`;
}

/** A query may hold ids and dates, which are nobody's business in a log; an id in the path may be anything. */
function shown(path: string): string {
  return (path.split('?')[0] as string).replace(/[^!-~]/g, '?');
}

function formOf(baseUrl: string, path: string, query: Query) {
  const fields = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return {
    method: 'POST' as const,
    url: urlOf(baseUrl, path),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}

function isJson(text: string): boolean {
  try {
    wholeItem(text);
    return true;
  } catch {
    return false;
  }
}
