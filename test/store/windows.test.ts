import { describe, expect, test } from 'vitest';
import { NOON, newStore } from './support.ts';

const HOUR = 3_600_000;

describe('what was spent', () => {
  test('is kept in order, by scope, without both ends of what is asked for', () => {
    const { windows } = newStore();
    for (const at of [3, 1, 2]) windows.spend('a', NOON + at, 0);
    windows.spend('b', NOON + 2, 0);
    const newest = [1, 2, 3, 4].map((nth) => windows.newest('a', nth, NOON, NOON + 4));
    expect(newest).toEqual([NOON + 3, NOON + 2, NOON + 1, undefined]);
    expect(windows.newest('a', 1, NOON + 1, NOON + 3)).toBe(NOON + 2);
    expect(['a', 'c'].map((scope) => windows.countBetween(scope, NOON, NOON + HOUR))).toEqual([3, 0]);
    expect(windows.countBetween('a', NOON + 1, NOON + 3)).toBe(1);
  });

  test('counts twice when it was spent twice in one millisecond', () => {
    const { windows } = newStore();
    windows.spend('a', NOON, 0);
    windows.spend('a', NOON, 0);
    expect(windows.countBetween('a', 0, NOON + 1)).toBe(2);
  });

  test('before the horizon is forgotten, that of other scopes is not', () => {
    const { windows, db } = newStore();
    windows.spend('a', NOON, 0);
    windows.spend('b', NOON, 0);
    windows.spend('a', NOON + HOUR, NOON);
    expect(windows.newest('a', 1, 0, NOON + 2 * HOUR)).toBe(NOON + HOUR);
    expect(windows.countBetween('a', 0, NOON + 2 * HOUR)).toBe(1);
    expect(db.prepare('SELECT count(*) FROM rate_spent').pluck().get()).toBe(2);
  });
});

describe('C3 a closed window', () => {
  test('is known to later runs, by scope, and never opens earlier than it was told', () => {
    const store = newStore();
    store.windows.close('a', NOON + 900_000.5);
    store.windows.close('a', NOON);
    const { windows } = newStore(store.path);
    expect([windows.notBefore('a'), windows.notBefore('b')]).toEqual([NOON + 900_001, undefined]);
    windows.close('a', NOON + 2 * HOUR);
    expect(store.windows.notBefore('a')).toBe(NOON + 2 * HOUR);
  });
});

describe('facts', () => {
  test('are remembered for as long as the reader believes them, and forgotten by scope', () => {
    const { facts } = newStore();
    facts.put('a', 'account', { ids: [1] }, NOON);
    facts.put('b', 'account', null, NOON);
    expect(facts.get('a', 'account', NOON)).toEqual({ ids: [1] });
    expect(facts.get('a', 'account', NOON + 1)).toBeUndefined();
    expect([facts.get('b', 'account', 0), facts.get('a', 'other', 0)]).toEqual([null, undefined]);
    facts.put('a', 'account', { ids: [2] }, NOON + 1);
    expect(facts.get('a', 'account', NOON + 1)).toEqual({ ids: [2] });
    facts.forget('a');
    expect([facts.get('a', 'account', 0), facts.get('b', 'account', 0)]).toEqual([undefined, null]);
  });
});

describe('runs', () => {
  test('a run without an end was killed; the last one of a command is found', () => {
    const { runs } = newStore();
    const first = runs.begin('sync', NOON);
    runs.end(first, 'OK', { created: 1 }, NOON + 5);
    runs.begin('verify', NOON + 6);
    const finished = {
      command: 'sync',
      startedAt: NOON,
      endedAt: NOON + 5,
      outcome: 'OK',
      summary: { created: 1 },
    };
    expect(runs.last('sync')).toEqual(finished);
    runs.begin('sync', NOON + 7);
    expect(runs.last('sync')).toMatchObject({ startedAt: NOON + 7, endedAt: null, outcome: null });
    expect(runs.last('cleanup')).toBeUndefined();
  });
});
