import type { Entry } from '../core/config.ts';
import type { Context } from './context.ts';
import { placeOf } from './origins.ts';
import { table } from './table.ts';

/** Every setting and where it came from; secrets are masked. */
export async function showConfig(context: Context): Promise<void> {
  const config = await context.config();
  const entries = config.entries();
  const object = {
    file: config.file ?? null,
    places: config.places,
    database: config.app.db,
    notes: config.notes,
    settings: entries.map(({ table, key, value, origin, secret }) => ({
      section: table,
      key,
      value: value ?? null,
      origin: { kind: origin.kind, name: origin.name ?? null },
      secret,
    })),
  };
  const file = config.file === undefined ? `none; looked for ${config.places.join(', ')}` : config.file;
  const lines = [
    `File: ${file}`,
    `Database: ${config.app.db}`,
    ...config.notes.map((note) => `Note: ${note}`),
  ];
  const rows = entries.map((entry) => [`${entry.table}.${entry.key}`, placeOf(entry), shown(entry)]);
  context.terminal.result(object, `${lines.join('\n')}\n\n${table(['setting', 'from', 'value'], rows)}`);
}

function shown({ value }: Entry): string {
  if (value === undefined) return 'not set';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}
