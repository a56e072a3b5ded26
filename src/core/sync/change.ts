import { instantOf } from '../dates.ts';
import type { Change, Put, RawItem, Resource } from '../provider.ts';

/** Why an item that fits its schema cannot be stored. */
export interface Odd {
  readonly reason: string;
}

/** What an item means: its figures may lead to a time that no calendar has, although each of them is one by itself. */
export function changeOf(
  resource: Resource,
  item: unknown,
  of: string,
  raw: RawItem,
  zone: string,
): Change | Odd {
  let change: Change;
  try {
    change = resource.change(item, of, raw, zone);
  } catch (error) {
    if (error instanceof RangeError) return { reason: 'item: out_of_range' };
    throw error;
  }
  return 'remove' in change ? change : (timeless(change) ?? change);
}

function timeless({ session }: Put): Odd | undefined {
  const { start, end } = session ?? {};
  const odd = [start, end].some((text) => text !== undefined && Number.isNaN(instantOf(text)));
  return odd ? { reason: 'session: not_an_instant' } : undefined;
}
