import type * as z from 'zod';
import { appSection } from './app.ts';
import { namesOf } from './environment.ts';
import { about, defaultOf, expected } from './schema.ts';
import { keysOf, listHeader, type Section } from './section.ts';

/** One key, as the documentation shows it. */
export interface Described {
  readonly section: string;
  readonly key: string;
  /** What belongs there. */
  readonly type: string;
  /** As written in TOML, or in words; undefined when the key is simply not set. */
  readonly default: string | undefined;
  readonly description: string;
  readonly environment: readonly string[];
  readonly secret: boolean;
}

/** `[app]` and the given sections, key by key. */
export function describeSections(sections: readonly Section[]): Described[] {
  return [appSection, ...sections].flatMap((section) => keysOf(section).map((key) => describe(section, key)));
}

/** The keys of every list of tables, which only the file can hold; `section` is how the file begins each. */
export function describeLists(sections: readonly Section[]): Described[] {
  return sections.flatMap((section) =>
    Object.entries(section.lists ?? {}).flatMap(([list, { shape }]) =>
      Object.keys(shape).map((key) => ({
        ...described(shape[key] as z.ZodType),
        section: listHeader(section, list),
        key,
        environment: [],
      })),
    ),
  );
}

function describe(section: Section, key: string): Described {
  const schema = section.schema.shape[key] as z.ZodType;
  return { ...described(schema), section: section.id, key, environment: namesOf(section, key) };
}

function described(schema: z.ZodType): Omit<Described, 'section' | 'key' | 'environment'> {
  const { defaultText, description = '', secret = false } = about(schema);
  const value = defaultOf(schema);
  return {
    type: expected(schema),
    default: defaultText ?? (value === undefined ? undefined : JSON.stringify(value)),
    description,
    secret,
  };
}
