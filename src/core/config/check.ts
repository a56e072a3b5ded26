import type * as z from 'zod';
import { UsageError } from '../errors.ts';
import { about, baseType, element, expected, words } from './schema.ts';
import type { Section } from './section.ts';
import { didYouMean } from './suggestions.ts';

/** Throws one sentence: the place, what belongs there, and what kind of thing was found; never the text itself. */
export function checkValue(section: Section, key: string, value: unknown, where: string): void {
  check(section.schema.shape[key] as z.ZodType, value, where);
}

/** The same for a value whose schema is at hand. */
export function check(schema: z.ZodType, value: unknown, where: string): void {
  if (schema.safeParse(value).success) return;
  const item = element(schema);
  if (item !== undefined && Array.isArray(value)) {
    for (const [index, entry] of value.entries()) check(item, entry, `${where}, item ${index + 1},`);
  }
  const fault = ownFault(schema, value);
  if (fault !== undefined) throw new UsageError(`${where}: ${fault}`);
  const hint = typeof value === 'string' && !about(schema).secret ? didYouMean(value, words(schema)) : '';
  throw new UsageError(`${where} must be ${expected(schema)}, got ${found(schema, value)}${hint}`);
}

/** What a schema says itself about a value of the right type. */
function ownFault(schema: z.ZodType, value: unknown): string | undefined {
  const issue = schema.safeParse(value).error?.issues.find(({ code }) => code === 'custom');
  return issue === undefined || issue.message === 'Invalid input' ? undefined : issue.message;
}

function found(schema: z.ZodType, value: unknown): string {
  if (value === '') return 'empty text';
  if (typeof value === 'string') return isTextual(baseType(schema)) ? 'other text' : 'text';
  if (typeof value === 'number') return baseType(schema) === 'number' ? numberText(value) : 'a number';
  if (typeof value === 'boolean') return 'a boolean';
  if (Array.isArray(value)) return baseType(schema) === 'array' ? 'another list' : 'a list';
  return value instanceof Date ? 'a date or time' : 'a table';
}

function isTextual(type: string): boolean {
  return type === 'string' || type === 'enum' || type === 'union';
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : 'infinity';
}
