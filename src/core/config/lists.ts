import type { Entry } from '../config.ts';
import { listsOf, type Section, type Settings, settingId, tableOf } from './section.ts';

type Table = Record<string, unknown>;

/** Every list of tables of a section, with defaults filled in; empty where the file has none. */
export function listValues(section: Section, settings: Settings): Record<string, Table[]> {
  const lists = Object.entries(section.lists ?? {}).map(
    ([key, schema]) =>
      [key, writtenTables(section, key, settings).map((table) => schema.parse(table))] as const,
  );
  return Object.fromEntries(lists);
}

/** For display: every key of every table, those of the first as `list.1.key`. */
export function listEntries(section: Section, settings: Settings, values: Table): Entry[] {
  return listsOf(section).flatMap((key) => {
    const written = writtenTables(section, key, settings);
    const origin = settings.get(settingId(section.id, key))?.origin ?? { kind: 'default' };
    return (values[key] as Table[]).flatMap((table, index) =>
      Object.keys(section.lists?.[key]?.shape ?? {}).map((name) => ({
        section: section.id,
        table: tableOf(section),
        key: `${key}.${index + 1}.${name}`,
        value: table[name],
        origin: Object.hasOwn(written[index] ?? {}, name) ? origin : { kind: 'default' },
        secret: false,
      })),
    );
  });
}

function writtenTables(section: Section, key: string, settings: Settings): Table[] {
  return (settings.get(settingId(section.id, key))?.value ?? []) as Table[];
}
