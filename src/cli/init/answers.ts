import { APP, appSection } from '../../core/config/app.ts';
import { checkValue } from '../../core/config/check.ts';
import type { TomlValue } from '../../core/config/edit.ts';
import type { Config, Section } from '../../core/config.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider } from '../../core/provider.ts';
import { SOURCE } from '../../destinations/clockify/api.ts';
import { KEY_PLACE } from '../auth/clockifyKey.ts';
import type { AppFlags, InitFlags } from '../commands/init.ts';
import type { Change } from '../configFile.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';
import { hiddenQuestion, secretFromFile } from '../secret.ts';
import { sections } from '../sections.ts';

export interface Answers {
  /** What goes into the file. */
  readonly changes: readonly Change[];
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
  for (const provider of providers) {
    const wanted = named?.has(provider.id) ?? (await asked(context, `Read ${provider.title}?`));
    if (wanted !== undefined) changes.push(change(provider.id, 'enabled', wanted, '--services'));
    if (wanted !== false)
      changes.push(...(await appOf(context, config, provider, flags.apps?.[provider.id])));
  }
  const wanted = named?.has(SOURCE) ?? (await asked(context, 'Write sleep into Clockify?'));
  // Left alone, a key switches it on.
  if (wanted === false || (wanted === true && config.origin(SOURCE, 'enabled').kind !== 'default'))
    changes.push(change(SOURCE, 'enabled', wanted, '--services'));
  if (wanted === false) return { changes, clockifyKey: undefined };
  const clockifyKey = await keyOf(context, config, flags);
  changes.push(...(await projectOf(context, config, flags, clockifyKey !== undefined)));
  return { changes, clockifyKey };
}

function refuseTwoFromStdin(flags: InitFlags): void {
  const files = Object.values(flags.apps ?? {}).map((app) => app.clientSecretFile);
  if ([flags.clockifyKeyFile, ...files].filter((file) => file === '-').length > 1)
    throw new UsageError('only one secret can come from stdin: give - to one flag and a file to the others');
}

function namedServices(text: string | undefined, ids: readonly string[]): Set<string> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !ids.includes(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(`--services: there is no "${unknown}"; there are ${ids.join(', ')}`);
}

function appChanges(context: Context, config: Config, flags: InitFlags): Change[] {
  const db = context.globals.db === undefined ? [] : [change(APP, 'db', config.app.db, '--db')];
  if (flags.timezone === undefined) return db;
  return [...db, change(APP, 'timezone', flags.timezone, '--timezone')];
}

/** The app that a provider knows us by. */
async function appOf(
  context: Context,
  config: Config,
  { id, title, auth }: AnyProvider,
  given: AppFlags = {},
): Promise<Change[]> {
  const { terminal, signal } = context;
  const { setup, ...app } = auth(config.section(id));
  let { clientId } = given;
  if (clientId === undefined && !app.clientId && terminal.isInteractive) {
    terminal.say(`${setup}.`);
    clientId = await question(terminal, `${title} client id (Enter: later): `, signal);
  }
  const flag = `--${id}-client-secret-file`;
  const source = { flag, text: `${title} client secret (not shown): `, signal };
  let secret: string | undefined;
  if (given.clientSecretFile !== undefined)
    secret = await secretFromFile(terminal, given.clientSecretFile, source);
  else if (terminal.isInteractive && !app.clientSecret && (clientId || app.clientId))
    secret = await hiddenQuestion(terminal, source.text, signal);
  return [
    ...(clientId ? [change(id, 'client_id', clientId, `--${id}-client-id`)] : []),
    ...(secret ? [change(id, 'client_secret', secret, flag)] : []),
    ...(given.redirectUri ? [change(id, 'redirect_uri', given.redirectUri, `--${id}-redirect-uri`)] : []),
  ];
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
  if (flags.project !== undefined) return [change(SOURCE, 'project', flags.project, '--project')];
  const { project } = config.section<{ project: string }>(SOURCE);
  const isOpen =
    hasKey && context.terminal.isInteractive && config.origin(SOURCE, 'project').kind === 'default';
  if (!isOpen) return [];
  const answer = await question(context.terminal, `Clockify project [${project}]: `, context.signal);
  return answer === '' || answer === project ? [] : [change(SOURCE, 'project', answer, 'the project')];
}

/** Undefined without a terminal; Enter is a yes. */
export async function asked(context: Context, text: string): Promise<boolean | undefined> {
  if (!context.terminal.isInteractive) return undefined;
  return !/^n(o)?$/i.test(await question(context.terminal, `${text} [Y/n] `, context.signal));
}

function change(section: string, key: string, value: TomlValue, where: string): Change {
  const owner = [appSection as Section, ...sections()].find(({ id }) => id === section);
  if (owner === undefined) throw new Error(`there is no section ${section}`);
  checkValue(owner, key, value, where);
  return { section, key, value };
}
