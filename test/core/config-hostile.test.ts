import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { place } from './config-support.ts';

const LIMIT = 65_536;
const fill = (piece: string, size: number) => piece.repeat(Math.floor(size / piece.length));
const lines = (size: number, line: (index: number) => string) => {
  let text = '';
  for (let index = 0; text.length + 40 < size; index += 1) text += `${line(index)}\n`;
  return text;
};

/** Each shape at the size given. */
const SHAPES: Record<string, (size: number) => string> = {
  'many keys': (size) => `[app]\n${lines(size, (index) => `k${index} = 1`)}`,
  'many tables': (size) => lines(size, (index) => `[t${index}.a]`),
  'a long dotted key': (size) => `a${fill('.a', size - 10)} = 1`,
  'a long dotted table': (size) => `[a${fill('.a', size - 10)}]`,
  'open lists': (size) => `a = ${fill('[', size - 10)}`,
  'nested lists': (size) => `a = ${fill('[', size / 2 - 10)}${fill(']', size / 2 - 10)}`,
  'nested tables': (size) => `a = ${fill('{a=', size - 10)}`,
  'many list tables': (size) => fill('[[a.b]]\n', size),
  'a long list': (size) => `a = [${fill('1,', size - 10)}]`,
  'a long inline table': (size) => `a = {${lines(size, (index) => `k${index} = 1,`)}}`,
  escapes: (size) => `a = "${fill('\\n', size - 10)}"`,
  'an open string': (size) => `a = "${fill('x', size - 10)}`,
  'an open long string': (size) => `a = """${fill('x\n', size - 10)}`,
  'a long name': (size) => `[${fill('a', size - 10)}]`,
  'a long key': (size) => `[app]\n${fill('a', size - 10)} = 1`,
  'a long value': (size) => `[app]\nlog_level = "${fill('a', size - 30)}"`,
  comments: (size) => `${fill('#\n', size - 4)}!`,
  blanks: (size) => `${fill(' ', size - 4)}!`,
  'line ends': (size) => `${fill('\n', size - 4)}!`,
  'a long number': (size) => `a = ${fill('1', size - 10)}`,
  brackets: (size) => fill('[', size),
  quotes: (size) => fill('"', size),
  'zero bytes': (size) => fill('\0', size),
};

describe('H3 any text is dealt with in one short line', () => {
  test.each(Object.keys(SHAPES).flatMap((name) => [LIMIT, 1_000_000].map((size) => ({ name, size }))))(
    '$name, $size bytes',
    ({ name, size }) => {
      const here = place(SHAPES[name]?.(size) ?? '');
      const message = here.refusal();
      expect(message.length).toBeLessThan(here.folder.length + 250);
      // What the parser would need long for never reaches it: the size alone decides.
      if (size > LIMIT + 10) expect(message).toMatch(/is too large: a configuration has at most 64 KiB$/);
    },
  );
});

test.each(['a', '"a"', "'a b'", 'a '])(
  'H3 a name of more than 16 parts never reaches the parser: %j',
  (part) => {
    const name = (parts: number) => Array(parts).fill(part).join('.');
    for (const text of [`${name(17)} = 1`, `[${name(17)}]`, `[oura]\nx = { ${name(17)} = 1 }`])
      expect(place(text).refusal()).toMatch(/there is a name of more than 16 parts$/);
    expect(place(`${name(16)} = 1`).refusal()).toMatch(/is not a section$/);
  },
);

test('H3 dots in values, comments and addresses are none of its business', () => {
  const here = place('# a...... b. c\n[ring]\nbase_url = "https://a.b.c.d.e.f.g.h.i.j.k.example"\n');
  expect(here.load().file).toBe(here.path('health-sync.toml'));
});

describe('H2 hostile names', () => {
  const unsafe = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  test.each(
    unsafe.flatMap((name) => [
      `[${name}]\npolluted = true`,
      `[app.${name}]\npolluted = true`,
      `[app]\n${name} = { polluted = true }`,
      `[app]\n${name}.polluted = true`,
      `${name} = 1`,
      `[[${name}]]\npolluted = true`,
      `[app]\ndays = { ${name} = { polluted = true } }`,
    ]),
  )('%j', (config) => {
    expect(place(config).refusal()).toMatch(/is not a (key|section)|stands outside|must be/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

test('H2 arbitrary text either loads or is refused in one line', () => {
  const here = place();
  const piece = fc.constantFrom(
    ...[
      '[',
      ']',
      '[[',
      ']]',
      '=',
      '"',
      "'",
      '"""',
      '{',
      '}',
      ',',
      '.',
      '#',
      '\n',
      '\r\n',
      ' ',
      '\\',
      '\0',
      '\x1b',
    ],
    ...[
      'app',
      'ring',
      'days',
      'db',
      'scopes',
      '__proto__',
      'constructor',
      '1',
      '-',
      'inf',
      '2024-01-01',
      'true',
      'é',
      '😀',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      here.write('health-sync.toml', pieces.join(''));
      try {
        here.load();
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as Error).message).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 3000 },
  );
});
