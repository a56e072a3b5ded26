import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import fc from 'fast-check';
import { request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { readAnswer } from '../../src/auth/answer.ts';
import { type CallbackOptions, isListenable, listenForCallback } from '../../src/auth/callback.ts';
import { systemClock } from '../../src/core/clock.ts';
import { AuthError, InterruptedError, UsageError } from '../../src/core/errors.ts';
import { freePort } from '../support/freePort.ts';
import { handClock } from './support.ts';

const STATE = 'the-state-of-this-sign-in';
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A listener that is ready, its outcome, and a way to knock. */
async function listening(changes: Partial<CallbackOptions> & { uri?: (port: number) => string } = {}) {
  const port = await freePort();
  const redirectUri = new URL(changes.uri?.(port) ?? `http://localhost:${port}/callback`);
  const ready = Promise.withResolvers<void>();
  const outcome = listenForCallback({
    redirectUri,
    state: STATE,
    source: 'somewhere',
    timeoutMs: 60_000,
    clock: systemClock,
    onListening: ready.resolve,
    ...changes,
  });
  const settled = outcome.then(
    (response) => ({ response, error: undefined }),
    (error: unknown) => ({ response: undefined, error }),
  );
  await Promise.race([ready.promise, outcome]);
  const origin = `http://127.0.0.1:${port}`;
  const knock = async (path: string, options: { method?: string; host?: string; from?: string } = {}) => {
    const reply = await request(`${options.from ?? origin}${path}`, {
      method: (options.method ?? 'GET') as 'GET',
      headers: { host: options.host ?? redirectUri.host },
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  };
  return { port, settled, knock };
}

const granted = { response: { code: 'abc', scope: undefined }, error: undefined };
const good = `/callback?code=abc&state=${STATE}`;

async function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('the answer of this sign-in', () => {
  test.each([good, `/callback/?code=abc&state=${STATE}`])('is taken at %s', async (path) => {
    const { knock, settled, port } = await listening();
    expect((await knock(path)).status).toBe(200);
    expect(await settled).toEqual(granted);
    expect(await isOpen(port)).toBe(false);
  });

  test('B11 is taken on both stacks of localhost', async () => {
    const { knock, settled, port } = await listening();
    expect((await knock(good, { from: `http://[::1]:${port}` })).status).toBe(200);
    expect(await settled).toEqual(granted);
    expect(await isOpen(port, '::1')).toBe(false);
  });

  test('B12 an explicit address is listened at alone', async () => {
    const { knock, settled, port } = await listening({ uri: (one) => `http://[::1]:${one}/callback` });
    expect(await isOpen(port)).toBe(false);
    await knock(good, { from: `http://[::1]:${port}` });
    expect(await settled).toEqual(granted);
  });

  test('carries the granted scopes where the service names them', async () => {
    const { knock, settled } = await listening();
    await knock(`${good}&scope=daily%20workout`);
    expect((await settled).response).toEqual({ code: 'abc', scope: 'daily workout' });
  });

  test('scopes that are named twice count as not named', () => {
    const query = new URLSearchParams(`code=abc&state=${STATE}&scope=one&scope=two`);
    expect(readAnswer(query, { state: STATE, source: 'somewhere' })).toEqual({
      kind: 'granted',
      response: { code: 'abc', scope: undefined },
    });
  });

  test('a reload shows the same page, and the icon is answered', async () => {
    const { knock, settled } = await listening();
    const [first, again, icon] = [await knock(good), await knock(good), await knock('/favicon.ico')];
    expect(again).toMatchObject({ status: 200, text: first.text });
    expect(icon).toMatchObject({ status: 204, text: '' });
    expect(await settled).toEqual(granted);
  });

  test('B10 ends within a second although a browser keeps idle sockets open', async () => {
    const { knock, settled, port } = await listening();
    for (let count = 0; count < 6; count += 1) {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      await new Promise((resolve) => socket.once('connect', resolve));
      if (count % 2 === 0) socket.write('GET /callback HTTP/1.1\r\nhost: loc');
    }
    await knock(good);
    const answered = performance.now();
    await settled;
    expect(performance.now() - answered).toBeLessThan(1000);
    expect(await isOpen(port)).toBe(false);
  });

  test('B7 arrives through a flood of wrong ones', async () => {
    const { knock, settled } = await listening();
    // Those behind the right one may find the port closed.
    const wrong = (_: unknown, index: number) => knock(`/callback?code=x&state=${index}`).catch(() => {});
    const before = Array.from({ length: 250 }, wrong);
    const right = knock(good);
    await Promise.all([...before, ...Array.from({ length: 250 }, wrong)]);
    expect((await right).status).toBe(200);
    expect(await settled).toEqual(granted);
  });
});

describe('anything else is refused and changes nothing', () => {
  test.each([
    ['B1 no state', '/callback?code=abc'],
    ['B1 empty state', '/callback?code=abc&state='],
    ['B1 wrong state', '/callback?code=abc&state=other'],
    ['B2 the state twice', `/callback?code=abc&state=${STATE}&state=${STATE}`],
    ['B2 the right state after a wrong one', `/callback?code=abc&state=x&state=${STATE}`],
    ['B2 the code twice', `/callback?code=abc&code=abc&state=${STATE}`],
    ['B2 no code', `/callback?state=${STATE}`],
    ['B2 an empty code', `/callback?code=&state=${STATE}`],
    ['B2 a code with control characters', `/callback?code=a%0d%0ab&state=${STATE}`],
    ['B4 an error without the state', '/callback?error=access_denied'],
    ['B4 an error with another state', '/callback?error=access_denied&state=other'],
    ['B1 the state in the fragment', `/callback?code=abc#state=${STATE}`],
  ])('%s', async (_name, path) => {
    const { knock, settled } = await listening();
    expect((await knock(path)).status).toBe(400);
    await knock(good);
    expect(await settled).toEqual(granted);
  });

  test('B1 B2 whatever the query is', async () => {
    const { knock, settled } = await listening();
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('', STATE.slice(1), `${STATE} `, STATE.toUpperCase()),
    );
    const pairs = fc.array(fc.tuple(fc.constantFrom('state', 'code', 'error', 'iss', 'State', 'x'), value), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(pairs, async (query) => {
        const reply = await knock(`/callback?${new URLSearchParams(query)}`);
        expect(reply.status).toBe(400);
      }),
      { numRuns: 300 },
    );
    await knock(good);
    expect(await settled).toEqual(granted);
  });

  test('B1 B2 100,000 queries without exactly one right state', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('', STATE.slice(1), `${STATE} `, STATE.toUpperCase()),
    );
    const name = fc.constantFrom('state', 'code', 'error', 'iss', 'State', 'scope');
    const twice = fc.constant<[string, string][]>([
      ['state', STATE],
      ['state', STATE],
    ]);
    const pairs = fc.oneof(fc.array(fc.tuple<[string, string]>(name, value), { maxLength: 6 }), twice);
    const property = fc.property(pairs, (query) => {
      return readAnswer(new URLSearchParams(query), { state: STATE, source: 'somewhere' }).kind === 'ignored';
    });
    fc.assert(property, { numRuns: 100_000 });
  });

  test.each(['evil.example', 'localhost', 'localhost:1', '127.0.0.1', 'localhost.evil.example'])(
    'B6 host %s',
    async (host) => {
      const { knock, settled } = await listening();
      expect((await knock(good, { host })).status).toBe(421);
      await knock(good);
      expect(await settled).toEqual(granted);
    },
  );

  test('other methods, other paths, somebody looking ahead', async () => {
    const { knock, settled } = await listening();
    expect((await knock(good, { method: 'POST' })).status).toBe(405);
    expect((await knock('/other')).status).toBe(404);
    expect((await knock(`//evil.example${good}`)).status).toBe(404);
    expect(await knock(good.replace('abc', 'ahead'), { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
    });
    await knock(good);
    expect(await settled).toEqual(granted);
  });

  test('B8 pages repeat nothing and forbid everything', async () => {
    const { knock, settled } = await listening();
    for (const path of ['/callback?state=%3Cscript%3Ecanary&code=canary&error=canary', `${good}&x=canary`]) {
      const { headers, text } = await knock(path);
      expect(text).not.toContain('canary');
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
    await settled;
  });
});

test('the person is told in the browser where to go on', async () => {
  const { knock, settled } = await listening();
  expect((await knock('/favicon.ico')).text).toBe('');
  expect((await knock('/callback')).text).toContain(
    '<p>This does not belong to the sign-in that is waiting.</p>',
  );
  const { text } = await knock(good);
  expect(text).toContain('<title>Consent received</title>');
  expect(text).toContain('<p>You can close this page and go back to the terminal.</p>');
  await settled;
});

describe('the end without a code', () => {
  test('B4 consent denied, with the right state', async () => {
    const { knock, settled, port } = await listening();
    expect((await knock(`/callback?error=access_denied&state=${STATE}`)).status).toBe(200);
    const { error } = await settled;
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({
      message: 'somewhere: consent was denied in the browser',
      hint: 'Run: oura-clockify auth somewhere',
    });
    expect(await isOpen(port)).toBe(false);
  });

  test('B4 any other error is told in our words', async () => {
    const { knock, settled } = await listening();
    await knock(`/callback?error=%1b[31mcanary&error_description=canary&state=${STATE}`);
    expect(String((await settled).error)).not.toContain('canary');
  });

  test('B5 another issuer stops the sign-in, the right one does not', async () => {
    const issuer = 'https://id.example';
    const wrong = await listening({ issuer });
    await wrong.knock(`${good}&iss=https://evil.example`);
    expect((await wrong.settled).error).toBeInstanceOf(AuthError);
    const right = await listening({ issuer });
    await right.knock(`${good}&iss=${issuer}`);
    expect(await right.settled).toEqual(granted);
  });

  test('B15 nobody comes in time', async () => {
    const clock = handClock();
    const { settled, port } = await listening({ clock, timeoutMs: 300_000 });
    clock.advance(300_000);
    expect(String((await settled).error)).toContain('nobody answered in the browser within 300 s');
    expect(await isOpen(port)).toBe(false);
  });

  test('B15 Ctrl-C', async () => {
    const stop = new AbortController();
    const { settled, port } = await listening({ signal: stop.signal });
    const reason = new Error('stopped');
    stop.abort(reason);
    expect((await settled).error).toBe(reason);
    expect(await isOpen(port)).toBe(false);
    expect(await isOpen(port, '::1')).toBe(false);
  });

  test('B15 stopped before it begins, and by what is no error', async () => {
    const begin = (signal: AbortSignal) => listening({ signal });
    const reason = new Error('stopped');
    await expect(begin(AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(begin(AbortSignal.abort('a word'))).rejects.toThrow(InterruptedError);
  });

  test('B12 a redirect to another machine is nothing to listen for: USAGE', async () => {
    for (const uri of ['https://app.example/callback', 'http://192.0.2.1:8484/callback'])
      await expect(listening({ uri: () => uri })).rejects.toMatchObject({
        outcome: 'USAGE',
        message: 'somewhere: nobody can listen at the host of the redirect URI',
      });
  });

  test.each(['127.0.0.1', '::1'])('B11 the port is taken at %s', async (address) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, address, resolve));
    const bound = other.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const failure = await listenForCallback({
      redirectUri: new URL(`http://localhost:${port}/callback`),
      state: STATE,
      source: 'somewhere',
      timeoutMs: 1000,
      clock: systemClock,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ message: `somewhere: port ${port} is in use by another program` });
    await new Promise((resolve) => other.close(resolve));
    expect(await isOpen(port)).toBe(false);
  });
});

test('B12 nobody is heard who comes to another address of this machine', async () => {
  const { knock, settled, port } = await listening({ uri: (one) => `http://127.0.0.1:${one}/callback` });
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address));
  // Of Linux all of 127.0.0.0/8 is its own.
  if (process.platform === 'linux') others.push('127.0.0.2');
  for (const address of others) expect([address, await isOpen(port, address)]).toEqual([address, false]);
  await knock(good);
  await settled;
});

test('B12 only loopback over http is listened at', () => {
  const uris = ['http://localhost:8484/callback', 'http://127.0.0.1:1/', 'http://[::1]:1/x'];
  const others = [
    'https://localhost:1/',
    'http://192.168.1.2:1/',
    'http://0.0.0.0:1/',
    'https://app.example/callback',
    'http://constructor:1/',
    'http://__proto__:1/',
  ];
  expect(uris.filter((uri) => isListenable(new URL(uri)))).toEqual(uris);
  expect(others.filter((uri) => isListenable(new URL(uri)))).toEqual([]);
});
