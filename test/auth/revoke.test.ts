import { afterEach, beforeEach, expect, test } from 'vitest';
import { revoke } from '../../src/auth/revoke.ts';
import { ContractError, TemporaryError } from '../../src/core/errors.ts';
import { answer } from '../../src/sandbox/faults.ts';
import type { Token } from '../../src/store/tokens.ts';
import { type StrictTokenEndpoint, startTokenEndpoint } from '../support/tokenEndpoint.ts';
import { type Account, account } from './support.ts';

let me: Account;
let service: StrictTokenEndpoint;

beforeEach(async () => {
  me = account();
  service = await startTokenEndpoint();
  me.save({ accessToken: 'a', refreshToken: 'r', world: 'old' });
});
afterEach(async () => {
  await service.close();
  await me.close();
});

function revokeStored(oauth = service.oauth()) {
  const endpoint = { source: 'somewhere', oauth, wire: me.wire, now: () => me.clock.now() };
  return revoke(endpoint, me.store.read()?.token as Token);
}

test('the refresh token goes to the world that issued it', async () => {
  expect(await revokeStored()).toBe('revoked');
  const [post] = service.posts();
  expect(post?.path).toBe('/old/revoke');
  expect(Object.fromEntries(new URLSearchParams(post?.body))).toEqual({
    token: 'r',
    token_type_hint: 'refresh_token',
    client_id: 'app',
    client_secret: 'app-secret',
  });
});

test('without a refresh token the access token goes, and to the first world where none is known', async () => {
  me.save({ accessToken: 'a', refreshToken: null, world: 'gone' });
  expect(await revokeStored()).toBe('revoked');
  const [post] = service.posts();
  expect(post?.path).toBe('/new/revoke');
  expect(new URLSearchParams(post?.body).get('token')).toBe('a');
  expect(new URLSearchParams(post?.body).get('token_type_hint')).toBe('access_token');
});

test.each([
  [401, 'revoked'],
  [400, 'refused'],
])('%i: %s', async (status, outcome) => {
  service.server.faults.add({ path: /revoke$/ }, answer(status));
  expect(await revokeStored()).toBe(outcome);
});

test.each([429, 500, 503])('%i: TEMP', async (status) => {
  service.server.faults.add({ path: /revoke$/ }, answer(status));
  await expect(revokeStored()).rejects.toThrow(TemporaryError);
});

test.each([200, 401])('a page of HTML with %i is nobody’s word that the token is gone', async (status) => {
  service.server.faults.add({ path: /revoke$/ }, answer(status, '<!doctype html><p>Welcome to the hotel'));
  await expect(revokeStored()).rejects.toThrow(ContractError);
  await expect(revokeStored()).resolves.toBe('revoked');
});

test('a world without an address for it', async () => {
  const worlds = service.oauth().worlds.map((world) => ({ ...world, revokeUrl: undefined }));
  expect(await revokeStored(service.oauth({ worlds }))).toBe('not offered');
  expect(await revokeStored(service.oauth({ worlds: [] }))).toBe('not offered');
  expect(service.server.requests).toEqual([]);
});
