import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContractError } from '../../src/core/errors.ts';
import { splitPage, wholeItem } from '../../src/http/json.ts';
import { dice } from '../../src/sandbox/dice.ts';

const texts = (page: string) => splitPage(page, 'data').items.map(({ text }) => text);

describe('C12 items keep their exact text', () => {
  test.each<[string, string, string[]]>([
    ['numbers beyond 2^53', '{"data":[{"id":9007199254740993}]}', ['{"id":9007199254740993}']],
    ['numbers as they are written', '{"data":[1.0, 1e2,-0, 0.10]}', ['1.0', '1e2', '-0', '0.10']],
    ['the order of keys', '{"data":[{"b":1,"a":2}]}', ['{"b":1,"a":2}']],
    ['spaces inside', '{"data":[ { "a" : 1 } ]}', ['{ "a" : 1 }']],
    ['escapes', String.raw`{"data":["\u00e9\n\"\\"]}`, [String.raw`"\u00e9\n\"\\"`]],
    [
      'texts that hold brackets, commas and quotes',
      String.raw`{"data":["]},{\"[","a,b"]}`,
      [String.raw`"]},{\"["`, '"a,b"'],
    ],
    [
      'a text that ends in backslashes',
      String.raw`{"data":["a\\","b\\\\"]}`,
      [String.raw`"a\\"`, String.raw`"b\\\\"`],
    ],
    ['lists in lists', '{"data":[[1,[2,3]],[]]}', ['[1,[2,3]]', '[]']],
    ['duplicate keys inside an item', '{"data":[{"a":1,"a":2}]}', ['{"a":1,"a":2}']],
    ['lines around them', '\n{\r\n"data"\t:\n[\n1\n,\n2\n]\n}\n', ['1', '2']],
    ['an empty list', '{"data":[]}', []],
    ['an empty list with spaces', '{"data":[ \n ]}', []],
  ])('%s', (_name, page, expected) => {
    expect(texts(page)).toEqual(expected);
  });

  test('and the value that was parsed from it', () => {
    expect(splitPage('{"data":[{"a":[1,"x"]}]}', 'data').items).toEqual([
      { text: '{"a":[1,"x"]}', value: { a: [1, 'x'] } },
    ]);
  });
});

describe('the list is the one at the top', () => {
  test.each<[string, string, string[], object]>([
    ['other keys come before', '{"next_token":null,"data":[1]}', ['1'], { next_token: null }],
    ['other keys come after', '{"data":[1],"next_token":"a]b"}', ['1'], { next_token: 'a]b' }],
    ['another object has the same key', '{"meta":{"data":[9]},"data":[1]}', ['1'], { meta: { data: [9] } }],
    ['an item has the same key', '{"data":[{"data":[9]}]}', ['{"data":[9]}'], {}],
    ['a list holds its name', '{"names":["data",[9]],"data":[1]}', ['1'], { names: ['data', [9]] }],
    ['a text looks like it', String.raw`{"a":"\"data\":[9]","data":[1]}`, ['1'], { a: '"data":[9]' }],
    ['a value is its name', '{"a":"data","data":[1]}', ['1'], { a: 'data' }],
    ['an earlier one is not a list', '{"data":null,"data":[1]}', ['1'], {}],
  ])('%s', (_name, page, expected, envelope) => {
    const split = splitPage(page, 'data');
    expect(split.items.map(({ text }) => text)).toEqual(expected);
    expect(split.envelope).toEqual(envelope);
  });

  test('C11 keys of the prototype do nothing', () => {
    const page =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"data":[{"__proto__":{"polluted":1}}]}';
    const { items, envelope } = splitPage(page, 'data');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect((envelope as { polluted?: number }).polluted).toBeUndefined();
    const value = items[0]?.value as object;
    expect('polluted' in value).toBe(false);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(splitPage('{"__proto__":[1]}', '__proto__').items.map(({ text }) => text)).toEqual(['1']);
  });
});

describe('C7 anything else is not understood', () => {
  test.each([
    ['no list of that name', '{"items":[]}'],
    ['not a list', '{"data":{}}'],
    ['null', '{"data":null}'],
    ['the list at the top', '[1,2]'],
    ['the list inside another list', '[{"data":[1]}]'],
    ['the list inside another object', '{"a":{"data":[1]}}'],
    ['a page of HTML', '<html><body>"data":[1]</body></html>'],
    ['nothing', ''],
    ['a byte order mark', '\uFEFF{"data":[]}'],
    ['cut short in the list', '{"data":[{"a":1},'],
    ['cut short in a text', '{"data":["abc'],
    ['cut short after the list', '{"data":[1]'],
    ['something behind', '{"data":[1]} x'],
    ['two replies', '{"data":[1]}{"data":[2]}'],
    ['a comma too many', '{"data":[1,]}'],
    ['a comma alone', '{"data":[,]}'],
    ['two commas', '{"data":[1,,2]}'],
    ['the wrong closing bracket', '{"data":[1}}'],
    ['brackets that cross', '{"data":[{]}]}'],
    ['an item that is no JSON', '{"data":[NaN]}'],
    ['single quotes', "{'data':[1]}"],
    ['spaces that JSON does not know', '{"data":[\u00a01]}'],
    ['only such spaces', '{"data":[\u00a0]}'],
    ['the list twice', '{"data":[1],"data":[2]}'],
    ['the list and something else of its name', '{"data":[1],"data":null}'],
  ])('%s', (_name, page) => {
    expect(() => splitPage(page, 'data')).toThrow(ContractError);
  });

  test('and no error quotes what was answered', () => {
    for (const page of ['{"data":[sick]}', '{"data":[1]} sick', 'sick']) {
      const failure = (() => {
        try {
          return splitPage(page, 'data');
        } catch (error) {
          return error as ContractError;
        }
      })();
      expect(failure).toBeInstanceOf(ContractError);
      expect(JSON.stringify([String(failure), String((failure as ContractError).cause)])).not.toContain(
        'sick',
      );
    }
  });
});

