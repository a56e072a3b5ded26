import type { AddressInfo } from 'node:net';
import { type Socket as Connection, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Wire } from '../../../src/http/wire.ts';
import type { Answers } from './answers.ts';
import type { Answered } from './damage.ts';
import type { World } from './recording.ts';

/** The same replies over a real connection, where bytes, lengths and encodings may lie as well. */
export interface Socket {
  readonly wire: Wire;
  /** From now on it gives these answers. `lie`: which of the lies. Answers the base URL. */
  serve(answers: Answers, world: World, lie: number): string;
  close(): Promise<void>;
}

/** What stands between the header and the body, with what is sent as the body. */
type Lie = (body: Buffer) => { readonly headers: string; readonly body: Buffer };

const sized = (body: Buffer) => `content-length: ${body.length}\r\n`;
const LIES: readonly Lie[] = [
  (body) => ({ headers: sized(body), body }),
  (body) => ({ headers: '', body }),
  (body) => ({ headers: `content-length: ${body.length + 7}\r\n`, body }),
  (body) => ({ headers: `content-length: ${Math.floor(body.length / 2)}\r\n`, body }),
  (body) => ({ headers: `content-length: -1\r\n`, body }),
  (body) => ({ headers: `${sized(body)}content-encoding: gzip\r\n`, body }),
  (body) => ({ headers: `${sized(body)}content-encoding: br\r\n`, body }),
  (body) => ({ headers: `${sized(body)}content-encoding: deflate\r\n`, body }),
  (body) => ({ headers: `${sized(body)}content-encoding: zstd, gzip\r\n`, body }),
  (body) => {
    const packed = gzipSync(body);
    return { headers: `${sized(packed)}content-encoding: gzip\r\n`, body: packed };
  },
  (body) => {
    const packed = gzipSync(body).subarray(0, -9);
    return { headers: `${sized(packed)}content-encoding: gzip\r\n`, body: packed };
  },
  (body) => ({ headers: 'transfer-encoding: chunked\r\n', body }),
  (body) => ({ headers: `${sized(body)}set-cookie: a=b\r\nset-cookie: c\r\ndate: x\r\ndate: y\r\n`, body }),
  (body) => ({ headers: sized(body), body: Buffer.from(body.map((byte) => byte ^ 0x80)) }),
  (body) => ({ headers: `x: ${'y'.repeat(20_000)}\r\n${sized(body)}`, body }),
  () => ({ headers: '', body: Buffer.alloc(0) }),
  () => ({ headers: '\0: \x1b\r\n', body: Buffer.from([0xff, 0xfe, 0x00]) }),
];

export async function openSocket(): Promise<Socket> {
  let answer: (key: string) => Buffer = () => Buffer.alloc(0);
  let failure: unknown;
  const server = createServer((connection: Connection) => {
    let text = '';
    connection.on('error', () => {});
    connection.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n');
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      const [method, target] = head.split(' ');
      try {
        connection.end(answer(`${method} ${target} ${body}`));
      } catch (error) {
        failure = error;
        connection.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const wire = new (class extends Wire {
    override async exchange(...given: Parameters<Wire['exchange']>) {
      const told = await super.exchange(...given).catch((error: unknown) => error as Error);
      // What the answers found is no trouble of the connection.
      if (failure !== undefined) throw failure;
      if (told instanceof Error) throw told;
      return told;
    }
  })({ deadline: 1_500, connections: 4 });
  return {
    wire,
    serve: (answers, { provider, config }, lie) => {
      failure = undefined;
      answer = (key) => bytesOf(answers.to(key), LIES[lie % LIES.length] as Lie);
      return `http://127.0.0.1:${port}${new URL(provider.baseUrl(config)).pathname.replace(/\/$/, '')}`;
    },
    close: async () => {
      await wire.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function bytesOf({ status, headers, text }: Answered, lie: Lie): Buffer {
  const { headers: own, body } = lie(Buffer.from(text));
  const told = Object.entries(headers)
    .filter(([name]) => !/^(content-(length|encoding)|transfer-encoding|connection|keep-alive)$/.test(name))
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} Told\r\n${told.join('')}${own}connection: close\r\n\r\n`),
    body,
  ]);
}
