import { afterEach, beforeEach, expect, test } from 'vitest';
import { keeperFor } from '../../src/auth/keeper.ts';
import { StoreError } from '../../src/core/errors.ts';
import type { ApiKey } from '../../src/core/provider.ts';
import { Facts } from '../../src/store/facts.ts';
import { TokenStore } from '../../src/store/tokens.ts';
import { RateWindows } from '../../src/store/windows.ts';
import { type Account, account } from './support.ts';

let me: Account;
beforeEach(() => {
  me = account();
});
afterEach(() => me.close());

const auth = (key?: string, onlyConfigured = false): ApiKey => ({
  kind: 'apiKey',
  ...(onlyConfigured && { onlyConfigured }),
  header: 'x-key',
  key,
  configKey: 'api_key',
  setup: 'Make a key at the service.',
});

function keeper(key?: string, name = 'default', onlyConfigured = false) {
  const { wire, clock, db, path } = me;
  const store = new TokenStore(db, 'somewhere', name);
  const memory = { windows: new RateWindows(db), facts: new Facts(db) };
  const lockPath = `${path}.${name}.lock`;
  return keeperFor(auth(key, onlyConfigured), {
    providerId: 'somewhere',
    account: name,
    store,
    lockPath,
    wire,
    clock,
    memory,
  });
}

const store = (name: string, key: string) =>
  new TokenStore(me.db, 'somewhere', name).save({
    accessToken: key,
    refreshToken: null,
    expiresAt: null,
    scope: null,
    world: null,
    userId: name,
    obtainedAt: me.clock.now(),
  });

test('the configured key counts, then the stored one', async () => {
  store('default', 'stored');
  expect(await keeper('configured').headers()).toEqual({ 'x-key': 'configured' });
  expect(await keeper().headers()).toEqual({ 'x-key': 'stored' });
  expect(await keeper().renew({ 'x-key': 'stored' })).toBe(false);
});

test('two accounts and one configured key: the second never uses it', async () => {
  const second = () => keeper('configured', 'ben');
  await expect(second().headers()).rejects.toMatchObject({
    outcome: 'AUTH',
    message: expect.stringMatching(/^somewhere: no API key for the account "ben"/),
    hint: 'Run: oura-clockify --account ben auth somewhere',
  });
  store('ben', 'of-ben');
  expect(await second().headers()).toEqual({ 'x-key': 'of-ben' });
  expect(await keeper('configured').headers()).toEqual({ 'x-key': 'configured' });
});

test('without a key: AUTH names the command', async () => {
  await expect(keeper().headers()).rejects.toMatchObject({
    outcome: 'AUTH',
    message: 'somewhere: no API key',
    hint: 'Run: oura-clockify auth somewhere',
  });
});

test('where only a configured key counts, a stored one is not used, and another account has none', async () => {
  store('default', 'stored');
  store('ben', 'of-ben');
  expect(await keeper('configured', 'default', true).headers()).toEqual({ 'x-key': 'configured' });
  await expect(keeper(undefined, 'default', true).headers()).rejects.toMatchObject({ outcome: 'AUTH' });
  await expect(keeper('configured', 'ben', true).headers()).rejects.toMatchObject({
    outcome: 'AUTH',
    hint: expect.stringContaining('--account ben sync'),
  });
});

test('what can be said of it has no end and no scopes', () => {
  expect(keeper('configured').describe()).toMatchObject({ kind: 'apiKey', configured: true, stored: false });
  store('ben', 'of-ben');
  expect(keeper('configured', 'ben').describe()).toMatchObject({
    configured: false,
    stored: true,
    userId: 'ben',
    expiresAt: null,
    expired: false,
    spent: false,
    granted: null,
    missing: [],
  });
});

test('A16 a damaged key: STORE', async () => {
  store('default', 'stored');
  me.db.exec("UPDATE oauth_tokens SET access_token = 'a b'");
  await expect(keeper().headers()).rejects.toThrow(StoreError);
});
