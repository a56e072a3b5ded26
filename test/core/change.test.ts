import { describe, expect, test } from 'vitest';
import { ContractError } from '../../src/core/errors.ts';
import type { Change, Resource } from '../../src/core/provider.ts';
import { changeOf } from '../../src/core/sync/change.ts';

const meaning = (change: () => Change) =>
  changeOf({ change } as unknown as Resource, {}, '', { text: '{}', value: {} }, 'UTC');
const session = (start: string, end: string): Change => ({
  row: { id: 'a' },
  session: {
    kind: 'sleep',
    type: null,
    day: '2026-03-11',
    start,
    end,
    asleepSeconds: null,
    efficiency: null,
  },
});

describe('C16 an item that fits its schema and cannot be stored is set aside', () => {
  test.each<[string, () => Change]>([
    ['a start that is no instant', () => session('2026-03-11T22:30:00+91:00', '2026-03-12T06:30:00Z')],
    ['an end that is no instant', () => session('2026-03-11T22:30:00Z', 'in the morning')],
  ])('%s', (_name, change) => {
    expect(meaning(change)).toEqual({ reason: 'session: not_an_instant' });
  });

  test('a time beyond the calendar', () => {
    const beyond = () => session(new Date(1e24).toISOString(), '2026-03-12T06:30:00Z');
    expect(meaning(beyond)).toEqual({ reason: 'item: out_of_range' });
  });

  test('and any other fault is nobody’s but ours', () => {
    const fault = () => {
      throw new ContractError('the reply has no "id"');
    };
    expect(() => meaning(fault)).toThrow(ContractError);
  });
});

test.each<[string, Change]>([
  ['a session', session('2026-03-11T22:30:00+01:00', '2026-03-12T06:30:00Z')],
  ['a row without one', { row: { id: 'a' } }],
  ['a removal', { remove: 'a' }],
])('%s is what it is', (_name, change) => {
  expect(meaning(() => change)).toBe(change);
});
