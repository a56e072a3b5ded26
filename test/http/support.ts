import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { Limits } from '../../src/core/limits.ts';
import { type Authorizer, Client } from '../../src/http/client.ts';
import { Gate } from '../../src/http/gate.ts';
import { Wire } from '../../src/http/wire.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type SandboxRequest, serve } from '../../src/sandbox/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { RateWindows } from '../../src/store/windows.ts';

export const NOON = Date.parse('2024-01-15T12:00:00Z');

/** A clock that stands still, except that sleeping moves it. */
export class TestClock implements Clock {
  time = NOON;
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(milliseconds);
    this.time += milliseconds;
  }
}

/** The path of a database in a folder that is gone after the test. */
export function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'http-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'health.sqlite');
}

export const HOUR = 3_600_000;

/** So many requests in any hour. */
export const hourly = (requests: number) => ({ windows: [{ requests, seconds: 3_600 }] });

/** A gate as a process of its own would have it: only the database is shared. */
export function gateOf(
  path: string,
  clock: Clock,
  limits: Partial<Limits> = {},
  waitForever = false,
  scope = 'somewhere',
): Gate {
  const db = openDatabase(path);
  onTestFinished(() => void db.close());
  return new Gate({
    scope,
    windows: new RateWindows(db),
    clock,
    limits: { unexplained: HOUR, ...limits },
    waitForever,
  });
}

export const PAGE = { data: [{ id: 1 }, { id: 2 }], next_token: null };
export async function serving(
  handler = (_request: SandboxRequest) => ({ status: 200, body: PAGE as unknown }),
) {
  const server = await serve({ now: () => NOON, handler });
  onTestFinished(() => server.close());
  return server;
}

const constant = (name: string): Authorizer => ({
  headers: async () => ({ authorization: name }),
  renew: async () => false,
});

interface Made {
  readonly client: Client;
  readonly clock: TestClock;
  readonly gate: Gate;
}

export function clientOf(
  baseUrl: string,
  more: { authorizer?: Authorizer; deadline?: number; signal?: AbortSignal } = {},
): Made {
  const clock = new TestClock();
  const gate = gateOf(databasePath(), clock);
  const wire = new Wire({ deadline: more.deadline ?? 10_000, connections: 4 });
  onTestFinished(() => wire.close());
  const client = new Client({
    source: 'somewhere',
    baseUrl,
    wire,
    gate,
    authorizer: more.authorizer ?? constant('secret-token'),
    clock,
    concurrency: 4,
    signal: more.signal,
    random: () => 0.5,
  });
  return { client, clock, gate };
}

/** What the call ended with, and how often the service was asked. */
export async function outcomeOf(fault: Fault, call: (client: Client) => Promise<unknown>, times = 9) {
  const server = await serving();
  server.faults.add({ path: /./ }, fault, times);
  const made = clientOf(server.url, { deadline: 400 });
  const outcome = await call(made.client).catch((error: unknown) => error);
  return { outcome, asked: server.requests.length, ...made };
}

export const read = (client: Client) => client.page('/things', { a: '+02:00', b: undefined }, 'data');
export const post = (client: Client) => client.write('POST', '/things', {}, { a: 1 });
