import { type SignedIn, signIn } from '../../auth/signIn.ts';
import { duration } from '../../core/config/values.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, OAuth2 } from '../../core/provider.ts';
import { PROGRAM } from '../../program.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { forAPerson } from './again.ts';
import { whoSignedIn } from './identity.ts';
import { pastePrompt } from './pastePrompt.ts';
import { sayEvent } from './words.ts';

/** How long a person has, unless they say otherwise. */
const PATIENCE = '5m';

export type SignInReport = Awaited<ReturnType<typeof signInTo>>;

/** Lets a person sign in to a provider in the browser and keeps the pair. Throws what signIn throws. */
export async function signInTo(context: Context, provider: AnyProvider, flags: AuthFlags) {
  const config = await context.config();
  const oauth = await context.oauth(provider);
  requireApp(provider, oauth, config.file);
  const { token, granted, missing, world, stateChecked } = await forAPerson(
    provider.id,
    converse(context, provider, oauth, flags),
  );
  const unavailable = provider.resources.filter(({ scope }) => missing.includes(scope));
  return {
    provider: provider.id,
    title: provider.title,
    account: context.globals.account,
    granted,
    missing,
    /** Collections that cannot be read without the missing scopes. */
    unavailable: unavailable.map(({ name }) => name),
    expiresAt: token.expiresAt === null ? null : new Date(token.expiresAt).toISOString(),
    refreshable: token.refreshToken !== null,
    world: world.id,
    stateChecked,
    enabled: provider.enabled(config.section(provider.id)),
    database: config.app.db,
  };
}

async function converse(
  context: Context,
  provider: AnyProvider,
  oauth: OAuth2,
  flags: AuthFlags,
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
    identify: (token) => whoSignedIn(context, provider, token),
  });
}

function milliseconds(text: string): number {
  const parsed = duration('1s', '1h').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError('--timeout must be a duration such as 90s or 5m, from 1s to 1h');
}

function requireApp(provider: AnyProvider, oauth: OAuth2, file: string | undefined): void {
  const missing = [
    ...(oauth.clientId ? [] : ['client_id']),
    ...(oauth.clientSecret ? [] : ['client_secret']),
  ];
  if (missing.length === 0) return;
  const { id } = provider;
  const lines = missing.map((key) => `${key} = "…"`).join(' and ');
  const place = file ?? `health-sync.toml (${PROGRAM} init makes it)`;
  throw new UsageError(
    `${id}: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not configured`,
    {
      source: id,
      hint: `${oauth.setup}, write ${lines} below [${id}] in ${place}, then run: ${PROGRAM} auth ${id}`,
    },
  );
}
