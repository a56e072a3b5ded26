import { createServer as createPlain } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import tls from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { NetworkError } from '../../src/http/exchange.ts';
import { Wire } from '../../src/http/wire.ts';
import { type Certificate, selfSigned } from '../support/certificate.ts';

/** What the service hears of a request with a secret in it, and how the request ends. */
async function asked(server: Server, heard: () => number) {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const wire = new Wire({ deadline: 5_000, connections: 1 });
  onTestFinished(async () => {
    await wire.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
  const headers = { authorization: 'Bearer canary' };
  const outcome = await wire
    .exchange({ method: 'GET', url, headers }, 'somewhere')
    .catch((error: unknown) => error);
  return { outcome, heard: heard() };
}

function secured(certificate: Certificate) {
  let requests = 0;
  const server = createServer(certificate, (_request, response) => {
    requests += 1;
    response.end('{}');
  });
  server.on('tlsClientError', () => {});
  return asked(server, () => requests);
}

/** As if an authority that the machine believes had signed it. */
function trusted(certificate: Certificate): Certificate {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, certificate.cert]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
  return certificate;
}

const refused = (code: RegExp) => ({
  heard: 0,
  outcome: expect.objectContaining({
    delivered: 'no',
    outcome: 'TEMP',
    message: expect.stringMatching(
      new RegExp(`^somewhere: localhost:\\d+ showed no valid certificate \\(${code.source}\\)$`),
    ),
  }),
});

test('C6 a certificate that nobody vouches for is refused before a byte of the request has left', async () => {
  expect(await secured(selfSigned('localhost'))).toEqual(refused(/DEPTH_ZERO_SELF_SIGNED_CERT/));
});

test('C6 so is one for another name, and one that has run out', async () => {
  expect(await secured(trusted(selfSigned('elsewhere')))).toEqual(refused(/ERR_TLS_CERT_ALTNAME_INVALID/));
  expect(await secured(trusted(selfSigned('localhost', { from: -9, until: -2 })))).toEqual(
    refused(/CERT_HAS_EXPIRED/),
  );
});

test('C6 one that is in order is accepted', async () => {
  const { outcome, heard } = await secured(trusted(selfSigned('localhost')));
  expect([outcome, heard]).toEqual([expect.objectContaining({ status: 200, text: '{}' }), 1]);
});

test('C6 a server without TLS hears nothing of a request that was meant to be secure', async () => {
  let requests = 0;
  const server = createPlain((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const { outcome, heard } = await asked(server, () => requests);
  expect(outcome).toBeInstanceOf(NetworkError);
  expect(heard).toBe(0);
});

test('A2 a service that has HTTP/2 as well is spoken to in HTTP/1.1, where nothing is sent again unasked', async () => {
  const spoken: (string | undefined)[] = [];
  const server = createSecureServer(
    { ...trusted(selfSigned('localhost')), allowHTTP1: true },
    (request, response) => {
      spoken.push(request.httpVersion);
      response.end('{}');
    },
  );
  const { outcome, heard } = await asked(server, () => spoken.length);
  expect([outcome, heard]).toEqual([expect.objectContaining({ status: 200, text: '{}' }), 1]);
  expect(spoken).toEqual(['1.1']);
});
