import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  AuthError,
  ContractError,
  InterruptedError,
  LockedError,
  openStore,
  providers,
  push,
  StoreError,
  sync,
  toolkit,
  UsageError,
} from '../../src/index.ts';
import { temporaryFolder } from '../support/program.ts';
import { clock, household } from './support.ts';

const zone = 'Europe/Berlin';

let written: string[];
beforeEach(() => {
  written = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('sync', () => {
  test('reads what is asked for into typed views, tells how far it is, and prints nothing', async () => {
    const { store, config } = await household();
    const seen: string[] = [];
    const onProgress = ({ resource }: { resource: string }) => void seen.push(resource);
    const options = { store, provider: 'oura', config, zone, clock, onProgress };
    const { resources, error } = await sync({ ...options, resources: ['sleep', 'daily_sleep'] });
    expect(error).toBeUndefined();
    expect(resources.map(({ resource, outcome }) => [resource, outcome])).toEqual([
      ['sleep', 'OK'],
      ['daily_sleep', 'OK'],
    ]);
    expect(resources[0]?.counts).toEqual({ created: 4, updated: 0, unchanged: 0, deleted: 0, rejected: 0 });
    expect(seen).toContain('sleep');
    expect(store.rows('oura_sleep', { from: '2026-03-10', to: '2026-03-11' })).toEqual([
      expect.objectContaining({ record_id: 'night-2026-03-10', day: '2026-03-10', efficiency: 94 }),
      expect.objectContaining({ record_id: 'night-2026-03-11', day: '2026-03-11' }),
    ]);
    expect(written).toEqual([]);
    expect((await sync({ ...options, resources: ['sleep'] })).resources[0]?.counts.created).toBe(0);
  });

  test('a range is read whole and nothing else', async () => {
    const { store, config } = await household(10);
    const range = { from: '2026-03-08', to: '2026-03-09' };
    const { resources } = await sync({
      store,
      provider: 'oura',
      config,
      range,
      resources: ['sleep'],
      zone,
      clock,
    });
    expect(resources[0]).toMatchObject({ read: range, counts: { created: 2 } });
  });

  test('a resource that fails is in the result, with its error', async () => {
    const { store, config, oura } = await household();
    oura.faults.add(
      { path: /daily_sleep/ },
      { reachesHandler: false, play: (reply) => reply.writeHead(418).end('') },
    );
    const { resources, error } = await sync({
      store,
      provider: 'oura',
      config,
      resources: ['sleep', 'daily_sleep'],
      clock,
    });
    expect(error?.outcome).toBe('PARTIAL');
    expect(resources[1]?.error).toBeInstanceOf(ContractError);
    expect(resources[0]?.outcome).toBe('OK');
  });

  test('without a sign-in each resource ends with AUTH', async () => {
    const { store, config } = await household();
    const own = { ...config, access_token: undefined, refresh_token: undefined };
    const { error } = await sync({ store, provider: 'oura', config: own, resources: ['sleep'], clock });
    expect(error).toBeInstanceOf(AuthError);
  });

  test('another account than `default` does not use the configured tokens', async () => {
    const { store, config } = await household();
    const { error } = await sync({
      store,
      provider: 'oura',
      config,
      account: 'anna',
      resources: ['sleep'],
      clock,
    });
    expect(error).toBeInstanceOf(AuthError);
  });

  test('a signal ends it with InterruptedError, and the next call goes on', async () => {
    const { store, config } = await household();
    const signal = AbortSignal.abort(new Error('enough'));
    const options = { store, provider: 'oura', config, resources: ['sleep'], clock };
    await expect(sync({ ...options, signal })).rejects.toThrow(InterruptedError);
    expect((await sync(options)).error).toBeUndefined();
  });

  test('two at once on one database: the second is told', async () => {
    const { store, config } = await household();
    const options = { store, provider: 'oura', config, resources: ['sleep'], clock };
    const first = sync(options);
    await expect(sync(options)).rejects.toThrow(LockedError);
    expect((await first).error).toBeUndefined();
  });

  test.each([
    [{ provider: 'fitbit' }, 'there is no provider "fitbit"; there are oura'],
    [{ resources: ['naps'] }, 'resources: there is no "naps"'],
    [{ config: { clientid: 'x' } }, 'config.clientid of oura is not a key; did you mean client_id?'],
    [{ config: { start_date: 'soon' } }, 'config.start_date of oura must be a date as YYYY-MM-DD'],
    [{ range: { from: '2026-03-09', to: '2026-03-08' } }, 'the range ends before it begins'],
    [{ range: { from: '9.3.', to: '2026-03-08' } }, 'range.from must be a date'],
    [{ full: true, range: { from: '2026-03-08', to: '2026-03-08' } }, 'use one of them'],
    [{ zone: 'Mars' }, 'zone must be a time zone'],
    [{ account: '../x' }, 'account must be'],
  ])('%j is refused before anything is asked', async (wrong, sentence) => {
    const { store, config, oura } = await household();
    oura.requests.length = 0;
    const options = { store, provider: 'oura', config, clock, ...wrong };
    await expect(sync(options)).rejects.toThrow(sentence);
    await expect(sync(options)).rejects.toThrow(UsageError);
    expect(oura.requests).toEqual([]);
  });
});

describe('a description of one’s own', () => {
  const { z, item, fields, snapshot, single, apiKey, provider } = toolkit;
  const rings = (broken = false) =>
    provider({
      id: 'rings',
      title: 'Rings',
      marker: 'Rings',
      config: z.strictObject({ base_url: toolkit.values.baseUrl(), token: toolkit.values.secret() }),
      environment: {},
      concurrency: 1,
      enabled: () => true,
      startDate: () => '2026-01-01',
      baseUrl: (own: { base_url: string }) => own.base_url,
      auth: ({ token }: { base_url: string; token: string }) =>
        apiKey({ header: 'authorization', key: token, configKey: 'token', setup: 'Ask for one' }),
      resources: [
        {
          name: 'owner',
          title: 'Owner',
          cursor: snapshot(),
          ...item({ id: fields.required(fields.text('id')), age: fields.number('years') }),
          pages: ({ http }) => single(() => http.document('/v2/usercollection/personal_info')),
          change: ({ id }: { id: string }) => {
            if (broken) throw new TypeError('on purpose');
            return { row: { id } };
          },
        },
      ],
    });
  const keyOf = ({ config }: { config: { access_token: string } }) => config.access_token.slice(0);

  test('is given to openStore and read like a built-in one', async () => {
    const own = rings();
    const home = await household(1, [own]);
    const config = { base_url: home.config.base_url, token: `x${keyOf(home)}` };
    home.oura.faults.add(
      { path: /personal_info/ },
      { reachesHandler: false, play: (reply) => reply.writeHead(200).end('{"id":"ada","age":36}') },
    );
    expect((await sync({ store: home.store, provider: own, config, clock })).error).toBeUndefined();
    expect(home.store.rows('rings_owner')).toEqual([
      { account: 'default', record_id: 'ada', id: 'ada', age: 36 },
    ]);
  });

  test('that breaks is its own failure', async () => {
    const home = await household(1, [rings(true)]);
    const config = { base_url: home.config.base_url, token: 'x' };
    home.oura.faults.add(
      { path: /personal_info/ },
      { reachesHandler: false, play: (reply) => reply.writeHead(200).end('{"id":"ada"}') },
    );
    const { error } = await sync({ store: home.store, provider: 'rings', config, clock });
    expect(error).toBeInstanceOf(ContractError);
    expect(error?.message).toContain('failed in change (TypeError)');
  });

  test('that is none, or takes a name, is refused', () => {
    const path = join(temporaryFolder(), 'health.sqlite');
    const open = (wrong: object) => () => openStore({ path, providers: [{ ...rings(), ...wrong }] });
    expect(open({ title: '' })).toThrow('providers[0] is no provider: title must be text');
    expect(open({ id: 'oura' })).toThrow('"oura" is taken');
    expect(open({ id: 'my_rings' })).toThrow('id must be 1 to 32 lower-case letters');
  });
});

describe('push', () => {
  async function withNights() {
    const home = await household();
    const { store, config } = home;
    await sync({ store, provider: 'oura', config, resources: ['sleep'], zone, clock });
    return home;
  }

  test('plans, writes each night once, and finds nothing to do after that', async () => {
    const { store, clockify, clockifyConfig: config } = await withNights();
    const planned = await push({ store, config, dryRun: true, clock });
    expect(planned.error).toBeUndefined();
    expect(planned.entries[0]).toMatchObject({
      source: 'oura.sleep',
      counts: undefined,
      pending: 4,
      checked: true,
    });
    expect(planned.entries[0]?.plan[0]).toEqual({
      action: 'create',
      day: '2026-03-12',
      start: '2026-03-11T23:00:00Z',
      end: '2026-03-12T07:00:00Z',
      text: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2026-03-12_23:00]',
    });
    expect(clockify.entries()).toEqual([]);

    const pushed = await push({ store, config, clock });
    expect(pushed.entries[0]).toMatchObject({ counts: { created: 4 }, pending: 0, error: undefined });
    expect(clockify.entries()).toHaveLength(4);
    const again = await push({ store, config, clock });
    expect(again.entries[0]).toMatchObject({ counts: { created: 0, updated: 0 }, unchanged: 4 });
    expect(written).toEqual([]);
  });

  test('a range limits it', async () => {
    const { store, clockifyConfig: config } = await withNights();
    const range = { from: '2026-03-11', to: '2026-03-11' };
    expect((await push({ store, config, range, clock })).entries[0]?.counts?.created).toBe(1);
  });

  test('a wrong key is in the result; a wrong setting is refused', async () => {
    const { store, clockifyConfig } = await withNights();
    const { error } = await push({ store, config: { ...clockifyConfig, api_key: 'nonsense' }, clock });
    expect(error).toBeInstanceOf(AuthError);
    const typo = push({ store, config: { ...clockifyConfig, projekt: 'Sleep' }, clock });
    await expect(typo).rejects.toThrow('config.projekt of clockify is not a key; did you mean project?');
    const rules = [{ source: 'oura.workout' }];
    await expect(push({ store, config: { ...clockifyConfig, rules }, clock })).rejects.toThrow(
      '#1 project must be',
    );
  });
});

describe('the store', () => {
  test('is readable by its owner alone, and shut once', async () => {
    const { store } = await household();
    if (process.platform !== 'win32') expect(statSync(store.path).mode & 0o777).toBe(0o600);
    store.close();
    store.close();
    expect(() => store.rows('oura_sleep')).toThrow(UsageError);
  });

  test('a record without a date of its own belongs to the day of the given zone', async () => {
    const { store, config } = await household();
    await sync({ store, provider: 'oura', config, resources: ['sleep', 'heartrate'], days: 5, zone, clock });
    const all = store.rows<{ timestamp: string }>('oura_heartrate', {
      from: '2026-03-11',
      to: '2026-03-11',
      zone,
    });
    expect(all.length).toBeGreaterThan(10);
    const instants = all.map(({ timestamp }) => Date.parse(timestamp));
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(Date.parse('2026-03-10T23:00:00Z'));
    expect(Math.max(...instants)).toBeLessThan(Date.parse('2026-03-11T23:00:00Z'));
  });

  test('a view that is not there is refused, and one over all sources can be asked for days', async () => {
    const { store } = await household();
    expect(() => store.rows('oura_"; DROP')).toThrow('there is no view');
    expect(store.rows('records')).toEqual([]);
    expect(store.rows('weights', { from: '2026-03-01' })).toEqual([]);
  });

  test('a file that is no database stays as it is', () => {
    expect(() => openStore({ path: import.meta.filename })).toThrow(StoreError);
    expect(() => openStore({ path: '' })).toThrow(UsageError);
  });

  test('knows the built-in providers', () => {
    expect(providers.map(({ id }) => id)).toContain('oura');
  });
});
