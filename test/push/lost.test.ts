import { afterEach, expect, test } from 'vitest';
import {
  answer,
  doneThenAnswer,
  type Fault,
  resetAfter,
  resetBefore,
  rewrite,
  truncate,
} from '../../src/sandbox/faults.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

const homes: Household[] = [];
afterEach(() => Promise.all(homes.splice(0).map((home) => home.end())));

async function sleepers(count: number, options: HouseholdOptions = {}): Promise<Household> {
  const home = await householdOf(nights(count), options);
  homes.push(home);
  return home;
}

const days = (home: Household) =>
  home.clockify
    .entries()
    .map(({ description }) => /\[Oura:([\d-]+)_23:00\]$/.exec(description ?? '')?.[1])
    .sort();
const expected = (count: number) => nights(count).map(({ day }) => day);

const lost: [string, Fault, string][] = [
  ['a reset before the service saw it', resetBefore, 'TEMP'],
  ['a lost reply', resetAfter, 'TEMP'],
  ['create-then-500', doneThenAnswer(500, 'oops'), 'TEMP'],
  ['a 502 that did nothing', answer(502, 'bad gateway'), 'TEMP'],
  ['half a reply', truncate, 'TEMP'],
  ['a reply that is not understood', doneThenAnswer(201, '<html>'), 'CONTRACT'],
  ['a page of somebody in between, with 200', answer(200, '<html>Sign in to the Wi-Fi</html>'), 'CONTRACT'],
  ['a list in which nothing of it stands', answer(200, []), 'CONTRACT'],
  ['a reply without an id', doneThenAnswer(201, { ok: true }), 'CONTRACT'],
];

test.each(['ledger.intent:1', 'push.created:1', 'ledger.done:1'])(
  'F1 killed at %s of the first create, the next run makes or finds it: every night once',
  async (failpoint) => {
    const home = await sleepers(3);
    const killed = await home.run(['sync'], { HEALTH_SYNC_FAILPOINT: failpoint });
    expect(killed.signal).toBe('SIGKILL');
    const next = await home.sync();
    expect(next.code).toBe(0);
    expect(days(home)).toEqual(expected(3));
    expect(home.ledger().map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  },
);

/** One fault after the other, so that the households' first runs are shared. */
test.each(lost)(
  'F2 after POST, PUT and DELETE %s leaves exactly the right entries',
  async (_, fault, outcome) => {
    const home = await sleepers(6);
    const failsFor = async (method: string) => {
      home.clockify.faults.add({ method, path: /time-entries/ }, fault);
      const { code, failures } = await home.sync();
      // Oura was read well, so the run as a whole is PARTIAL.
      expect([code, failures[0].outcome]).toEqual([5, outcome]);
    };
    await failsFor('POST');
    expect(home.clockify.entries().length).toBeLessThanOrEqual(1);
    const next = await home.sync();
    expect([next.code, next.push.created + next.push.adopted]).toEqual([0, 6]);
    expect(days(home)).toEqual(expected(6));
    const ids = home.clockify.entries().map(({ id }) => id);

    home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 25_200 });
    await failsFor('PUT');
    expect((await home.sync()).code).toBe(0);
    expect(home.clockify.entries().map(({ id }) => id)).toEqual(ids);
    expect(home.clockify.entries()[0]?.description).toContain('7h 0m');

    home.oura.truth.remove('sleep', 'night-2026-03-11');
    await failsFor('DELETE');
    expect((await home.sync()).code).toBe(0);
    expect(home.clockify.entries().map(({ id }) => id)).toEqual(ids.filter((id) => id !== ids[1]));
    expect(home.ledger().map(({ state }) => state)).toEqual(home.clockify.entries().map(() => 'done'));
    home.forgetRequests();
    const idle = await home.sync();
    expect([idle.code, idle.push.kept, home.clockify.requests]).toEqual([0, 0, []]);
  },
);

