import { describe, expect, test } from 'vitest';
import { sharedListing } from '../../src/core/push/listing.ts';
import { type Rule, shareOut } from '../../src/core/push/rule.ts';
import { night, rowOf } from './push-support.ts';

const source = { provider: 'somewhere', account: 'me', resource: 'sleep' };
const rule = (types: string[] | undefined, more: Partial<Rule['source']> = {}): Rule => ({
  source: { ...source, ...more },
  style: { types },
});
const ids = (list: readonly { recordId: string }[] | undefined) => list?.map(({ recordId }) => recordId);

describe('which rule a session and its row belong to', () => {
  const [naps, rest] = [rule(['nap']), rule(undefined)];

  test('the first that fits, the row with its session', () => {
    const sessions = [night(0, { type: 'NAP' }), night(1)];
    const { of, withoutRule } = shareOut(
      [naps, rest],
      sessions,
      sessions.map((one) => rowOf(one)),
    );
    expect([ids(of.get(naps)?.sessions), ids(of.get(naps)?.rows)]).toEqual([['night-0'], ['night-0']]);
    expect([ids(of.get(rest)?.sessions), ids(of.get(rest)?.rows)]).toEqual([['night-1'], ['night-1']]);
    expect(withoutRule).toEqual([]);
  });

  test('a row without a session goes to the rule whose types it was written under', () => {
    const { of } = shareOut([rule(['long_sleep']), naps], [], [rowOf(night(0, { type: 'nap' }))]);
    expect(ids(of.get(naps)?.rows)).toEqual(['night-0']);
  });

  test('a session that fits no rule is skipped by the first, and its row is looked after there', () => {
    const { of } = shareOut([naps], [night()], [rowOf(night())]);
    expect([ids(of.get(naps)?.sessions), ids(of.get(naps)?.rows)]).toEqual([['night-0'], ['night-0']]);
  });

  test('a session that became another type goes to the rule that made its entry when no other wants it', () => {
    const long = rule(['long_sleep']);
    const { of } = shareOut([naps, long], [night(0, { type: 'rest' })], [rowOf(night())]);
    expect([ids(of.get(long)?.sessions), ids(of.get(naps)?.sessions)]).toEqual([['night-0'], []]);
  });

  test('sessions and rows of a source that no rule names stay out', () => {
    const others = [rule(undefined, { resource: 'other' })];
    const { of, withoutRule } = shareOut(others, [night(1)], [rowOf(night())]);
    const shares = [...of.values()].flatMap(({ sessions, rows }) => [...sessions, ...rows]);
    expect([shares, ids(withoutRule)]).toEqual([[], ['night-0']]);
  });
});

describe('one listing for several plans', () => {
  const DAY = 86_400_000;
  const shared = (windows: { from: number; to: number }[], once = false) => {
    const asked: number[][] = [];
    const list = sharedListing(
      async (from, to) => {
        asked.push([from / DAY, to / DAY]);
        return [];
      },
      windows,
      once,
    );
    return {
      asked,
      run: async () =>
        windows.reduce((before, { from, to }) => before.then(() => void list(from, to)), Promise.resolve()),
    };
  };
  const days = (...spans: [number, number][]) =>
    spans.map(([from, to]) => ({ from: from * DAY, to: to * DAY }));

  test.each<[string, [number, number][], boolean, number[][]]>([
    [
      'windows near each other cost one',
      [
        [0, 3],
        [2, 5],
        [40, 41],
      ],
      false,
      [[0, 41]],
    ],
    [
      'one inside another adds nothing',
      [
        [0, 100],
        [20, 30],
      ],
      false,
      [[0, 100]],
    ],
    [
      'windows years apart are listed apart',
      [
        [1000, 1001],
        [0, 3],
      ],
      false,
      [
        [1000, 1001],
        [0, 3],
      ],
    ],
    [
      'but not when only one listing may be made',
      [
        [1000, 1001],
        [0, 3],
      ],
      true,
      [[0, 1001]],
    ],
  ])('%s', async (_, spans, once, expected) => {
    const { asked, run } = shared(days(...spans), once);
    await run();
    expect(asked).toEqual(expected);
  });

  test('what lies outside of all windows is asked for by itself', async () => {
    const asked: number[][] = [];
    const list = sharedListing(
      async (from, to) => {
        asked.push([from, to]);
        return [];
      },
      [{ from: 5, to: 10 }],
      false,
    );
    for (const [from, to] of [
      [4, 10],
      [5, 11],
      [6, 9],
    ] as const)
      await list(from, to);
    expect(asked).toEqual([
      [4, 10],
      [5, 11],
      [5, 10],
    ]);
  });
});
