import { join } from 'node:path';
import type * as z from 'zod';
import { UsageError } from '../errors.ts';
import { APP, DOTENV_ONLY } from './app.ts';
import { checkValue } from './check.ts';
import { parseDotenv } from './dotenv.ts';
import type { Found, Surroundings } from './places.ts';
import { exists, readText, shownPath } from './read.ts';
import { about, baseType, element } from './schema.ts';
import { keysOf, listHeader, listsOf, type Section, type Settings, settingId, tableOf } from './section.ts';
import { didYouMean } from './suggestions.ts';

const PREFIX = 'HEALTH_SYNC_';
/** Read elsewhere: which file, and what tests use to stop or date the program. */
const RESERVED = new Set(['HEALTH_SYNC_CONFIG', 'HEALTH_SYNC_FAILPOINT', 'HEALTH_SYNC_CLOCK']);

type Variables = Readonly<Record<string, string | undefined>>;

/** A set of variables: the process's own, or those of a `.env` file. */
interface Source {
  readonly kind: 'environment' | '.env';
  readonly variables: Variables;
  /** Put before a variable's name in messages. */
  readonly label: string;
  readonly folder: string;
}

/** Every name that sets the key, the one that counts first. */
export function namesOf(section: Section, key: string): string[] {
  if (section.fileOnly?.includes(key)) return [];
  const general = generalName(section, key);
  const aliases = Object.keys(section.environment).filter((name) => section.environment[name] === key);
  return [general, ...aliases];
}

function generalName(section: Section, key: string): string {
  return `${PREFIX}${tableOf(section)}_${key}`.toUpperCase().replaceAll(/[-.]/g, '_');
}

export function environmentSettings(sections: readonly Section[], around: Surroundings): Settings {
  return read(sections, { kind: 'environment', variables: around.env, label: '', folder: around.cwd });
}

/**
 * The `.env` beside the configuration file. Without a file the one in the working directory counts, but only if
 * it sets something of a section: any other folder's `.env` belongs to another program.
 */
export function dotenvSettings(
  sections: readonly Section[],
  found: Found,
  folder: string,
  notes: string[],
): Settings {
  const file = join(folder, '.env');
  if (!exists(file)) return new Map();
  const { values, badLine } = parseDotenv(readText(file));
  if (found.file === undefined && !isOurs(sections, values)) return new Map();
  if (badLine !== undefined) throw new UsageError(`${shownPath(file)}: line ${badLine} must be NAME=value`);
  notes.push(...ignored(sections, values), ...likelySlips(sections, values));
  return read(sections, { kind: '.env', variables: values, label: `${shownPath(file)}: `, folder });
}

function isOurs(sections: readonly Section[], values: Variables): boolean {
  const specific = sections
    .filter((section) => section.id !== APP)
    .flatMap((section) => Object.keys(section.environment));
  return Object.keys(values).some((name) => name.startsWith(PREFIX) || specific.includes(name));
}

/** What is set but does nothing, and why. */
export function ignored(sections: readonly Section[], variables: Variables): string[] {
  return sections
    .flatMap((section) => Object.entries(section.ignoredEnvironment ?? {}))
    .filter(([name]) => isSet(variables[name]))
    .map(([name, why]) => `${name} is ignored: ${why}`);
}

/** Names nobody knows but that look like one of ours. Only a note: the file may serve other programs too. */
function likelySlips(sections: readonly Section[], variables: Variables): string[] {
  const known = sections.flatMap((section) => Object.keys(section.environment));
  const understood = new Set([
    ...known,
    ...sections.flatMap((section) => Object.keys(section.ignoredEnvironment ?? {})),
  ]);
  return Object.keys(variables).flatMap((name) => {
    const meant = understood.has(name) || name.startsWith(PREFIX) ? '' : didYouMean(name, known);
    return meant === '' ? [] : [`${name} in .env is not known${meant}`];
  });
}

function read(sections: readonly Section[], source: Source): Settings {
  const settings: Settings = new Map();
  for (const section of sections) {
    for (const key of keysOf(section)) {
      const name = namesOf(section, key).find((candidate) => counts(candidate, source));
      if (name === undefined) continue;
      const where = `${source.label}${name}`;
      const value = coerce(section.schema.shape[key] as z.ZodType, source.variables[name] ?? '');
      checkValue(section, key, value, where);
      const origin = { kind: source.kind, name };
      settings.set(settingId(section.id, key), {
        section: section.id,
        key,
        value,
        origin,
        where,
        folder: source.folder,
      });
    }
  }
  refuseUnknown(sections, source);
  return settings;
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function counts(name: string, source: Source): boolean {
  return isSet(source.variables[name]) && (source.kind === '.env' || !DOTENV_ONLY.has(name));
}

function refuseUnknown(sections: readonly Section[], { variables, label }: Source): void {
  const known = sections.flatMap((section) => keysOf(section).flatMap((key) => namesOf(section, key)));
  refuseLists(sections, { variables, label });
  for (const name of Object.keys(variables)) {
    if (!name.startsWith(PREFIX) || !isSet(variables[name]) || RESERVED.has(name) || known.includes(name))
      continue;
    throw new UsageError(`${label}${shownPath(name)} is not a setting${didYouMean(name, known)}`);
  }
}

/** No variable can say where one table ends and the next begins. */
function refuseLists(
  sections: readonly Section[],
  { variables, label }: Omit<Source, 'kind' | 'folder'>,
): void {
  for (const section of sections) {
    for (const key of listsOf(section)) {
      const name = generalName(section, key);
      const isOne = (variable: string) => variable === name || variable.startsWith(`${name}_`);
      const used = Object.keys(variables).find((variable) => isOne(variable) && isSet(variables[variable]));
      if (used === undefined) continue;
      const header = listHeader(section, key);
      throw new UsageError(`${label}${shownPath(used)}: only the configuration file can hold ${header}`);
    }
  }
}

/** Text as the key's own type; what does not fit stays text, so that the check refuses it by name. */
function coerce(schema: z.ZodType, written: string): unknown {
  const type = baseType(schema);
  const item = element(schema);
  if (item !== undefined) {
    const separator = about(schema).words ? /[\s,]+/ : ',';
    const items = written.split(separator).map((part) => part.trim());
    return items.filter((part) => part !== '').map((part) => coerce(item, part));
  }
  if (type === 'boolean') return BOOLEANS[written.trim().toLowerCase()] ?? written;
  if (type === 'number' && /^[+-]?\d{1,16}(\.\d{1,16})?$/.test(written.trim())) return Number(written);
  return written;
}

const BOOLEANS: Readonly<Record<string, boolean>> = Object.assign(Object.create(null), {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
});
