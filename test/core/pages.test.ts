import { describe, expect, test } from 'vitest';
import { ContractError } from '../../src/core/errors.ts';
import { byNumber, byOffset, byToken, single } from '../../src/core/pages.ts';
import type { Page, RawItem } from '../../src/core/provider.ts';
import { MissingError } from '../../src/http/client.ts';

const item = (text: string): RawItem => ({ text, value: JSON.parse(text) });

/** A service whose answers name these tokens, one after the other. */
function service(tokens: readonly unknown[]) {
  const asked: (string | undefined)[] = [];
  const read = async (token: string | undefined): Promise<Page> => {
    asked.push(token);
    const envelope = { next_token: tokens[asked.length - 1] };
    return { items: [item(String(asked.length))], envelope, headers: {} };
  };
  return { asked, pages: byToken(read, (page) => page.envelope.next_token) };
}

async function readAll(pages: AsyncIterable<readonly RawItem[]>) {
  const got: string[] = [];
  let error: unknown;
  try {
    for await (const page of pages) got.push(...page.map(({ text }) => text));
  } catch (failure) {
    error = failure;
  }
  return { got, error };
}

describe('paging by token', () => {
  test.each([
    ['null', null],
    ['nothing', undefined],
    ['an empty text', ''],
  ])('ends at %s, and every page is there once', async (_name, last) => {
    const { asked, pages } = service(['a', 'b', last]);
    expect(await readAll(pages)).toEqual({ got: ['1', '2', '3'], error: undefined });
    expect(asked).toEqual([undefined, 'a', 'b']);
  });

  test.each([
    ['at once', ['a', 'a'], [undefined, 'a']],
    ['after a round', ['a', 'b', 'a', 'b'], [undefined, 'a', 'b']],
  ])('D7 a token that comes back %s stops it; what was read stays read', async (_name, tokens, expected) => {
    const { asked, pages } = service(tokens);
    const { got, error } = await readAll(pages);
    expect(error).toBeInstanceOf(ContractError);
    expect(asked).toEqual(expected);
    expect(got.length).toBe(asked.length);
  });

  test.each([[7], [true], [{ token: 'a' }], [['a']]])('%j as a token is not understood', async (token) => {
    const { got, error } = await readAll(service([token]).pages);
    expect(error).toBeInstanceOf(ContractError);
    expect(got).toEqual(['1']);
  });

  test('the next page is not asked for before the last one was taken', async () => {
    const { asked, pages } = service(['a', 'b', null]);
    await pages[Symbol.asyncIterator]().next();
    expect(asked).toEqual([undefined]);
  });
});

describe('paging by offset', () => {
  /** A service that names these offsets, one after the other. */
  function offsets(named: readonly unknown[]) {
    const asked: (number | undefined)[] = [];
    const read = async (offset: number | undefined): Promise<Page> => {
      asked.push(offset);
      return {
        items: [item(String(asked.length))],
        envelope: { next: named[asked.length - 1] },
        headers: {},
      };
    };
    return { asked, pages: byOffset(read, (page) => page.envelope.next) };
  }

  test('ends where none is named', async () => {
    const { asked, pages } = offsets([100, 250, undefined]);
    expect(await readAll(pages)).toEqual({ got: ['1', '2', '3'], error: undefined });
    expect(asked).toEqual([undefined, 100, 250]);
  });

  test.each([[[0]], [[-1]], [['100']], [[100, 100]], [[100, 99]], [[null]]])(
    'D7 one that does not grow stops it: %j',
    async (named) => {
      const { asked, pages } = offsets(named);
      const { got, error } = await readAll(pages);
      expect(error).toMatchObject({ outcome: 'CONTRACT', message: 'the paging offset does not grow' });
      expect([got.length, asked.length]).toEqual([named.length, named.length]);
    },
  );
});

test('D7 a paging that never ends is given up, and stays over', async () => {
  const page: Page = { items: [], envelope: {}, headers: {} };
  let asked = 0;
  const pages = byNumber(
    async () => {
      asked += 1;
      return page;
    },
    () => false,
  );
  expect((await readAll(pages)).error).toMatchObject({ message: 'the paging did not end' });
  expect(asked).toBe(100_000);
});

test('a paging that is over, ended or broken is not asked again', async () => {
  let asked = 0;
  const broken = byNumber(
    async () => {
      asked += 1;
      throw new ContractError('no page');
    },
    () => true,
  )[Symbol.asyncIterator]();
  await expect(broken.next()).rejects.toThrow('no page');
  expect(await broken.next()).toEqual({ done: true, value: undefined });
  expect(asked).toBe(1);
  const left = single(async () => item('{}'))[Symbol.asyncIterator]();
  await left.return?.();
  expect(await left.next()).toEqual({ done: true, value: undefined });
});

describe('paging by number', () => {
  /** Pages by their number, the last of which is so often given as asked; undefined is a 404. */
  const numbered = (
    pages: readonly (string | undefined)[],
    isLast: (number: number) => boolean | undefined,
  ) =>
    byNumber(
      async (number) => {
        const text = pages[Math.min(number, pages.length) - 1];
        if (text === undefined) throw new MissingError('answered 404', { source: 'a-service', isJson: true });
        return { items: text === '' ? [] : [item(text)], envelope: {}, headers: {} };
      },
      (_page, number) => isLast(number),
      { missingEnds: true },
    );

  test('ends where the service says so', async () => {
    expect(await readAll(numbered(['1', '2'], (number) => number === 2))).toEqual({
      got: ['1', '2'],
      error: undefined,
    });
  });

  test('D7 the same page twice in a row stops it', async () => {
    const { got, error } = await readAll(numbered(['1', '2'], () => false));
    expect([got, error]).toEqual([['1', '2'], expect.any(ContractError)]);
  });

  test('a page that was not promised and is not there is the end', async () => {
    expect(await readAll(numbered(['1', undefined], () => undefined))).toEqual({
      got: ['1'],
      error: undefined,
    });
  });

  test('D5 a page that was promised and is not there is no end', async () => {
    const { got, error } = await readAll(numbered(['1', undefined], () => false));
    expect([got, error]).toEqual([['1'], expect.any(MissingError)]);
  });
});

test('a single document is a page of one', async () => {
  expect(await readAll(single(async () => item('{"a":1}')))).toEqual({ got: ['{"a":1}'], error: undefined });
});

describe('a single document that is not there', () => {
  const missing = (isJson: boolean) => async () => {
    throw new MissingError('answered 404', { source: 'a-service', isJson });
  };

  test('is no page where a service says so with a 404', async () => {
    expect(await readAll(single(missing(true), { missingEnds: true }))).toEqual({
      got: [],
      error: undefined,
    });
  });

  test.each([
    ['from somebody in between', false, { missingEnds: true }],
    ['anywhere else', true, {}],
  ] as const)('stops the reading %s', async (_name, isJson, options) => {
    const { got, error } = await readAll(single(missing(isJson), options));
    expect([got, error]).toEqual([[], expect.any(MissingError)]);
  });
});
