import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPasted } from '../../src/auth/pasted.ts';

const expected = { state: 'right', source: 'somewhere' };
const checked = { kind: 'granted', response: { code: 'abc', scope: undefined }, stateChecked: true };

describe('B3 what a person pastes', () => {
  test.each([
    'http://localhost:8484/callback?code=abc&state=right',
    '  http://localhost:8484/callback/?state=right&code=abc#_=_\r\n',
    'localhost:8484/callback?code=abc&state=right',
    '"https://app.example/callback?code=abc&state=right"',
    '<http://localhost:8484/callback?code=abc&state=right>',
    '?code=abc&state=right',
    'code=abc&state=right',
    'state=right&code=abc&iss=anybody',
  ])('is accepted with its state: %s', (text) => {
    expect(readPasted(text, expected)).toEqual(checked);
  });

  test.each([
    ['abc', 'abc'],
    [' 4/0AbCd-ef_gh.ij~k== \n', '4/0AbCd-ef_gh.ij~k=='],
    ['4%2F0AbC', '4/0AbC'],
  ])('is a bare code: %j', (text, code) => {
    const response = { code, scope: undefined };
    expect(readPasted(text, expected)).toEqual({ kind: 'granted', response, stateChecked: false });
  });

  test.each([
    '',
    '   ',
    'http://localhost:8484/callback?code=abc',
    'http://localhost:8484/callback?code=abc&state=',
    'http://localhost:8484/callback?code=abc&state=wrong',
    'http://localhost:8484/callback?code=abc&state=right&state=right',
    'http://localhost:8484/callback?code=abc&code=abc&state=right',
    'http://localhost:8484/callback#code=abc&state=right',
    'http://localhost:8484/callback',
    'https://id.example/authorize?client_id=x&state=right',
    'code=abc',
    '?code=abc&state=wrong',
    'abc&state=wrong',
    'error=access_denied',
    'error=access_denied&state=wrong',
    'two words',
    'a%b',
    'bad%ff',
    'abc\u001b[31m',
  ])('is asked for again: %j', (text) => {
    expect(readPasted(text, expected)).toMatchObject({ kind: 'again', reason: expect.stringMatching(/\S/) });
  });

  test('a code alone is asked for again where nothing ties it to this sign-in', () => {
    expect(readPasted('abc', { ...expected, withoutChallenge: true })).toMatchObject({ kind: 'again' });
  });

  test('a denial with the right state ends it', () => {
    expect(readPasted('?error=access_denied&state=right', expected).kind).toBe('stopped');
  });

  test('never passes as checked without the right state, and never repeats what was pasted', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '?',
        '&',
        '=',
        '#',
        'code=',
        'state=',
        'state=wrong',
        'error=',
        'http://localhost/callback',
      ),
    );
    const property = fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const text = `${parts.join('')}&canary`;
      const result = readPasted(text, expected);
      if (result.kind === 'granted') return !result.stateChecked;
      return result.kind === 'again' && !result.reason.includes('canary');
    });
    fc.assert(property, { numRuns: 5000 });
  });
});
