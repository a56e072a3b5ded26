import { describe, expect, test } from 'vitest';
import type { Span } from '../../src/core/coverage.ts';
import {
  afterRows,
  afterRun,
  afterSpan,
  asOf,
  type CursorState,
  emptyState,
  historyStart,
  lengthOf,
  spansToRead,
  type Wanted,
  windows,
} from '../../src/core/cursor.ts';
import { addDays } from '../../src/core/dates.ts';

/** A Wednesday. */
const today = '2024-05-15';
const MONDAY = '2024-05-13';
const daily = windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 100, probe: true });
const sampled = windows({ sliceDays: 30, everyRun: 2, firstOfDay: 7, firstOfWeek: 30, probe: false });
const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  today,
  start: '2024-01-01',
  overlapDays: 7,
  full: false,
  ...more,
});
const span = (from: string, to: string): Span => ({ from, to });
const toYesterday = [span('2024-01-01', '2024-05-14')];
const doneToday: CursorState = { covered: toYesterday, reread: { day: today, week: MONDAY } };

describe('what a run reads', () => {
  test.each<[string, CursorState, Partial<Wanted>, Span[]]>([
    ['the first run: everything up to tomorrow', emptyState, {}, [span('2024-01-01', '2024-05-16')]],
    [
      'D16 another run of the day: the last days, today among them, up to tomorrow',
      doneToday,
      {},
      [span('2024-05-09', '2024-05-16')],
    ],
    [
      'D3 the first run of a day: 30 days',
      { covered: toYesterday, reread: { day: '2024-05-14', week: MONDAY } },
      {},
      [span('2024-04-16', '2024-05-16')],
    ],
    [
      'D3 the first run of a week: 100 days',
      { covered: toYesterday, reread: { day: '2024-05-12', week: '2024-05-06' } },
      {},
      [span('2024-02-06', '2024-05-16')],
    ],
    [
      'D3 the first of a week never reads less than every run does',
      { covered: toYesterday, reread: {} },
      { overlapDays: 120 },
      [span('2024-01-17', '2024-05-16')],
    ],
    [
      'D3 the first of a day never reads less than every run does',
      { covered: toYesterday, reread: { week: MONDAY } },
      { overlapDays: 60 },
      [span('2024-03-17', '2024-05-16')],
    ],
    [
      'a clock that was set back does not take the re-read for done',
      { covered: toYesterday, reread: { day: '2024-05-20', week: '2024-05-20' } },
      {},
      [span('2024-02-06', '2024-05-16')],
    ],
    [
      'gaps are read newest first, apart from the re-read',
      {
        covered: [span('2024-01-10', '2024-02-01'), span('2024-02-05', '2024-05-14')],
        reread: doneToday.reread,
      },
      {},
      [span('2024-05-09', '2024-05-16'), span('2024-02-02', '2024-02-04'), span('2024-01-01', '2024-01-09')],
    ],
    [
      'a gap that touches the re-read is one span with it',
      { covered: [span('2024-01-01', '2024-05-01')], reread: doneToday.reread },
      {},
      [span('2024-05-02', '2024-05-16')],
    ],
    [
      'D21 a later start date leaves out what is older',
      doneToday,
      { start: '2024-05-12' },
      [span('2024-05-12', '2024-05-16')],
    ],
    [
      'an earlier start date opens a gap',
      doneToday,
      { start: '2023-12-30' },
      [span('2024-05-09', '2024-05-16'), span('2023-12-30', '2023-12-31')],
    ],
    ['a start in the future: today', emptyState, { start: '2024-09-01' }, [span(today, '2024-05-16')]],
    ['one day of overlap: today', doneToday, { overlapDays: 1 }, [span(today, '2024-05-16')]],
    [
      'D15 a today that is behind what is covered still reads around itself',
      { covered: [span('2024-01-01', '2024-05-16')], reread: doneToday.reread },
      {},
      [span('2024-05-09', '2024-05-16')],
    ],
    [
      'an explicit range is read whole, whatever is covered',
      doneToday,
      { explicit: span('2024-02-01', '2024-02-03') },
      [span('2024-02-01', '2024-02-03')],
    ],
    [
      'D16 an explicit range that ends today reaches into tomorrow',
      doneToday,
      { explicit: span('2024-05-13', today) },
      [span('2024-05-13', '2024-05-16')],
    ],
    [
      'an explicit range into the future ends tomorrow',
      doneToday,
      { explicit: span('2024-05-13', '2030-01-01') },
      [span('2024-05-13', '2024-05-16')],
    ],
    [
      'an explicit range of the future is nothing',
      doneToday,
      { explicit: span('2030-01-01', '2030-01-02') },
      [],
    ],
    ['everything again', doneToday, { full: true }, [span('2024-01-01', '2024-05-16')]],
  ])('%s', (_name, state, more, expected) => {
    expect(spansToRead(daily, state, wanted(more))).toEqual(expected);
  });

  test('a cursor with its own overlap keeps to it', () => {
    expect(spansToRead(sampled, doneToday, wanted())).toEqual([span('2024-05-14', '2024-05-16')]);
  });
});

