import { withTokenLock } from '../../auth/tokenLock.ts';
import { SECRET } from '../../auth/tokenReply.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, ApiKey } from '../../core/provider.ts';
import { PROGRAM, runHint } from '../../program.ts';
import type { Token } from '../../store/tokens.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { hiddenQuestion, secretFromStdin } from '../secret.ts';
import { forAPerson } from './again.ts';
import { whoseKey } from './identity.ts';
import type { Outcome } from './signIn.ts';

/** A key that a person has copied: the service is asked whose it is before it is stored. */
export async function signInWithKey(
  context: Context,
  provider: AnyProvider,
  auth: ApiKey,
  flags: AuthFlags,
): Promise<Outcome> {
  const { id } = provider;
  const { key, isNew } = await findKey(context, provider, auth, flags);
  if (isNew && auth.key !== undefined && auth.key !== key) throw await overruled(context, id, auth.configKey);
  const now = context.clock.now();
  const bare = { refreshToken: null, expiresAt: null, scope: null, world: null, userId: null };
  const asked: Token = { ...bare, accessToken: key, obtainedAt: now };
  const { userId, account } = await forAPerson(id, whoseKey(context, provider, asked));
  const token = { ...asked, userId };
  const isElsewhere = account !== context.globals.account;
  // A configured key is no other account's.
  const isKept = isNew || isElsewhere;
  if (isKept) await keep(context, id, account, token);
  const from = isKept ? 'sign-in' : 'configuration';
  return {
    account,
    token,
    granted: null,
    missing: [],
    lacksRenewal: null,
    world: null,
    stateChecked: null,
    from,
  };
}

/** Two keys, of which the one that was just given would not count. */
async function overruled(context: Context, id: string, key: string): Promise<UsageError> {
  const { name } = (await context.config()).origin(id, key);
  return new UsageError(
    `${id}: ${key} from ${name ?? 'the configuration'} counts, not a key that is stored`,
    {
      source: id,
      hint: `Put the new key there, or take that line away. Then: ${runHint(`auth ${id}`)}`,
    },
  );
}

async function keep(context: Context, id: string, account: string, token: Token): Promise<void> {
  const store = await context.store();
  await withTokenLock(store.tokenLockPath(id, account), context.signal, () =>
    store.tokens(id, account).save(token),
  );
}

/** The key that was handed over, typed in, or configured. Throws UsageError when there is none. */
async function findKey(
  { terminal, signal }: Context,
  { id, title }: AnyProvider,
  auth: ApiKey,
  flags: AuthFlags,
): Promise<{ key: string; isNew: boolean }> {
  const source = { flag: '--key-stdin', text: `${title} API key (not shown): `, signal };
  let given: string | undefined;
  if (flags.keyStdin === true) given = await secretFromStdin(terminal, source);
  else if (flags.configured !== true && terminal.isInteractive) {
    terminal.say(auth.setup);
    const keep = auth.key === undefined ? '' : '; Enter keeps the configured one';
    given = await hiddenQuestion(terminal, `${title} API key (not shown${keep}): `, signal);
  }
  const key = given || auth.key;
  if (key === undefined || key === '') {
    throw new UsageError(`${id}: there is no API key`, {
      source: id,
      hint: `${auth.setup.replace(/\.$/, '')}. Then pipe it in: ${PROGRAM} auth ${id} --key-stdin`,
    });
  }
  if (!SECRET.test(key))
    throw new UsageError(`${id}: that is no key: it holds spaces or other odd characters`, { source: id });
  return { key, isNew: key !== auth.key };
}
