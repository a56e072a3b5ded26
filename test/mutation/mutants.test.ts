import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../coverage/parts.ts';
import { equivalents } from './equivalent.ts';
import { mutantsOf, mutated } from './mutants.ts';

const changed = (text: string) => mutantsOf('a.ts', text).map((mutant) => mutated(text, mutant));

describe('the changes of a source', () => {
  test.each([
    ['if (a) b;', ['if (true) b;', 'if (false) b;', 'if (a) ;']],
    ['const x = a < (b);', ['const x = a <= (b);']],
    ['const x = a && b;', ['const x = a || b;']],
    ['const x = a ?? b;', ['const x = a;', 'const x = b;']],
    ['const x = !a;', ['const x = a;']],
    ['const x = [a];', ['const x = [];']],
    ['const x = 7;', ['const x = 8;', 'const x = (6);']],
    ['const x = `a`;', ["const x = '';"]],
    [
      'const f = () => { return a > b; };',
      ['const f = () => { return !(a > b); };', 'const f = () => { return a >= b; };'],
    ],
    ['const x = a?.b;', ['const x = a.b;']],
    ['const x = Math.min(a, b);', ['const x = Math.max(a, b);']],
    ['send(a);', [';']],
  ])('%s', (text, expected) => {
    expect(changed(text).sort()).toEqual([...expected].sort());
  });

  test.each([
    "import a from 'b';",
    "const x = new StoreError('the file', { hint: 'look' });",
    "failpoint('ledger.noted');",
    "type A = 'x' | 1;",
    "const x = z.string().describe('what it is for');",
    "const x = { 'a-b': c };",
  ])('none in %s', (text) => {
    expect(changed(text)).toEqual([]);
  });
});

test('every change that is said to make no difference can still be made', () => {
  const lost = equivalents.filter(({ file, line, before, after }) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const lines = text.split('\n');
    return !mutantsOf(file, text).some(
      (mutant) =>
        mutant.before === before && mutant.after === after && lines[mutant.line - 1]?.trim() === line,
    );
  });
  expect(lost.map(({ file, line }) => `${file}: ${line}`)).toEqual([]);
});
