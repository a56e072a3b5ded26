import { isAccountName } from '../../auth/account.ts';
import type { Owner } from '../../auth/signIn.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider } from '../../core/provider.ts';
import { OtherPersonError } from '../../core/sync/person.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';

/** Whose sign-in it is, and where it is kept. */
export interface Keeping extends Owner {
  readonly account: string;
  readonly elsewhere: NonNullable<Owner['elsewhere']> | undefined;
}

/**
 * The account that a sign-in is kept under: the one in use, unless somebody else's records are there. A person at the
 * terminal may then name another; two people are never put together. Throws OtherPersonError, or UsageError when no
 * name was given: nothing is to be stored then.
 */
export async function chooseAccount(
  context: Context,
  provider: AnyProvider,
  userId: string | null,
): Promise<Keeping> {
  const { account } = context.globals;
  const before = await knownPerson(context, provider, account);
  if (userId === null || before === null || before === userId)
    return { userId: userId ?? before, account, elsewhere: undefined };
  if (!context.terminal.isInteractive) throw somebodyElse(provider, account);
  const name = await askForName(context, provider, userId);
  const store = await context.store();
  const elsewhere = {
    store: store.tokens(provider.id, name),
    lockPath: store.tokenLockPath(provider.id, name),
  };
  return { userId, account: name, elsewhere };
}

async function askForName(context: Context, provider: AnyProvider, userId: string): Promise<string> {
  const { terminal, signal, globals } = context;
  terminal.ask(
    `Somebody else signed in to ${provider.title} than before. The records under "${globals.account}" stay theirs.\n`,
  );
  for (;;) {
    const text = 'Name of another account to keep this sign-in under (Enter: nothing is stored): ';
    const name = await question(terminal, text, signal);
    if (name === '') throw nothingStored(provider);
    const problem = await nameProblem(context, provider, name, userId);
    if (problem === undefined) return name;
    terminal.ask(`Not accepted: ${problem}.\n`);
  }
}

async function nameProblem(
  context: Context,
  provider: AnyProvider,
  name: string,
  userId: string,
): Promise<string | undefined> {
  if (!isAccountName(name)) return 'a name is 1 to 64 letters, digits, dots, dashes or underscores';
  const known = await knownPerson(context, provider, name);
  return known === null || known === userId ? undefined : `"${name}" is somebody else's`;
}

function somebodyElse({ id }: AnyProvider, account: string): OtherPersonError {
  return new OtherPersonError(
    id,
    `somebody else signed in than before under "${account}"; nothing was stored`,
  );
}

function nothingStored(provider: AnyProvider): UsageError {
  const { message, source, hint } = new OtherPersonError(
    provider.id,
    'somebody else signed in than before; nothing was stored',
  );
  return new UsageError(message, { source, hint });
}

/** By the last sign-in, or by the record that tells it. */
async function knownPerson(context: Context, provider: AnyProvider, account: string): Promise<string | null> {
  const store = await context.store();
  const userId = store.tokens(provider.id, account).read()?.userId;
  if (userId != null || provider.person === undefined) return userId ?? null;
  const select =
    'SELECT record_id FROM records WHERE provider = ? AND account = ? AND resource = ? AND deleted_at IS NULL';
  const ids = store.db.prepare<string[], string>(select).pluck().all(provider.id, account, provider.person);
  return ids.length === 1 ? (ids[0] as string) : null;
}
