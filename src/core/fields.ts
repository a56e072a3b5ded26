import * as z from 'zod';
import { numeric } from './common.ts';
import { isInstant } from './dates.ts';
import type { Column } from './provider.ts';

/** One field of an item: how it is checked, and what its column in the typed view means (with its unit). */
export interface Field<T> {
  readonly schema: z.ZodType<T>;
  readonly about: string;
  /** Set when the field is an object whose own fields become columns `<field>_<name>`. */
  readonly nested?: Readonly<Record<string, Field<unknown>>>;
  /** The SQL expression of the column at a JSON path, where it is not simply the value there. */
  readonly sql?: (path: string) => string;
}

type Values<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

// One schema for all fields of a kind, and the schemas of objects only when the first item comes: making the thousand
// of them that all providers have took longer than any command that just looks into the database.
const anyNumber = z.number().nullish();
const anyText = z.string().nullish();
const anyFlag = z.boolean().nullish();
const anything = z.unknown().optional();
const anyInstant = z.string().refine(isInstant, 'is not an instant').nullish();
const anyDate = z.iso.date().nullish();

export const number = (about: string): Field<number | null | undefined> => ({ schema: anyNumber, about });
/** A number, or the word that the service writes where it has none: in the view that is NULL. */
export const numberOr = (word: string, about: string): Field<number | string | null | undefined> => ({
  schema: orWord(word),
  about,
  sql: numeric,
});
/** By the word: a service writes the same one everywhere. */
const wordy = new Map<string, z.ZodType<number | string | null | undefined>>();

function orWord(word: string) {
  const known = wordy.get(word) ?? z.union([z.number(), z.literal(word)]).nullish();
  wordy.set(word, known);
  return known;
}

export const text = (about: string): Field<string | null | undefined> => ({ schema: anyText, about });
export const flag = (about: string): Field<boolean | null | undefined> => ({ schema: anyFlag, about });

/** JSON of any shape, kept as it is; it may be missing. */
export const json = (about: string): Field<unknown> => ({ schema: anything, about });

/** The field has to be there and must not be null. */
export function required<T>(field: Field<T>): Field<NonNullable<T>> {
  const known = present.get(field.schema) ?? presence(field.schema);
  present.set(field.schema, known);
  return { ...field, schema: known as z.ZodType<NonNullable<T>> };
}

/** By the schema that may also be null or missing. */
const present = new WeakMap<z.ZodType, z.ZodType>();

/** A refinement alone is not asked about a key that is not there. */
function presence(schema: z.ZodType): z.ZodType {
  return z.nonoptional(schema.refine((value) => value !== null, 'is missing'));
}

/** An ISO 8601 instant; its offset, if any, stays in the text. */
export const instant = (about: string): Field<string | null | undefined> => ({ schema: anyInstant, about });

/** A local calendar date. */
export const date = (about: string): Field<string | null | undefined> => ({ schema: anyDate, about });

export function nested<F extends Record<string, Field<unknown>>>(
  fields: F,
): Field<Partial<Values<F>> | null | undefined> {
  return { schema: object(fields).nullish() as never, about: '', nested: fields };
}

function object(fields: Readonly<Record<string, Field<unknown>>>): z.ZodType {
  return z.lazy(() =>
    z.looseObject(Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]))),
  );
}

/** An item's schema and its view's columns from one list of fields. Unknown fields survive. */
export function item<F extends Record<string, Field<unknown>>>(
  fields: F,
): { schema: z.ZodType<Values<F>>; columns: Column[] } {
  return { schema: recognised(fields) as never, columns: columnsOf(fields, '$', '') };
}

/** Where nothing is required, an error in a reply with 200 would pass for the item. */
function recognised(fields: Readonly<Record<string, Field<unknown>>>): z.ZodType {
  return z.lazy(() => {
    const own = object(fields);
    const isAnyRequired = Object.values(fields).some(({ schema }) => !schema.safeParse(undefined).success);
    if (isAnyRequired) return own;
    const isKnown = (value: unknown) => {
      const keys = Object.keys(value as object);
      return keys.length === 0 || keys.some((key) => Object.hasOwn(fields, key));
    };
    return own.refine(isKnown, 'has none of the fields that are known');
  });
}

function columnsOf(fields: Readonly<Record<string, Field<unknown>>>, path: string, prefix: string): Column[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const own = `${path}.${name}`;
    if (field.nested !== undefined) return columnsOf(field.nested, own, `${prefix}${name}_`);
    const { about, sql } = field;
    return [{ name: `${prefix}${name}`, path: own, about, ...(sql === undefined ? {} : { sql: sql(own) }) }];
  });
}