describe('C9 against JSON.parse', () => {
  test('a page of any JSON is cut into what JSON.parse finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.nat(2),
        (data, rest, space) => {
          const page = JSON.stringify({ ...rest, data }, null, space);
          const { items, envelope } = splitPage(page, 'data');
          const { data: expected, ...others } = JSON.parse(page);
          expect(items.map(({ value }) => value)).toEqual(expected);
          expect(items.map(({ text }) => JSON.parse(text))).toEqual(expected);
          expect(envelope).toEqual(others);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a damaged page is either refused or read as JSON.parse reads it', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.nat(),
        fc.constantFrom('', '"', '[', ']', '{', '}', ',', '\\', ' '),
        (data, at, sign) => {
          const page = JSON.stringify({ a: 1, data, next: null });
          const place = at % page.length;
          const damaged = page.slice(0, place) + sign + page.slice(place + 1);
          let items: unknown[];
          try {
            items = splitPage(damaged, 'data').items.map(({ value }) => value);
          } catch (error) {
            expect(error).toBeInstanceOf(ContractError);
            refused += 1;
            return;
          }
          const parsed = JSON.parse(damaged);
          expect(items).toEqual(parsed.data);
        },
      ),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

describe('C10 C12 a list of more than two million characters', () => {
  const filling = JSON.stringify('x'.repeat(2_000_001));

  test('is read as a small one is', () => {
    const rest = ['{"id":9007199254740993,"a":1.0}', ' [ {"b":"]},"} ] ', '-0', 'null', '"\\u00e9"'];
    const { items, envelope } = splitPage(`{"next":7,"data":[${[filling, ...rest]}]}`, 'data');
    expect(envelope).toEqual({ next: 7 });
    expect(items.slice(1).map(({ text }) => text)).toEqual(rest.map((one) => one.trim()));
    expect(items.map(({ value }) => value)).toEqual([filling, ...rest].map((one) => JSON.parse(one)));
  });

  test.each(['1,,2', '1,', '{"a":1,}', '[1}', 'nul', '{"a":1} 2', "'a'", '\u00a01'])(
    'C7 with %j in it is refused',
    (piece) => {
      expect(() => splitPage(`{"data":[${filling},${piece}]}`, 'data')).toThrow(ContractError);
      expect(() => splitPage(`[${filling},${piece}]`, '')).toThrow(ContractError);
    },
  );
});

test('a single document keeps its text, without the space around it', () => {
  expect(wholeItem(' {"id":9007199254740993}\n')).toEqual({
    text: '{"id":9007199254740993}',
    value: { id: 9007199254740992 },
  });
  expect(() => wholeItem('{"id":1')).toThrow(ContractError);
});

test('C9 100,000 damaged bodies are read or refused, and none does anything else', () => {
  const { whole, pick } = dice('bodies', 1);
  const sound =
    '{"next":null,"a\\"b":[1e400,-0.0,"\\ud800\\\\"],"data":[{"id":"1","x":[[]]},{"id":9007199254740993}],"e":{"data":{}}}';
  const signs: [string, ...string[]] = ['"', ...'[]{},:\\ \0\ud8000e-.', 'null', '"data"'];
  let refused = 0;
  for (let trial = 0; trial < 100_000; trial += 1) {
    let body = sound;
    for (let change = whole(1, 3); change > 0; change -= 1) {
      const at = whole(0, body.length);
      // Cut off, a piece taken out, or something put in.
      const rest = pick([0, 1, 2]) === 0 ? '' : body.slice(at + whole(0, 8) * whole(0, 1));
      body = body.slice(0, at) + (whole(0, 1) === 0 ? '' : pick(signs)) + rest;
    }
    try {
      splitPage(body, whole(0, 9) === 0 ? '' : 'data');
    } catch (error) {
      if (!(error instanceof ContractError))
        throw new Error(`trial ${trial}: ${JSON.stringify(body)}`, { cause: error });
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(30_000);
  expect(refused).toBeLessThan(100_000);
});