test.each(['PUT', 'POST'])(
  'F1 a %s that is answered with another night’s entry takes none away and makes none twice',
  async (method) => {
    const home = await sleepers(5);
    home.oura.truth.hide('sleep', ['night-2026-03-12']);
    await home.fill();
    const other = home.ledger().find(({ record_id }) => record_id === 'night-2026-03-09')?.entry_id;
    home.oura.truth.show('sleep');
    home.oura.truth.rescore('night-2026-03-10', { total_sleep_duration: 20_000 });
    const another = rewrite((text) => JSON.stringify({ ...JSON.parse(text), id: other }));
    home.clockify.faults.add({ method, path: /time-entries/ }, another);
    const { failures } = await home.sync();
    expect(failures[0]).toMatchObject({
      outcome: 'CONTRACT',
      message: expect.stringMatching(/another entry/),
    });
    expect((await home.sync()).code).toBe(0);
    expect(days(home)).toEqual(expected(5));
    expect(new Set(home.ledger().map(({ entry_id }) => entry_id)).size).toBe(5);
    expect(home.ledger().map(({ state }) => state)).toEqual(Array(5).fill('done'));
  },
);

test('F2 five replies in a row get lost: five runs later every night is there once', async () => {
  const home = await sleepers(5);
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, resetAfter, 5);
  for (let run = 1; run <= 5; run += 1) {
    expect((await home.sync()).code).toBe(5);
    expect(home.clockify.entries().length).toBe(run);
  }
  const last = await home.sync();
  expect([last.code, last.push.created, last.push.adopted]).toEqual([0, 0, 1]);
  expect(days(home)).toEqual(expected(5));
});

test('F2 a night that is deleted while its create is in doubt leaves no entry behind', async () => {
  const home = await sleepers(5);
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, resetAfter);
  await home.sync();
  expect(home.clockify.entries().length).toBe(1);
  home.oura.truth.remove('sleep', 'night-2026-03-12');
  expect((await home.sync()).code).toBe(0);
  expect(days(home)).toEqual(expected(5).slice(0, 4));
  expect(home.ledger().length).toBe(4);
});

test('F2 a night that is re-scored while its create is in doubt has one entry with the new figures', async () => {
  const home = await sleepers(5);
  home.clockify.faults.add({ method: 'POST', path: /time-entries$/ }, doneThenAnswer(500));
  await home.sync();
  const [made] = home.clockify.entries();
  home.oura.truth.rescore('night-2026-03-12', { total_sleep_duration: 25_200, efficiency: 88 });
  expect((await home.sync()).code).toBe(0);
  expect(days(home)).toEqual(expected(5));
  const [now] = home.clockify.entries();
  expect([now?.id, now?.description]).toEqual([
    made?.id,
    '🛌 Sleep - 7h 0m (88% efficiency) [Oura:2026-03-12_23:00]',
  ]);
});

test('F2 a night that comes back while its deletion is in doubt is there once', async () => {
  const home = await sleepers(6);
  await home.fill();
  const [back] = nights(1, '2026-03-11');
  home.oura.truth.remove('sleep', 'night-2026-03-11');
  home.clockify.faults.add({ method: 'DELETE', path: /time-entries/ }, resetAfter);
  expect((await home.sync()).code).toBe(5);
  home.oura.truth.put('sleep', { ...back });
  expect((await home.sync()).code).toBe(0);
  expect((await home.sync()).code).toBe(0);
  expect(days(home)).toEqual(expected(6));
});

test('F10 a lost reply to the project’s creation leaves one project', async () => {
  const home = await sleepers(2);
  home.clockify.faults.add({ method: 'POST', path: /projects$/ }, resetAfter);
  const broken = await home.sync();
  expect([broken.code, home.clockify.entries().length]).toEqual([5, 0]);
  const next = await home.sync();
  expect([next.code, next.push.created]).toEqual([0, 2]);
  expect(new Set(home.clockify.entries().map(({ projectId }) => projectId)).size).toBe(1);
  expect(home.asked().filter((one) => one === 'POST projects').length).toBe(1);
});
