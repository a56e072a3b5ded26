import { createServer } from 'node:http';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SignInEvent, type SignInOptions, signIn } from '../../src/auth/signIn.ts';
import { isWebAddress } from '../../src/cli/browser.ts';
import { AuthError, UsageError } from '../../src/core/errors.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { Lock } from '../../src/store/lock.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { freePort } from '../support/freePort.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account, HOUR } from './support.ts';

let me: Account;
let service: StrictTokenEndpoint;
let redirectUri: string;
let events: SignInEvent[];
const TOKEN = { method: 'POST', path: /token$/ };

beforeEach(async () => {
  me = account();
  service = await startTokenEndpoint();
  redirectUri = `http://localhost:${await freePort()}/callback`;
  events = [];
});
afterEach(async () => {
  await service.close();
  await me.close();
});

const oauth = (changes: Partial<OAuth2> = {}) => service.oauth({ redirectUri, ...changes });

function start(changes: Partial<SignInOptions> = {}) {
  const { store, lockPath, wire } = me;
  const clock = { now: me.clock.now, sleep: sleepShort };
  return signIn({
    providerId: 'somewhere',
    oauth: oauth(),
    store,
    lockPath,
    wire,
    clock,
    timeoutMs: 60_000,
    onEvent: (event) => events.push(event),
    ...changes,
  });
}

/** The wait for the person never ends by itself; the short one for a browser's reload is over at once. */
function sleepShort(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return milliseconds < 1000 ? Promise.resolve() : me.clock.sleep(milliseconds, signal);
}

/** A browser whose person agrees at once. */
const agreeing =
  (extra: Record<string, string> = {}) =>
  async (url: URL) => {
    const back = service.consent(url, extra);
    const reply = await request(back);
    await reply.body.dump();
    return true;
  };

const doing = (what: () => void) => async () => {
  what();
  return true;
};

const opened = () => events.find((event) => event.kind === 'open')?.url ?? new URL('none:');
const kinds = () => events.map(({ kind }) => kind);

describe('the conversation', () => {
  test('B17 with a browser: S256, exact redirect URI, prefixed scopes, one exchange, saved', async () => {
    const result = await start({ openBrowser: agreeing() });
    const query = Object.fromEntries(opened().searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: redirectUri,
      scope: 'x:daily x:heartrate x:workout',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(opened().search).not.toContain('+');
    expect(result).toMatchObject({
      granted: ['daily', 'heartrate'],
      missing: ['workout'],
      stateChecked: true,
    });
    expect(result.world.id).toBe('new');
    expect(me.store.read()).toMatchObject({
      token: {
        accessToken: 'access-1',
        refreshToken: 'refresh-1',
        world: 'new',
        scope: 'x:daily x:heartrate',
      },
    });
    expect(kinds()).toEqual(['open', 'listening']);
    expect(service.posts()).toHaveLength(1);
  });

  test('B9 a pasted address and the callback at the same moment: one exchange', async () => {
    const back = Promise.withResolvers<URL>();
    await start({
      readPasted: async () => String(await back.promise),
      openBrowser: async (url) => {
        const address = service.consent(url);
        back.resolve(address);
        await request(address).then(({ body }) => body.dump());
        return true;
      },
    });
    expect(service.posts()).toHaveLength(1);
  });

  test('B3 a pasted address of another sign-in is refused, asked for again, and never exchanged', async () => {
    const wrong = `${redirectUri}?code=stolen&state=other`;
    const lines = [() => wrong, () => 'code=stolen', () => String(service.consent(opened()))];
    const result = await start({ readPasted: async () => lines.shift()?.() ?? '' });
    expect(result.stateChecked).toBe(true);
    expect(kinds().filter((kind) => kind === 'pasted-refused')).toHaveLength(2);
    expect(service.posts()).toHaveLength(1);
  });

  test('B3 a bare code is accepted and said to be unchecked', async () => {
    const result = await start({
      readPasted: async () => service.consent(opened()).searchParams.get('code') ?? '',
    });
    expect(result.stateChecked).toBe(false);
    expect(kinds()).toContain('state-not-checked');
  });

  test('B3 a bare code of another sign-in fails at the verifier: AUTH, nothing stored', async () => {
    const other = new URL(opened());
    other.search = new URLSearchParams({ redirect_uri: redirectUri, code_challenge: 'other' }).toString();
    const code = service.consent(other).searchParams.get('code') ?? '';
    await expect(start({ readPasted: async () => code })).rejects.toThrow(AuthError);
    expect(me.store.read()).toBeUndefined();
  });

  test('B13 no browser: said, and the prompt still works', async () => {
    const failed = Promise.withResolvers<void>();
    await start({
      openBrowser: async () => Promise.reject(new Error('no screen')),
      onEvent: (event) => {
        events.push(event);
        if (event.kind === 'browser-failed') failed.resolve();
      },
      readPasted: async () => {
        await failed.promise;
        return String(service.consent(opened()));
      },
    });
    expect(kinds()).toContain('browser-failed');
  });

  test('a redirect URI elsewhere: the prompt alone; without one USAGE', async () => {
    const elsewhere = oauth({ redirectUri: 'https://app.example/callback' });
    const result = await start({
      oauth: elsewhere,
      readPasted: async () => String(service.consent(opened())),
    });
    expect(result.stateChecked).toBe(true);
    expect(kinds()).not.toContain('listening');
    await expect(start({ oauth: elsewhere })).rejects.toThrow(UsageError);
  });

  test('a redirect URI elsewhere and a terminal that is closed: USAGE', async () => {
    const elsewhere = oauth({ redirectUri: 'https://app.example/callback' });
    const readPasted = async () => Promise.reject(new Error('end of input'));
    await expect(start({ oauth: elsewhere, readPasted })).rejects.toThrow(UsageError);
    expect(kinds()).toContain('prompt-closed');
    expect(service.posts()).toEqual([]);
  });

  test('B4 a pasted refusal with the right state ends it', async () => {
    const refused = () => `${redirectUri}?error=access_denied&state=${opened().searchParams.get('state')}`;
    await expect(start({ readPasted: async () => refused() })).rejects.toThrow(AuthError);
    expect(kinds()).not.toContain('pasted-refused');
    expect(service.posts()).toEqual([]);
  });

  test('B9 what is pasted once the browser has answered is not read any more', async () => {
    let asked = 0;
    await start({
      openBrowser: agreeing(),
      readPasted: (signal) => {
        asked += 1;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve('code=stolen')));
      },
    });
    expect(asked).toBe(1);
    expect(kinds()).not.toContain('pasted-refused');
    expect(service.posts()).toHaveLength(1);
  });

  test('a closed terminal leaves the listener waiting', async () => {
    const closed = Promise.withResolvers<void>();
    await start({
      readPasted: async () => Promise.reject(new Error('end of input')),
      onEvent: ({ kind }) => kind === 'prompt-closed' && closed.resolve(),
      openBrowser: async (url) => {
        await closed.promise;
        return agreeing()(url);
      },
    });
    expect(me.store.read()?.token?.accessToken).toBe('access-1');
  });
});

