import { readdirSync } from 'node:fs';
import { basename, dirname, join, parse } from 'node:path';
import type { LocalDate } from '../core/dates.ts';

/** Every file that the program makes beside a database, by what it is. Those that exist, as full paths. */
export interface Beside {
  /** The file itself first, then SQLite's own beside it. */
  readonly database: readonly string[];
  readonly locks: readonly string[];
  /** Made before a migration. */
  readonly copies: readonly string[];
  /** Halves of a copy whose process was killed, or is still at it. */
  readonly halves: readonly string[];
  /** Saved by a person under the usual name: theirs to keep or to remove. */
  readonly backups: readonly string[];
}

export function filesBeside(path: string): Beside {
  const folder = dirname(path);
  const own = basename(path);
  const { name, ext } = parse(own);
  const names = namesIn(folder);
  const inside = (start: string, end: RegExp) =>
    names
      .filter((one) => one.startsWith(start) && end.test(one.slice(start.length)))
      .map((one) => join(folder, one));
  return {
    database: inside(own, /^(|-wal|-shm|-journal)$/),
    locks: inside(`${own}.`, /^.+\.lock(-journal)?$/),
    copies: inside(`${own}.schema-`, /^\d+\.backup$/),
    halves: names.filter((one) => isHalf(path, one)).map((one) => join(folder, one)),
    backups: inside(`${name}-`, /^\d{4}-\d\d-\d\d/).filter(
      (one) => basename(one).length === own.length + '-2026-03-12'.length && one.endsWith(ext),
    ),
  };
}

/** None where the folder is missing or may not be listed. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Whether a file of this name is half a copy of the database, in whatever folder. */
export function isHalf(path: string, name: string): boolean {
  const start = `.${basename(path)}.`;
  return name.startsWith(start) && HALF.test(name.slice(start.length));
}

/** With the journals that SQLite may have left beside it. */
const HALF = /^[0-9a-f]{12}\.tmp(-wal|-shm|-journal)?$/;

/** `health.sqlite` of schema 1 is kept as `health.sqlite.schema-1.backup`. */
export function copyOfSchema(path: string, schema: number): string {
  return `${path}.schema-${schema}.backup`;
}

/** `health.sqlite` is saved as `health-2026-03-12.sqlite`. */
export function backupName(path: string, today: LocalDate): string {
  const { name, ext } = parse(path);
  return `${name}-${today}${ext}`;
}
