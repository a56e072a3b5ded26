import { type SignedIn, signIn } from '../../auth/signIn.ts';
import { PUSHED } from '../../destinations/clockify/rules.ts';
import type { Wire } from '../../http/wire.ts';
import { whoSignedIn } from '../auth/identity.ts';
import type { Context } from '../context.ts';

/** Nobody has to click, so seconds are plenty (milliseconds). */
const PATIENCE = 10_000;

/** The real sign-in; the demo takes the browser's part and the imitation the person's. */
export async function signInAlone(context: Context): Promise<SignedIn> {
  const provider = await context.provider(PUSHED.provider);
  const { account } = context.globals;
  const [oauth, store, wire] = await Promise.all([context.oauth(provider), context.store(), context.wire()]);
  return signIn({
    providerId: provider.id,
    oauth,
    store: store.tokens(provider.id, account),
    lockPath: store.tokenLockPath(provider.id, account),
    wire,
    clock: context.clock,
    signal: context.signal,
    timeoutMs: PATIENCE,
    openBrowser: (url) => browse(wire, url, context.signal),
    identify: (token) => whoSignedIn(context, provider, token),
    onEvent: ({ kind }) => context.terminal.detail(`sign-in: ${kind}`),
  });
}

/** Follows the redirects as a browser would. True: the last page was shown. */
async function browse(wire: Wire, url: URL, signal: AbortSignal): Promise<boolean> {
  let next: URL | undefined = url;
  for (let hops = 0; hops < 5 && next !== undefined; hops += 1) {
    const { status, headers } = await wire.exchange(visit(next), 'the demo’s browser', signal);
    if (status < 300 || status >= 400) return status < 300;
    next = headers.location === undefined ? undefined : new URL(headers.location, next);
  }
  return false;
}

/** A machine may be too bare to know `localhost` by name. */
function visit(url: URL) {
  const address = new URL(url);
  if (address.hostname === 'localhost') address.hostname = '127.0.0.1';
  return { method: 'GET' as const, url: address, headers: { accept: 'text/html', host: url.host } };
}
