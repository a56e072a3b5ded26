import * as z from 'zod';

/** What a key's schema says beside its type; the builders in values.ts fill it in. */
export interface About {
  /** Completes "must be …". */
  expected?: string;
  description?: string;
  secret?: boolean;
  /** For the documentation, where the default depends on the machine. */
  defaultText?: string;
  /** A date without quotes is TOML's own date type, which is fine here. */
  date?: boolean;
  /** Items may also be separated by spaces in an environment variable. */
  words?: boolean;
}

interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  entries?: Record<string, string>;
  values?: unknown[];
  defaultValue?: unknown;
}

function definition(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

function inner(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, in: input } = definition(schema);
  return innerType ?? input;
}

/** What is left of the key's schema without optional, default and transformations. */
export function base(schema: z.ZodType): z.ZodType {
  const next = inner(schema);
  return next === undefined ? schema : base(next);
}

export function baseType(schema: z.ZodType): string {
  return definition(base(schema)).type;
}

export function about(schema: z.ZodType): About {
  const next = inner(schema);
  return {
    ...(next === undefined ? {} : about(next)),
    ...(z.globalRegistry.get(schema) as About | undefined),
  };
}

/** The default as it would be written in the file. */
export function defaultOf(schema: z.ZodType): unknown {
  const next = inner(schema);
  return definition(schema).defaultValue ?? (next === undefined ? undefined : defaultOf(next));
}

/** Whether the parsed value differs in type from the written one, e.g. a duration. */
export function isTransformed(schema: z.ZodType): boolean {
  const next = inner(schema);
  return definition(schema).type === 'pipe' || (next !== undefined && isTransformed(next));
}

export function element(schema: z.ZodType): z.ZodType | undefined {
  return definition(base(schema)).element;
}

/** The words an enumeration accepts. */
export function words(schema: z.ZodType): string[] {
  const { entries, options } = definition(base(schema));
  return entries === undefined ? (options ?? []).flatMap(words) : Object.values(entries);
}

/** Completes "must be …". */
export function expected(schema: z.ZodType): string {
  const said = about(schema).expected;
  if (said !== undefined) return said;
  const { type, element: item, options, values } = definition(base(schema));
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'text';
  if (type === 'enum') return `one of ${words(schema).join(', ')}`;
  if (type === 'literal') return (values ?? []).join(' or ');
  if (type === 'array' && item !== undefined) return `a list, each ${expected(item)}`;
  if (type === 'union') return (options ?? []).map(expected).join(' or ');
  return `a ${type}`;
}
