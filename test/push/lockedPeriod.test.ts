import { expect, test } from 'vitest';
import { automaticallyLockedBefore } from '../../src/destinations/clockify/lockedPeriod.ts';

type Lock = Parameters<typeof automaticallyLockedBefore>[0];

const months = (count: number): Lock => ({
  type: 'OLDER_THAN',
  olderThanPeriod: 'MONTHS',
  olderThanValue: count,
});
const monthly = (dayOfMonth?: number): Lock => ({ type: 'MONTHLY', dayOfMonth });

test.each<[string, Lock, string, string]>([
  ['a month before 31 March is the end of February', months(1), '2026-03-31', '2026-02-28'],
  ['in a leap year the 29th', months(1), '2028-03-31', '2028-02-29'],
  ['a month before 15 March', months(1), '2026-03-15', '2026-02-15'],
  ['months reach into the year before', months(3), '2026-01-31', '2025-10-31'],
  ['no month at all', months(0), '2026-01-31', '2026-01-31'],
  ['days', { type: 'OLDER_THAN', olderThanPeriod: 'DAYS', olderThanValue: 3 }, '2026-03-02', '2026-02-27'],
  ['more months than a calendar has', months(4e8), '2026-03-15', '1926-03-15'],
  ['weeks', { type: 'OLDER_THAN', olderThanPeriod: 'WEEKS', olderThanValue: 2 }, '2026-03-15', '2026-03-01'],
  ['the 31st closes April on the 30th', monthly(31), '2026-04-30', '2026-04-01'],
  ['and not on the 29th', monthly(31), '2026-04-29', '2026-03-01'],
  ['the 31st closes February on its last day', monthly(31), '2026-02-28', '2026-02-01'],
  ['the 31st of a long month', monthly(31), '2026-03-30', '2026-02-01'],
  ['the first is the default', monthly(), '2026-01-01', '2026-01-01'],
  ['before the day in January: last year', monthly(5), '2026-01-04', '2025-12-01'],
  ['a week', { type: 'WEEKLY', changeDay: 'WEDNESDAY', firstDay: 'MONDAY' }, '2026-03-10', '2026-03-02'],
  ['a week without named days begins on Monday', { type: 'WEEKLY' }, '2026-03-10', '2026-03-09'],
  [
    'on the change day itself it is closed',
    { type: 'WEEKLY', changeDay: 'TUESDAY' },
    '2026-03-10',
    '2026-03-09',
  ],
  ['a week that begins on a Saturday', { type: 'WEEKLY', firstDay: 'SATURDAY' }, '2026-03-10', '2026-03-07'],
  ['and on the day before it is not', { type: 'WEEKLY', changeDay: 'WEDNESDAY' }, '2026-03-10', '2026-03-02'],
  ['older than an unnamed number of days', { type: 'OLDER_THAN' }, '2026-03-10', '2026-03-10'],
])('%s', (_name, lock, today, from) => {
  const noon = Date.parse(`${today}T12:00:00Z`);
  expect(automaticallyLockedBefore(lock, noon, 'UTC')).toBe(Date.parse(from));
});

test('days begin in the zone, and an unknown kind locks nothing', () => {
  const now = Date.parse('2026-03-31T22:30:00Z');
  // 1 April in Berlin.
  expect(automaticallyLockedBefore(months(1), now, 'Europe/Berlin')).toBe(Date.parse('2026-02-28T23:00:00Z'));
  expect(automaticallyLockedBefore({ type: 'YEARLY' }, now, 'UTC')).toBeUndefined();
});
