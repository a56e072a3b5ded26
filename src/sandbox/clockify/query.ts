import type { SandboxReply, SandboxRequest } from '../server.ts';
import { malformedParameter, pageTooLarge, pageTooSmall } from './refusals.ts';

/** Undefined where the parameter is absent or empty. */
export function parameter(request: SandboxRequest, name: string): string | undefined {
  const value = request.query.get(name);
  return value === null || value === '' ? undefined : value;
}

export function flagParameter(request: SandboxRequest, name: string): boolean | undefined {
  const value = parameter(request, name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw malformedParameter(name, value);
  return value === 'true';
}

export function enumParameter(request: SandboxRequest, name: string, allowed: readonly string[]) {
  const value = parameter(request, name);
  if (value !== undefined && !allowed.includes(value)) throw malformedParameter(name, value);
  return value;
}

/** Lists may be repeated parameters or one value with commas. */
export function listParameter(request: SandboxRequest, name: string): string[] {
  return request.query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');
}

function integerParameter(request: SandboxRequest, name: string, otherwise: number): number {
  const value = parameter(request, name);
  if (value === undefined) return otherwise;
  if (!/^-?\d{1,9}$/.test(value)) throw malformedParameter(name, value);
  return Number(value);
}

interface PageLimits {
  readonly size: number;
  readonly max: number;
}

const USUAL: PageLimits = { size: 50, max: 5000 };

/** One page of the list; page 0 and below behave as 1. */
export function pageReply(
  request: SandboxRequest,
  items: readonly unknown[],
  limits: PageLimits = USUAL,
): SandboxReply {
  const page = Math.max(1, integerParameter(request, 'page', 1));
  const size = integerParameter(request, 'page-size', limits.size);
  if (size > limits.max) throw pageTooLarge(limits.max);
  if (size < 1) throw pageTooSmall();
  const last = page * size >= items.length;
  return {
    status: 200,
    headers: { 'last-page': String(last) },
    body: items.slice((page - 1) * size, page * size),
  };
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly archived: boolean;
}

/** What the lists of projects and tags have in common: name, archived, sorting. */
export function namedItems<T extends Named>(request: SandboxRequest, items: Iterable<T>): T[] {
  const name = parameter(request, 'name');
  const strict = flagParameter(request, 'strict-name-search') === true;
  const archived = flagParameter(request, 'archived');
  const excluded = new Set(listParameter(request, 'excluded-ids'));
  const fits = (item: T) =>
    (name === undefined || (strict ? item.name === name : contains(item.name, name))) &&
    (archived === undefined || item.archived === archived) &&
    !excluded.has(item.id);
  return sorted(request, [...items].filter(fits));
}

export function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

const COLUMNS = ['ID', 'NAME', 'CLIENT_NAME', 'DURATION', 'BUDGET', 'PROGRESS'];

function sorted<T extends Named>(request: SandboxRequest, items: T[]): T[] {
  const column = enumParameter(request, 'sort-column', COLUMNS) === 'ID' ? 'id' : 'name';
  const order = enumParameter(request, 'sort-order', ['ASCENDING', 'DESCENDING']);
  const sign = order === 'DESCENDING' ? -1 : 1;
  return items.sort((a, b) => (a[column] === b[column] ? 0 : a[column] < b[column] ? -sign : sign));
}
