import { onTestFinished } from 'vitest';
import { declaredViews } from '../../src/cli/sections.ts';
import { chosenResources } from '../../src/core/chosen.ts';
import type { Span } from '../../src/core/coverage.ts';
import { type ResourceResult, syncProvider } from '../../src/core/sync.ts';
import { Client } from '../../src/http/client.ts';
import { Gate } from '../../src/http/gate.ts';
import { Wire } from '../../src/http/wire.ts';
import { eightsleep } from '../../src/providers/eightsleep.ts';
import {
  type EightSleepSandbox,
  type EightSleepSandboxOptions,
  startEightSleep,
} from '../../src/sandbox/eightsleep.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { Store } from '../../src/store/store.ts';
import { databasePath, TestClock } from '../http/support.ts';
import { MORNING } from '../support/subject.ts';

export interface RunOptions {
  readonly explicit?: Span;
  readonly full?: boolean;
  readonly zone?: string;
}

/** Both ends inside one process, with sockets and a database file between them: pauses move the clock and cost nothing. */
export class Archive {
  readonly service: EightSleepSandbox;
  readonly clock: TestClock;
  readonly store: Store;
  readonly #wire: Wire;
  readonly #token: string;
  readonly #section: Document;

  private constructor(service: EightSleepSandbox, clock: TestClock, token: string, section: Document) {
    this.service = service;
    this.clock = clock;
    this.store = new Store(databasePath(), declaredViews());
    this.#wire = new Wire({ deadline: 10_000, connections: 4 });
    this.#token = token;
    this.#section = section;
  }

  static async start(
    options: Partial<EightSleepSandboxOptions> = {},
    section: Document = {},
  ): Promise<Archive> {
    const clock = new TestClock();
    clock.time = MORNING;
    const service = await startEightSleep({
      now: () => clock.now(),
      body: 'both',
      tokenLifeSeconds: 9_000_000,
      ...options,
    });
    const one = new Archive(service, clock, await tokenFrom(service), section);
    onTestFinished(() => one.end());
    service.requests.length = 0;
    return one;
  }

  async run({ explicit, full = false, zone = 'Europe/Berlin' }: RunOptions = {}): Promise<ResourceResult[]> {
    const { clock, store } = this;
    const section = { ...this.service.settings, ...this.#section };
    const config = eightsleep.config.parse(section) as never;
    const authorization = `Bearer ${this.#token}`;
    const http = new Client({
      source: eightsleep.id,
      baseUrl: eightsleep.baseUrl(config),
      wire: this.#wire,
      gate: new Gate({
        scope: eightsleep.id,
        windows: store.windows,
        clock,
        limits: eightsleep.limits?.(config) ?? { unexplained: 0 },
        waitForever: false,
      }),
      authorizer: { headers: async () => ({ authorization }), renew: async () => false },
      reasonOf: eightsleep.explain,
      clock,
      concurrency: eightsleep.concurrency,
    });
    return syncProvider({
      provider: eightsleep,
      resources: chosenResources(eightsleep, config),
      config,
      account: 'default',
      records: store.records,
      http,
      httpWithoutRenewal: http.withoutRenewal(),
      clock,
      zone,
      explicit,
      full,
      allowDeletes: false,
      granted: () => undefined,
    });
  }

  /** Ids of the live records of a resource, sorted. */
  live(resource: string): string[] {
    const select = `SELECT record_id FROM records WHERE resource = ? AND deleted_at IS NULL ORDER BY record_id`;
    return this.store.db.prepare<[string], string>(select).pluck().all(resource);
  }

  rows<T>(sql: string, ...values: unknown[]): T[] {
    return this.store.db.prepare<unknown[], T>(sql).all(...values);
  }

  /** What was asked of one route, oldest first, and the list is then empty again. */
  asked(route: RegExp) {
    return this.service.requests.splice(0).filter(({ path }) => route.test(path));
  }

  async end(): Promise<void> {
    this.store.close();
    await Promise.all([this.#wire.close(), this.service.close()]);
  }
}

async function tokenFrom({ settings }: EightSleepSandbox): Promise<string> {
  const { client_id, client_secret, email, password, auth_url } = settings;
  const reply = await fetch(String(auth_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'test/1' },
    body: JSON.stringify({ grant_type: 'password', client_id, client_secret, username: email, password }),
  });
  return ((await reply.json()) as { access_token: string }).access_token;
}

export const idsOf = (service: Pick<EightSleepSandbox, 'truth'>, collection: string): string[] =>
  service.truth.entries(collection).map(([id]) => id);
