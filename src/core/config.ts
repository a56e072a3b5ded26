import { dirname } from 'node:path';
import type * as z from 'zod';
import { APP, type AppConfig, appSection, DOTENV_ONLY, resolveApp } from './config/app.ts';
import { checkValue } from './config/check.ts';
import { dotenvSettings, environmentSettings, ignored } from './config/environment.ts';
import { fileSettings } from './config/file.ts';
import { listEntries, listValues } from './config/lists.ts';
import { type Found, findConfigFile, type Surroundings } from './config/places.ts';
import { shownPath } from './config/read.ts';
import { about, defaultOf, expected, isTransformed } from './config/schema.ts';
import { keysOf, type Origin, type Section, type Settings, settingId, tableOf } from './config/section.ts';
import { UsageError } from './errors.ts';
import { noteSecret } from './secrecy.ts';

export type { AppConfig } from './config/app.ts';
export { type Described, describeLists, describeSections } from './config/describe.ts';
export { FILE_NAME } from './config/places.ts';
export type { Origin, Section } from './config/section.ts';

export interface Config {
  /** Absolute path. */
  readonly file: string | undefined;
  /** Everywhere we looked for it, in order. */
  readonly places: readonly string[];
  readonly app: AppConfig;
  /** The checked values of a section. */
  section<C>(id: string): C;
  origin(section: string, key: string): Origin;
  /** What was set but does nothing, one sentence each. */
  readonly notes: readonly string[];
  isSecret(section: string, key: string): boolean;
  /** Every key, for display: the value of a secret is masked. */
  entries(): Entry[];
}

export interface Entry {
  readonly section: string;
  /** How the file calls the section. */
  readonly table: string;
  readonly key: string;
  /** Undefined when not set; durations as they are written; a secret that is set reads `MASK`. */
  readonly value: unknown;
  readonly origin: Origin;
  readonly secret: boolean;
}

export const MASK = '********';

export interface LoadOptions extends Surroundings {
  readonly sections: readonly Section[];
  readonly configFlag?: string | undefined;
  readonly dbFlag?: string | undefined;
}

/** Real environment beats `.env` beats the file; `--db` beats all. Throws UsageError. */
export function loadConfig(options: LoadOptions): Config {
  const sections: readonly Section[] = [appSection, ...options.sections];
  const found = findConfigFile(options, options.configFlag);
  const notes: string[] = [];
  const settings = collect(sections, found, options, notes);
  const app = resolveApp(settings, options, found.file);
  const values = new Map<string, Record<string, unknown>>();
  for (const section of options.sections)
    values.set(section.id, sectionValues(section, settings, found.file));
  values.set(APP, { ...app, log_level: app.logLevel, log_file: app.logFile });
  return {
    ...found,
    app,
    notes: [...new Set(notes)],
    section: <C>(id: string) => valuesOf(values, id) as C,
    origin: (section, key) => settings.get(settingId(section, key))?.origin ?? { kind: 'default' },
    isSecret: (id, key) => {
      const section = sections.find((candidate) => candidate.id === id);
      return section !== undefined && Object.hasOwn(section.schema.shape, key) && isSecretKey(section, key);
    },
    entries: () => sections.flatMap((section) => entriesOf(section, settings, valuesOf(values, section.id))),
  };
}

function collect(
  sections: readonly Section[],
  found: Found,
  options: LoadOptions,
  notes: string[],
): Settings {
  const folder = found.file === undefined ? options.cwd : dirname(found.file);
  const settings: Settings = found.file === undefined ? new Map() : fileSettings(sections, found.file);
  const layers = [dotenvSettings(sections, found, folder, notes), environmentSettings(sections, options)];
  for (const [id, setting] of layers.flatMap((layer) => [...layer])) settings.set(id, setting);
  notes.push(...ignored(sections, options.env), ...dotenvOnly(options.env));
  if (options.dbFlag !== undefined) addDbFlag(settings, options.dbFlag, options.cwd);
  return settings;
}

function dotenvOnly(env: Surroundings['env']): string[] {
  const set = [...DOTENV_ONLY].filter((name) => env[name]);
  return set.map((name) => `${name} is ignored: it counts only in the .env file beside the configuration`);
}

function addDbFlag(settings: Settings, value: string, folder: string): void {
  const [where, key] = ['--db', 'db'];
  checkValue(appSection, key, value, where);
  const origin = { kind: 'flag', name: where } as const;
  settings.set(settingId(APP, key), { section: APP, key, value, origin, where, folder });
}

/** Each value has been checked by now; what remains are keys that depend on each other. */
function sectionValues(
  section: Section,
  settings: Settings,
  file: string | undefined,
): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const key of keysOf(section)) {
    const setting = settings.get(settingId(section.id, key));
    if (setting !== undefined) written[key] = setting.value;
  }
  const result = section.schema.safeParse(written, { jitless: true });
  if (!result.success) throw sectionFault(section, written, result.error, file);
  const values = { ...result.data, ...listValues(section, settings) };
  for (const key of keysOf(section)) if (isSecretKey(section, key)) noteSecret(result.data[key] as string);
  return (section.normalise?.(values) ?? values) as Record<string, unknown>;
}

function sectionFault(
  section: Section,
  written: object,
  error: z.ZodError,
  file: string | undefined,
): UsageError {
  const issue = error.issues[0];
  const key = String(issue?.path[0] ?? '');
  const place = `${file === undefined ? '' : `${shownPath(file)}: `}[${tableOf(section)}]`;
  const isMissing = issue?.code === 'invalid_type' && !Object.hasOwn(written, key);
  if (!isMissing) return new UsageError(`${place} ${issue?.message}`);
  return new UsageError(
    `${place} ${key} must be ${expected(section.schema.shape[key] as z.ZodType)}, but is not set`,
  );
}

function valuesOf(values: ReadonlyMap<string, Record<string, unknown>>, id: string): Record<string, unknown> {
  const found = values.get(id);
  if (found === undefined) throw new Error(`the configuration was loaded without a section ${id}`);
  return found;
}

function isSecretKey(section: Section, key: string): boolean {
  return about(section.schema.shape[key] as z.ZodType).secret === true;
}

function entriesOf(section: Section, settings: Settings, values: Record<string, unknown>): Entry[] {
  const own = keysOf(section).map((key): Entry => {
    const schema = section.schema.shape[key] as z.ZodType;
    const setting = settings.get(settingId(section.id, key));
    const plain = isTransformed(schema) ? (setting?.value ?? defaultOf(schema)) : values[key];
    const secret = isSecretKey(section, key);
    const value = secret && plain !== undefined ? MASK : plain;
    const origin = setting?.origin ?? { kind: 'default' };
    return { section: section.id, table: tableOf(section), key, value, origin, secret };
  });
  return [...own, ...listEntries(section, settings, values)];
}
