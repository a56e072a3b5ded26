import { duration } from '../../core/config/values.ts';
import { UsageError } from '../../core/errors.ts';
import type { AnyProvider, Auth } from '../../core/provider.ts';
import { PROGRAM } from '../../program.ts';
import type { Token } from '../../store/tokens.ts';
import type { AuthFlags } from '../commands/auth.ts';
import type { Context } from '../context.ts';
import { instant, unavailableWithout } from '../signedIn.ts';
import { signInWithBrowser } from './browserSignIn.ts';
import { signInWithKey } from './key.ts';
import { signInWithPassword } from './password.ts';

/** What one kind of sign-in came to. */
export interface Outcome {
  /** What it is kept under: the account in use, or the one that a person has named. */
  readonly account: string;
  readonly token: Token;
  /** Scopes; null where there is no such thing. */
  readonly granted: readonly string[] | null;
  readonly missing: readonly string[];
  readonly lacksRenewal: string | null;
  readonly world: string | null;
  readonly stateChecked: boolean | null;
  /** Whose credentials they are that count from now on. */
  readonly from: 'sign-in' | 'configuration';
}

export type SignInReport = Awaited<ReturnType<typeof signInTo>>;

/**
 * Lets a person sign in to a provider and keeps what that brings. `untried`: credentials that are not in the
 * configuration yet. Throws what the kind of sign-in throws.
 */
export async function signInTo(context: Context, provider: AnyProvider, flags: AuthFlags, untried?: Auth) {
  if (provider.notice !== undefined) context.terminal.say(`${provider.title}: ${provider.notice}`);
  const config = await context.config();
  const auth = untried ?? (await context.auth(provider));
  const { token, missing, ...outcome } = await signInBy(auth, context, provider, flags);
  return {
    provider: provider.id,
    title: provider.title,
    kind: auth.kind,
    ...outcome,
    missing,
    /** Collections that cannot be read without the missing scopes. */
    unavailable: unavailableWithout(provider, missing).map(({ name }) => name),
    expiresAt: instant(token.expiresAt),
    refreshable: token.refreshToken !== null,
    notice: provider.notice ?? null,
    enabled: provider.enabled(config.section(provider.id)),
    database: config.app.db,
  };
}

function signInBy(auth: Auth, context: Context, provider: AnyProvider, flags: AuthFlags): Promise<Outcome> {
  if (auth.kind === 'apiKey') return signInWithKey(context, provider, auth, flags);
  if (auth.kind === 'password') return signInWithPassword(context, provider, auth, flags);
  return signInWithBrowser(context, provider, auth, flags);
}

/** Throws UsageError naming what the configuration lacks of the app that the service knows us by. */
export function requireApp(
  provider: AnyProvider,
  app: { clientId: string | undefined; clientSecret: string | undefined; setup: string },
  file: string | undefined,
): void {
  const missing = [...(app.clientId ? [] : ['client_id']), ...(app.clientSecret ? [] : ['client_secret'])];
  if (missing.length === 0) return;
  const { id } = provider;
  const lines = missing.map((key) => `${key} = "…"`).join(' and ');
  const place = file ?? `health-sync.toml (${PROGRAM} init makes it)`;
  throw new UsageError(
    `${id}: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not configured`,
    {
      source: id,
      hint: `${app.setup.replace(/\.$/, '')}, write ${lines} below [${id}] in ${place}, then run: ${PROGRAM} auth ${id}`,
    },
  );
}

export function milliseconds(text: string): number {
  const parsed = duration('1s', '1h').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError('--timeout must be a duration such as 90s or 5m, from 1s to 1h');
}
