import { describe, expect, test } from 'vitest';
import { type Attempt, afterFailure, retryAfter, type Verdict } from '../../src/http/retry.ts';

const NOW = Date.parse('2024-01-15T12:00:00Z');
const attempt = (more: Partial<Attempt>): Attempt => ({
  number: 1,
  status: 503,
  retryAfter: undefined,
  now: NOW,
  random: 0.5,
  ...more,
});
const wait = (milliseconds: number): Verdict => ({ kind: 'wait', milliseconds });
const giveUp: Verdict = { kind: 'give up' };

describe('whether a read is sent again', () => {
  test.each<[string, Partial<Attempt>, Verdict]>([
    ['C5 no answer: soon', { status: undefined }, wait(500)],
    ['C5 a server’s fault: soon', { status: 500 }, wait(500)],
    ['C5 a gateway’s fault', { status: 504 }, wait(500)],
    ['C5 the server lost patience', { status: 408 }, wait(500)],
    ['C5 twice as long after the second', { number: 2 }, wait(1000)],
    ['C5 and again', { number: 3 }, wait(2000)],
    ['C5 never a fifth time', { number: 4 }, giveUp],
    ['C5 nor after no answer', { number: 4, status: undefined }, giveUp],
    ['C5 with jitter, at least half', { random: 0 }, wait(250)],
    ['C5 with jitter, at most half more', { random: 0.999 }, wait(750)],
    ['C2 a client’s fault is final', { status: 400 }, giveUp],
    ['C2 so is a missing sign-in', { status: 401 }, giveUp],
    ['C2 a refusal', { status: 403 }, giveUp],
    ['C2 a missing document', { status: 404 }, giveUp],
    ['C2 and a limit, which the gate keeps', { status: 429 }, giveUp],
    ['a redirect is final', { status: 302 }, giveUp],
    ['C3 a wait that was told is kept in full', { retryAfter: '17' }, wait(17_000)],
    ['C3 up to a minute', { retryAfter: '60' }, wait(60_000)],
    ['C3 anything longer is for a later run', { retryAfter: '61' }, giveUp],
    ['C3 a date is kept as well', { retryAfter: 'Mon, 15 Jan 2024 12:00:30 GMT' }, wait(30_000)],
    ['C3 a date far away is for a later run', { retryAfter: 'Tue, 16 Jan 2024 12:00:00 GMT' }, giveUp],
    ['C3 what cannot be read counts as nothing', { retryAfter: 'soon' }, wait(500)],
  ])('%s', (_name, more, verdict) => {
    expect(afterFailure(attempt(more))).toEqual(verdict);
  });
});

describe('C3 Retry-After', () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['0', 0],
    ['900', 900_000],
    [' 900 ', 900_000],
    ['86400', 86_400_000],
    ['Mon, 15 Jan 2024 12:15:00 GMT', 900_000],
    ['Mon, 15 Jan 2024 11:00:00 GMT', 0],
    ['2024-01-15T12:15:00Z', 900_000],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['12 apples', undefined],
    ['Mon, 99 Jan 2024 12:15:00 GMT', undefined],
    ['9'.repeat(17), undefined],
    ['9'.repeat(400), undefined],
  ])('%j is %s ms', (header, expected) => {
    expect(retryAfter(header, NOW)).toBe(expected);
  });
});
