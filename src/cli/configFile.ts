import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { setValue, type TomlValue } from '../core/config/edit.ts';
import { CONFIG_VARIABLE, pathFrom } from '../core/config/places.ts';
import { exists } from '../core/config/read.ts';
import { type Config, FILE_NAME } from '../core/config.ts';
import { StoreError } from '../core/errors.ts';
import { writePrivateFile } from '../store/files.ts';
import type { Context } from './context.ts';
import { EXAMPLE } from './init/example.ts';

/**
 * A file that `--config` or the variable names has to exist before anything can be loaded: makes it from the example.
 * True when it did.
 */
export function makeNamedFile(context: Context): boolean {
  const flag = context.globals.config;
  const variable = process.env[CONFIG_VARIABLE]?.trim();
  if (!flag && !variable) return false;
  // As the configuration is looked for: the shell opens `~/` in a flag, nobody does in a variable.
  const file = flag ? resolve(flag) : pathFrom(process.cwd(), variable ?? '', home(), CONFIG_VARIABLE);
  if (exists(file)) return false;
  writePrivateFile(file, EXAMPLE);
  context.terminal.say(`Made ${file}, readable by you alone.`);
  return true;
}

/** The file in use, or a new one from the example in the first place that can be written. Throws StoreError. */
export async function fileToWrite(context: Context): Promise<string> {
  const config = await context.config();
  if (config.file !== undefined) return config.file;
  const file = makeFile(config.places);
  context.terminal.say(`Made ${file}, readable by you alone.`);
  // The place of the database follows the file: one that is in use already must not be left behind.
  if (config.origin('app', 'db').kind === 'default' && exists(config.app.db)) {
    setValue(file, 'app', 'db', config.app.db);
  }
  context.reloadConfig();
  return file;
}

function makeFile(places: readonly string[]): string {
  let fault: unknown = new StoreError(`there is no place for ${FILE_NAME}`);
  for (const place of places) {
    try {
      writePrivateFile(place, EXAMPLE);
      return place;
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

export interface Change {
  readonly section: string;
  readonly key: string;
  readonly value: TomlValue;
}

export interface Written {
  /** `section.key` of what the file holds now. */
  readonly keys: readonly string[];
  /** What was written but does not count, because a variable is set. */
  readonly overruled: readonly string[];
}

/** Writes what is not in the file yet and makes the next look at the configuration see it. */
export function writeSettings(
  context: Context,
  config: Config,
  file: string,
  changes: readonly Change[],
): Written {
  const overruled: string[] = [];
  for (const { section, key, value } of changes) {
    setValue(file, section, key, value);
    const origin = config.origin(section, key);
    if (origin.kind === 'environment' || origin.kind === '.env')
      overruled.push(`${origin.name} (${origin.kind}) still overrules ${section}.${key} in the file`);
  }
  for (const remark of overruled) context.terminal.say(`Note: ${remark}.`);
  context.reloadConfig();
  return { keys: changes.map(({ section, key }) => `${section}.${key}`), overruled };
}

function home(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
