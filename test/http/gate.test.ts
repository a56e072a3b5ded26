import { describe, expect, test } from 'vitest';
import { TemporaryError } from '../../src/core/errors.ts';
import { databasePath, gateOf, HOUR, hourly, NOON, TestClock } from './support.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * HOUR;
/** A request counts for an hour and the time it may have taken to arrive. */
const WINDOW = HOUR + 2000;

describe('C4 a known hourly limit', () => {
  test('stops before it is reached, and says when it goes on', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(3));
    for (let sent = 0; sent < 3; sent += 1) {
      await gate.admit();
      clock.time += MINUTE;
    }
    expect(gate.left()).toBe(0);
    const error = await gate.admit().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(TemporaryError);
    expect((error as TemporaryError).retryAt).toBe(NOON + WINDOW);
    expect((error as TemporaryError).message).toContain('2024-01-15T13:00:02.000Z');
    expect(clock.slept).toEqual([]);
  });

  test('rolls: each request is free again an hour after it went out', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(2));
    await gate.admit();
    clock.time = NOON + 30 * MINUTE;
    await gate.admit();
    clock.time = NOON + WINDOW - 1;
    expect([gate.left(), gate.opensAt()]).toEqual([0, NOON + WINDOW]);
    clock.time = NOON + WINDOW;
    expect(gate.left()).toBe(1);
    await gate.admit();
    expect([gate.left(), gate.opensAt()]).toEqual([0, NOON + 30 * MINUTE + WINDOW]);
  });

  test('counts what other processes sent', async () => {
    const clock = new TestClock();
    const path = databasePath();
    const first = gateOf(path, clock, hourly(2));
    const second = gateOf(path, clock, hourly(2));
    await first.admit();
    await second.admit();
    for (const gate of [first, second, gateOf(path, clock, hourly(2))]) {
      expect(gate.left()).toBe(0);
      await expect(gate.admit()).rejects.toBeInstanceOf(TemporaryError);
    }
  });

  test('that was lowered since counts from the newest', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(3));
    for (const minute of [0, 10, 20]) {
      clock.time = NOON + minute * MINUTE;
      await gate.admit();
    }
    gate.limits = { ...hourly(1), unexplained: HOUR };
    expect(gate.opensAt()).toBe(NOON + 20 * MINUTE + WINDOW);
  });

  test('waits inside the run for up to a minute', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(1));
    await gate.admit();
    clock.time = NOON + WINDOW - MINUTE;
    await gate.admit();
    expect(clock.slept).toEqual([MINUTE]);
  });

  test('is waited out whole with --wait', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(1), true);
    await gate.admit();
    await gate.admit();
    expect(clock.slept).toEqual([WINDOW]);
  });

  test('A15 is not closed for ever by requests of a clock that was a year ahead', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(1));
    clock.time = NOON + 365 * 24 * HOUR;
    await gate.admit();
    clock.time = NOON;
    expect([gate.left(), gate.opensAt() <= NOON]).toEqual([1, true]);
  });

  test('no limit, nothing to count', async () => {
    const gate = gateOf(databasePath(), new TestClock());
    for (let sent = 0; sent < 100; sent += 1) await gate.admit();
    expect([gate.left(), gate.opensAt()]).toEqual([undefined, 0]);
  });
});

