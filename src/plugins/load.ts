import { pathToFileURL } from 'node:url';
import { APP } from '../core/config/app.ts';
import { type NamedPlugin, PLUGIN_ID, PLUGIN_ID_EXPECTED, PLUGINS } from '../core/config/plugins.ts';
import type { Section } from '../core/config/section.ts';
import { printable } from '../core/config/suggestions.ts';
import { text, yesNo } from '../core/config/values.ts';
import { UsageError } from '../core/errors.ts';
import type { AnyProvider } from '../core/provider.ts';
import { faultOf } from './check.ts';
import { guardedProvider } from './guard.ts';
import { locate, withoutIt } from './locate.ts';
import { toolkit } from './toolkit.ts';

/** A provider that a person brought. */
export interface Plugin {
  /** Where its code lies. */
  readonly file: string;
  readonly provider: AnyProvider;
  readonly section: Section;
}

/** What is there already: no plugin takes its place. */
export interface Present {
  readonly providers: readonly AnyProvider[];
  /** More names that are taken. */
  readonly names: readonly string[];
  /** Views of the database. */
  readonly views: readonly string[];
}

type ViewsOf = (provider: AnyProvider) => readonly { readonly name: string }[];

/** In the order of the configuration. Throws UsageError naming the plugin that cannot be used. */
export async function loadPlugins(
  named: readonly NamedPlugin[],
  present: Present,
  viewsOf: ViewsOf,
): Promise<Plugin[]> {
  const loaded: Plugin[] = [];
  for (const one of named) {
    const { id, where } = one;
    const taken = namesTaken(present);
    if (taken.includes(id)) {
      throw new UsageError(`${where} "${id}" is built in: a plugin needs a name of its own`, {
        hint: `Taken: ${taken.join(', ')}`,
      });
    }
    const file = locate(one);
    const described = await describe(one, file);
    const own = [...present.providers, ...loaded.map(({ provider }) => provider)];
    const fault =
      faultOf(described) ?? otherName(described, id) ?? clash(described, own, present.views, viewsOf);
    if (fault !== undefined) throw unusable(one, `what it returned is no provider: ${fault}`);
    loaded.push({ file, provider: guardedProvider(described), section: sectionOf(one, described) });
  }
  return loaded;
}

/** Descriptions that a caller brought, checked and guarded like those of plugins. Throws UsageError. */
export function admitted(given: readonly AnyProvider[], present: Present, viewsOf: ViewsOf): AnyProvider[] {
  const all: AnyProvider[] = [];
  for (const [index, one] of given.entries()) {
    const fault = faultOf(one) ?? badName(one.id, [...namesTaken(present), ...all.map(({ id }) => id)]);
    const clashes = fault ?? clash(one, [...present.providers, ...all], present.views, viewsOf);
    if (clashes !== undefined) throw new UsageError(`providers[${index}] is no provider: ${clashes}`);
    all.push(guardedProvider(one));
  }
  return all;
}

function namesTaken({ providers, names }: Present): string[] {
  return [...new Set([...providers.map(({ id }) => id), ...names, APP, PLUGINS])];
}

function badName(id: string, taken: readonly string[]): string | undefined {
  if (!PLUGIN_ID.test(id)) return `id must be ${PLUGIN_ID_EXPECTED}`;
  return taken.includes(id) ? `"${id}" is taken` : undefined;
}

function otherName({ id }: AnyProvider, named: string): string | undefined {
  return id === named ? undefined : `it calls itself "${printable(id)}", not "${named}"`;
}

/** Nothing of the configuration has been handed over yet, so what it throws cannot hold any. */
async function describe(named: NamedPlugin, file: string): Promise<AnyProvider> {
  let factory: unknown;
  try {
    ({ default: factory } = await inTime(import(pathToFileURL(file).href)));
  } catch (cause) {
    throw unusable(named, `${file} cannot be loaded: ${said(cause)}`, cause);
  }
  if (typeof factory !== 'function') throw unusable(named, `${file} has no function as its default export`);
  try {
    return await inTime(Promise.resolve(factory(toolkit)));
  } catch (cause) {
    throw unusable(named, `its default export failed: ${said(cause)}`, cause);
  }
}

/** How long a plugin may take to be loaded and to describe itself, in milliseconds. */
const PATIENCE = 5_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function said(error: unknown): string {
  if (!(error instanceof Error)) return 'it threw something that is no error';
  const [line = ''] = error.message.split('\n', 1);
  return `${error.name}: ${line.slice(0, 200)}`;
}

function unusable({ where, id }: NamedPlugin, fault: string, cause?: unknown): UsageError {
  return new UsageError(`${where} cannot be used: ${fault}`, { source: id, cause, hint: withoutIt(id) });
}

/** Its own keys, and the two that are ours. */
function sectionOf({ id }: NamedPlugin, { config, environment, ignoredEnvironment }: AnyProvider): Section {
  const ours = {
    module: text().describe('The file or package of this plugin.'),
    ...(Object.hasOwn(config.shape, 'enabled')
      ? {}
      : { enabled: yesNo().default(true).describe('Whether it is read at all.') }),
  };
  return {
    id,
    table: `${PLUGINS}.${id}`,
    fileOnly: ['module'],
    schema: config.safeExtend(ours),
    environment,
    ignoredEnvironment,
  };
}

/** Two sources must not share a marker or a view. */
function clash(
  provider: AnyProvider,
  others: readonly AnyProvider[],
  views: readonly string[],
  viewsOf: ViewsOf,
): string | undefined {
  const { marker } = provider;
  const same = others.find((other) => other.marker.toLowerCase() === marker.toLowerCase());
  if (same !== undefined) return `its marker "${marker}" is that of ${same.title}`;
  const own = viewsOf(provider).map(({ name }) => name);
  const view = own.find((name, index) => views.includes(name) || own.indexOf(name) !== index);
  return view && `a view named "${view}" is there already`;
}
