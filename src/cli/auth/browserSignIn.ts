import { type SignedIn, signIn } from '../../auth/signIn.ts';
import type { AnyProvider, OAuth2 } from '../../core/provider.ts';
import type { Token } from '../../store/tokens.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import type { Keeping } from './account.ts';
import { forAPerson } from './again.ts';
import { whoSignedIn } from './identity.ts';
import { pastePrompt } from './pastePrompt.ts';
import { milliseconds, type Outcome, requireApp } from './signIn.ts';
import { sayEvent } from './words.ts';

/** How long a person has, unless they say otherwise. */
const PATIENCE = '5m';

/** OAuth: the browser is sent off, and the pair that it brings is kept. */
export async function signInWithBrowser(
  context: Context,
  provider: AnyProvider,
  oauth: OAuth2,
  flags: AuthFlags,
): Promise<Outcome> {
  requireApp(provider, oauth, (await context.config()).file);
  let { account } = context.globals;
  const identify = async (token: Token) => {
    const keeping = await whoSignedIn(context, provider, token);
    account = keeping.account;
    return keeping;
  };
  const signedIn = await forAPerson(provider.id, converse(context, provider, oauth, flags, identify));
  return { ...signedIn, account, world: signedIn.world.id, from: 'sign-in' };
}

async function converse(
  context: Context,
  provider: AnyProvider,
  oauth: OAuth2,
  flags: AuthFlags,
  identify: (token: Token) => Promise<Keeping>,
): Promise<SignedIn> {
  const { terminal, clock, globals } = context;
  const patience = flags.timeout ?? PATIENCE;
  const timeoutMs = milliseconds(patience);
  const [store, wire] = await Promise.all([context.store(), context.wire()]);
  const stop = new AbortController();
  const browser = flags.browser && terminal.isInteractive;
  const mayAsk = terminal.isInteractive || flags.paste === true;
  return signIn({
    providerId: provider.id,
    oauth,
    store: store.tokens(provider.id, globals.account),
    lockPath: store.tokenLockPath(provider.id, globals.account),
    wire,
    clock,
    signal: AbortSignal.any([context.signal, stop.signal]),
    timeoutMs,
    openBrowser: browser ? async (url) => (await import('../browser.ts')).openBrowser(url) : undefined,
    readPasted: mayAsk ? pastePrompt(terminal, (reason) => stop.abort(reason)) : undefined,
    onEvent: (event) => sayEvent(terminal, event, patience),
    identify,
  });
}
