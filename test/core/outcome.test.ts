import { describe, expect, test } from 'vitest';
import {
  AuthError,
  ContractError,
  InterruptedError,
  LockedError,
  PartialError,
  type ProgramError,
  StoreError,
  TemporaryError,
  UsageError,
} from '../../src/core/errors.ts';
import { type Ending, isClosedWindow, verdict } from '../../src/core/outcome.ts';

const auth = new AuthError('auth', { hint: 'sign in' });
const temp = new TemporaryError('temp');
const closed = new TemporaryError('closed', { retryAt: 1 });
const contract = new ContractError('contract');
const usage = new UsageError('usage');
const store = new StoreError('store');

const sleep = (error?: ProgramError): Ending => ({
  source: 'oura.sleep',
  error,
  onlyClosedWindow: isClosedWindow(error),
});
const tags = (error?: ProgramError): Ending => ({ ...sleep(error), source: 'oura.tag' });
const push = (error?: ProgramError): Ending => ({ ...sleep(error), source: 'clockify' });

describe('G10 what a run ends with', () => {
  test.each<[string, Ending[], string | undefined]>([
    ['nothing was asked for', [], undefined],
    ['all went well', [sleep(), tags(), push()], undefined],
    ['all failed alike: that class', [sleep(auth), tags(auth)], 'AUTH'],
    ['all failed for now', [sleep(temp), tags(temp), push(temp)], 'TEMP'],
    ['all were not understood', [sleep(contract), push(contract)], 'CONTRACT'],
    ['the disk failed everywhere', [sleep(store), push(store)], 'STORE'],
    ['one source and it failed', [sleep(contract)], 'CONTRACT'],
    ['all failed, not alike', [sleep(auth), tags(temp)], 'PARTIAL'],
    ['one source failed, another went well', [sleep(), tags(temp)], 'PARTIAL'],
    ['one source needs a sign-in, the push went well', [sleep(auth), push()], 'PARTIAL'],
    ['only the push failed', [sleep(), push(temp)], 'PARTIAL'],
    ['only the push needs a key', [sleep(), push(auth)], 'PARTIAL'],
    ['only the destination’s window is closed', [sleep(), tags(), push(closed)], 'TEMP'],
    ['only a source’s window is closed', [sleep(closed), push()], 'TEMP'],
    ['a closed window beside another fault', [sleep(temp), tags(), push(closed)], 'PARTIAL'],
    ['windows closed everywhere', [sleep(closed), push(closed)], 'TEMP'],
    ['the push was refused by the person or its settings', [sleep(), tags(), push(usage)], 'USAGE'],
    ['a refused push beside a source that failed', [sleep(auth), tags(), push(usage)], 'PARTIAL'],
    ['a source’s brake alone is a part that failed', [sleep(usage), tags(), push()], 'PARTIAL'],
    ['a source’s brake on every source', [sleep(usage), tags(usage)], 'USAGE'],
  ])('%s', (_name, endings, outcome) => {
    expect(verdict(endings)?.outcome).toBe(outcome);
  });

  test('a partial failure holds every error, in order, and says how many: what to do stands beside each', () => {
    const partial = verdict([sleep(auth), tags(), push(temp)]) as PartialError;
    expect(partial).toBeInstanceOf(PartialError);
    expect(partial.failures).toEqual([auth, temp]);
    expect(partial.message).toBe('2 of 3 parts failed, the rest is saved');
    expect(partial.hint).toBeUndefined();
  });

  test('a window that is closed says until when', () => {
    expect(verdict([sleep(), push(closed)])).toBe(closed);
  });
});

describe('a closed window', () => {
  test.each<[string, ProgramError | undefined, boolean]>([
    ['is a temporary fault with a time', closed, true],
    ['is not one without', temp, false],
    ['is no other fault', auth, false],
    ['is no success', undefined, false],
  ])('%s', (_name, error, expected) => {
    expect(isClosedWindow(error)).toBe(expected);
  });
});

describe('every class of error', () => {
  test.each<[new (message: string, details?: object) => ProgramError, string]>([
    [UsageError, 'USAGE'],
    [AuthError, 'AUTH'],
    [TemporaryError, 'TEMP'],
    [LockedError, 'LOCKED'],
    [StoreError, 'STORE'],
    [ContractError, 'CONTRACT'],
    [InterruptedError, 'INTERRUPTED'],
  ])('%o has the outcome %s and keeps what it is told', (Class, outcome) => {
    const cause = new Error('why');
    const error = new Class('what', { hint: 'next', source: 'oura', cause });
    expect([error.outcome, error.message, error.hint, error.source, error.cause, error.name]).toEqual([
      outcome,
      'what',
      'next',
      'oura',
      cause,
      Class.name,
    ]);
  });
});
