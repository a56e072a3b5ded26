import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { mistyped, without } from '../../src/sandbox/wires.ts';
import { selfSigned } from '../support/certificate.ts';
import { CONFIGURED, canaryHome, SEVEN } from './home.ts';
import { expectKept } from './places.ts';
import { FAILURES, refusal } from './replies.ts';

const DAY = 86_400_000;

test('A22 K11 whatever the data of all seven end in, secrets echoed included: nothing of it is told', {
  timeout: 240_000,
}, async () => {
  const home = await canaryHome({ days: 2 });
  await home.run(['sync', '--no-push', '--quiet']);
  for (const [name, make] of FAILURES) {
    const fault = make(home);
    home.all(({ faults }) => {
      faults.clear();
      faults.add({ path: /./ }, fault, 99_999);
    });
    // Both faces of a run at once: the object on stdout, the stacks on stderr.
    const { code, stderr } = await home.run(['sync', '--no-push', '--json', '--debug']);
    expect([name, code === 0]).toEqual([name, false]);
    expect(stderr).not.toContain('fault of the program');
    if (/40[13]|429|200/.test(name)) await home.run(['verify', '--debug']);
    // The window that a 429 closed, and the day that was read, are over.
    home.time.now += DAY;
  }
  expectKept(home);
});

const TOKEN_PATHS = /token|oauth|signature/;

test('A22 K11 whatever a renewal ends in at any service: nothing of it is told', {
  timeout: 240_000,
}, async () => {
  const home = await canaryHome({ days: 2 });
  const ids = SEVEN.filter((id) => id !== 'clockify' && id !== 'hevy');
  const failures = [
    ...FAILURES,
    ['a pair with a secret for its kind', () => mistyped('token_type', CONFIGURED.hevyKey)],
    ['a pair with a list for a token', () => mistyped('access_token', [CONFIGURED.hevyKey])],
    ['a pair without its token', () => without('access_token')],
  ] as const;
  const resources = 'sleep,measures,athlete,user,profile';
  for (const [name, make] of failures) {
    home.signInAnew();
    const fault = make(home);
    for (const id of ids) {
      home.servers[id].faults.clear();
      home.servers[id].faults.add({ method: 'POST', path: TOKEN_PATHS }, fault, 999);
    }
    // Long past the hour of every access token.
    home.time.now += 3 * DAY;
    const args = ['sync', ...ids, '--no-push', '--resources', resources, '--json', '--debug'];
    const { code, stderr } = await home.run(args);
    expect([name, code === 0]).toEqual([name, false]);
    expect(stderr).not.toContain('fault of the program');
    await home.run(['check-token', '--debug']);
  }
  home.signInAnew();
  await home.run(['sync', '--no-push', '--quiet']);
  const fault = refusal(403, home);
  home.all(({ faults }) => faults.add({ path: /./ }, fault, 999));
  for (const id of SEVEN) await home.run(['logout', id, '--debug']);
  expectKept(home, { atLeast: 60 });
});

test('A22 C6 a service whose certificate nobody vouches for is told about without what was to be sent', {
  timeout: 60_000,
}, async () => {
  const home = await canaryHome({ days: 2 });
  const server = createServer(selfSigned('localhost'), (_request, response) => response.end('{}'));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = `https://localhost:${(server.address() as AddressInfo).port}`;
  for (const section of Object.values(home.sections))
    for (const key of ['base_url', 'token_url', 'auth_url', 'client_api_url'])
      if (section[key] !== undefined) section[key] = address;
  home.configure();
  for (const args of [
    ['sync', '--debug'],
    ['verify', '--debug'],
    ['logout', 'strava', '--debug'],
  ])
    await home.run(args);
  expect(home.printed[0]?.stderr).toContain('showed no valid certificate');
  expectKept(home);
});
