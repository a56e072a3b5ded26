import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { answer, type Fault, resetAfter } from '../../src/sandbox/faults.ts';
import type { LoggedRequest } from '../../src/sandbox/server.ts';
import { arrivedNights, examine, lostSends, type Person } from './checks.ts';
import { halfway } from './halfway.ts';
import { type Home, newHome } from './scene.ts';

type Entry = ReturnType<Home['home']['clockify']['entries']>[number];

let all: Home;
let nothing: Person;

beforeAll(async () => {
  all = await newHome(11);
  await all.home.fill();
  nothing = { ...all.person };
});
afterAll(() => all.home.end());

const seen = (person = all.person) => {
  const { lost, doubled, damaged } = examine(all.scene, person);
  return [lost.length > 0, doubled.length > 0, damaged.length > 0];
};
const ALL_WELL = [false, false, false];

/** Does something, looks, and undoes it. */
function looked(act: () => () => void, person?: Person): boolean[] {
  const undo = act();
  const found = seen(person);
  undo();
  expect(seen()).toEqual(ALL_WELL);
  return found;
}
const tampered = (change: string, back: string) =>
  looked(() => {
    const run = (sql: string) => {
      const db = new Database(all.home.database);
      db.exec(sql);
      db.close();
    };
    run(change);
    return () => run(back);
  });

test('after an undisturbed run all is well', () => {
  expect(seen(nothing)).toEqual(ALL_WELL);
});

test('a missing and a changed record are lost, one too many is doubled', () => {
  const { truth } = all.scene.oura;
  const [night] = arrivedNights(all.scene, all.person) as [{ id: string }];
  const added = looked(() => {
    truth.put('sleep', { ...night, id: 'another', type: 'rest' });
    return () => void truth.remove('sleep', 'another');
  });
  expect(added).toEqual([true, false, false]);
  const changed = looked(() => {
    truth.rescore(night.id, { average_hrv: 1 });
    return () => truth.put('sleep', night);
  });
  expect(changed).toEqual([true, false, false]);
  const gone = looked(() => {
    truth.remove('sleep', night.id);
    return () => truth.put('sleep', night);
  });
  expect(gone).toEqual([false, true, false]);
});

test('an entry that is missing, one too many and one of the person’s own that is gone', () => {
  const { clockify } = all.scene;
  const [night] = arrivedNights(all.scene, all.person) as [{ id: string }];
  const row = all.home.ledger().find(({ record_id }) => record_id === night.id);
  const entry = clockify.entries().find(({ id }) => id === row?.entry_id);
  const { start, end } = entry?.timeInterval ?? { start: '', end: '' };
  const description = String(entry?.description);
  expect(
    looked(() => {
      const { id } = clockify.addEntry({ start, end, description });
      return () => clockify.deleteEntry(id);
    }),
  ).toEqual([false, true, true]);
  expect(
    looked(() => {
      clockify.editEntry(String(entry?.id), { description: 'of nobody' });
      return () => void clockify.editEntry(String(entry?.id), { description });
    }),
  ).toEqual([true, true, false]);
  expect(seen({ ...nothing, own: new Set([...nothing.own, 'gone']) })).toEqual([true, false, false]);
  const edited = new Map([[String(entry?.id), { night: night.id, shown: `${start} ${end} mine` }]]);
  expect(seen({ ...nothing, edited })).toEqual([true, false, false]);
});

test('a wrong count, an unfinished intent and a row without its entry are damage', () => {
  const count = (by: number) =>
    `UPDATE sync_state SET live_rows = live_rows + ${by} WHERE resource = 'sleep'`;
  expect(tampered(count(1), count(-1))).toEqual([false, false, true]);
  const [row] = all.home.ledger();
  const state = (to: string) => `UPDATE entries SET state = '${to}' WHERE record_id = '${row?.record_id}'`;
  expect(tampered(state('intent'), state('done'))).toEqual([false, false, true]);
});

test('a second project and a refresh token that was sent three times', () => {
  const asked = (path: string, body: string): LoggedRequest => ({
    method: 'POST',
    path,
    target: path,
    query: new URLSearchParams(),
    headers: {},
    body,
    at: 0,
    status: 201,
    reply: '',
  });
  const sent = (requests: LoggedRequest[], path: string, body: string, times: number) =>
    looked(() => {
      for (let one = 0; one < times; one += 1) requests.push(asked(path, body));
      return () => void requests.splice(-times);
    });
  const { oura, clockify } = all.scene;
  expect(sent(clockify.requests, '/api/v1/workspaces/1/projects', '', 2)).toEqual([false, true, false]);
  const renewal = ['/oauth/v2/ext/oauth-token', 'refresh_token=abc'] as const;
  expect(sent(oura.requests, ...renewal, 3)).toEqual([false, false, true]);
  expect(sent(oura.requests, ...renewal, 2)).toEqual(ALL_WELL);
});

test('right after a kill, a broken file and an entry that is there twice are seen', () => {
  expect(halfway(all.scene, all.person)).toEqual([]);
  const [entry] = all.home.clockify.entries().filter(({ id }) => !all.person.own.has(id)) as [Entry];
  const { start, end } = entry.timeInterval;
  const second = all.home.clockify.addEntry({ start, end: end as string, description: entry.description });
  expect(halfway(all.scene, all.person)).toEqual([expect.stringContaining('twice')]);
  all.home.clockify.deleteEntry(second.id);
  const broken = join(all.home.folder, 'broken.sqlite');
  const bytes = readFileSync(all.home.database);
  writeFileSync(broken, bytes.fill(7, 4096, 12_288));
  expect(halfway({ ...all.scene, file: broken }, all.person)).toEqual([
    expect.stringContaining('after a kill'),
  ]);
});

test('sends of a refresh token are lost until an answer to one arrives; one that was turned away is none', async () => {
  const { home, scene } = await newHome(12, 'none');
  onTestFinished(() => home.end());
  await home.fill();
  const after = async (...faults: Fault[]) => {
    home.time.now += 25 * 3_600_000;
    for (const fault of faults) home.oura.faults.add({ path: /oauth-token/ }, fault);
    await home.run(['sync', '--no-push', '--resources', 'sleep']);
    return lostSends(scene);
  };
  expect(lostSends(scene)).toBe(0);
  expect(await after(resetAfter)).toBe(1);
  expect(await after()).toBe(0);
  expect(await after(answer(503, ''))).toBe(0);
  expect(await after(resetAfter)).toBe(1);
  expect(await after(resetAfter)).toBe(2);
});
