import { describeToken, type TokenDescription } from '../auth/description.ts';
import { seedIsWanted } from '../auth/seed.ts';
import type { AnyProvider, OAuth2, Resource } from '../core/provider.ts';
import { Store } from '../store/store.ts';
import type { Context } from './context.ts';

export interface SignedIn {
  readonly provider: AnyProvider;
  readonly enabled: boolean;
  readonly token: TokenDescription;
  /** The next run can renew the pair without a person. */
  readonly renewable: boolean;
  /** The next run gets by without a person. */
  readonly usable: boolean;
  /** Resources that cannot be read because their scope was not granted. */
  readonly unavailable: readonly Resource[];
}

/** How every built-in provider stands, without the network and without making a database. Throws StoreError. */
export async function signedIn(context: Context): Promise<SignedIn[]> {
  const config = await context.config();
  const { providers } = await import('../providers/index.ts');
  const store = Store.exists(config.app.db) ? await context.store() : undefined;
  return providers.map((provider) => {
    const section = config.section(provider.id);
    const oauth = provider.auth(section);
    const tokens = store?.tokens(provider.id, context.globals.account);
    const about = { oauth, source: provider.id, now: context.clock.now() };
    const token = tokens === undefined ? nothingStored(oauth) : describeToken(tokens, about);
    const renewable = token.refreshable && Boolean(oauth.clientId && oauth.clientSecret);
    const usable = token.seeded || (token.stored && !token.spent && (!token.expired || renewable));
    const unavailable = provider.resources.filter(({ scope }) => token.missing.includes(scope));
    return { provider, enabled: provider.enabled(section), token, renewable, usable, unavailable };
  });
}

function nothingStored(oauth: OAuth2): TokenDescription {
  return {
    stored: false,
    seeded: seedIsWanted(oauth, undefined),
    expiresAt: null,
    expired: false,
    refreshable: false,
    spent: false,
    granted: null,
    missing: [],
    world: null,
    userId: null,
    obtainedAt: null,
  };
}

/** One clause for a person. */
export function tokenWords({ token, usable, renewable }: SignedIn): string {
  if (token.seeded) return 'a configured token waits to be taken over by the next run';
  if (!token.stored) return 'not signed in';
  if (token.spent) return 'the sign-in is not accepted any more, or its renewal got lost';
  const at = instant(token.expiresAt);
  const until =
    at === null ? 'signed in' : `signed in, the token ${token.expired ? 'ran out' : 'runs out'} ${at}`;
  if (renewable) return `${until}, renewed by itself`;
  if (token.refreshable) return `${until}, cannot be renewed without client_id and client_secret`;
  return usable ? `${until}, cannot be renewed` : `${until} and cannot be renewed`;
}

/** UTC epoch milliseconds as ISO 8601. */
export function instant(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
