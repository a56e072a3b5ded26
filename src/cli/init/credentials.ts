import { DEFAULT_ACCOUNT } from '../../auth/account.ts';
import { SECRET } from '../../auth/tokenReply.ts';
import type { Config } from '../../core/config.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, ApiKey, PasswordGrant } from '../../core/provider.ts';
import { PROGRAM } from '../../program.ts';
import { passwordFromFile } from '../auth/passwordLine.ts';
import type { ServiceFlags } from '../commands/init.ts';
import type { Change } from '../configFile.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';
import { hiddenQuestion, secretFromFile } from '../secret.ts';
import { setting } from './setting.ts';

/** Credentials that a sign-in is to be tried with before they are written down. */
export interface Untried {
  /** In place of what the configuration says. */
  readonly auth: Partial<Pick<ApiKey, 'key'> & Pick<PasswordGrant, 'username' | 'password'>>;
  readonly changes: readonly Change[];
}

export interface Credentials {
  readonly changes: readonly Change[];
  readonly untried: Untried | undefined;
}

/** What the kind of sign-in takes: given by flags or, on a terminal, asked for where it is missing. */
export async function credentialsOf(
  context: Context,
  config: Config,
  provider: AnyProvider,
  given: ServiceFlags = {},
): Promise<Credentials> {
  const auth = provider.auth(config.section(provider.id));
  if (auth.kind === 'oauth2')
    return { changes: await appOf(context, provider, auth, given), untried: undefined };
  const isOwn = context.globals.account === DEFAULT_ACCOUNT;
  if (!isOwn) refuseForOthers(provider, given);
  if (auth.kind === 'apiKey') {
    return { changes: [], untried: isOwn ? await keyOf(context, provider, auth, given) : undefined };
  }
  const changes = await appOf(context, provider, auth, given);
  return { changes, untried: isOwn ? await passwordOf(context, provider, auth, given) : undefined };
}

/** What the configuration holds is the account `default`'s. */
function refuseForOthers({ id }: AnyProvider, { keyFile, email, passwordFile }: ServiceFlags): void {
  if ((keyFile ?? email ?? passwordFile) === undefined) return;
  throw new UsageError(`${id}: credentials in the configuration belong to the account "${DEFAULT_ACCOUNT}"`, {
    source: id,
    hint: `For somebody else: ${PROGRAM} --account NAME auth ${id}`,
  });
}

interface AppOf {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly setup: string;
}

/** The app that a provider knows us by. */
async function appOf(
  { terminal, signal }: Context,
  { id, title }: AnyProvider,
  app: AppOf,
  given: ServiceFlags,
): Promise<Change[]> {
  let { clientId } = given;
  if (clientId === undefined && !app.clientId && terminal.isInteractive) {
    terminal.say(`${app.setup.replace(/\.$/, '')}.`);
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
    ...(clientId ? [setting(id, 'client_id', clientId, `--${id}-client-id`)] : []),
    ...(secret ? [setting(id, 'client_secret', secret, flag)] : []),
    ...(given.redirectUri ? [setting(id, 'redirect_uri', given.redirectUri, `--${id}-redirect-uri`)] : []),
  ];
}

async function keyOf(
  { terminal, signal }: Context,
  { id, title }: AnyProvider,
  auth: ApiKey,
  { keyFile }: ServiceFlags,
): Promise<Untried | undefined> {
  const flag = `--${id}-key-file`;
  const source = { flag, text: `${title} API key (not shown, Enter: later): `, signal };
  let key: string | undefined;
  if (keyFile !== undefined) key = await secretFromFile(terminal, keyFile, source);
  else if (terminal.isInteractive && auth.key === undefined) {
    terminal.say(auth.setup);
    key = await hiddenQuestion(terminal, source.text, signal);
  }
  if (!key || key === auth.key) return undefined;
  if (!SECRET.test(key))
    throw new UsageError(`${flag}: that is no key: it holds spaces or other odd characters`);
  return { auth: { key }, changes: [setting(id, auth.configKey, key, flag)] };
}

async function passwordOf(
  { terminal, signal }: Context,
  { id, title, config }: AnyProvider,
  auth: PasswordGrant,
  given: ServiceFlags,
): Promise<Untried | undefined> {
  const isAsked = terminal.isInteractive && !(auth.username && auth.password);
  const { passwordFile } = given;
  let username = given.email;
  if (username === undefined && isAsked && passwordFile === undefined)
    username = await question(terminal, `${title} e-mail (Enter: later): `, signal);
  username ||= auth.username;
  let password: string | undefined;
  if (passwordFile !== undefined)
    password = await passwordFromFile(passwordFile, signal, `--${id}-password-file`);
  else if (isAsked && username)
    password = await hiddenQuestion(terminal, `${title} password (not shown, Enter: later): `, signal);
  const known = 'email' in config.shape ? 'email' : 'username';
  const changes = [
    ...(given.email === undefined && !password
      ? []
      : username
        ? [setting(id, known, username, `--${id}-email`)]
        : []),
    ...(password ? [setting(id, 'password', password, `--${id}-password-file`)] : []),
  ];
  if (changes.length === 0) return undefined;
  return { auth: { username, password: password ?? auth.password }, changes };
}
