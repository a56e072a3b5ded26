import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { exists, shownPath } from './read.ts';

export const FILE_NAME = 'health-sync.toml';
export const CONFIG_VARIABLE = 'HEALTH_SYNC_CONFIG';
const FOLDER = 'health-sync';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Undefined when neither HOME nor the passwd entry names one. */
  readonly home: string | undefined;
}

export interface Found {
  readonly file: string | undefined;
  /** Everywhere we looked, in order. */
  readonly places: string[];
}

/** Looks for one file name in a few places and reads nothing else there. */
export function findConfigFile(around: Surroundings, configFlag: string | undefined): Found {
  if (configFlag === '') throw new UsageError('--config must name a file');
  if (configFlag !== undefined) return named('--config', resolve(around.cwd, configFlag));
  const variable = around.env[CONFIG_VARIABLE]?.trim();
  if (variable) return named(CONFIG_VARIABLE, pathFrom(around.cwd, variable, around.home, CONFIG_VARIABLE));
  const places: string[] = [];
  for (const place of usualPlaces(around)) {
    places.push(place);
    if (exists(place)) return { file: place, places };
  }
  return { file: undefined, places };
}

function named(by: string, file: string): Found {
  if (!exists(file)) throw new UsageError(`${by} names ${shownPath(file)}, which does not exist`);
  return { file, places: [file] };
}

function usualPlaces(around: Surroundings): string[] {
  const folder = baseFolder(around.env.XDG_CONFIG_HOME, around.home, '.config');
  return [join(around.cwd, FILE_NAME), ...(folder === undefined ? [] : [join(folder, FOLDER, FILE_NAME)])];
}

/** The XDG rules: a relative path in the variable is invalid and to be ignored. */
function baseFolder(
  variable: string | undefined,
  home: string | undefined,
  usual: string,
): string | undefined {
  if (variable !== undefined && isAbsolute(variable)) return variable;
  return home === undefined || home === '' ? undefined : join(home, usual);
}

export function defaultDatabase(around: Surroundings, configFile: string | undefined): string {
  if (configFile !== undefined) return join(dirname(configFile), 'health.sqlite');
  const folder = baseFolder(around.env.XDG_DATA_HOME, around.home, '.local/share');
  if (folder !== undefined) return join(folder, FOLDER, 'health.sqlite');
  throw new UsageError(
    'No home folder is known, so there is no place for the database: give --config FILE or --db FILE',
  );
}

/** An absolute path. No shell opens `~/` in a file or in cron's variables, so we do. */
export function pathFrom(folder: string, path: string, home: string | undefined, where: string): string {
  if (!/^~[/\\]/.test(path)) return resolve(folder, path);
  if (home === undefined || home === '')
    throw new UsageError(`${where} starts with ~, but no home folder is known`);
  return join(home, path.slice(2));
}
