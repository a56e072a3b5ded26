import { crc32 } from 'node:zlib';
import { MissingError } from '../http/client.ts';
import { ContractError } from './errors.ts';
import type { Page, RawItem } from './provider.ts';

/** A generous bound on one listing: a service that never ends a paging is broken, not rich. */
const PAGE_LIMIT = 100_000;

type Items = readonly RawItem[];

/**
 * One page a call of `turn`, until it answers undefined. Not a generator: that would hold each page until the next one has
 * come, and what is held over a request costs V8 a move into the part of its memory that it cleans last.
 */
function turnedBy(turn: () => Promise<Items | undefined>): AsyncIterable<Items> {
  return {
    [Symbol.asyncIterator]: () => {
      let count = 0;
      let isOver = false;
      return {
        next: async () => {
          if (isOver) return { done: true, value: undefined };
          count += 1;
          if (count > PAGE_LIMIT) throw new ContractError('the paging did not end');
          try {
            const items = await turn();
            isOver = items === undefined;
            return items === undefined ? { done: true, value: undefined } : { done: false, value: items };
          } catch (error) {
            isOver = true;
            throw error;
          }
        },
        return: async () => {
          isOver = true;
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/**
 * Follows a token from page to page until it is null, absent or empty.
 * A token that comes back is a loop at the service: stops with a ContractError instead of turning forever.
 */
export function byToken(
  read: (token: string | undefined) => Promise<Page>,
  next: (page: Page) => unknown,
): AsyncIterable<Items> {
  const seen = new Set<unknown>();
  let following: unknown;
  return turnedBy(async () => {
    const isFirst = seen.size === 0;
    if (!isFirst && (following === null || following === undefined || following === '')) return undefined;
    if (!isFirst && typeof following !== 'string') throw new ContractError('the paging token is not a text');
    if (seen.has(following)) throw new ContractError('the same paging token came twice');
    seen.add(following);
    const page = await read(following as string | undefined);
    following = next(page);
    return page.items;
  });
}

/**
 * Follows an offset from page to page until there is none. One that does not grow is a loop at the service: stops
 * with a ContractError.
 */
export function byOffset(
  read: (offset: number | undefined) => Promise<Page>,
  next: (page: Page) => unknown,
): AsyncIterable<Items> {
  let offset: number | undefined;
  let following: unknown;
  let isFirst = true;
  return turnedBy(async () => {
    if (!isFirst) {
      if (following === undefined) return undefined;
      if (typeof following !== 'number' || following <= (offset ?? 0))
        throw new ContractError('the paging offset does not grow');
      offset = following;
    }
    isFirst = false;
    const page = await read(offset);
    following = next(page);
    return page.items;
  });
}

export interface MissingEnds {
  /** The service answers 404 where nothing is: beyond the last page, for a list without an entry. */
  readonly missingEnds?: true;
}

/**
 * Pages 1, 2, 3, … until `isLast` says so; undefined: the service did not tell. The same page twice in a row is a service
 * that does not heed the number: stops with a ContractError. With `missingEnds` a 404 is no end where a page was promised.
 */
export function byNumber(
  read: (number: number) => Promise<Page>,
  isLast: (page: Page, number: number) => boolean | undefined,
  { missingEnds }: MissingEnds = {},
): AsyncIterable<Items> {
  let number = 0;
  let isOver: boolean | undefined;
  let before = '';
  return turnedBy(async () => {
    if (isOver) return undefined;
    number += 1;
    const page = await unlessMissing(() => read(number), missingEnds && isOver === undefined);
    isOver = page === undefined ? true : isLast(page, number);
    const shown = markOf(page?.items ?? []);
    if (!isOver && shown !== '' && shown === before) throw new ContractError('the same page came twice');
    before = shown;
    return page?.items;
  });
}

/** Tells one page from another without holding it; empty for a page without items. */
function markOf(items: Items): string {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `${items.length} ${crc32(first.text)} ${crc32(last.text)}`;
}

/** One document as a page of one; with `missingEnds` a 404 says that there is none. */
export function single(
  read: () => Promise<RawItem>,
  { missingEnds }: MissingEnds = {},
): AsyncIterable<Items> {
  let isOver = false;
  return turnedBy(async () => {
    if (isOver) return undefined;
    isOver = true;
    const item = await unlessMissing(read, missingEnds);
    return item && [item];
  });
}

async function unlessMissing<T>(read: () => Promise<T>, missingEnds = false): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (missingEnds && error instanceof MissingError && error.isJson) return undefined;
    throw error;
  }
}