describe('C3 a refusal', () => {
  test.each([
    ['for 900 s', '900', NOON + 900_000],
    ['until a date', 'Mon, 15 Jan 2024 18:00:00 GMT', NOON + 6 * HOUR],
    ['for a day, which is not cut short', '86400', NOON + 24 * HOUR],
    ['without a word', undefined, NOON + HOUR],
    ['with a word that cannot be read', 'soon', NOON + HOUR],
    ['beyond the calendar', '9'.repeat(30), NOON + HOUR],
  ])('%s is obeyed by this run and by later ones', async (_name, header, until) => {
    const clock = new TestClock();
    const path = databasePath();
    gateOf(path, clock).refused({ 'retry-after': header });
    const later = gateOf(path, clock, hourly(30));
    clock.time = until - 60_001;
    await expect(later.admit()).rejects.toMatchObject({ retryAt: until });
    expect(later.left()).toBe(0);
    clock.time = until;
    await later.admit();
    expect(clock.slept).toEqual([]);
  });

  test.each([['99999999999'], ['Fri, 01 Jan 5195 00:00:00 GMT']])(
    'of %s is a misprint: closed for a week',
    (header) => {
      const clock = new TestClock();
      const gate = gateOf(databasePath(), clock);
      gate.refused({ 'retry-after': header });
      expect(gate.opensAt()).toBe(NOON + WEEK);
    },
  );

  test('A15 noted by a clock that was years ahead is forgotten, and the next one counts', () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, hourly(30));
    clock.time = NOON + 365 * 24 * HOUR;
    gate.refused({ 'retry-after': '900' });
    clock.time = NOON;
    expect([gate.opensAt(), gate.left()]).toEqual([0, 30]);
    gate.refused({ 'retry-after': '900' });
    expect(gate.opensAt()).toBe(NOON + 900_000);
  });

  test('that is shorter does not open a gate that is closed for longer', () => {
    const gate = gateOf(databasePath(), new TestClock());
    gate.refused({ 'retry-after': '900' });
    gate.refused({ 'retry-after': '1' });
    expect(gate.opensAt()).toBe(NOON + 900_000);
  });

  test('of one service says nothing about another', () => {
    const clock = new TestClock();
    const path = databasePath();
    gateOf(path, clock).refused({ 'retry-after': '900' });
    expect(gateOf(path, clock, hourly(1)).left()).toBe(0);
    expect(gateOf(path, clock, hourly(1), false, 'elsewhere').left()).toBe(1);
  });
});

describe('what a window keeps back', () => {
  const limits = { windows: [{ requests: 4, seconds: 3_600, kept: 2 }] };

  test('is left alone by optional requests and open to the others', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, limits);
    await gate.admit(undefined, true);
    await gate.admit(undefined, true);
    const error = await gate.admit(undefined, true).catch((failure: unknown) => failure);
    expect((error as TemporaryError).retryAt).toBe(NOON + WINDOW);
    expect([gate.opensAt(), gate.left()]).toEqual([0, 2]);
    await gate.admit();
    await gate.admit();
    await expect(gate.admit()).rejects.toBeInstanceOf(TemporaryError);
  });

  test('is open to optional requests again when the window has moved on', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, limits);
    for (let sent = 0; sent < 4; sent += 1) {
      await gate.admit();
      clock.time += MINUTE;
    }
    clock.time = NOON + WINDOW + 2 * MINUTE;
    await gate.admit(undefined, true);
    expect(gate.left()).toBe(2);
  });
});

describe('a pace per second', () => {
  test('spreads requests evenly and never lets two out at once', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, { perSecond: 10 });
    const sent: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      await gate.admit();
      sent.push(clock.time - NOON);
    }
    expect(sent).toEqual([0, 100, 200, 300, 400]);
  });

  test('holds for requests that ask at the same moment', async () => {
    const waiting: { at: number; wake: () => void }[] = [];
    const clock = {
      time: NOON,
      now: () => clock.time,
      sleep: (wait: number) => new Promise<void>((wake) => waiting.push({ at: clock.time + wait, wake })),
    };
    const gate = gateOf(databasePath(), clock, { perSecond: 10 });
    const sent: number[] = [];
    for (let count = 0; count < 5; count += 1) gate.admit().then(() => sent.push(clock.time - NOON));
    while (sent.length < 5) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = waiting.sort((a, b) => a.at - b.at).shift();
      clock.time = next?.at ?? clock.time;
      next?.wake();
    }
    expect(sent).toEqual([0, 100, 200, 300, 400]);
  });

  test('an abort ends the wait', async () => {
    const clock = new TestClock();
    const gate = gateOf(databasePath(), clock, { perSecond: 1 });
    await gate.admit();
    await expect(gate.admit(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
