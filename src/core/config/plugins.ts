import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { findConfigFile, pathFrom, type Surroundings } from './places.ts';
import { isTable, shownPath, tablesOf } from './read.ts';
import { printable } from './suggestions.ts';

/** The table whose members are the sections of providers that a person brought: `[plugins.<id>]`. */
export const PLUGINS = 'plugins';

/** Views are named `<id>_<resource>` and variables `…_<ID>_<KEY>`: without an underscore no two can meet. */
export const PLUGIN_ID = /^[a-z][a-z0-9]{0,31}$/;
export const PLUGIN_ID_EXPECTED = '1 to 32 lower-case letters and digits, beginning with a letter';

/** A provider that the configuration names, not loaded yet. */
export interface NamedPlugin {
  readonly id: string;
  /** An absolute path, or the name of a package. */
  readonly module: string;
  /** How an error names the place. */
  readonly where: string;
  /** The configuration file; a package is looked for from its folder. */
  readonly configFile: string;
}

/** Only a configuration file names plugins: not the environment, and never a folder that happens to hold one. */
export function namedPlugins(around: Surroundings, configFlag: string | undefined): NamedPlugin[] {
  const { file } = findConfigFile(around, configFlag);
  if (file === undefined) return [];
  return flattened(tablesOf(file), file).flatMap(([table, content]) => {
    const id = table.startsWith(`${PLUGINS}.`) ? table.slice(PLUGINS.length + 1) : undefined;
    return id === undefined ? [] : [named(id, content, file, around.home)];
  });
}

function named(id: string, content: unknown, configFile: string, home: string | undefined): NamedPlugin {
  const where = `${shownPath(configFile)}: [${PLUGINS}.${printable(id)}]`;
  if (!PLUGIN_ID.test(id)) throw new UsageError(`${where} a plugin's name must be ${PLUGIN_ID_EXPECTED}`);
  const { module } = content as { module?: unknown };
  if (typeof module !== 'string' || module.trim() === '') {
    const found = module === undefined ? 'is not set' : 'is no such text';
    throw new UsageError(`${where} module must name the plugin's file or package, but ${found}`);
  }
  const isPath = /^(\.{1,2}|~)?[/\\]|^[a-z]:[/\\]/i.test(module);
  const path = () => pathFrom(dirname(configFile), module, home, `${where} module`);
  return { id, module: isPath ? path() : module, where, configFile };
}

/** The file's tables by name, those of plugins as `plugins.<id>`. */
export function flattened(file: Readonly<Record<string, unknown>>, path: string): [string, unknown][] {
  return Object.entries(file).flatMap(([name, content]): [string, unknown][] => {
    if (name.split('.')[0] !== PLUGINS) return [[name, content]];
    // A quoted name with a dot in it would be a second way to write the same.
    const members = name === PLUGINS && isTable(content) ? Object.entries(content) : undefined;
    if (members?.every(([, member]) => isTable(member)))
      return members.map(([id, member]) => [`${PLUGINS}.${id}`, member]);
    throw new UsageError(
      `${shownPath(path)}: ${PLUGINS} must hold a section for each plugin, written [${PLUGINS}.<name>]`,
    );
  });
}
