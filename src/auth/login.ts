import type { PasswordGrant } from '../core/auth.ts';
import { AuthError, type ProgramError, TemporaryError } from '../core/errors.ts';
import { OtherPersonError } from '../core/sync/person.ts';
import { runHint } from '../program.ts';
import type { Token } from '../store/tokens.ts';
import type { LoginNotes } from './loginNotes.ts';
import { type Answer, askInTurn, type BodyKind, type PasswordEndpoint } from './passwordEndpoint.ts';
import { readPair } from './tokenReply.ts';

export interface LoginOptions extends PasswordEndpoint {
  readonly notes: LoginNotes;
  /** The kind of body that worked before. */
  readonly worked: string | null;
  /** Gets the reply's bytes before anybody looks at them. */
  readonly onReply: (text: string, body: BodyKind) => void;
}

/** Throws what keeps a login from being tried by itself: one that failed a short while ago, or was refused for good. */
export function refuseTooSoon({ source, grant, now, notes }: LoginOptions): void {
  if (notes.wasStranger(grant)) throw strangersLogin(source);
  if (notes.wasRefused(grant)) throw notAccepted(source, 'were refused; they are not tried again');
  const until = notes.closedUntil(now());
  if (until === undefined) return;
  const ending = notes.lastEnding();
  if (ending === 'unproven')
    throw tooSoon(source, until, 'the last sign-in brought nothing that is accepted');
  if (ending !== 'refused') throw tooSoon(source, until);
  throw notAccepted(source, `were refused; the new ones are tried after ${iso(until)}`);
}

/** A person may correct what was mistyped at once, but not knock at a service that wants to be left alone. */
export function refuseTooSoonForPerson({ source, now, notes }: LoginOptions): void {
  const until = notes.closedUntil(now());
  const ending = notes.lastEnding();
  const wasHeard = ending === 'refused' || ending === 'unproven' || ending === 'stranger';
  if (until !== undefined && !wasHeard) throw tooSoon(source, until);
}

/**
 * One login with the password. It closes the window for the next as soon as it leaves, also when nobody lives to hear
 * how it ended: what opens it again is the proof that the pair works. Throws AuthError when the credentials are refused,
 * TemporaryError when the service could not be asked, and the signal's reason.
 */
export async function logIn(options: LoginOptions): Promise<Token> {
  const { grant, notes, now, source, onReply } = options;
  const { username = '', password = '' } = grant;
  const fields = { grant_type: 'password', username, password };
  const answer = await askInTurn(options, fields, inOrder(grant, options.worked), () =>
    notes.begin(grant, now()),
  );
  if (answer.kind !== 'granted') throw failure(options, answer);
  onReply(answer.text, answer.body);
  const token = readPair(answer.text, grant, { now: now(), world: answer.body, source });
  notes.end('unproven', grant, now() + grant.backOff, now());
  return token;
}

function failure(
  { source, grant, notes, now }: LoginOptions,
  answer: Exclude<Answer, { kind: 'granted' }>,
): ProgramError {
  const until = now() + grant.backOff;
  if (answer.kind === 'refused') {
    notes.end('refused', grant, until, now());
    return notAccepted(source, `were refused (the token endpoint answered ${answer.status})`);
  }
  const retryAt = Math.max(until, answer.retryAt ?? 0);
  notes.end('unavailable', grant, retryAt, now());
  return new TemporaryError(`${answer.why.startsWith(source) ? '' : `${source}: `}${answer.why}`, {
    source,
    retryAt,
    hint: 'Nothing to do: a later run tries again.',
  });
}

function inOrder({ bodies }: PasswordGrant, worked: string | null): readonly BodyKind[] {
  return [...bodies].sort((one, other) => Number(other === worked) - Number(one === worked));
}

function notAccepted(source: string, what: string): AuthError {
  return new AuthError(`${source}: e-mail and password, or the app's client_id and client_secret, ${what}`, {
    source,
    hint: `Correct them under [${source}], or sign in by hand. ${runHint(`auth ${source}`)}`,
  });
}

export function strangersLogin(source: string): OtherPersonError {
  return new OtherPersonError(
    source,
    'e-mail and password belong to somebody else than before; nothing was stored',
  );
}

function tooSoon(source: string, until: number, why = 'the last sign-in failed'): TemporaryError {
  return new TemporaryError(`${source}: ${why}; none is tried until ${iso(until)}`, {
    source,
    retryAt: until,
    hint: 'Nothing to do: a later run tries again.',
  });
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
