import { TomlDate } from 'smol-toml';
import type * as z from 'zod';
import { about } from './schema.ts';

/** `start_date = 2024-01-15` without quotes is right too. */
export function plainDate(schema: z.ZodType, value: unknown): unknown {
  return value instanceof TomlDate && value.isDate() && about(schema).date ? value.toISOString() : value;
}
