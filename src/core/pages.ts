import { MissingError } from '../http/client.ts';
import { ContractError } from './errors.ts';
import type { Page, RawItem } from './provider.ts';

/** A generous bound on one listing: a service that never ends a paging is broken, not rich. */
const PAGE_LIMIT = 100_000;

/**
 * Follows a token from page to page until it is null, absent or empty.
 * A token that comes back is a loop at the service: stops with a ContractError instead of turning forever.
 */
export async function* byToken(
  read: (token: string | undefined) => Promise<Page>,
  next: (page: Page) => unknown,
): AsyncGenerator<readonly RawItem[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  for (let count = 0; count < PAGE_LIMIT; count += 1) {
    const page = await read(token);
    yield page.items;
    const following = next(page);
    if (following === null || following === undefined || following === '') return;
    if (typeof following !== 'string') throw new ContractError('the paging token is not a text');
    if (seen.has(following)) throw new ContractError('the same paging token came twice');
    seen.add(following);
    token = following;
  }
  throw new ContractError('the paging did not end');
}

/**
 * Follows an offset from page to page until there is none. One that does not grow is a loop at the service: stops
 * with a ContractError.
 */
export async function* byOffset(
  read: (offset: number | undefined) => Promise<Page>,
  next: (page: Page) => unknown,
): AsyncGenerator<readonly RawItem[]> {
  let offset: number | undefined;
  for (let count = 0; count < PAGE_LIMIT; count += 1) {
    const page = await read(offset);
    yield page.items;
    const following = next(page);
    if (following === undefined) return;
    if (typeof following !== 'number' || following <= (offset ?? 0))
      throw new ContractError('the paging offset does not grow');
    offset = following;
  }
  throw new ContractError('the paging did not end');
}

export interface MissingEnds {
  /** The service answers 404 where nothing is: beyond the last page, for a list without an entry. */
  readonly missingEnds?: true;
}

/** Pages 1, 2, 3, … until `isLast` says so. */
export async function* byNumber(
  read: (number: number) => Promise<Page>,
  isLast: (page: Page, number: number) => boolean,
  { missingEnds }: MissingEnds = {},
): AsyncGenerator<readonly RawItem[]> {
  for (let number = 1; number <= PAGE_LIMIT; number += 1) {
    let page: Page;
    try {
      page = await read(number);
    } catch (error) {
      if (missingEnds && error instanceof MissingError && error.isJson) return;
      throw error;
    }
    yield page.items;
    if (isLast(page, number)) return;
  }
  throw new ContractError('the paging did not end');
}

/** One document as a page of one; with `missingEnds` a 404 says that there is none. */
export async function* single(
  read: () => Promise<RawItem>,
  { missingEnds }: MissingEnds = {},
): AsyncGenerator<readonly RawItem[]> {
  let item: RawItem;
  try {
    item = await read();
  } catch (error) {
    if (missingEnds && error instanceof MissingError && error.isJson) return;
    throw error;
  }
  yield [item];
}
