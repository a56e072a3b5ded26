import { commonViews } from '../core/common.ts';
import type { AnyProvider, Resource } from '../core/provider.ts';
import {
  broken,
  callable,
  count,
  filledList,
  isObject,
  type Kind,
  line,
  list,
  lowerWord,
  object,
  optional,
  type Rule,
  rules,
  schema,
  text,
  textByName,
  word,
  words,
  yes,
  yesNo,
} from './rules.ts';

const PROVIDER = rules({
  id: line,
  title: line,
  marker: word,
  config: { isFine: isSection, expected: 'a z.strictObject' },
  environment: textByName,
  ignoredEnvironment: optional(textByName),
  enabled: callable,
  switchKey: optional(text),
  startDate: callable,
  overlapDays: optional(callable),
  overlapSeconds: optional(callable),
  baseUrl: callable,
  auth: callable,
  resources: filledList,
  person: optional(text),
  chosenResources: optional(callable),
  extras: optional(callable),
  explain: optional(callable),
  plainReply: optional(callable),
  headers: optional(textByName),
  limits: optional(callable),
  notice: optional(line),
  concurrency: count(1, 16),
});

const RESOURCE = rules({
  name: lowerWord,
  title: line,
  scope: optional(line),
  rights: optional(line),
  cursor: object,
  pages: optional(callable),
  schema,
  change: callable,
  document: optional(callable),
  dayOf: optional(object),
  samples: optional(yes),
  startsWith: optional(text),
  after: optional(words),
  optional: optional(yes),
  unfinished: optional(object),
  sessions: optional(words),
  columns: filledList,
  rowsOf: optional(text),
  lists: optional(list),
  common: optional(list),
});

const CURSORS: Readonly<Record<string, readonly Rule[]>> = {
  snapshot: rules({ daily: optional(yes) }),
  since: rules({ reachDays: optional(count(1, 36_500)), byDates: optional(object) }),
  windows: rules({
    sliceDays: count(1, 36_500),
    everyRun: optional(count(1, 36_500)),
    firstOfDay: count(1, 36_500),
    firstOfWeek: count(1, 36_500),
    probe: yesNo,
  }),
  each: rules({ of: text }),
};
const BY_DATES = rules({ sliceDays: count(1, 36_500), relistDays: count(1, 36_500) });

const DAY_OF = rules({ resource: text, id: callable });
const jsonPath: Kind = {
  isFine: (value) => typeof value === 'string' && value.startsWith('$'),
  expected: 'a JSON path',
};
const UNFINISHED = rules({ path: jsonPath, value: text });
const COMMON = rules({
  view: {
    isFine: (value) => typeof value === 'string' && Object.hasOwn(commonViews, value),
    expected: `one of ${Object.keys(commonViews).join(', ')}`,
  },
  columns: textByName,
  where: optional(text),
});
const LIST = rules({ name: lowerWord, from: text, columns: filledList });
const COLUMN = rules({
  name: word,
  path: jsonPath,
  about: text,
  sql: optional(text),
});
/** Every view has them. */
const TAKEN_COLUMNS = ['account', 'record_id'];

function isSection(value: unknown): boolean {
  return isObject(value) && typeof value.safeParse === 'function' && isObject(value.shape);
}

