import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { removeValue, setValue, type TomlValue } from '../../src/core/config/edit.ts';
import { place, refusalOf } from './config-support.ts';

function edited(text: string, section: string, key: string, value: TomlValue): string {
  const file = place(text).path('health-sync.toml');
  setValue(file, section, key, value);
  return readFileSync(file, 'utf8');
}

describe('H5 an edit keeps everything else', () => {
  test.each<[string, string, string]>([
    [
      'replaces a value and keeps the comment behind it',
      '[a]\nk = 1 # one\nl = 2\n',
      '[a]\nk = "v" # one\nl = 2\n',
    ],
    [
      'adds behind the last key of the section',
      '# top\n[a]\nl = 2 # two\n\n# b\n[b]\nk = 1\n',
      '# top\n[a]\nl = 2 # two\nk = "v"\n\n# b\n[b]\nk = 1\n',
    ],
    [
      'adds below the commented-out example',
      '[a]\n# The key.\n# k = "x"\n\n# Other.\nl = 1\n',
      '[a]\n# The key.\n# k = "x"\nk = "v"\n\n# Other.\nl = 1\n',
    ],
    ['adds to an empty section', '[a]\n[b]\n', '[a]\nk = "v"\n[b]\n'],
    ['adds a section', '[b]\nk = 1', '[b]\nk = 1\n\n[a]\nk = "v"\n'],
    ['starts a file', '', '[a]\nk = "v"\n'],
    ['keeps Windows line ends', '[a]\r\nl = 1\r\n', '[a]\r\nl = 1\r\nk = "v"\r\n'],
    ['ends an open last line', '[a]\nl = 1', '[a]\nl = 1\nk = "v"\n'],
    ['knows quoted names and blanks', '[ "a" ] # s\n"k"   =   1\n', '[ "a" ] # s\nk = "v"\n'],
    [
      'replaces a list over several lines',
      '[a]\nk = [ # first\n  "x]", # "\n  \'y\',\n] # end\nl = 1\n',
      '[a]\nk = "v" # end\nl = 1\n',
    ],
    [
      'is not misled by text in strings',
      '[b]\nt = """\n[a]\nk = 1\n"""\n[a]\nu = "# k ="\n',
      '[b]\nt = """\n[a]\nk = 1\n"""\n[a]\nu = "# k ="\nk = "v"\n',
    ],
    [
      'replaces a long string that ends in quotes',
      '[a]\nk = """x\\"""y"""""\nl = 1\n',
      '[a]\nk = "v"\nl = 1\n',
    ],
    [
      'leaves a key of the same name elsewhere',
      'k = 0\n[b]\nk = 1\n[a]\nk = 2\n[c]\nk = 3\n',
      'k = 0\n[b]\nk = 1\n[a]\nk = "v"\n[c]\nk = 3\n',
    ],
  ])('%s', (_, before, after) => {
    expect(edited(before, 'a', 'k', 'v')).toBe(after);
  });

  test.each<[TomlValue, string]>([
    [true, 'k = true'],
    [0, 'k = 0'],
    ['a"b\\c\n', 'k = "a\\"b\\\\c\\n"'],
    ['$& $1', 'k = "$& $1"'],
    [['x', 'y'], 'k = [ "x", "y" ]'],
    [[1, 5], 'k = [ 1, 5 ]'],
  ])('writes %j', (value, line) => {
    expect(edited('[a]\nk = 9\n', 'a', 'k', value)).toBe(`[a]\n${line}\n`);
  });

  test('any text as value reads back the same', () => {
    const file = place('# kept\n[a]\nk = 1 # kept too\n').path('health-sync.toml');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        setValue(file, 'a', 'k', value);
        const text = readFileSync(file, 'utf8');
        expect(parse(text)).toEqual({ a: { k: value } });
        expect(text).toMatch(/^# kept\n.* # kept too\n$/s);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an edit that cannot be made changes nothing', () => {
  test.each([
    'a = { l = 1 }\n',
    'a.l = 1\n',
    '[[a]]\nl = 1\n',
    '[a]\nk.l = 1\n',
    '[a.k]\nl = 1\n',
    'a = 1\n',
  ])('%j', (before) => {
    const here = place(before);
    const file = here.path('health-sync.toml');
    expect(refusalOf(() => setValue(file, 'a', 'k', 'v'))).toMatch(
      /\[a\] k cannot be set .* edit it by hand/,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(here.folder)).toEqual(['health-sync.toml']);
  });

  test('a file with a fault is not touched', () => {
    const here = place('[a\n');
    expect(refusalOf(() => setValue(here.path('health-sync.toml'), 'a', 'k', 'v'))).toMatch(
      /line 1, column 3/,
    );
  });
});

test('H6 the file is private afterwards, and a link stays a link', () => {
  const here = place();
  const target = here.write('real.toml', '[a]\n');
  symlinkSync('real.toml', here.path('health-sync.toml'));
  setValue(here.path('health-sync.toml'), 'a', 'k', 1);
  expect(readFileSync(target, 'utf8')).toBe('[a]\nk = 1\n');
  expect(lstatSync(here.path('health-sync.toml')).isSymbolicLink()).toBe(true);
  expect(statSync(target).mode & 0o777).toBe(0o600);
});

describe('H5 taking a key out keeps everything else', () => {
  test.each<[string, string, string]>([
    ['takes the whole line', '[a]\n# why\nk = 1 # one\nl = 2\n', '[a]\n# why\nl = 2\n'],
    ['takes a list over several lines', '[a]\n  k = [ # x\n  "]",\n]\nl = 1\n', '[a]\nl = 1\n'],
    ['takes an open last line', '[a]\nl = 1\nk = 2', '[a]\nl = 1\n'],
    ['leaves the same name elsewhere', 'k = 0\n[b]\nk = 1\n[a]\nk = 2\n', 'k = 0\n[b]\nk = 1\n[a]\n'],
    ['keeps Windows line ends', '[a]\r\nk = 1\r\nl = 2\r\n', '[a]\r\nl = 2\r\n'],
  ])('%s', (_, before, after) => {
    const file = place(before).path('health-sync.toml');
    expect(removeValue(file, 'a', 'k')).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(after);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each(['', '[a]\nl = 1\n', '[b]\nk = 1\n', 'a = 1\n'])('nothing there: %j', (text) => {
    const file = place(text).path('health-sync.toml');
    expect(removeValue(file, 'a', 'k')).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test.each(['a = { k = 1 }\n', 'a.k = 1\n'])('refuses what would need rewriting: %j', (text) => {
    const file = place(text).path('health-sync.toml');
    expect(refusalOf(() => removeValue(file, 'a', 'k'))).toContain('please edit it by hand');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
