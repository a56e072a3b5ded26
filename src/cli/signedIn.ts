import { authFor } from '../auth/account.ts';
import { describeSignIn, type TokenDescription } from '../auth/description.ts';
import { LoginNotes } from '../auth/loginNotes.ts';
import { readStored } from '../auth/storedPair.ts';
import type { AnyProvider, Auth, Resource } from '../core/provider.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import { Store } from '../store/store.ts';
import type { Context } from './context.ts';

export interface SignedIn {
  readonly provider: AnyProvider;
  readonly enabled: boolean;
  readonly auth: Auth;
  readonly token: TokenDescription;
  /** The next run can renew the pair without a person. */
  readonly renewable: boolean;
  /** The next run gets by without a person. */
  readonly usable: boolean;
  /** Resources that cannot be read because their scope was not granted. */
  readonly unavailable: readonly Resource[];
}

/** The same for those with a sign-in of their own: what is written to as well is signed in to as a destination. */
export async function signedIn(context: Context): Promise<SignedIn[]> {
  return (await standing(context)).filter(({ provider }) => provider.id !== SOURCE);
}

/** How every provider stands, without the network and without making a database. Throws StoreError. */
export async function standing(context: Context): Promise<SignedIn[]> {
  const config = await context.config();
  const providers = await context.providers();
  const store = Store.exists(config.app.db) ? await context.store() : undefined;
  const { account } = context.globals;
  return providers.map((provider) => {
    const section = config.section(provider.id);
    const auth = authFor(provider.auth(section), account);
    const record = store && readStored(store.tokens(provider.id, account), provider.id);
    const refused = store !== undefined && wasRefused(auth, new LoginNotes(store, provider.id, account));
    const token = describeSignIn(auth, record, { now: context.clock.now(), refused });
    const unavailable = unavailableWithout(provider, token.missing);
    const enabled = provider.enabled(section);
    return { provider, enabled, auth, token, unavailable, ...outlook(auth, token) };
  });
}

function wasRefused(auth: Auth, notes: LoginNotes): boolean {
  return auth.kind === 'password' && notes.wasRefused(auth);
}

function outlook(auth: Auth, token: TokenDescription): { renewable: boolean; usable: boolean } {
  if (auth.kind === 'apiKey') return { renewable: false, usable: token.configured || token.stored };
  const hasApp = Boolean(auth.clientId && auth.clientSecret);
  const canLogIn = token.configured && !token.refused;
  const renewable = hasApp && (token.refreshable || canLogIn);
  const lasts = token.stored && !token.expired && (!token.spent || auth.kind === 'password');
  const renews = renewable && (token.stored ? !token.spent || canLogIn : canLogIn);
  return { renewable, usable: token.seeded || lasts || renews };
}

/** Resources that these scopes would have been needed for. */
export function unavailableWithout(provider: AnyProvider, missing: readonly string[]): Resource[] {
  return provider.resources.filter(({ scope }) => scope !== undefined && missing.includes(scope));
}

/** One clause for a person. */
export function tokenWords(one: SignedIn): string {
  const { auth, token, usable, renewable } = one;
  if (token.seeded) return 'a configured token waits to be taken over by the next run';
  if (auth.kind === 'apiKey') return keyWords(token);
  if (!token.stored) return auth.kind === 'password' ? passwordWords(one) : 'not signed in';
  if (token.spent && !usable) return 'the sign-in is not accepted any more, or its renewal got lost';
  const at = instant(token.expiresAt);
  const until =
    at === null ? 'signed in' : `signed in, the token ${token.expired ? 'ran out' : 'runs out'} ${at}`;
  if (renewable) return `${until}, renewed by itself`;
  if (token.refreshable) return `${until}, cannot be renewed without client_id and client_secret`;
  return usable ? `${until}, cannot be renewed` : `${until} and cannot be renewed`;
}

function keyWords({ configured, stored }: TokenDescription): string {
  if (configured) return 'API key from the configuration';
  return stored ? 'stored API key' : 'no API key';
}

function passwordWords({ token, usable }: SignedIn): string {
  if (!token.configured) return 'not signed in';
  if (token.refused) return 'e-mail and password from the configuration were refused and are not tried again';
  return usable
    ? 'signs in with e-mail and password from the configuration'
    : 'cannot sign in without client_id and client_secret';
}

/** What a sign-in without the scope for renewing it means; undefined: nothing is wrong. */
export function renewalWarning(
  lacksRenewal: string | null,
  expiresAt: number | string | null,
): string | undefined {
  if (lacksRenewal === null) return undefined;
  const end = typeof expiresAt === 'number' ? instant(expiresAt) : expiresAt;
  return `no refresh token came: access ends ${end === null ? 'soon' : `at ${end}`} and a person has to sign in again; the scope "${lacksRenewal}" was not granted`;
}

/** UTC epoch milliseconds as ISO 8601. */
export function instant(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