describe('slices', () => {
  const slices = spansToRead(sampled, emptyState, wanted());

  test('are no longer than the service takes, and only the oldest may be shorter', () => {
    expect(slices.map(lengthOf)).toEqual([30, 30, 30, 30, 17]);
  });

  test('come newest first, without a hole and without a day twice', () => {
    expect(slices[0]?.to).toBe('2024-05-16');
    expect(slices.at(-1)?.from).toBe('2024-01-01');
    slices.slice(1).forEach((older, index) => {
      expect(addDays(older.to, 1)).toBe(slices[index]?.from);
    });
  });
});

test('a history of so many days has today among them, and never begins before the source’s own', () => {
  expect(historyStart('2020-01-01', 30, '2024-05-30')).toBe('2024-05-01');
  expect(historyStart('2020-01-01', 1, '2024-05-30')).toBe('2024-05-30');
  expect(historyStart('2024-05-10', 30, '2024-05-30')).toBe('2024-05-10');
  expect(historyStart('2020-01-01', undefined, '2024-05-30')).toBe('2020-01-01');
});

describe('what is remembered', () => {
  test.each<[string, Span, Span[]]>([
    ['a span of the past is covered', span('2024-03-01', '2024-03-31'), [span('2024-03-01', '2024-03-31')]],
    ['D16 today is never covered', span('2024-05-01', '2024-05-16'), [span('2024-05-01', '2024-05-14')]],
    ['today alone covers nothing', span(today, '2024-05-16'), []],
  ])('%s', (_name, read, covered) => {
    expect(afterSpan(emptyState, read, today).covered).toEqual(covered);
  });

  test('spans that touch become one', () => {
    const first = afterSpan(emptyState, span('2024-04-01', '2024-04-30'), today);
    expect(afterSpan(first, span('2024-03-01', '2024-03-31'), today).covered).toEqual([
      span('2024-03-01', '2024-04-30'),
    ]);
  });

  test('a finished run has done the day’s and the week’s re-read', () => {
    expect(afterRun(emptyState, '2024-05-19')).toEqual({
      covered: [],
      reread: { day: '2024-05-19', week: MONDAY },
    });
  });

  test.each<[string, CursorState, number, CursorState]>([
    ['nothing read yet, no row', emptyState, 0, { ...emptyState, hadRows: false }],
    ['nothing read yet, rows', emptyState, 3, { ...emptyState, hadRows: true }],
    ['no row either', { ...doneToday, hadRows: false }, 0, { ...doneToday, hadRows: false }],
    [
      'the first row ever leaves what this run read',
      { ...doneToday, hadRows: false },
      1,
      { ...doneToday, covered: [], hadRows: true },
    ],
    ['rows again', { ...doneToday, hadRows: true }, 1, { ...doneToday, hadRows: true }],
    ['a state that does not say counts as one with rows', doneToday, 1, { ...doneToday, hadRows: true }],
  ])('of rows: %s', (_name, state, rows, expected) => {
    expect(afterRows(state, rows, [])).toEqual(expected);
  });

  test('D15 what lies ahead of today is forgotten', () => {
    const ahead = {
      covered: [span('2024-01-01', '2031-01-01')],
      reread: { day: '2031-01-01', week: '2030-12-30' },
    };
    expect(asOf(ahead, today)).toEqual({ covered: toYesterday, reread: {} });
    expect(asOf(doneToday, today)).toEqual(doneToday);
  });

  test('a killed backfill goes on with what is left', () => {
    const [newest] = spansToRead(sampled, emptyState, wanted());
    const state = afterSpan(emptyState, newest as Span, today);
    const next = spansToRead(sampled, state, wanted());
    expect(next.map(({ to }) => to)).toEqual([
      '2024-05-16',
      '2024-04-16',
      '2024-03-17',
      '2024-02-16',
      '2024-01-17',
    ]);
    expect(next.at(-1)?.from).toBe('2024-01-01');
  });
});
