import { z } from 'zod';
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

export const number = (about: string): Field<number | null | undefined> => ({
  schema: z.number().nullish(),
  about,
});
/** A number, or the word that the service writes where it has none: in the view that is NULL. */
export const numberOr = (word: string, about: string): Field<number | string | null | undefined> => ({
  schema: z.union([z.number(), z.literal(word)]).nullish(),
  about,
  sql: numeric,
});
export const text = (about: string): Field<string | null | undefined> => ({
  schema: z.string().nullish(),
  about,
});
export const flag = (about: string): Field<boolean | null | undefined> => ({
  schema: z.boolean().nullish(),
  about,
});

/** JSON of any shape, kept as it is; it may be missing. */
export const json = (about: string): Field<unknown> => ({ schema: z.unknown().optional(), about });

/** The field has to be there and must not be null. */
export function required<T>(field: Field<T>): Field<NonNullable<T>> {
  const present = field.schema.refine((value) => value !== null, 'is missing');
  // A refinement alone is not asked about a key that is not there.
  return { ...field, schema: z.nonoptional(present) as unknown as z.ZodType<NonNullable<T>> };
}

/** An ISO 8601 instant; its offset, if any, stays in the text. */
export const instant = (about: string): Field<string | null | undefined> => ({
  schema: z.string().refine(isInstant, 'is not an instant').nullish(),
  about,
});

/** A local calendar date. */
export const date = (about: string): Field<string | null | undefined> => ({
  schema: z.iso.date().nullish(),
  about,
});

export function nested<F extends Record<string, Field<unknown>>>(
  fields: F,
): Field<Partial<Values<F>> | null | undefined> {
  return { schema: z.looseObject(schemas(fields)).nullish() as never, about: '', nested: fields };
}

function schemas(fields: Readonly<Record<string, Field<unknown>>>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.schema]));
}

/** An item's schema and its view's columns from one list of fields. Unknown fields survive. */
export function item<F extends Record<string, Field<unknown>>>(
  fields: F,
): { schema: z.ZodType<Values<F>>; columns: Column[] } {
  return { schema: z.looseObject(schemas(fields)) as never, columns: columnsOf(fields, '$', '') };
}

function columnsOf(fields: Readonly<Record<string, Field<unknown>>>, path: string, prefix: string): Column[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const own = `${path}.${name}`;
    if (field.nested !== undefined) return columnsOf(field.nested, own, `${prefix}${name}_`);
    const { about, sql } = field;
    return [{ name: `${prefix}${name}`, path: own, about, ...(sql === undefined ? {} : { sql: sql(own) }) }];
  });
}
