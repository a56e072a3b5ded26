import { describe, expect, test } from 'vitest';
import {
  addDays,
  atOffset,
  atZone,
  dateAt,
  daysBetween,
  instantOf,
  isInstant,
  isLocalDate,
  isTimeZone,
  startOfDay,
  wallClock,
  weekOf,
} from '../../src/core/dates.ts';

const iso = (instant: number) => new Date(instant).toISOString();

describe('D15 a day begins when its date does', () => {
  test.each([
    ['an ordinary day', '2024-01-15', 'Europe/Berlin', '2024-01-14T23:00:00.000Z'],
    ['in UTC', '2024-01-15', 'UTC', '2024-01-15T00:00:00.000Z'],
    ['the day the clock goes forward', '2024-03-31', 'Europe/Berlin', '2024-03-30T23:00:00.000Z'],
    ['the day after it', '2024-04-01', 'Europe/Berlin', '2024-03-31T22:00:00.000Z'],
    ['the day the clock goes back', '2024-10-27', 'Europe/Berlin', '2024-10-26T22:00:00.000Z'],
    ['the day after it', '2024-10-28', 'Europe/Berlin', '2024-10-27T23:00:00.000Z'],
    ['west of UTC, clock forward', '2024-03-10', 'America/New_York', '2024-03-10T05:00:00.000Z'],
    ['west of UTC, the day after', '2024-03-11', 'America/New_York', '2024-03-11T04:00:00.000Z'],
    ['the far east of the date line', '2024-01-15', 'Pacific/Kiritimati', '2024-01-14T10:00:00.000Z'],
    ['the far west of the date line', '2024-01-15', 'Pacific/Pago_Pago', '2024-01-15T11:00:00.000Z'],
    ['a zone with half an hour', '2024-01-15', 'Asia/Kolkata', '2024-01-14T18:30:00.000Z'],
    ['a clock that moves by half an hour', '2024-04-07', 'Australia/Lord_Howe', '2024-04-06T13:00:00.000Z'],
    ['a zone that skips midnight', '2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['another one', '2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z'],
    ['a zone that skips midnight in autumn', '2024-09-08', 'America/Santiago', '2024-09-08T04:00:00.000Z'],
    ['a clock that goes back over midnight', '2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
    ['the day before that', '2018-02-17', 'America/Sao_Paulo', '2018-02-17T02:00:00.000Z'],
    ['a day with two midnights', '2021-10-29', 'Asia/Amman', '2021-10-28T21:00:00.000Z'],
    ['another one', '2024-11-03', 'America/Havana', '2024-11-03T04:00:00.000Z'],
    ['midnight reached by a jump', '2018-05-05', 'Asia/Pyongyang', '2018-05-04T15:00:00.000Z'],
    ['a date that never was: the next one', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['the next one itself', '2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('%s', (_name, date, zone, expected) => {
    expect(iso(startOfDay(date, zone))).toBe(expected);
  });

  test.each([
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Amman',
    'America/Havana',
    'Australia/Lord_Howe',
    'Asia/Tehran',
  ])('every day of 2005 to 2022 in %s: the first instant shows the date, the one before does not', (zone) => {
    const wrong: string[] = [];
    for (let date = '2005-01-01'; date < '2023-01-01'; date = addDays(date, 1)) {
      const start = startOfDay(date, zone);
      if (dateAt(start, zone) !== date || dateAt(start - 1, zone) !== addDays(date, -1)) wrong.push(date);
    }
    expect(wrong).toEqual([]);
  });
});

describe('the wall clock', () => {
  test.each([
    ['2024-03-31T00:59:59.999Z', 'Europe/Berlin', '2024-03-31T01:59:59.999Z'],
    ['2024-03-31T01:00:00.000Z', 'Europe/Berlin', '2024-03-31T03:00:00.000Z'],
    ['2024-10-27T01:00:00.000Z', 'Europe/Berlin', '2024-10-27T02:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', 'UTC', '1969-12-31T23:59:59.999Z'],
    ['1965-06-01T00:00:00.001Z', 'America/New_York', '1965-05-31T20:00:00.001Z'],
    ['2024-01-15T00:00:00.000Z', 'Asia/Kolkata', '2024-01-15T05:30:00.000Z'],
  ])('at %s in %s shows %s', (instant, zone, shown) => {
    expect(iso(wallClock(Date.parse(instant), zone))).toBe(shown);
  });

  test.each([
    ['2024-01-15T22:59:59Z', 'Europe/Berlin', '2024-01-15'],
    ['2024-01-15T23:00:00Z', 'Europe/Berlin', '2024-01-16'],
    ['2024-01-15T11:00:00Z', 'Pacific/Kiritimati', '2024-01-16'],
    ['2024-01-15T11:00:00Z', 'Pacific/Pago_Pago', '2024-01-15'],
    ['2024-01-15T10:59:59Z', 'Pacific/Pago_Pago', '2024-01-14'],
  ])('D16 the date at %s in %s is %s', (instant, zone, date) => {
    expect(dateAt(Date.parse(instant), zone)).toBe(date);
  });
});

describe('dates', () => {
  test.each([
    ['2024-01-15', true],
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2024-02-30', false],
    ['2024-13-01', false],
    ['2024-00-10', false],
    ['2024-1-5', false],
    ['2024-01-15T00:00', false],
    [' 2024-01-15', false],
    ['', false],
  ])('"%s" is a date: %s', (text, is) => {
    expect(isLocalDate(text)).toBe(is);
  });

  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2023-12-31', 1, '2024-01-01'],
    ['2024-03-31', 1, '2024-04-01'],
    ['2024-01-01', -1, '2023-12-31'],
    ['2024-01-31', 366, '2025-01-31'],
  ])('%s plus %i days is %s, and as many days lie between', (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected);
    expect(daysBetween(date, expected)).toBe(days);
  });

  test.each([
    ['a Monday', '2024-01-15', '2024-01-15'],
    ['a Saturday', '2024-01-20', '2024-01-15'],
    ['a Sunday belongs to the week before', '2024-01-21', '2024-01-15'],
    ['the Monday after', '2024-01-22', '2024-01-22'],
    ['over the year', '2025-01-01', '2024-12-30'],
    ['over a leap day', '2024-03-03', '2024-02-26'],
  ])('the week of %s', (_name, date, monday) => {
    expect(weekOf(date)).toBe(monday);
  });

  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('"%s" is a time zone: %s', (zone, is) => {
    expect(isTimeZone(zone)).toBe(is);
  });
});

describe('C14 instants', () => {
  test.each([
    ['2024-01-15T22:30:00+02:00', true],
    ['2024-01-15T22:30:00.123Z', true],
    ['2024-01-15T22:30', true],
    ['2024-01-15T22:30:00-0330', true],
    ['2024-02-30T22:30:00Z', false],
    ['2024-01-15T25:30:00Z', false],
    ['2024-01-15T22:61:00Z', false],
    ['2024-01-15 22:30:00Z', false],
    ['2024-01-15T22:30:00 GMT', false],
    ['2024-01-15T22:30 (bedtime)', false],
    ['2024-01-15', false],
    ['yesterday', false],
  ])('"%s" is one: %s', (text, is) => {
    expect(isInstant(text)).toBe(is);
  });

  test.each([
    ['2024-01-15T22:30:00+02:00', '2024-01-15T20:30:00.000Z'],
    ['2024-01-15T22:30:00-0330', '2024-01-16T02:00:00.000Z'],
    ['2024-01-15T22:30:00', '2024-01-15T22:30:00.000Z'],
  ])('D15 %s is %s, whatever the zone of this machine', (text, expected) => {
    expect(iso(instantOf(text))).toBe(expected);
  });
});

test.each([
  ['2026-05-24T23:18:00.000Z', -240, '2026-05-24T19:18:00.000-04:00'],
  ['2026-05-24T23:18:00.000Z', 345, '2026-05-25T05:03:00.000+05:45'],
  ['2026-05-24T02:10:00.000Z', -210, '2026-05-23T22:40:00.000-03:30'],
  ['2026-05-24T23:18:00.001Z', 0, '2026-05-24T23:18:00.001+00:00'],
])('%s is shown %i minutes from UTC as %s, and is the same instant', (utc, minutes, shown) => {
  expect(atOffset(Date.parse(utc), minutes)).toBe(shown);
  expect(instantOf(shown)).toBe(Date.parse(utc));
});

test.each([
  ['2026-01-15T12:00:00Z', 'Europe/Berlin', '2026-01-15T13:00:00.000+01:00'],
  ['2026-07-15T12:00:00Z', 'Europe/Berlin', '2026-07-15T14:00:00.000+02:00'],
  ['2026-03-08T06:59:59Z', 'America/New_York', '2026-03-08T01:59:59.000-05:00'],
  ['2026-03-08T07:00:00Z', 'America/New_York', '2026-03-08T03:00:00.000-04:00'],
  ['2026-01-15T23:00:00Z', 'Asia/Kolkata', '2026-01-16T04:30:00.000+05:30'],
  ['2026-01-15T12:00:00Z', 'UTC', '2026-01-15T12:00:00.000+00:00'],
])('%s in %s is %s', (utc, zone, shown) => {
  expect(atZone(Date.parse(utc), zone)).toBe(shown);
});
