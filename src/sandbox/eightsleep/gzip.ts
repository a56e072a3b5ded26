import { gzipSync } from 'node:zlib';
import type { Fault, Faults } from '../faults.ts';
import type { SandboxRequest } from '../server.ts';

/**
 * Compresses on the wire, where faults are played too: the handler and the request log keep the text. A planned fault
 * goes first and is sent as it is.
 */
export function compress(faults: Faults): void {
  const planned = faults.take.bind(faults);
  faults.take = (request) => planned(request) ?? (takesGzip(request) ? gzipped : undefined);
}

function takesGzip(request: SandboxRequest): boolean {
  const offers = (request.headers['accept-encoding'] ?? '').toLowerCase().split(',');
  return offers.some((offer) => {
    const [name, weight] = offer.split(';').map((part) => part.trim());
    return name === 'gzip' && !/^q=0(?:\.0*)?$/.test(weight ?? '');
  });
}

const gzipped: Fault = {
  reachesHandler: true,
  play(response, reply, text) {
    if (text === '') {
      response.writeHead(reply.status, reply.headers ?? {});
      response.end();
      return;
    }
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      ...reply.headers,
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
    });
    response.end(gzipSync(text));
  },
};
