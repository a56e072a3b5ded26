import { realpathSync, type Stats, statSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { type NamedPlugin, PLUGINS } from '../core/config/plugins.ts';
import { shownPath } from '../core/config/read.ts';
import { UsageError } from '../core/errors.ts';
import { systemReason } from '../store/files.ts';

/** What a person can do at once about a plugin that stands in the way of every command. */
export function withoutIt(id: string): string {
  return `To go on without it, take [${PLUGINS}.${id}] out of the configuration.`;
}

/** The file behind the name, with every link resolved. Throws UsageError when there is none or others can write it. */
export function locate(plugin: NamedPlugin): string {
  const { module, where, id } = plugin;
  const found = isAbsolute(module) ? module : fileOfPackage(plugin);
  if (found === undefined) {
    throw new UsageError(`${where} module: there is no package "${module}" beside the configuration`, {
      hint: `A file's name begins with ./ or /. ${withoutIt(id)}`,
    });
  }
  let file: string;
  try {
    file = realpathSync(found);
  } catch (cause) {
    throw new UsageError(`${where} module: ${shownPath(found)} cannot be read: ${systemReason(cause)}`, {
      hint: withoutIt(id),
      cause,
    });
  }
  if (!statSync(file).isFile()) {
    throw new UsageError(`${where} module: ${shownPath(found)} is not a file`, { hint: withoutIt(id) });
  }
  // Who may change any of these decides what is run.
  for (const path of [plugin.configFile, file, dirname(file)]) refuseOthers(path, plugin);
  return file;
}

/** As a program in the configuration's folder would find it. */
function fileOfPackage({ module, configFile }: NamedPlugin): string | undefined {
  const require = createRequire(configFile);
  try {
    return require.resolve(module);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? importOnly(module, configFile) : undefined;
  }
}

/** A package whose only entry is for `import`. */
function importOnly(name: string, configFile: string): string | undefined {
  const description = findPackageJSON(name, configFile);
  if (description === undefined) return undefined;
  const { exports } = createRequire(configFile)(description) as { exports?: Record<string, unknown> };
  const main = exports?.['.'] ?? exports;
  const entry = (main as { import?: unknown } | undefined)?.import;
  const file = typeof entry === 'string' ? entry : (entry as { default?: unknown } | undefined)?.default;
  return typeof file === 'string' ? join(dirname(description), file) : undefined;
}

const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

function refuseOthers(path: string, { id, where, configFile }: NamedPlugin): void {
  if (process.platform === 'win32') return;
  const { mode, uid } = statSync(path);
  const shown = shownPath(path);
  const isOpenFolder = (mode & STICKY) === 0 || path === configFile;
  if ((mode & OTHERS_WRITE) !== 0 && isOpenFolder) {
    throw new UsageError(`${where} was not loaded: others may write ${shown} (mode ${octal(mode)})`, {
      hint: `Run: chmod go-w '${shown.replaceAll("'", "'\\''")}'. ${withoutIt(id)}`,
    });
  }
  if (!mayOwn(uid, statSync(configFile))) {
    throw new UsageError(`${where} was not loaded: ${shown} belongs to another user`, {
      hint: `It has to be yours, or the administrator's. ${withoutIt(id)}`,
    });
  }
}

/** Whoever owns the configuration decides what is loaded anyway. */
function mayOwn(uid: number, configuration: Stats): boolean {
  return uid === 0 || uid === process.getuid?.() || uid === configuration.uid;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}
