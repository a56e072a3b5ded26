import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeclinedError, type Entry, type WantedEntry } from '../../src/core/destination.ts';
import { AuthError, ContractError, TemporaryError, UsageError } from '../../src/core/errors.ts';
import { type ClockifyConfig, clockifySection } from '../../src/destinations/clockify/config.ts';
import { ruleSchema } from '../../src/destinations/clockify/rules.ts';
import { type OpenOptions, openClockify, openWorkspace } from '../../src/destinations/clockify.ts';
import { Wire } from '../../src/http/wire.ts';
import {
  type ClockifySandbox,
  type ClockifySandboxOptions,
  startClockify,
} from '../../src/sandbox/clockify.ts';
import { answer, rewrite } from '../../src/sandbox/faults.ts';
import { Store } from '../../src/store/store.ts';

const NOW = Date.parse('2026-03-12T08:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let folder: string;
let store: Store;
let wire: Wire;
let service: ClockifySandbox;
let now: number;

beforeEach(async () => {
  now = NOW;
  folder = mkdtempSync(join(tmpdir(), 'destination-'));
  store = new Store(join(folder, 'health.sqlite'), []);
  wire = new Wire({ deadline: 5_000, connections: 1 });
  await serve();
});
afterEach(async () => {
  await service.close();
  await wire.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: Partial<ClockifySandboxOptions> = {}): Promise<void> {
  await service?.close();
  service = await startClockify({ now: () => now, zone: 'UTC', quota: { perSecond: 1e6 }, ...options });
}

function settings(more: Record<string, unknown> = {}): ClockifyConfig {
  const given = {
    api_key: service.apiKey,
    base_url: `${service.url}/api/v1`,
    requests_per_second: 50,
    ...more,
  };
  const values = clockifySection.schema.parse(given) as ClockifyConfig;
  return { ...(clockifySection.normalise?.(values) ?? values), rules: [] };
}

function options(config: Record<string, unknown> = {}, more: Partial<OpenOptions> = {}): OpenOptions {
  const clock = { now: () => now, sleep };
  return {
    config: settings(config),
    store,
    wire,
    clock,
    signal: undefined,
    wait: false,
    readOnly: false,
    ...more,
  };
}

/** A wait is over at once, and the clock has moved on: nothing else lets the gate open. */
async function sleep(milliseconds: number): Promise<void> {
  now += milliseconds;
}

/** Ready to write. */
async function opened(config: Record<string, unknown> = {}, more: Partial<OpenOptions> = {}) {
  const clockify = await openClockify(options(config, more));
  await clockify.destination.begin();
  return clockify;
}

const wanted = (more: Partial<WantedEntry> = {}): WantedEntry => ({
  startAt: NOW - 10 * HOUR,
  endAt: NOW - 2 * HOUR,
  text: 'a night',
  style: true,
  ...more,
});
const sentBy = (method: string) => {
  const request = service.writes().findLast((one) => one.method === method && /time-entries/.test(one.path));
  return JSON.parse(request?.body ?? '{}');
};
const paths = () =>
  service.requests.map(({ method, path }) => `${method} ${path.replace(/\/\w{24}/g, '/…')}`);
const stored = () => service.entries()[0];

describe('a new entry', () => {
  test('carries the project, the tags, whole seconds and what the section says', async () => {
    service.addTag('night');
    const { destination, labels } = await opened({ tags: ['night', 'sleep'], billable: true });
    const entry = await destination.create(wanted({ startAt: NOW - 10 * HOUR + 250 }));
    expect(sentBy('POST')).toEqual({
      start: '2026-03-11T22:00:00Z',
      end: '2026-03-12T06:00:00Z',
      description: 'a night',
      billable: true,
      type: 'REGULAR',
      projectId: labels.projectId,
      tagIds: labels.tagIds,
    });
    expect(labels).toMatchObject({ projectId: expect.any(String), missingTags: [] });
    expect(labels.tagIds).toHaveLength(2);
    expect(entry).toMatchObject({
      remoteId: stored()?.id,
      startAt: NOW - 10 * HOUR,
      endAt: NOW - 2 * HOUR,
      text: 'a night',
      projectId: labels.projectId,
      locked: false,
    });
  });

  test('without a project and tags sends none', async () => {
    const { destination } = await openClockify(options());
    await destination.create(wanted());
    expect(sentBy('POST')).not.toHaveProperty('projectId');
    expect(sentBy('POST')).not.toHaveProperty('tagIds');
    expect(sentBy('POST').billable).toBe(false);
  });
});

describe('F4 a change', () => {
  async function changed(
    made: Parameters<ClockifySandbox['addEntry']>[0],
    change: Partial<WantedEntry>,
    raw = {},
  ) {
    const { destination, labels } = await opened();
    const { id } = service.addEntry(made);
    const entry = (await destination.read(id)) as Entry;
    const before = { ...entry, raw: { ...(entry.raw as object), ...raw } };
    await destination.update(before, wanted(change));
    return { body: sentBy('PUT'), labels };
  }
  const plain = { start: '2026-03-11T21:00:00Z', end: '2026-03-12T05:00:00Z', description: 'before' };

  test('that leaves the style alone keeps project, task, tags, fields, kind and billable', async () => {
    const { id: projectId } = service.addProject('Mine');
    const { id: taskId } = service.addTask(projectId, 'Rest');
    const { id: tagId } = service.addTag('own');
    const field = service.addCustomField('mood');
    const own = { projectId, taskId, tagIds: [tagId], billable: true, type: 'BREAK' as const };
    const customFieldValues = [{ customFieldId: field.id, value: 'good', name: 'mood' }];
    const { body } = await changed({ ...plain, ...own }, { style: false }, { customFieldValues });
    expect(body).toEqual({
      start: '2026-03-11T22:00:00Z',
      end: '2026-03-12T06:00:00Z',
      description: 'a night',
      ...own,
      customFields: [{ customFieldId: field.id, value: 'good' }],
    });
  });

  test('under the configured project leaves the task, which belongs to another one, and adds the tags', async () => {
    const { id: projectId } = service.addProject('Mine');
    const { id: taskId } = service.addTask(projectId, 'Rest');
    const { body, labels } = await changed({ ...plain, projectId, taskId }, { style: true });
    expect(body.projectId).toBe(labels.projectId);
    expect(body).not.toHaveProperty('taskId');
    expect(body.tagIds).toEqual([]);
  });

  test('of an entry without any of it sends none of it', async () => {
    const none = { billable: null, tagIds: null, customFieldValues: null, type: 'HOLIDAY' };
    const { body } = await changed(plain, { style: false }, none);
    expect(body).toEqual({
      start: '2026-03-11T22:00:00Z',
      end: '2026-03-12T06:00:00Z',
      description: 'a night',
      billable: false,
    });
  });

  test('where no project is settled yet leaves the entry in its own', async () => {
    const { id: projectId } = service.addProject('Mine');
    const { id } = service.addEntry({ ...plain, projectId });
    const { destination } = await openClockify(options());
    await destination.update((await destination.read(id)) as Entry, wanted());
    expect(sentBy('PUT').projectId).toBe(projectId);
  });
});

describe('what is there', () => {
  test('is listed over several pages, running and odd ones as they are', async () => {
    const { destination } = await opened();
    service.addEntry({ start: '2026-03-11T21:00:00Z', end: '2026-03-12T05:00:00Z', description: 'before' });
    service.startTimer();
    const list = await destination.list(NOW - DAY, NOW + DAY);
    expect(list.map(({ endAt, text, projectId }) => ({ endAt, text, projectId }))).toEqual([
      { endAt: null, text: '', projectId: null },
      { endAt: Date.parse('2026-03-12T05:00:00Z'), text: 'before', projectId: null },
    ]);
    const request = service.requests.findLast(({ path }) => /user\/\w+\/time-entries/.test(path));
    expect(Object.fromEntries(request?.query ?? [])).toMatchObject({
      start: '2026-03-11T08:00:00Z',
      'page-size': '5000',
    });
  });

  test('a page that is not full is the last one, whatever is said of it', async () => {
    const { destination } = await opened();
    const pages = () => service.requests.filter(({ path }) => /user\/\w+\/time-entries$/.test(path)).length;
    service.faults.add({ path: /user\/\w+\/time-entries$/ }, answer(200, []));
    expect(await destination.list(NOW - DAY, NOW)).toEqual([]);
    service.faults.add({ path: /user\/\w+\/time-entries$/ }, answer(200, [], { 'last-page': 'false' }));
    expect(await destination.list(NOW - DAY, NOW)).toEqual([]);
    expect(pages()).toBe(2);
  });

  test('an entry that is gone reads as undefined, any other refusal does not', async () => {
    const { destination } = await opened();
    expect(await destination.read('64c777dd0000000000000000')).toBeUndefined();
    service.faults.add({ path: /time-entries\/\w+$/ }, answer(403, { code: 1 }));
    await expect(destination.read('64c777dd0000000000000000')).rejects.toThrow(DeclinedError);
  });

  test('an entry that is answered with another one is not understood', async () => {
    const { destination } = await opened();
    const times = { start: '2026-03-11T22:00:00Z', end: '2026-03-12T06:00:00Z' };
    const [one, other] = [service.addEntry(times), service.addEntry(times)];
    const swapped = (text: string) => text.replace(one.id, other.id);
    service.faults.add({ path: /time-entries\/\w+$/ }, rewrite(swapped));
    await expect(destination.read(one.id)).rejects.toThrow('the reply is about another entry');
    expect((await destination.read(one.id))?.remoteId).toBe(one.id);
  });

  test('nothing is deleted without an id: that would be everything', async () => {
    const { destination } = await opened();
    await expect(destination.remove([])).rejects.toThrow('without ids');
    expect(service.writes().some(({ method }) => method === 'DELETE')).toBe(false);
  });
});

describe('a refusal', () => {
  test.each([
    [401, { code: 4003 }, AuthError, 'the API key is unknown here'],
    [401, { code: 1 }, AuthError, 'the API key was not accepted'],
    [400, 'no JSON', DeclinedError, 'answered 400'],
    [403, { code: 7 }, DeclinedError, 'answered 403 (code 7)'],
    [404, '', ContractError, '404'],
    [503, '', TemporaryError, '503'],
  ])('%i %j', async (status, body, kind, words) => {
    service.faults.add({ path: /\/user$/ }, answer(status, body), 9);
    const failure = await openWorkspace(options()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect(failure).toMatchObject({ message: expect.stringContaining(words) });
    if (status === 404) expect(failure).not.toBeInstanceOf(DeclinedError);
  });

  test('a reply that is not as expected names the field, or that it is no JSON', async () => {
    service.faults.add({ path: /\/user$/ }, answer(200, { id: 7 }));
    await expect(openWorkspace(options())).rejects.toThrow('GET /user: "id" is not as expected');
    service.faults.add({ path: /\/user$/ }, answer(200, '<html>'));
    await expect(openWorkspace(options())).rejects.toThrow('GET /user: the reply is not JSON');
  });

  test('is told without what was asked for', async () => {
    const { destination } = await opened();
    service.faults.add({ path: /user\/\w+\/time-entries$/ }, answer(400, { code: 9 }));
    await expect(destination.list(NOW - DAY, NOW)).rejects.toThrow(/time-entries answered 400 \(code 9\)$/);
  });

  test('no key: AUTH, no request', async () => {
    await expect(openWorkspace(options({ api_key: undefined }))).rejects.toThrow(AuthError);
    expect(service.requests).toEqual([]);
  });
});

describe('who and where', () => {
  test('is asked once a week, or never for a plan that is not carried out', async () => {
    await openWorkspace(options());
    expect(paths()).toEqual(['GET /api/v1/user', 'GET /api/v1/workspaces']);
    now += 7 * DAY;
    await openWorkspace(options());
    expect(service.requests).toHaveLength(2);
    now += 1;
    await openWorkspace(options({}, { readOnly: true }));
    expect(service.requests).toHaveLength(2);
    await openWorkspace(options());
    expect(service.requests).toHaveLength(4);
  });

  test('another key is another person', async () => {
    await openWorkspace(options());
    await expect(openWorkspace(options({ api_key: 'another' }))).rejects.toThrow(AuthError);
  });

  test('a profile without a name, a zone that does not exist, a plan that is not said', async () => {
    service.faults.add({ path: /\/user$/ }, answer(200, { id: 'u', settings: { timeZone: 'Moon/Tycho' } }));
    service.faults.add(
      { path: /\/workspaces$/ },
      rewrite((text) => text.replace(/"featureSubscriptionType":"[^"]*"/, '"featureSubscriptionType":null')),
    );
    const { account, workspace, pace } = await openWorkspace(options());
    expect(account).toMatchObject({ userId: 'u', userName: '', zone: 'UTC' });
    expect(workspace.plan).toBe('FREE');
    expect(pace().perHour).toBe(30);
    service.faults.add({ path: /\/user$/ }, answer(200, { id: 'u', name: 'Ann' }));
    now += 8 * DAY;
    expect((await openWorkspace(options())).account).toMatchObject({ userName: 'Ann', zone: 'UTC' });
  });

  test('F11 with two workspaces one has to be named, and one that there is', async () => {
    await serve({ workspaces: 2 });
    await expect(openWorkspace(options())).rejects.toThrow('the key reaches 2 workspaces');
    await expect(openWorkspace(options({ workspace_id: 'x' }))).rejects.toThrow('workspace x is not one of');
    const workspace_id = service.workspaceIds[1];
    expect((await openWorkspace(options({ workspace_id }))).workspace.id).toBe(workspace_id);
  });

  test.each([
    [{ timeTrackingMode: 'STOPWATCH_ONLY' as const }, 'STOPWATCH_ONLY'],
    [{ forceTasks: true }, 'forceTasks'],
    [{ forceTags: true }, 'forceTags'],
  ])(
    'rules under which nothing could be written stop it, unless they changed since: %j',
    async (rules, word) => {
      await serve({ settings: rules });
      await expect(openClockify(options())).rejects.toThrow(UsageError);
      await expect(openClockify(options())).rejects.toThrow(word);
      const { settings } = service;
      Object.assign(settings(), { timeTrackingMode: 'DEFAULT', forceTasks: false, forceTags: false });
      await expect(openClockify(options())).resolves.toMatchObject({
        workspace: { id: service.workspaceIds[0] },
      });
    },
  );

  test('a tag satisfies the rule that every entry needs one, and a removal needs nothing', async () => {
    await serve({ settings: { forceTags: true } });
    await openClockify(options({ tags: ['sleep'] }));
    service.requests.length = 0;
    const { labels } = await openClockify(options({}, { onlyRemoves: true }));
    expect(labels).toEqual({ projectId: undefined, tagIds: [], missingTags: [] });
    expect(service.requests).toEqual([]);
  });

  test('F9 the lock of a fixed day and the automatic one: the later counts, in the lock’s own zone', async () => {
    const automaticLock = {
      type: 'OLDER_THAN' as const,
      olderThanPeriod: 'DAYS' as const,
      olderThanValue: 3,
    };
    const closedUntil = async (rules: Partial<ReturnType<ClockifySandbox['settings']>>) => {
      await serve({ settings: rules });
      const { style } = await openClockify(options());
      return style('Oura').lockedBefore;
    };
    expect(await closedUntil({})).toBeUndefined();
    expect(await closedUntil({ lockTimeEntries: '2026-03-01T00:00:00Z' })).toBe(Date.parse('2026-03-01'));
    expect(await closedUntil({ automaticLock, lockTimeEntries: '2026-03-01T00:00:00Z' })).toBe(
      Date.parse('2026-03-09'),
    );
    expect(await closedUntil({ automaticLock, lockTimeEntries: '2026-03-10T00:00:00Z' })).toBe(
      Date.parse('2026-03-10'),
    );
    const berlin = { automaticLock, lockTimeZone: 'Europe/Berlin' };
    expect(await closedUntil(berlin)).toBe(Date.parse('2026-03-08T23:00:00Z'));
    expect(await closedUntil({ automaticLock, lockTimeZone: 'Moon/Tycho' })).toBe(Date.parse('2026-03-09'));
  });
});

describe('project and tags', () => {
  test('are made once and remembered, and not made for who only looks', async () => {
    const look = await openClockify(options({ tags: ['sleep'] }, { readOnly: true }));
    expect(look.labels).toEqual({ projectId: undefined, tagIds: [], missingTags: ['sleep'] });
    expect(look.style('Oura')).toMatchObject({ projectId: undefined, lacksProject: true });
    expect(service.writes()).toEqual([]);
    const { labels, style } = await opened({ tags: ['sleep'] });
    expect(style('Oura')).toMatchObject({ projectId: labels.projectId, lacksProject: false });
    const asked = service.requests.length;
    expect((await opened({ tags: ['sleep'] })).labels).toEqual(labels);
    expect(service.requests).toHaveLength(asked);
  });

  test('that are there already are remembered without being made', async () => {
    service.addProject('Sleep');
    const { labels } = await openClockify(options());
    service.requests.length = 0;
    expect((await openClockify(options())).labels).toEqual(labels);
    expect(service.requests).toEqual([]);
  });

  test('a refresh tells whether anything is different now', async () => {
    const clockify = await opened();
    expect(await clockify.destination.refresh()).toBe(false);
    const other = [{ id: 'another', name: 'Sleep' }];
    service.faults.add({ path: /\/projects$/, method: 'GET' }, answer(200, other));
    expect(await clockify.destination.refresh()).toBe(true);
    expect(clockify.labels.projectId).toBe('another');
  });

  test('F10 an archived project stops it, one of another spelling does not count', async () => {
    service.addProject('sleep');
    service.addProject('Sleep', { archived: true });
    await expect(openClockify(options())).rejects.toThrow('the project "Sleep" is archived');
    service.addProject('Sleep');
    await expect(openClockify(options())).resolves.toBeDefined();
  });

  test('where this user may not make them: USAGE says what is missing', async () => {
    service.faults.add({ path: /\/projects$/, method: 'POST' }, answer(403, { code: 1 }));
    await expect(opened()).rejects.toThrow('the project "Sleep" does not exist and could not be made');
    service.faults.add({ path: /\/tags$/, method: 'POST' }, answer(403, { code: 1 }));
    await expect(opened({ tags: ['night'] })).rejects.toThrow('the tag "night" does not exist');
    service.faults.add({ path: /\/tags$/, method: 'POST' }, answer(401, { code: 1 }));
    await expect(opened({ tags: ['night'] })).rejects.toThrow(AuthError);
  });
});

test('F12 the plan of the workspace decides the pace, and the section before it', async () => {
  expect((await openWorkspace(options())).pace().perHour).toBeUndefined();
  expect((await openWorkspace(options({ requests_per_hour: 7 }))).pace().perHour).toBe(7);
  await serve({ plan: 'free' });
  expect((await openWorkspace(options())).pace().perHour).toBe(30);
});

test.each([
  ['clockify', 'entries would go in circles'],
  ['Clockify.time_entries', 'not as expected'],
  ['clockify.time_entries', 'entries would go in circles'],
  ['oura', 'needs no rule'],
  ['oura.sleep', 'needs no rule'],
])('no rule can be for %s', (source, why) => {
  const { error } = ruleSchema.safeParse({ source, project: 'Mine' });
  const messages = error?.issues.map(({ code, message }) =>
    code === 'custom' ? message : 'not as expected',
  );
  expect(messages?.join()).toContain(why);
});

test.each(['oura.workout', 'strava', 'strava.activities'])('a rule can be for %s', (source) => {
  expect(ruleSchema.safeParse({ source, project: 'Mine' }).success).toBe(true);
});

test('the address of an earlier tool gets its version', () => {
  const normalised = (base_url: string) => settings({ base_url }).base_url;
  expect(normalised('http://127.0.0.1:1/api')).toBe('http://127.0.0.1:1/api/v1');
  expect(normalised('http://127.0.0.1:1/api/v1')).toBe('http://127.0.0.1:1/api/v1');
});
