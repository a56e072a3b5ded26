import type * as z from 'zod';
import { UsageError } from '../errors.ts';
import { check } from './check.ts';
import { plainDate } from './date.ts';
import { isTable, shownPath } from './read.ts';
import { expected } from './schema.ts';
import { listHeader, type Section, tableOf } from './section.ts';
import { didYouMean, printable } from './suggestions.ts';

type Table = Record<string, unknown>;

/** More than twice what all sources and kinds could be given one of; each costs a start some time. */
const MOST_TABLES = 100;

/** A list of tables as the file has it, each value checked. Throws UsageError naming file, table and key. */
export function checkTables(section: Section, key: string, written: unknown, file: string): Table[] {
  const header = listHeader(section, key);
  if (!Array.isArray(written) || !written.every(isTable)) {
    throw new UsageError(
      `${shownPath(file)}: [${tableOf(section)}] ${key} must be tables, each written ${header}`,
    );
  }
  if (written.length > MOST_TABLES)
    throw new UsageError(`${shownPath(file)}: ${header} may stand there ${MOST_TABLES} times at most`);
  const schema = section.lists?.[key] as z.ZodObject;
  return written.map((table, index) =>
    checkTable(schema, table, `${shownPath(file)}: ${header} #${index + 1}`),
  );
}

function checkTable(schema: z.ZodObject, table: Table, place: string): Table {
  const keys = Object.keys(schema.shape);
  const unknown = Object.keys(table).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    const message = `${place} ${printable(unknown)} is not a key${didYouMean(unknown, keys)}`;
    throw new UsageError(message, { hint: `Its keys: ${keys.join(', ')}` });
  }
  const own = (key: string) => schema.shape[key] as z.ZodType;
  const checked: Table = Object.fromEntries(
    Object.entries(table).map(([key, value]) => [key, plainDate(own(key), value)]),
  );
  if (schema.safeParse(checked).success) return checked;
  for (const key of keys) {
    if (Object.hasOwn(checked, key)) check(own(key), checked[key], `${place} ${key}`);
    else if (!own(key).safeParse(undefined).success)
      throw new UsageError(`${place} ${key} must be ${expected(own(key))}, but is not set`);
  }
  return checked;
}