describe('what is granted', () => {
  const withoutScope = rewrite((text) => text.replace(/,"scope":"[^"]*"/, ''));

  test('the callback says, when the reply does not', async () => {
    service.server.faults.add(TOKEN, withoutScope);
    const result = await start({ openBrowser: agreeing({ scope: 'x:daily' }) });
    expect(result).toMatchObject({ granted: ['daily'], missing: ['heartrate', 'workout'] });
    expect(me.store.read()?.token?.scope).toBe('x:daily');
  });

  test('as requested, when nobody says', async () => {
    service.server.faults.add(TOKEN, withoutScope);
    expect(await start({ openBrowser: agreeing() })).toMatchObject({ missing: [] });
    expect(me.store.read()?.token?.scope).toBeNull();
  });
});

describe('two worlds', () => {
  test('the one that knows the app is found before the browser opens', async () => {
    await service.close();
    service = await startTokenEndpoint({ home: 'old' });
    const result = await start({ openBrowser: agreeing() });
    expect(result.world.id).toBe('old');
    expect(opened().searchParams.get('scope')).toBe('daily heartrate workout');
    expect(service.posts().map(({ path }) => path)).toEqual(['/old/token']);
  });

  test('nothing learned: the first one is kept', async () => {
    service.server.faults.add({ path: /authorize$/ }, answer(500));
    await start({ openBrowser: agreeing() });
    expect(opened().pathname).toBe('/new/authorize');
  });

  test('refused by all: said, and the first one is tried', async () => {
    service.server.faults.add({ path: /authorize$/ }, answer(400), 2);
    await start({ openBrowser: agreeing() });
    expect(kinds()).toEqual(['request-refused', 'open', 'listening']);
  });
});

describe('the end without a pair', () => {
  const before = { accessToken: 'old', refreshToken: 'old-refresh', expiresAt: null };

  test('B15 Ctrl-C: nothing stored, port free', async () => {
    me.save(before);
    const stop = new AbortController();
    const reason = new Error('stopped');
    const running = start({ signal: stop.signal, openBrowser: doing(() => stop.abort(reason)) });
    await expect(running).rejects.toBe(reason);
    expect(me.store.read()?.token).toMatchObject(before);
    await expectFree();
  });

  test('B15 nobody answers', async () => {
    const running = start({ openBrowser: doing(() => me.clock.advance(60_000)) });
    await expect(running).rejects.toThrow('nobody answered');
    await expectFree();
  });

  test('A21 somebody else signed in: the stored pair stays', async () => {
    me.save(before);
    const identify = async () => Promise.reject(new UsageError('somebody else'));
    await expect(start({ openBrowser: agreeing(), identify })).rejects.toThrow('somebody else');
    expect(me.store.read()?.token).toMatchObject(before);
  });

  test('A20 the new pair takes nothing over from the old one', async () => {
    me.save(before);
    service.server.faults.add(
      TOKEN,
      rewrite((text) => text.replace(/"refresh_token":"[^"]*",/, '')),
    );
    await start({ openBrowser: agreeing(), identify: async () => ({ userId: 'person-2' }) });
    expect(me.store.read()?.token).toMatchObject({
      accessToken: 'access-1',
      refreshToken: null,
      userId: 'person-2',
    });
  });

  test('kept for another account, the pair in use stays as it was', async () => {
    me.save(before);
    const store = new TokenStore(me.db, 'somewhere', 'ben');
    const elsewhere = { store, lockPath: `${me.path}.ben-lock` };
    await start({ openBrowser: agreeing(), identify: async () => ({ userId: 'ben', elsewhere }) });
    expect(store.read()).toMatchObject({
      token: { accessToken: 'access-1', userId: 'ben' },
      seedDigest: null,
    });
    expect(me.store.read()?.token).toMatchObject(before);
  });

  test('a pair from the configuration does not come back over the new one', async () => {
    const seeded = oauth({ seed: { accessToken: 'seed', refreshToken: 'seed-refresh' } });
    await start({ oauth: seeded, openBrowser: agreeing() });
    expect(await me.keeper(seeded).headers()).toEqual({ authorization: 'Bearer access-1' });
  });

  test.each(['http://id.example/authorize', 'javascript:alert(1)', 'file:///etc/passwd', 'nonsense'])(
    'B14 %s is not opened',
    async (authorizeUrl) => {
      const worlds = oauth().worlds.map((world) => ({ ...world, authorizeUrl }));
      await expect(start({ oauth: oauth({ worlds }) })).rejects.toThrow(UsageError);
      expect(events).toEqual([]);
    },
  );

  test.each([
    ['client_id', { clientId: undefined }],
    ['client_secret', { clientSecret: undefined }],
  ])('no %s: USAGE says where it belongs', async (key, changes) => {
    const failure = await start({ oauth: oauth(changes) }).catch((error: unknown) => error);
    const message = `somewhere: ${key} is missing under [somewhere] in the configuration`;
    expect(failure).toMatchObject({ outcome: 'USAGE', message });
  });

  test('a redirect_uri that is no address: USAGE, and nobody is asked', async () => {
    const failure = start({ oauth: oauth({ redirectUri: 'nonsense' }) });
    await expect(failure).rejects.toThrow('somewhere: redirect_uri is not an address');
    expect(service.server.requests).toEqual([]);
  });

  test('a service that declares no address: a mistake of ours, told as one', async () => {
    await expect(start({ oauth: oauth({ worlds: [] }) })).rejects.toThrow('declares no world');
  });

  test('B15 stopped before it begins: nobody is asked', async () => {
    const reason = new Error('stopped');
    await expect(start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(service.server.requests).toEqual([]);
  });

  test('B15 stopped while it looks for the right world: the browser stays closed', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    service.server.faults.watch(() => stop.abort(reason));
    await expect(start({ signal: stop.signal })).rejects.toBe(reason);
    expect(events).toEqual([]);
  });

  test('B15 stopped while the code is traded in: nothing is stored', async () => {
    me.save(before);
    const stop = new AbortController();
    const reason = new Error('stopped');
    service.server.faults.watch(({ method }) => method === 'POST' && stop.abort(reason));
    await expect(start({ signal: stop.signal, openBrowser: agreeing() })).rejects.toBe(reason);
    expect(me.store.read()?.token).toMatchObject(before);
  });
});

test('A20 a login waits for a refresh under way', async () => {
  me.save({ ...service.issue(), world: 'new', expiresAt: 1 });
  const [headers] = await Promise.all([me.keeper(oauth()).headers(), start({ openBrowser: agreeing() })]);
  expect(headers.authorization).toMatch(/^Bearer access-/);
  const { token } = me.store.read() ?? {};
  expect(token?.accessToken.slice(7)).toBe(token?.refreshToken?.slice(8));
  expect(token?.expiresAt).toBe(me.clock.now() + HOUR);
});

test('A20 a login stores nothing while another process has the lock, and everything once it is free', async () => {
  const before = { accessToken: 'before', refreshToken: 'refresh-before', expiresAt: me.clock.now() + HOUR };
  me.save(before);
  const lock = Lock.try(me.lockPath);
  const identified = Promise.withResolvers<void>();
  const identify = async () => {
    identified.resolve();
    return { userId: 'me' };
  };
  const login = start({ openBrowser: agreeing(), identify });
  await identified.promise;
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(me.store.read()?.token).toMatchObject(before);
  me.save({ accessToken: 'renewed', refreshToken: 'refresh-renewed' });
  lock?.release();
  await login;
  expect(me.store.read()?.token).toMatchObject({ accessToken: 'access-1', refreshToken: 'refresh-1' });
});

test('B14 the browser gets web addresses only', () => {
  const allowed = ['https://id.example/x?y=1', 'http://localhost:1/', 'http://127.0.0.1/', 'http://[::1]:2/'];
  const refused = ['http://id.example/', 'file:///etc/passwd', 'javascript:alert(1)', 'ftp://localhost/'];
  expect(allowed.filter((url) => isWebAddress(new URL(url)))).toEqual(allowed);
  expect(refused.filter((url) => isWebAddress(new URL(url)))).toEqual([]);
});

async function expectFree(): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(new URL(redirectUri).port), '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
