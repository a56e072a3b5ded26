import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give away by themselves, so that no connection takes it before the program does. */
const FIRST = 15_000;
const COUNT = 17_000;

/** Each process begins elsewhere. */
let next = (process.pid * 41) % COUNT;

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
