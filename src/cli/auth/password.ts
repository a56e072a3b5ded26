import { logIn, refuseTooSoonForPerson } from '../../auth/login.ts';
import { LoginNotes } from '../../auth/loginNotes.ts';
import { seedDigest } from '../../auth/seed.ts';
import { withTokenLock } from '../../auth/tokenLock.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, PasswordGrant } from '../../core/provider.ts';
import { PROGRAM } from '../../program.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';
import { hiddenQuestion } from '../secret.ts';
import { forAPerson } from './again.ts';
import { whoSignedIn } from './identity.ts';
import { passwordLine } from './passwordLine.ts';
import { type Outcome, requireApp } from './signIn.ts';

/** E-mail and password are sent once and forgotten: only the pair that they bring is kept. */
export async function signInWithPassword(
  context: Context,
  provider: AnyProvider,
  configured: PasswordGrant,
  flags: AuthFlags,
): Promise<Outcome> {
  const { clock, globals, signal } = context;
  const { id } = provider;
  requireApp(provider, configured, (await context.config()).file);
  const grant = await withCredentials(context, provider, configured, flags);
  const [store, wire] = await Promise.all([context.store(), context.wire()]);
  const tokens = store.tokens(id, globals.account);
  const notes = new LoginNotes(store, id, globals.account);
  const worked = tokens.read()?.token?.world ?? null;
  const login = { source: id, grant, wire, now: () => clock.now(), signal, notes, worked, onReply: () => {} };
  refuseTooSoonForPerson(login);
  const fresh = await forAPerson(id, logIn(login));
  // A person is at the keyboard: what may not go on by itself needs no guard here.
  notes.succeeded(clock.now());
  const { userId, account, elsewhere } = await whoSignedIn(context, provider, fresh);
  const token = { ...fresh, userId };
  await withTokenLock(store.tokenLockPath(id, account), signal, () =>
    elsewhere === undefined ? tokens.save(token, seedDigest(configured)) : elsewhere.store.save(token),
  );
  const from = grant === configured && elsewhere === undefined ? 'configuration' : 'sign-in';
  const { world } = token;
  return { account, token, granted: null, missing: [], lacksRenewal: null, world, stateChecked: null, from };
}

async function withCredentials(
  context: Context,
  { id, title }: AnyProvider,
  configured: PasswordGrant,
  flags: AuthFlags,
): Promise<PasswordGrant> {
  const { terminal, signal } = context;
  const hasOwn = Boolean(configured.username && configured.password);
  if (hasOwn && flags.configured === true) return configured;
  let username = flags.email;
  if (username === undefined && flags.passwordStdin !== true && terminal.isInteractive) {
    terminal.say(configured.setup);
    const keep = hasOwn ? ' (Enter: the one from the configuration, with its password)' : '';
    username = await question(terminal, `${title} e-mail${keep}: `, signal);
  }
  if (!username && hasOwn && flags.passwordStdin !== true) return configured;
  username ||= configured.username;
  const password = username ? await passwordOf(context, title, flags) : undefined;
  if (username && password) return { ...configured, username, password };
  throw new UsageError(`${id}: there is no e-mail and password to sign in with`, {
    source: id,
    hint: `Use a terminal, or pipe the password in: ${PROGRAM} auth ${id} --email ADDRESS --password-stdin`,
  });
}

async function passwordOf(
  { terminal, signal }: Context,
  title: string,
  flags: AuthFlags,
): Promise<string | undefined> {
  if (flags.passwordStdin === true) return passwordLine(signal);
  if (!terminal.isInteractive) return undefined;
  return hiddenQuestion(terminal, `${title} password (not shown, not stored): `, signal);
}
