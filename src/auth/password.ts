import type { PasswordGrant } from '../core/auth.ts';
import { sha256 } from '../core/digest.ts';
import { AuthError, TemporaryError } from '../core/errors.ts';
import { runHint } from '../program.ts';
import type { Token, TokenRecord } from '../store/tokens.ts';
import type { KeeperOptions } from './keeper.ts';
import { type LoginOptions, logIn, refuseTooSoon, strangersLogin } from './login.ts';
import type { LoginNotes } from './loginNotes.ts';
import type { PairSource } from './pairSource.ts';
import { askInTurn, type PasswordEndpoint } from './passwordEndpoint.ts';
import { isRefreshable } from './refresh.ts';
import { refuseOtherOwner, saveRenewed } from './storedPair.ts';
import { readPair } from './tokenReply.ts';

type Options = KeeperOptions & { readonly notes: LoginNotes };

export function passwordPairs(grant: PasswordGrant, options: Options): PairSource {
  const { providerId: source, wire, clock, signal } = options;
  const endpoint: PasswordEndpoint = { source, grant, wire, now: () => clock.now(), signal };
  const hasCredentials = Boolean(grant.username && grant.password);
  let isProven = false;
  return {
    auth: grant,
    rules: grant,
    beginsAlone: hasCredentials,
    canRenew: (record) => hasCredentials || record.token?.refreshToken != null,
    renew: async (record) => {
      const renewed = record === undefined ? 'refused' : await refresh(endpoint, record, options);
      if (renewed !== 'refused') return renewed;
      if (!hasCredentials) throw onlyAPerson(source);
      isProven = false;
      return loginAgain(endpoint, record, options);
    },
    rescue: async () => undefined,
    accepted: () => {
      if (isProven) return;
      isProven = true;
      // Perhaps the login of an earlier run; any other ending says nothing of this pair.
      if (options.notes.lastEnding() === 'unproven') options.notes.succeeded(clock.now());
    },
    wasRefused: () => options.notes.wasRefused(grant),
  };
}

/** The renewal without the password. `refused`: this refresh token is of no more use, or there is none. */
async function refresh(
  endpoint: PasswordEndpoint,
  record: TokenRecord,
  { store }: Options,
): Promise<Token | 'refused'> {
  const { token } = record;
  const { source, grant, now } = endpoint;
  if (token?.refreshToken == null || !isRefreshable(record)) return 'refused';
  const { refreshToken } = token;
  const digest = sha256(refreshToken);
  const known = grant.bodies.filter((body) => body === token.world);
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
  let isNoted = false;
  const bodies = known.length > 0 ? known : grant.bodies;
  const answer = await askInTurn(endpoint, fields, bodies, () => {
    // A body that was answered with 400 has not used the token up.
    if (isNoted) store.unnoteSend();
    store.noteSend(digest, now());
    isNoted = true;
  });
  if (answer.kind === 'refused') {
    store.noteDead(digest, now());
    return 'refused';
  }
  if (answer.kind === 'unavailable') {
    if (isNoted && !answer.sent) store.unnoteSend();
    const { why, retryAt } = answer;
    throw new TemporaryError(why.startsWith(source) ? why : `${source}: ${why}`, {
      source,
      retryAt,
      hint: 'Nothing to do: the next run tries again.',
    });
  }
  store.noteReply(answer.text, answer.body);
  const next = readPair(answer.text, grant, { now: now(), world: answer.body, source, previous: token });
  refuseOtherOwner(store, next, token.userId, source, now());
  saveRenewed(store, next, token, grant);
  return next;
}

async function loginAgain(
  endpoint: PasswordEndpoint,
  record: TokenRecord | undefined,
  { store, notes }: Options,
): Promise<Token> {
  const login: LoginOptions = {
    ...endpoint,
    notes,
    worked: record?.token?.world ?? null,
    onReply: (text, body) => store.noteReply(text, body),
  };
  refuseTooSoon(login);
  const token = await logIn(login);
  const before = record?.userId ?? null;
  if (before !== null && token.userId !== null && before !== token.userId) {
    const { grant, now, source } = endpoint;
    // Before the reply goes: what is left of it alone keeps these from being sent again.
    notes.end('stranger', grant, now() + grant.backOff, now());
    store.dropReply();
    throw strangersLogin(source);
  }
  const next = { ...token, userId: token.userId ?? before };
  store.save(next);
  return next;
}

function onlyAPerson(source: string): AuthError {
  return new AuthError(`${source}: the service does not accept this sign-in any more`, {
    source,
    hint: runHint(`auth ${source}`),
  });
}
