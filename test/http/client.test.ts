import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ContractError, TemporaryError } from '../../src/core/errors.ts';
import { type Authorizer, MissingError, RefusedError } from '../../src/http/client.ts';
import { answer, type Fault, resetAfter, resetBefore, stall, truncate } from '../../src/sandbox/faults.ts';
import type { SandboxRequest } from '../../src/sandbox/server.ts';
import { clientOf, NOON, outcomeOf, PAGE, read, serving } from './support.ts';

/** Headers at once, then a byte every few milliseconds, without end. */
const drip: Fault = {
  reachesHandler: true,
  play: (response, reply) => {
    response.writeHead(reply.status);
    const timer = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(timer));
  },
};

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
    ['C1 G4 never comes', stall, 4],
    ['C1 G5 comes a byte at a time', drip, 4],
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

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in %s is unpacked', async (encoding, pack) => {
    const packed: Fault = {
      reachesHandler: true,
      play: (response, _reply, text) =>
        response.writeHead(200, { 'content-encoding': encoding }).end(pack(text)),
    };
    const { outcome } = await outcomeOf(packed, read);
    expect(outcome).toHaveProperty('items.length', 2);
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

test('no more requests are under way at once than the service takes', async () => {
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