/** What keeps a thing from being a provider's description, in a sentence; undefined: it is one. */
export function faultOf(thing: unknown): string | undefined {
  const own = broken(thing, PROVIDER);
  if (own !== undefined) return own;
  const { resources, person } = thing as AnyProvider;
  const inResource = firstOf(resources.map((one, index) => () => resourceFault(one, `resources[${index}]`)));
  if (inResource !== undefined) return inResource;
  const names = resources.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `two resources are named "${twice}"`;
  if (person !== undefined && !names.includes(person))
    return `person names "${person}", which is no resource`;
  return firstOf(resources.map((one) => () => referenceFault(one, names))) ?? cycleIn(resources);
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function resourceFault(thing: unknown, place: string): string | undefined {
  const own = broken(thing, RESOURCE, place);
  if (own !== undefined) return own;
  const resource = thing as Resource;
  const of = `the resource "${resource.name}":`;
  return firstOf([
    () => cursorFault(resource, of),
    () => listedFault(resource, of),
    () => columnsFault(resource.columns, of),
    () => unfinishedFault(resource, of),
    () => dayOfFault(resource, of),
    ...(resource.common ?? []).map((rows) => () => broken(rows, COMMON, `${of} common`)),
    ...(resource.lists ?? []).map(
      (view) => () => broken(view, LIST, `${of} lists`) ?? columnsFault(view.columns, `${of} lists:`),
    ),
  ]);
}

function unfinishedFault({ unfinished, document }: Resource, of: string): string | undefined {
  if (unfinished === undefined) return undefined;
  if (document === undefined)
    return `${of} document must be a function, since unfinished records are asked for by it`;
  return broken(unfinished, UNFINISHED, `${of} unfinished`);
}

function dayOfFault({ dayOf, after }: Resource, of: string): string | undefined {
  if (dayOf === undefined) return undefined;
  const own = broken(dayOf, DAY_OF, `${of} dayOf`);
  if (own !== undefined) return own;
  return after?.includes(dayOf.resource) === true
    ? undefined
    : `${of} after must name "${dayOf.resource}" as well`;
}

function cursorFault({ cursor }: Resource, of: string): string | undefined {
  const known = Object.hasOwn(CURSORS, String(cursor.kind)) ? CURSORS[cursor.kind] : undefined;
  if (known === undefined) return `${of} cursor must be made by one of ${Object.keys(CURSORS).join(', ')}`;
  const own = broken(cursor, known, `${of} cursor`);
  if (own !== undefined || cursor.kind !== 'since' || cursor.byDates === undefined) return own;
  return broken(cursor.byDates, BY_DATES, `${of} cursor.byDates`);
}

/** An `each` asks for documents, every other cursor for pages. */
function listedFault({ cursor, pages, document, after }: Resource, of: string): string | undefined {
  if (cursor.kind !== 'each') {
    return typeof pages === 'function' ? undefined : `${of} pages must be a function`;
  }
  if (document === undefined) return `${of} document must be a function, since its cursor is "each"`;
  if (after?.includes(cursor.of) !== true) return `${of} after must name "${cursor.of}" as well`;
  return pages === undefined ? undefined : `${of} pages must be left out, since its cursor is "each"`;
}

function columnsFault(columns: readonly unknown[], of: string): string | undefined {
  const names = new Set(TAKEN_COLUMNS);
  return firstOf(
    columns.map((column) => () => {
      const fault = broken(column, COLUMN, `${of} a column`);
      if (fault !== undefined) return fault;
      const name = (column as { name: string }).name.toLowerCase();
      if (names.has(name)) return `${of} two columns are named "${name}"`;
      names.add(name);
      return undefined;
    }),
  );
}

function comeBefore({ startsWith, after = [] }: Resource): string[] {
  return [...after, ...(startsWith === undefined ? [] : [startsWith])];
}

function referenceFault(resource: Resource, names: readonly string[]): string | undefined {
  const unknown = comeBefore(resource).find((name) => !names.includes(name));
  return unknown && `the resource "${resource.name}" comes after "${unknown}", which is no resource`;
}

/** Resources that wait for each other would wait for ever. */
function cycleIn(resources: readonly Resource[]): string | undefined {
  const settled = new Set<string>();
  for (let left = resources; left.length > 0; ) {
    const ready = left.filter((one) => comeBefore(one).every((name) => settled.has(name)));
    if (ready.length === 0)
      return `these resources wait for each other: ${left.map(({ name }) => name).join(', ')}`;
    for (const { name } of ready) settled.add(name);
    left = left.filter(({ name }) => !settled.has(name));
  }
  return undefined;
}
