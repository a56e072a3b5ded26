import type * as z from 'zod';

/** One `[section]` of the configuration, as its owner describes it. */
export interface Section<C = unknown> {
  readonly id: string;
  /** Its name in the file where that is not the id, e.g. `plugins.steps`. */
  readonly table?: string | undefined;
  /** Keys that only the file may set. */
  readonly fileOnly?: readonly string[] | undefined;
  /** A strict object; every key is described, so that the documentation can be generated. */
  readonly schema: z.ZodObject;
  /** Environment names people already use -> key. The first that is set counts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Environment names of earlier tools that are understood and ignored -> why. */
  readonly ignoredEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Keys that hold a list of tables, each written `[[section.key]]`; only the file can set them. */
  readonly lists?: Readonly<Record<string, z.ZodObject>> | undefined;
  /** Accepts what earlier tools wrote, or derives one key from another; gets checked values. */
  normalise?(values: C): C;
}

export interface Origin {
  readonly kind: 'flag' | 'environment' | '.env' | 'file' | 'default';
  /** The flag, the variable or the file. */
  readonly name?: string;
}

/** One value that somebody set. */
export interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
  /** How an error names the place: file and key, or variable. */
  readonly where: string;
  /** Where a relative path in it starts. */
  readonly folder: string;
}

/** By `section.key`. */
export type Settings = Map<string, Setting>;

export function settingId(section: string, key: string): string {
  return `${section}.${key}`;
}

/** How the file and messages call the section. */
export function tableOf({ id, table }: Pick<Section, 'id' | 'table'>): string {
  return table ?? id;
}

export function keysOf(section: Section): string[] {
  return Object.keys(section.schema.shape);
}

export function listsOf(section: Section): string[] {
  return Object.keys(section.lists ?? {});
}

/** How the file begins each table of a list. */
export function listHeader(section: Section, key: string): string {
  return `[[${tableOf(section)}.${key}]]`;
}
