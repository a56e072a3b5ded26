import { APP } from '../../core/config/app.ts';
import { parseToml } from '../../core/config/read.ts';
import { printable } from '../../core/config/suggestions.ts';
import type { Config } from '../../core/config.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider } from '../../core/provider.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { PUSHED } from '../../destinations/clockify/rules.ts';
import { KEY_PLACE } from '../auth/clockifyKey.ts';
import type { InitFlags, ServiceFlags } from '../commands/init.ts';
import type { Change } from '../configFile.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';
import { hiddenQuestion, secretFromFile } from '../secret.ts';
import { credentialsOf, type Untried } from './credentials.ts';
import { EXAMPLE } from './example.ts';
import { setting } from './setting.ts';

export interface Answers {
  /** What goes into the file. */
  readonly changes: readonly Change[];
  /** By provider; written once a sign-in with them has worked. */
  readonly untried: ReadonlyMap<string, Untried>;
  /** Not written before it was checked. */
  readonly clockifyKey: string | undefined;
}

/** What the flags say and, on a terminal, what the person answers to the rest. Throws UsageError naming the flag. */
export async function answers(
  context: Context,
  config: Config,
  flags: InitFlags,
  providers: readonly AnyProvider[],
): Promise<Answers> {
  const named = namedServices(flags.services, [...providers.map(({ id }) => id), SOURCE]);
  refuseTwoFromStdin(flags);
  const changes = appChanges(context, config, flags);
  const untried = new Map<string, Untried>();
  for (const provider of providers) {
    const { id } = provider;
    const given = flags.apps?.[id];
    const wanted = await isWanted(context, config, provider, { named, given });
    changes.push(...enabling(config, provider, wanted));
    if (wanted === false) continue;
    const found = await credentialsOf(context, config, provider, given);
    changes.push(...found.changes);
    if (found.untried !== undefined) untried.set(id, found.untried);
  }
  const wanted = named?.has(SOURCE) ?? (await asked(context, 'Write sleep into Clockify?'));
  // Left alone, a key switches it on.
  if (wanted === false || (wanted === true && config.origin(SOURCE, 'enabled').kind !== 'default'))
    changes.push(setting(SOURCE, 'enabled', wanted, '--services'));
  if (wanted === false) return { changes, untried, clockifyKey: undefined };
  const clockifyKey = await keyOf(context, config, flags);
  changes.push(...(await projectOf(context, config, flags, clockifyKey !== undefined)));
  return { changes, untried, clockifyKey };
}

/** Undefined: nobody said. */
async function isWanted(
  context: Context,
  config: Config,
  provider: AnyProvider,
  { named, given }: { named: Set<string> | undefined; given: ServiceFlags | undefined },
): Promise<boolean | undefined> {
  if (named !== undefined) return named.has(provider.id);
  const isGiven = Object.values(given ?? {}).some((value) => value !== undefined);
  if (isGiven && config.origin(provider.id, 'enabled').kind === 'default') return true;
  return asked(context, `Read ${provider.title}?`, isOn(config, provider));
}

/** Whether it is read unless somebody says otherwise. What is pushed is what most people come for. */
function isOn(config: Config, provider: AnyProvider): boolean {
  if (provider.id === PUSHED.provider && config.origin(provider.id, 'enabled').kind === 'default')
    return true;
  if (config.file !== undefined) return provider.enabled(config.section(provider.id));
  const section = parseToml(EXAMPLE, '')[provider.id];
  return typeof section === 'object' && section !== null && 'enabled' in section && section.enabled === true;
}

/** A service that nobody asked for needs no section of its own. */
function enabling(config: Config, provider: AnyProvider, wanted: boolean | undefined): Change[] {
  if (wanted === undefined || (!wanted && !isOn(config, provider))) return [];
  return [setting(provider.id, 'enabled', wanted, '--services')];
}

function refuseTwoFromStdin(flags: InitFlags): void {
  const files = Object.values(flags.apps ?? {}).flatMap((one) => [
    one.clientSecretFile,
    one.keyFile,
    one.passwordFile,
  ]);
  if ([flags.clockifyKeyFile, ...files].filter((file) => file === '-').length > 1)
    throw new UsageError('only one secret can come from stdin: give - to one flag and a file to the others');
}

function namedServices(text: string | undefined, ids: readonly string[]): Set<string> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !ids.includes(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(`--services: there is no "${printable(unknown)}"; there are ${ids.join(', ')}`);
}

function appChanges(context: Context, config: Config, flags: InitFlags): Change[] {
  const db = context.globals.db === undefined ? [] : [setting(APP, 'db', config.app.db, '--db')];
  if (flags.timezone === undefined) return db;
  return [...db, setting(APP, 'timezone', flags.timezone, '--timezone')];
}

async function keyOf(context: Context, config: Config, flags: InitFlags): Promise<string | undefined> {
  const { terminal, signal } = context;
  const source = {
    flag: '--clockify-key-file',
    text: `Clockify API key (${KEY_PLACE}; not shown, Enter: later): `,
    signal,
  };
  if (flags.clockifyKeyFile !== undefined) return secretFromFile(terminal, flags.clockifyKeyFile, source);
  const known = config.section<{ api_key?: string }>(SOURCE).api_key;
  if (known !== undefined || !terminal.isInteractive) return known;
  return (await hiddenQuestion(terminal, source.text, signal)) || undefined;
}

async function projectOf(
  context: Context,
  config: Config,
  flags: InitFlags,
  hasKey: boolean,
): Promise<Change[]> {
  if (flags.project !== undefined) return [setting(SOURCE, 'project', flags.project, '--project')];
  const { project } = config.section<{ project: string }>(SOURCE);
  const isOpen =
    hasKey && context.terminal.isInteractive && config.origin(SOURCE, 'project').kind === 'default';
  if (!isOpen) return [];
  const answer = await question(context.terminal, `Clockify project [${project}]: `, context.signal);
  return answer === '' || answer === project ? [] : [setting(SOURCE, 'project', answer, 'the project')];
}

/** Undefined without a terminal; Enter is what `byDefault` says. */
export async function asked(context: Context, text: string, byDefault = true): Promise<boolean | undefined> {
  if (!context.terminal.isInteractive) return undefined;
  const answer = await question(
    context.terminal,
    `${text} ${byDefault ? '[Y/n]' : '[y/N]'} `,
    context.signal,
  );
  return byDefault ? !/^n(o)?$/i.test(answer) : /^y(es)?$/i.test(answer);
}
