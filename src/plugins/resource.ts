import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isInstant, isLocalDate } from '../core/dates.ts';
import type { Change, RawItem, Read, Resource } from '../core/provider.ts';
import { answering, type Guard, guarded, guardedSeries, pluginFault } from './fault.ts';
import { epoch, expecting, isObject, text } from './rules.ts';

const day = z.string().refine(isLocalDate, 'is not a date YYYY-MM-DD');
const instant = z.string().refine(isInstant, 'is not an instant');
const finite = z.number().nullable();
/** What the store binds: anything else would surface there as a fault of ours. */
const change: z.ZodType<Change> = z.union([
  z.looseObject({ remove: z.string().min(1), updatedAt: instant.optional() }),
  z.looseObject({
    row: z.looseObject({
      id: z.string().min(1),
      day: day.optional(),
      startedAt: instant.optional(),
      endedAt: instant.optional(),
      updatedAt: instant.optional(),
    }),
    session: z
      .looseObject({
        kind: z.string().min(1),
        type: z.string().nullable(),
        day,
        start: instant,
        end: instant,
        asleepSeconds: finite,
        efficiency: finite,
        title: z.string().nullish(),
      })
      .optional(),
  }),
]) as z.ZodType<Change>;

/** A resource with its functions guarded; the errors name it. */
export function guardedResource(plugin: string, resource: Resource): Resource {
  const guard: Guard = { plugin, source: `${plugin}.${resource.name}`, of: 'work' };
  const { pages, document, schema, dayOf } = resource;
  return {
    ...resource,
    schema: guardedSchema(guard, schema),
    change: answering(guard, 'change', resource.change.bind(resource), changeFault),
    ...(document && { document: answering(guard, 'document', document.bind(resource), pathFault) }),
    ...(dayOf && {
      dayOf: { ...dayOf, id: answering(guard, 'dayOf.id', dayOf.id.bind(dayOf), expecting(text)) },
    }),
    ...(pages && {
      pages: (read) =>
        guardedSeries(
          guard,
          'pages',
          () => pages.call(resource, checkedRead(guard, resource, read)),
          pageFault,
        ),
    }),
  };
}

/** A schema's own refinements are a plugin's code as well. */
function guardedSchema(guard: Guard, schema: Resource['schema']): Resource['schema'] {
  return Object.create(schema, {
    safeParse: {
      value: answering(guard, 'schema', (value: unknown) => schema.safeParse(value), parsedFault),
    },
    parse: { value: guarded(guard, 'schema', (value: unknown) => schema.parse(value)) },
  });
}

function parsedFault(answer: unknown): string | undefined {
  if (isObject(answer)) {
    const { success, error } = answer;
    if (success === true || (success === false && isObject(error) && Array.isArray(error.issues)))
      return undefined;
  }
  return 'safeParse must answer as zod does';
}

function changeFault(answer: unknown): string | undefined {
  const parsed = change.safeParse(answer);
  if (parsed.success) return undefined;
  return `${placeOf(parsed.error)} is not as it has to be`;
}

/** Of the two shapes the one that was meant: the path, never the value. */
function placeOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const branches = issue?.code === 'invalid_union' ? issue.errors.flat() : [];
  const deepest = branches.sort((a, b) => b.path.length - a.path.length)[0] ?? issue;
  return deepest?.path.join('.') || 'the answer';
}

function pathFault(answer: unknown): string | undefined {
  return typeof answer === 'string' && answer.startsWith('/')
    ? undefined
    : 'it must answer a path that begins with /';
}

function pageFault(page: unknown): string | undefined {
  const isItem = (one: unknown) => isObject(one) && 'value' in one && typeof one.text === 'string';
  if (!Array.isArray(page) || !page.every(isItem))
    return 'each page must be a list of items as http.page and http.document give them';
  return page.every(saysItsValue) ? undefined : "each item's text must be JSON, and its value what that says";
}

/** The text is stored and views read it, while the row is made of the value. */
function saysItsValue({ text, value }: RawItem): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(text), value);
  } catch {
    return false;
  }
}

/** What is remembered for the next run must not be nonsense. */
function checkedRead(guard: Guard, { after = [] }: Resource, read: Read<unknown>): Read<unknown> {
  return {
    ...read,
    stored: (name) => {
      if (after.includes(name)) return read.stored(name);
      throw pluginFault(guard, `pages: stored("${name}") is only for a resource that it names in after`);
    },
    mark: (at) => {
      const isFine = typeof at === 'number' ? epoch.isFine(at) : isInstant(String(at));
      if (!isFine) throw pluginFault(guard, 'pages: mark() needs an instant');
      read.mark(at);
    },
    total: (count) => {
      if (!Number.isInteger(count) || count < 0)
        throw pluginFault(guard, 'pages: total() needs a whole number');
      read.total(count);
    },
  };
}
