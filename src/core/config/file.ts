import { dirname } from 'node:path';
import type * as z from 'zod';
import { UsageError } from '../errors.ts';
import { checkValue } from './check.ts';
import { plainDate } from './date.ts';
import { flattened } from './plugins.ts';
import { isTable, shownPath, tablesOf } from './read.ts';
import { keysOf, listsOf, type Section, type Settings, settingId, tableOf } from './section.ts';
import { didYouMean, printable } from './suggestions.ts';
import { checkTables } from './tables.ts';

/** Everything the file sets, each value checked. */
export function fileSettings(sections: readonly Section[], file: string): Settings {
  const settings: Settings = new Map();
  for (const [table, content] of flattened(tablesOf(file), file)) {
    const section = sections.find((candidate) => tableOf(candidate) === table);
    if (section === undefined) throw unknownSection(sections, file, table, content);
    if (!isTable(content))
      throw new UsageError(`${shownPath(file)}: ${table} must be a section, written [${table}]`);
    const { id } = section;
    for (const [key, written] of Object.entries(content)) {
      const isList = Object.hasOwn(section.lists ?? {}, key);
      if (!isList && !Object.hasOwn(section.schema.shape, key))
        throw unknownKey(sections, section, file, key);
      const where = `${shownPath(file)}: [${table}] ${key}`;
      const value = isList
        ? checkTables(section, key, written, file)
        : checkedValue(section, key, written, where);
      const origin = { kind: 'file', name: file } as const;
      settings.set(settingId(id, key), { section: id, key, value, origin, where, folder: dirname(file) });
    }
  }
  return settings;
}

function checkedValue(section: Section, key: string, written: unknown, where: string): unknown {
  const value = plainDate(section.schema.shape[key] as z.ZodType, written);
  checkValue(section, key, value, where);
  return value;
}

function unknownSection(
  sections: readonly Section[],
  file: string,
  id: string,
  content: unknown,
): UsageError {
  const ids = sections.map(tableOf);
  const hint = `Sections: ${ids.join(', ')}`;
  if (isTable(content) || Array.isArray(content)) {
    const meant = didYouMean(id, ids, (name) => `[${name}]`);
    return new UsageError(`${shownPath(file)}: [${printable(id)}] is not a section${meant}`, { hint });
  }
  const owner = sections.find((section) => Object.hasOwn(section.schema.shape, id));
  const meant = owner === undefined ? '' : `; did you mean ${id} below [${tableOf(owner)}]?`;
  return new UsageError(`${shownPath(file)}: ${printable(id)} stands outside of any section${meant}`, {
    hint,
  });
}

function unknownKey(sections: readonly Section[], section: Section, file: string, key: string): UsageError {
  const owner = sections.find((other) => Object.hasOwn(other.schema.shape, key));
  const known = [...keysOf(section), ...listsOf(section)];
  const near = didYouMean(key, known);
  const meant = near === '' && owner !== undefined ? `; it belongs to [${tableOf(owner)}]` : near;
  const hint = `Keys of [${tableOf(section)}]: ${known.join(', ')}`;
  return new UsageError(`${shownPath(file)}: [${tableOf(section)}] ${printable(key)} is not a key${meant}`, {
    hint,
  });
}
