import { describe, expect, test } from 'vitest';
import { ContractError } from '../../src/core/errors.ts';
import { InDoubtError, NotDoneError, RefusedError } from '../../src/http/client.ts';
import { NetworkError } from '../../src/http/exchange.ts';
import {
  answer,
  doneThenAnswer,
  type Fault,
  resetAfter,
  resetBefore,
  stall,
  truncate,
} from '../../src/sandbox/faults.ts';
import { clientOf, NOON, outcomeOf, post, read, serving } from './support.ts';

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
