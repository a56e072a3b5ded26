import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { ContractError, TemporaryError } from '../../src/core/errors.ts';
import {
  type Authorizer,
  Client,
  InDoubtError,
  MissingError,
  NotDoneError,
  RefusedError,
} from '../../src/http/client.ts';
import type { Gate } from '../../src/http/gate.ts';
import { NetworkError, Wire } from '../../src/http/wire.ts';
import {
  answer,
  doneThenAnswer,
  type Fault,
  resetAfter,
  resetBefore,
  stall,
  truncate,
} from '../../src/sandbox/faults.ts';
import { type SandboxRequest, type SandboxServer, serve } from '../../src/sandbox/server.ts';
import { databasePath, gateOf, NOON, TestClock } from './support.ts';

const PAGE = { data: [{ id: 1 }, { id: 2 }], next_token: null };
const servers: SandboxServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serving(handler = (_request: SandboxRequest) => ({ status: 200, body: PAGE as unknown })) {
  const server = await serve({ now: () => NOON, handler });
  servers.push(server);
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

function clientOf(
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
async function outcomeOf(fault: Fault, call: (client: Client) => Promise<unknown>, times = 9) {
  const server = await serving();
  server.faults.add({ path: /./ }, fault, times);
  const made = clientOf(server.url, { deadline: 400 });
  const outcome = await call(made.client).catch((error: unknown) => error);
  return { outcome, asked: server.requests.length, ...made };
}

const read = (client: Client) => client.page('/things', { a: '+02:00', b: undefined }, 'data');
const post = (client: Client) => client.write('POST', '/things', {}, { a: 1 });

describe('a page', () => {
  test('arrives with its items and the rest, asked for once, with the query encoded', async () => {
    const server = await serving();
    const { client } = clientOf(`${server.url}/api/`);
    const { items, envelope } = await read(client);
    expect([items.map(({ text }) => text), envelope]).toEqual([
      ['{"id":1}', '{"id":2}'],
      { next_token: null },
    ]);
    expect(
      server.requests.map(({ method, target, headers }) => [method, target, headers.authorization]),
    ).toEqual([['GET', '/api/things?a=%2B02%3A00', 'secret-token']]);
  });

  test.each<[string, Fault, number]>([
    ['C1 never comes', stall, 4],
    ['C5 is cut off by a reset', resetAfter, 4],
    ['C5 is refused by a reset', resetBefore, 4],
    ['C5 is cut in half', truncate, 4],
    ['C5 is a server’s fault', answer(500, { message: 'no' }), 4],
    ['C5 is a gateway’s page', answer(502, '<html>bad gateway</html>'), 4],
  ])(
    'that %s is asked for four times, with growing pauses, then left for later',
    async (_name, fault, asked) => {
      const { outcome, asked: sent, clock } = await outcomeOf(fault, read);
      expect(outcome).toBeInstanceOf(TemporaryError);
      expect(sent).toBe(asked);
      expect(clock.slept).toEqual([500, 1000, 2000]);
    },
  );

  test('C5 that fails twice arrives', async () => {
    const { outcome, asked } = await outcomeOf(resetAfter, read, 2);
    expect((outcome as { items: unknown[] }).items.length).toBe(2);
    expect(asked).toBe(3);
  });

  test.each<[string, Fault, new (...args: never[]) => Error]>([
    ['C2 a bad request', answer(400, {}), ContractError],
    ['C2 an unknown path', answer(404, {}), MissingError],
    ['C2 a refusal', answer(403, {}), RefusedError],
    ['C2 an invalid query', answer(422, {}), ContractError],
    ['A23 a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' }), ContractError],
    ['C7 a page of HTML with 200', answer(200, '<html>please sign in</html>'), ContractError],
    ['C7 an error in a 200', answer(200, { status: 401, error: 'x' }), ContractError],
    ['C7 nothing with 200', answer(200, ''), ContractError],
    ['JSON that is cut short', answer(200, '{"data":[{"id":1}'), ContractError],
    ['a broken encoding', answer(200, 'not gzip', { 'content-encoding': 'gzip' }), ContractError],
  ])('%s is asked for once and not understood', async (_name, fault, Class) => {
    const { outcome, asked, clock } = await outcomeOf(fault, read);
    expect(outcome).toBeInstanceOf(Class);
    expect([asked, clock.slept]).toEqual([1, []]);
    expect(String(outcome)).not.toContain('please');
  });

  test('C3 after a 429 the gate stays closed for as long as it said', async () => {
    const { outcome, asked, gate, clock } = await outcomeOf(answer(429, {}, { 'retry-after': '900' }), read);
    expect([(outcome as TemporaryError).retryAt, gate.opensAt()]).toEqual([NOON + 900_000, NOON + 900_000]);
    expect([asked, clock.slept]).toEqual([1, []]);
  });

  test('C3 a 503 that says how long closes the gate as well', async () => {
    const { outcome, asked, gate } = await outcomeOf(answer(503, {}, { 'retry-after': '900' }), read);
    expect([(outcome as TemporaryError).retryAt, gate.opensAt(), asked]).toEqual([
      NOON + 900_000,
      NOON + 900_000,
      1,
    ]);
  });

  test('C5 a 429 without end is not asked for without end', async () => {
    const { outcome, asked } = await outcomeOf(answer(429, {}, { 'retry-after': '0' }), read);
    expect(outcome).toBeInstanceOf(TemporaryError);
    expect(asked).toBe(4);
  });

  test('C10 a small reply that unpacks to too much is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 32));
    const gzip: Fault = {
      reachesHandler: false,
      play: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    };
    const server = await serving();
    server.faults.add({ path: /./ }, gzip);
    const outcome = await read(clientOf(server.url).client).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(ContractError);
    expect((outcome as Error).message).toContain('larger than 64 MB');
    expect(server.requests.length).toBe(1);
  });

  test('an abort ends it with its reason', async () => {
    const server = await serving();
    server.faults.add({ path: /./ }, stall);
    const stop = new AbortController();
    const reading = read(clientOf(server.url, { signal: stop.signal }).client);
    reading.catch(() => {});
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new TemporaryError('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });
});

describe('A13 a 401', () => {
  const renewing = (works: boolean) => {
    const state = { token: 'old', renewed: 0 };
    const authorizer: Authorizer = {
      headers: async () => ({ authorization: state.token }),
      renew: async () => {
        state.renewed += 1;
        if (works) state.token = 'new';
        return works;
      },
    };
    return { state, authorizer };
  };
  const guarded = (accepted: string) => (request: SandboxRequest) =>
    request.headers.authorization === accepted ? { status: 200, body: PAGE } : { status: 401, body: {} };

  test.each<[string, boolean, string, string[]]>([
    ['is answered by one renewal and one repeat', true, 'new', ['old', 'new']],
    ['after the repeat is final', true, 'neither', ['old', 'new']],
    ['is final when nothing can be renewed', false, 'new', ['old']],
  ])('%s', async (_name, works, accepted, sent) => {
    const server = await serving(guarded(accepted));
    const { state, authorizer } = renewing(works);
    const outcome = await read(clientOf(server.url, { authorizer }).client).catch((error: unknown) => error);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(sent);
    expect(state.renewed).toBe(1);
    if (sent.at(-1) === accepted) expect(outcome).toHaveProperty('items.length', 2);
    else expect(outcome).toBeInstanceOf(RefusedError);
  });
});

describe('a write', () => {
  test.each<[string, Fault, new (...args: never[]) => Error]>([
    ['that loses its answer is in doubt', resetAfter, InDoubtError],
    ['whose connection dies is in doubt', resetBefore, InDoubtError],
    ['whose answer is cut in half is in doubt', truncate, InDoubtError],
    ['C1 that is never answered is in doubt', stall, InDoubtError],
    ['that is done and answered 500 is in doubt', doneThenAnswer(500), InDoubtError],
    ['that a gateway gave up on is in doubt', answer(504), InDoubtError],
    ['answered 408 is in doubt', answer(408), InDoubtError],
    ['answered 429 is not done', answer(429, {}, { 'retry-after': '900' }), NotDoneError],
    ['that is declined is refused', answer(400, {}), ContractError],
    ['answered 401 is refused', answer(401, {}), RefusedError],
    [
      'A23 that is redirected is refused',
      answer(307, '', { location: 'http://127.0.0.1:1/' }),
      ContractError,
    ],
  ])('C5 %s, and sent once', async (_name, fault, Class) => {
    const { outcome, asked, clock } = await outcomeOf(fault, post);
    expect(outcome).toBeInstanceOf(Class);
    expect(outcome).not.toBeInstanceOf(Class === InDoubtError ? NotDoneError : InDoubtError);
    expect([asked, clock.slept]).toEqual([1, []]);
  });

  test('to nobody is not done', async () => {
    const server = await serving();
    await server.close();
    await expect(post(clientOf(server.url).client)).rejects.toBeInstanceOf(NotDoneError);
    await expect(read(clientOf(server.url).client)).rejects.toBeInstanceOf(NetworkError);
  });

  test('carries its body as JSON, and a 429 closes the gate', async () => {
    const server = await serving();
    const { client, gate } = clientOf(server.url);
    await post(client);
    expect(server.requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['{"a":1}', 'application/json'],
    ]);
    server.faults.add({ path: /./ }, answer(429, {}, { 'retry-after': '900' }));
    await expect(post(client)).rejects.toMatchObject({ retryAt: NOON + 900_000 });
    expect(gate.opensAt()).toBe(NOON + 900_000);
  });
});

test.each([301, 302, 303, 307, 308])('A23 a %i to another origin is not followed', async (status) => {
  const elsewhere = await serving();
  const server = await serving(() => ({
    status,
    body: {},
    headers: { location: `${elsewhere.url}/things` },
  }));
  const { client } = clientOf(server.url);
  for (const call of [read, post]) await expect(call(client)).rejects.toBeInstanceOf(ContractError);
  expect(elsewhere.requests).toEqual([]);
});

test('C9 no more requests are under way at once than the service takes', async () => {
  const server = await serving();
  const { client } = clientOf(server.url);
  let most = 0;
  let now = 0;
  const counting: Fault = {
    reachesHandler: true,
    play: (response, reply, text) => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.writeHead(reply.status).end(text);
      });
    },
  };
  server.faults.add({ path: /./ }, counting, 40);
  await Promise.all(Array.from({ length: 40 }, () => read(client)));
  expect(server.requests.length).toBe(40);
  expect(most).toBeLessThanOrEqual(4);
});
