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

/** One document as a page of one. */
export async function* single(read: () => Promise<RawItem>): AsyncGenerator<readonly RawItem[]> {
  yield [await read()];
}
