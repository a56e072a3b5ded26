import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { ContractError } from '../../src/core/errors.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { Household } from '../support/household.ts';
import { clientOf, read, serving } from './support.ts';

const MEGABYTE = 1024 * 1024;

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
  expect((outcome as Error).message).toContain('larger than 32 MB');
  expect(server.requests.length).toBe(1);
});

test('C10 a reply that is too large as it comes is refused while it comes', async () => {
  let sent = 0;
  const endless: Fault = {
    reachesHandler: false,
    play: (response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += 1;
      };
      response.writeHead(200).on('drain', more);
      more();
    },
  };
  const server = await serving();
  server.faults.add({ path: /./ }, endless);
  const outcome = await read(clientOf(server.url).client).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ContractError);
  expect((outcome as Error).message).toContain('larger than 32 MB');
  expect(sent).toBeLessThan(100);
});

test.each<[string, string, RegExp]>([
  ['more items than any page has', '{},'.repeat(300_000), /more than 250000 items/],
  ['more parts than any reply has', `[${'[],'.repeat(1_000_000)}0],`, /more than 1000000 parts/],
])('C10 %s are refused before they are parsed', async (_, items, message) => {
  const server = await serving();
  server.faults.add({ path: /./ }, { reachesHandler: false, play: ends(`{"data":[${items}{}]}`) });
  await expect(read(clientOf(server.url).client)).rejects.toThrow(message);
});

test('C10 large replies come one at a time, small ones pass them by', async () => {
  const server = await serving();
  const page = `{"data":[],"filling":"${'x'.repeat(20 * MEGABYTE)}"}`;
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    server.faults.add(
      { path: /first/ },
      {
        reachesHandler: false,
        play: (response) => {
          end = () => void response.end(page.slice(19 * MEGABYTE));
          // The kernel holds a few megabytes of it: when all has left here, the client has taken most of it.
          response.writeHead(200).write(page.slice(0, 19 * MEGABYTE), () => resolve());
        },
      },
    );
  });
  server.faults.add({ path: /second/ }, { reachesHandler: false, play: ends(page) });
  const { client } = clientOf(server.url);
  const order: string[] = [];
  const get = (path: string) => client.get(path).then(() => order.push(path));
  const first = get('/first');
  await begun;
  const second = get('/second');
  for (let number = 0; number < 300; number += 1) await client.get('/small');
  order.push('small');
  end();
  await Promise.all([first, second]);
  expect(order).toEqual(['small', '/first', '/second']);
});

test('C10 six replies of 8 MB at once keep a run below 256 MB', async () => {
  const home = await Household.start({ oura: { days: 1 } });
  onTestFinished(() => home.end());
  const item = (number: number) =>
    `{"id":"${number}","day":"2026-03-0${4 + (number % 6)}","score":7,"filling":"${'x'.repeat(400)}"}`;
  const items = Array.from({ length: 18_000 }, (_, number) => item(number));
  const body = gzipSync(`{"data":[${items}],"next_token":null}`, { level: 1 });
  home.oura.faults.add(
    { path: /daily/ },
    {
      reachesHandler: false,
      play: (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body),
    },
    99,
  );
  const six = 'daily_sleep,daily_readiness,daily_activity,daily_stress,daily_spo2,daily_resilience';
  const { child, finished } = home.begin(['sync', '--days', '9', '--no-push', '--resources', six]);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid as number));
  }, 10);
  const { code, stdout } = await finished;
  clearInterval(timer);
  expect([code, stdout]).toEqual([0, expect.stringContaining('108000 new')]);
  expect(peak).toBeGreaterThan(50);
  expect(peak).toBeLessThan(256);
});

function ends(text: string): Fault['play'] {
  return (response: ServerResponse) => void response.writeHead(200).end(text);
}

/** The most memory a process has had, in MB; 0 when it is over. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
