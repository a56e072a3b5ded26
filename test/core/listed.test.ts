import { expect, test } from 'vitest';
import { Listed } from '../../src/core/sync/listed.ts';

const SPAN = { from: '2026-03-10', to: '2026-03-11' };
const listed = (isStored = false) => new Listed(SPAN, 'Europe/Berlin', () => isStored);

test.each<[string, { day?: string; startedAt?: string }, boolean]>([
  ['of the first day', { day: '2026-03-10' }, true],
  ['of the last day', { day: '2026-03-11' }, true],
  ['of the day before', { day: '2026-03-09' }, false],
  ['of the day after', { day: '2026-03-12' }, false],
  ['without a date, from the first moment there', { startedAt: '2026-03-09T23:00:00Z' }, true],
  ['without a date, a second before', { startedAt: '2026-03-09T22:59:59Z' }, false],
  ['without a date, to the last moment', { startedAt: '2026-03-11T22:59:59Z' }, true],
  ['without a date, from midnight on', { startedAt: '2026-03-11T23:00:00Z' }, false],
  ['without any time', {}, true],
])('D5 a row %s belongs to the span: %j', (_, row, belongs) => {
  expect(listed().holds({ id: 'a', ...row }, false)).toBe(belongs);
});

test('D5 a stored row that moved out of the span is stored anew, one that never was is left out', () => {
  const row = { id: 'a', day: '2026-03-09' };
  const moved = listed(true);
  expect([moved.holds(row, false), moved.rows, [...moved.leftOut]]).toEqual([true, 0, []]);
  const never = listed();
  expect([never.holds(row, false), never.rows, [...never.leftOut]]).toEqual([false, 0, ['a']]);
});

test('D5 where rows without a date belong is only known once there was one', () => {
  const some = listed();
  some.holds({ id: 'a', day: '2026-03-10' }, false);
  expect(some.undated).toBeUndefined();
  some.holds({ id: 'b', startedAt: '2026-03-10T12:00:00Z' }, true);
  expect(some.undated).toEqual({
    from: Date.parse('2026-03-09T23:00:00Z'),
    until: Date.parse('2026-03-11T23:00:00Z'),
  });
});
