import { DEFAULT_ACCOUNT } from '../../auth/account.ts';
import { InterruptedError, ProgramError } from '../../core/errors.ts';
import type { AnyProvider, Auth } from '../../core/provider.ts';
import type { ClockifyConfig } from '../../destinations/clockify/config.ts';
import { SOURCE } from '../../destinations/clockify/name.ts';
import { Store } from '../../store/store.ts';
import { clockifyLines, setUpClockify } from '../auth/clockify.ts';
import { signInLines } from '../auth/run.ts';
import { signInTo } from '../auth/signIn.ts';
import type { InitFlags } from '../commands/init.ts';
import { type Change, fileToWrite, makeNamedFile, writeSettings } from '../configFile.ts';
import type { Context } from '../context.ts';
import { signedIn } from '../signedIn.ts';
import { answers, asked } from './answers.ts';
import type { Untried } from './credentials.ts';
import { initReport } from './report.ts';

/** Configuration, database, sign-in. What fails is reported at the end and kept for a second try. */
export async function runInit(context: Context, flags: InitFlags): Promise<void> {
  if (flags.dbOnly === true) return createDatabase(context);
  const { providers } = await import('../../providers/index.ts');
  const named = makeNamedFile(context);
  const before = await context.config();
  const { changes, untried, clockifyKey } = await answers(
    context,
    before,
    flags,
    providers.filter(({ id }) => id !== SOURCE),
  );
  const file = await fileToWrite(context);
  const { keys } = writeSettings(context, before, file, changes);
  const made = {
    file: named || before.file === undefined,
    database: !Store.exists((await context.config()).app.db),
  };
  await context.store();
  const sources = (await context.providers()).filter(isSource);
  const steps = sources.map((provider) => () => {
    const one = untried.get(provider.id);
    if (one !== undefined) return tryOut(context, provider, flags, file, one);
    return signInIfWanted(context, provider, flags);
  });
  if (clockifyKey !== undefined) steps.unshift(() => clockify(context, flags, file, clockifyKey));
  const { written, failures } = await inTurn(steps);
  const { object, text } = initReport(await state(context), made, [...keys, ...written], failures);
  context.terminal.result(object, text);
  for (const failure of failures.slice(1)) context.terminal.problem(failure);
  if (failures[0] !== undefined) throw failures[0];
}

/** The destination has questions of its own. */
const isSource = ({ id }: AnyProvider) => id !== SOURCE;

/** A step tells what it wrote; one that fails does not keep the others from their turn. */
async function inTurn(steps: readonly (() => Promise<readonly string[]>)[]) {
  const written: string[] = [];
  const failures: ProgramError[] = [];
  for (const step of steps) {
    try {
      written.push(...(await step()));
    } catch (error) {
      if (!(error instanceof ProgramError) || error instanceof InterruptedError) throw error;
      failures.push(error);
    }
  }
  return { written, failures };
}

async function createDatabase(context: Context): Promise<void> {
  const { db } = (await context.config()).app;
  const made = !Store.exists(db);
  await context.store();
  context.terminal.result({ database: db, made }, `${made ? 'Created' : 'Already there'}: ${db}`);
}

/** Checks the key where that is allowed and anything is left to settle. Returns what was written. */
async function clockify(
  context: Context,
  flags: InitFlags,
  file: string,
  key: string,
): Promise<readonly string[]> {
  const config = await context.config();
  const own = config.section<ClockifyConfig>(SOURCE);
  const settled = key === own.api_key && own.workspace_id !== undefined && flags.workspace === undefined;
  if (settled) return [];
  if (flags.signIn === false) {
    const changes: Change[] = key === own.api_key ? [] : [{ section: SOURCE, key: 'api_key', value: key }];
    if (flags.workspace !== undefined)
      changes.push({ section: SOURCE, key: 'workspace_id', value: flags.workspace });
    return writeSettings(context, config, file, changes).keys;
  }
  const report = await setUpClockify(context, { key, workspace: flags.workspace });
  for (const line of clockifyLines(report)) context.terminal.say(line);
  return report.written;
}

/** Signs in with what was given and writes it down when that has worked. */
async function tryOut(
  context: Context,
  provider: AnyProvider,
  flags: InitFlags,
  file: string,
  { auth, changes }: Untried,
): Promise<readonly string[]> {
  if (flags.signIn !== false) {
    const own = { ...(await context.auth(provider)), ...auth } as Auth;
    const report = await signInTo(context, provider, { ...flags, configured: true }, own);
    for (const line of signInLines(report)) context.terminal.say(line);
  }
  return writeSettings(context, await context.config(), file, changes).keys;
}

async function signInIfWanted(
  context: Context,
  provider: AnyProvider,
  flags: InitFlags,
): Promise<readonly string[]> {
  const one = (await signedIn(context)).find((other) => other.provider.id === provider.id);
  if (one === undefined || one.usable || !one.enabled || flags.signIn === false) return [];
  const { auth } = one;
  // Who left the question open a moment ago is not asked again.
  if (auth.kind !== 'oauth2' && context.globals.account === DEFAULT_ACCOUNT) return [];
  if (auth.kind !== 'apiKey' && !(auth.clientId && auth.clientSecret)) return [];
  const wanted = flags.signIn ?? (await asked(context, `Sign in to ${provider.title} now?`));
  if (wanted !== true) return [];
  const report = await signInTo(context, provider, flags);
  for (const line of signInLines(report)) context.terminal.say(line);
  return [];
}

async function state(context: Context) {
  const config = await context.config();
  const sources = (await signedIn(context)).filter(({ provider }) => isSource(provider));
  return { config, sources, clockify: config.section<ClockifyConfig>(SOURCE) };
}

export type InitState = Awaited<ReturnType<typeof state>>;
