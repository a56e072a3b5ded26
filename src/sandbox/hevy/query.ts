import { isInstant } from '../../core/dates.ts';
import { invalid } from './refusals.ts';

/** Whether a name that the route does not know is an error; nobody has tried. */
export type UnknownParameters = 'refused' | 'ignored';

export function checkNames(
  query: URLSearchParams,
  allowed: readonly string[],
  unknown: UnknownParameters,
): void {
  for (const name of query.keys()) {
    if (!allowed.includes(name)) {
      if (unknown === 'refused') throw invalid(name, 'is not allowed');
    } else if (query.getAll(name).length > 1) throw invalid(name, 'must be a single value');
  }
}

/** A whole number from 1 up. */
function positive(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalid(name, 'must be an integer');
  if (Number(text) < 1) throw invalid(name, 'must be greater than or equal to 1');
  return Number(text);
}

export interface PageSize {
  readonly usual: number;
  readonly max: number;
}

export function pageOf(query: URLSearchParams, size: PageSize): { page: number; pageSize: number } {
  const page = positive(query, 'page', 1);
  const pageSize = positive(query, 'pageSize', size.usual);
  if (pageSize > size.max) throw invalid('pageSize', `must be less than or equal to ${size.max}`);
  return { page, pageSize };
}

/**
 * UTC epoch milliseconds; undefined when absent. Date and time with an offset: the `+` of one that was sent unencoded
 * arrives as a space and fits nothing.
 */
export function instantIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!isInstant(text) || !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) {
    throw invalid(name, 'must be in ISO 8601 date format');
  }
  return Date.parse(text);
}
