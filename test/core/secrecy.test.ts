import { expect, test } from 'vitest';
import { noteSecret, withoutSecrets } from '../../src/core/secrecy.ts';

test('A22 what was noted is taken out of a text, as it is and as it stands in an address', () => {
  noteSecret('correct horse/battery');
  noteSecret('abcdefgh');
  expect(withoutSecrets('a correct horse/battery, ?p=correct%20horse%2Fbattery&abcdefghi')).toBe(
    'a ********, ?p=********&********i',
  );
});

test('A22 nothing, and what could be any word, blots nothing out', () => {
  for (const text of [null, undefined, '', 'sleep']) noteSecret(text);
  expect(withoutSecrets('oura: GET /sleep answered 500')).toBe('oura: GET /sleep answered 500');
});
