import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { CANARY, Finding, refuseTouchedPrototypes } from './finding.ts';
import type { Subject } from './rounds.ts';
import { CODE, type SigningIn, Sitting } from './signingIn.ts';
import { anyText } from './text.ts';

/** One request to the listener that does not carry the answer of this sign-in. */
interface Callback {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly parts: readonly string[];
  /** What stands in the place of `STATE` in the parts. */
  readonly state: 'none' | 'wrong' | 'right';
  readonly raw: string | undefined;
}

const METHODS = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'PATCH'];
const PATHS = [
  '/callback',
  '/callback',
  '/callback',
  '/callback/',
  '/',
  '//callback',
  '/callback/x',
  '/CALLBACK',
  '/%63allback',
  '/favicon.ico',
];
const HOSTS = [
  '',
  '',
  '',
  '',
  'evil.example',
  'localhost',
  '127.0.0.1:PORT',
  'localhost:1',
  'LOCALHOST:PORT',
];
const PARTS = [
  ...[
    'code=CODE',
    'code=',
    'code',
    'code[]=CODE',
    'code=%0d%0a',
    'code=CODE&code=CODE',
    'cod%65=CODE',
    'Code=CODE',
    `code=${CANARY}`,
  ],
  ...[
    'state=',
    'state',
    'state[]=STATE',
    'State=STATE',
    'st%61te=other',
    'state=STATE ',
    'state=%00STATE',
    'state=STATE%00',
  ],
  ...[
    'state=other',
    'state=STATE&state=STATE',
    'state=__proto__',
    'xstate=STATE',
    'state=STATEx',
    'state=sTATE',
    '#state=STATE',
  ],
  ...[
    'error=access_denied',
    'error=',
    'iss=http://127.0.0.1:9/me',
    'iss=evil',
    'scope=daily',
    '__proto__=1',
    ';state=STATE',
    '%26state=STATE',
  ],
];

const text = anyText(8).map((value) => encodeURIComponent(value.toWellFormed()));

export const callbackCases: fc.Arbitrary<Callback> = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...PATHS),
  host: fc.constantFrom(...HOSTS),
  parts: fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PARTS) }, { weight: 1, arbitrary: text }),
    {
      maxLength: 5,
    },
  ),
  state: fc.constantFrom('none', 'wrong', 'right' as const),
  raw: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyText(40) }),
});

export function callbacks(): Subject<Callback> {
  const sitting = new Sitting(true);
  const line = new Line();
  return {
    name: 'callbacks',
    cases: callbackCases,
    check: async (one) => {
      const signingIn = await sitting.current();
      const request = requestOf(one, signingIn);
      // What the person's own browser would bring is no case.
      if (one.raw === undefined && isAnswer(one, signingIn)) return;
      const reply = await line.ask(signingIn.port, one.raw ?? request);
      // The exchange itself comes a moment later.
      if (/^HTTP\/1.1 200/.test(reply) && one.method === 'GET')
        throw new Finding('exchanges', `accepted: ${JSON.stringify(one.raw ?? request)}`);
      sitting.refuseExchange(signingIn, one.raw ?? request);
      refuseTouchedPrototypes();
      if (reply.includes(CANARY)) throw new Finding('others', `the page repeats what came: ${request}`);
    },
    end: () =>
      sitting.end(async ({ port, state }) => {
        const path = `/callback?code=${CODE}&state=${state}`;
        await line.ask(port, `GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`);
        line.close();
      }),
  };
}

function queryOf({ parts, state }: Callback, right: string): string {
  const put = state === 'right' ? right : state === 'wrong' ? `${right.slice(0, -1)}~` : '';
  return parts.join('&').replaceAll('STATE', put).replaceAll('CODE', CODE);
}

function requestOf(one: Callback, { port, state }: SigningIn): string {
  const host = (one.host === '' ? `localhost:${port}` : one.host).replace('PORT', String(port));
  const query = queryOf(one, state).replaceAll(' ', '%20');
  return `${one.method} ${one.path}?${query} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n`;
}

/** Told by the words of RFC 6749 alone: one right state at the right place, and what may follow from it. */
function isAnswer({ method, path, host, ...one }: Callback, { state }: SigningIn): boolean {
  const query = new URLSearchParams(queryOf({ method, path, host, ...one }, state).split('#')[0]);
  const hasState = query.getAll('state').length === 1 && query.get('state') === state;
  if (method !== 'GET' || !/^\/callback\/?$/.test(path) || !/^(LOCALHOST:PORT)?$/.test(host) || !hasState)
    return false;
  const codes = query.getAll('code');
  const isOther = query.getAll('iss').some((issuer) => issuer !== 'http://127.0.0.1:9/me');
  return isOther || query.has('error') || (codes.length === 1 && /^[ -~]+$/.test(codes[0] ?? ''));
}

/** A connection that is kept, as a browser's; a new one where the listener has ended it. */
class Line {
  #socket: Socket | undefined;
  #port = 0;
  #got = '';
  #wake: () => void = () => {};

  async ask(port: number, request: string): Promise<string> {
    if (this.#socket === undefined || this.#socket.destroyed || this.#port !== port) await this.#open(port);
    const socket = this.#socket as Socket;
    this.#got = '';
    socket.write(Buffer.from(request, 'latin1'));
    const isHead = request.startsWith('HEAD ');
    // What is no request may leave the listener waiting for the rest of it: then there is no more to come.
    const isWhole = request.endsWith('\r\n\r\n');
    if (!isWhole) socket.end();
    while (!socket.destroyed && !isComplete(this.#got, isHead))
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const got = this.#got;
    if (!isWhole || got === '' || /^connection: close/im.test(got)) this.close();
    return got;
  }

  async #open(port: number): Promise<void> {
    this.close();
    const socket = connect(port, '127.0.0.1');
    this.#socket = socket;
    this.#port = port;
    socket.on('data', (bytes) => {
      this.#got += bytes.toString('latin1');
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.#wake());
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve);
      socket.once('close', () => resolve());
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

function isComplete(got: string, isHead: boolean): boolean {
  const end = got.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = Number(/^content-length: (\d+)/im.exec(got)?.[1] ?? 0);
  if (/^transfer-encoding: chunked/im.test(got) && !isHead) return got.endsWith('0\r\n\r\n');
  return isHead || got.length >= end + 4 + length;
}
