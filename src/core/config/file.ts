import { dirname } from 'node:path';
import { TomlDate } from 'smol-toml';
import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { checkValue } from './check.ts';
import { parseToml, readText, shownPath } from './read.ts';
import { about } from './schema.ts';
import { keysOf, type Section, type Settings, settingId } from './section.ts';
import { didYouMean, printable } from './suggestions.ts';

/** Everything the file sets, each value checked. */
export function fileSettings(sections: readonly Section[], file: string): Settings {
  const settings: Settings = new Map();
  for (const [id, content] of Object.entries(parseToml(readText(file), file))) {
    const section = sections.find((candidate) => candidate.id === id);
    if (section === undefined) throw unknownSection(sections, file, id, content);
    if (!isTable(content))
      throw new UsageError(`${shownPath(file)}: ${id} must be a section, written [${id}]`);
    for (const [key, written] of Object.entries(content)) {
      if (!Object.hasOwn(section.schema.shape, key)) throw unknownKey(sections, section, file, key);
      const where = `${shownPath(file)}: [${id}] ${key}`;
      const value = plainDate(section.schema.shape[key] as z.ZodType, written);
      checkValue(section, key, value, where);
      const origin = { kind: 'file', name: file } as const;
      settings.set(settingId(id, key), { section: id, key, value, origin, where, folder: dirname(file) });
    }
  }
  return settings;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** `start_date = 2024-01-15` without quotes is right too. */
function plainDate(schema: z.ZodType, value: unknown): unknown {
  return value instanceof TomlDate && value.isDate() && about(schema).date ? value.toISOString() : value;
}

function unknownSection(
  sections: readonly Section[],
  file: string,
  id: string,
  content: unknown,
): UsageError {
  const ids = sections.map((section) => section.id);
  const hint = `Sections: ${ids.join(', ')}`;
  if (isTable(content) || Array.isArray(content)) {
    const meant = didYouMean(id, ids, (name) => `[${name}]`);
    return new UsageError(`${shownPath(file)}: [${printable(id)}] is not a section${meant}`, { hint });
  }
  const owner = sections.find((section) => Object.hasOwn(section.schema.shape, id));
  const meant = owner === undefined ? '' : `; did you mean ${id} below [${owner.id}]?`;
  return new UsageError(`${shownPath(file)}: ${printable(id)} stands outside of any section${meant}`, {
    hint,
  });
}

function unknownKey(sections: readonly Section[], section: Section, file: string, key: string): UsageError {
  const owner = sections.find((other) => Object.hasOwn(other.schema.shape, key));
  const near = didYouMean(key, keysOf(section));
  const meant = near === '' && owner !== undefined ? `; it belongs to [${owner.id}]` : near;
  const hint = `Keys of [${section.id}]: ${keysOf(section).join(', ')}`;
  return new UsageError(`${shownPath(file)}: [${section.id}] ${printable(key)} is not a key${meant}`, {
    hint,
  });
}
