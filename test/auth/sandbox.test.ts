import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signIn } from '../../src/auth/signIn.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import { resetAfter } from '../../src/sandbox/faults.ts';
import { type OuraSandbox, type OuraSandboxOptions, startOura } from '../../src/sandbox/oura.ts';
import { freePort } from '../support/freePort.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: OuraSandbox;
let oauth: OAuth2;

beforeEach(() => {
  me = account();
});
afterEach(async () => {
  await service.close();
  await me.close();
});

async function open(options: Partial<OuraSandboxOptions> = {}): Promise<void> {
  const redirectUri = `http://localhost:${await freePort()}/callback`;
  service = await startOura({ now: () => me.clock.now(), redirectUris: [redirectUri], days: 1, ...options });
  const world = (id: string, path: string, scopePrefix: string) => ({
    id,
    authorizeUrl: `${service.url}${path}authorize`,
    tokenUrl: `${service.url}${path}token`,
    revokeUrl: `${service.url}${path}revoke`,
    scopePrefix,
  });
  oauth = {
    kind: 'oauth2',
    clientId: service.clientId,
    clientSecret: service.clientSecret,
    redirectUri,
    scopes: ['daily', 'heartrate'],
    worlds: [world('current', '/oauth/v2/ext/oauth-', 'extapi:'), world('legacy', '/oauth/', '')],
    seed: { accessToken: undefined, refreshToken: undefined },
    setup: 'Create an app at the service.',
  };
}

/** Follows the redirect back to the listener, as a browser does. */
async function browse(url: URL): Promise<boolean> {
  const away = await request(url);
  const back = await request(String(away.headers.location));
  await Promise.all([away.body.dump(), back.body.dump()]);
  return true;
}

function start() {
  const { store, lockPath, wire } = me;
  const clock = {
    now: me.clock.now,
    sleep: (time: number, signal?: AbortSignal) =>
      time < 1000 ? Promise.resolve() : me.clock.sleep(time, signal),
  };
  const rest = { store, lockPath, wire, clock, timeoutMs: 60_000, onEvent: () => {}, openBrowser: browse };
  return signIn({ providerId: 'somewhere', oauth, ...rest });
}

const posts = () => service.requests.filter(({ method }) => method === 'POST');

describe.each(['moi', 'legacy'] as const)('an app registered at %s', (name) => {
  test('signs in, goes on with every refresh, and is told what was not granted', async () => {
    await open({ worlds: [name], scopes: ['daily'] });
    const result = await start();
    expect(result).toMatchObject({ granted: ['daily'], missing: ['heartrate'], stateChecked: true });
    for (let day = 0; day < 5; day += 1) {
      me.clock.advance(25 * HOUR);
      const headers = await me.keeper(oauth).headers();
      const reply = await request(`${service.url}/v2/usercollection/personal_info`, { headers });
      await reply.body.dump();
      expect(reply.statusCode).toBe(200);
    }
    expect(posts().map(({ status }) => status)).toEqual(Array(6).fill(200));
  });

  test('a refresh token without its world finds it', async () => {
    await open({ worlds: [name] });
    oauth = { ...oauth, seed: { accessToken: undefined, refreshToken: service.issueToken().refresh_token } };
    const { authorization } = await me.keeper(oauth).headers();
    expect(authorization).toMatch(/^Bearer access-/);
  });
});

test('everything unticked: nothing is granted, instead of everything assumed', async () => {
  await open({ scopes: [] });
  expect(await start()).toMatchObject({ granted: [], missing: ['daily', 'heartrate'] });
});

test('B4 consent denied', async () => {
  await open();
  service.grant.deny(true);
  await expect(start()).rejects.toThrow('consent was denied');
  expect(me.store.read()).toBeUndefined();
});

test.each([
  ['grace', 'TEMP', undefined],
  ['strict', 'TEMP', 'AUTH'],
] as const)('A1 A2 a lost reply with %s rotation', async (rotation, first, second) => {
  await open({ rotation });
  await start();
  me.clock.advance(25 * HOUR);
  service.faults.add({ method: 'POST', path: /token$/ }, resetAfter);
  const outcome = async () =>
    (await me
      .keeper(oauth)
      .headers()
      .catch((error: unknown) => error)) as { outcome?: string };
  expect((await outcome()).outcome).toBe(first);
  expect((await outcome()).outcome).toBe(second);
  expect(posts()).toHaveLength(3);
});
