import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outgoing } from '../../src/http/exchange.ts';
import { Wire } from '../../src/http/wire.ts';
import { resetBefore, stall } from '../../src/sandbox/faults.ts';
import { silentServer } from '../support/silentServer.ts';
import { serving } from './support.ts';

function newWire(options: { deadline?: number; connections?: number } = {}): Wire {
  const wire = new Wire({ deadline: 20_000, connections: 4, ...options });
  onTestFinished(() => wire.close());
  return wire;
}

const get = (url: string, more: Partial<Outgoing> = {}): Outgoing => ({
  method: 'GET',
  url: new URL(url),
  ...more,
});
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('while the connection does not stand yet', () => {
  // undici waits for ten seconds by itself.
  test('C1 the deadline counts, and the service has seen nothing', { timeout: 8_000 }, async () => {
    const { url } = await silentServer();
    const wire = newWire({ deadline: 100 });
    expect(await failureOf(wire.exchange(get(url), 'somewhere'))).toMatchObject({
      outcome: 'TEMP',
      delivered: 'no',
      message: `somewhere: no answer from ${new URL(url).host} within 0.1 s`,
    });
  });

  test('G2 a stop is obeyed at once, and closing hangs up', { timeout: 8_000 }, async () => {
    const silent = await silentServer();
    const wire = newWire();
    const stop = new AbortController();
    const connected = silent.connected();
    const failure = failureOf(wire.exchange(get(silent.url), 'somewhere', stop.signal));
    await connected;
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await failure).toBe(reason);
    await wire.close();
    await silent.deserted();
  });

  test.each([1, 2])(
    'A2 what is given up before its turn never leaves: %i connections',
    async (connections) => {
      const server = await serving();
      server.faults.add({ path: /stalled/ }, stall, connections);
      const wire = newWire({ connections });
      const left: string[] = [];
      const send = (name: string, signal?: AbortSignal, leaving = () => {}) => {
        const noted = () => {
          left.push(name);
          leaving();
        };
        const outgoing = get(`${server.url}/${name}`, { leaving: noted });
        return failureOf(wire.exchange(outgoing, 'somewhere', signal));
      };
      const busy = new AbortController();
      const stalled = Array.from({ length: connections }, () => {
        const { promise: gone, resolve: leaving } = Promise.withResolvers<void>();
        return { gone, ended: send('stalled', busy.signal, leaving) };
      });
      await Promise.all(stalled.map(({ gone }) => gone));
      const stop = new AbortController();
      const waiting = send('waiting', stop.signal);
      stop.abort(new Error('enough'));
      expect(await waiting).toMatchObject({ message: 'enough' });
      expect(await send('late', stop.signal)).toMatchObject({ message: 'enough' });
      busy.abort(new Error('enough'));
      await Promise.all(stalled.map(({ ended }) => ended));
      expect(await send('next')).toBe('no failure');
      expect(left).toEqual([...stalled.map(() => 'stalled'), 'next']);
      const heard = server.requests.map(({ path }) => path);
      expect(heard).not.toContain('/waiting');
      expect(heard).not.toContain('/late');
    },
  );
});

describe('when the connection stands', () => {
  test('A1 what is to be done before a request leaves is done before the service hears of it, once', async () => {
    const server = await serving();
    const wire = newWire();
    const heard: number[] = [];
    const leaving = () => void heard.push(server.requests.length);
    // The second on the connection of the first.
    await wire.exchange(get(`${server.url}/one`, { leaving }), 'somewhere');
    await wire.exchange(get(`${server.url}/two`, { leaving }), 'somewhere');
    expect(heard).toEqual([0, 1]);
  });

  test('A1 what goes wrong there stops the request, and no other one', async () => {
    const server = await serving();
    const wire = newWire();
    const trouble = Object.assign(new Error('the disk is full'), { code: 'SQLITE_FULL' });
    const leaving = () => {
      throw trouble;
    };
    expect(await failureOf(wire.exchange(get(`${server.url}/one`, { leaving }), 'somewhere'))).toBe(trouble);
    await wire.exchange(get(`${server.url}/two`), 'somewhere');
    expect(server.requests.map(({ path }) => path)).toEqual(['/two']);
  });

  test('C5 a request that has left may have arrived, whatever becomes of the connection', async () => {
    const server = await serving();
    server.faults.add({ path: /things/ }, resetBefore);
    const failure = await failureOf(newWire().exchange(get(`${server.url}/things`), 'somewhere'));
    expect(failure).toMatchObject({ delivered: 'unknown' });
  });
});
