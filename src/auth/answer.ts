import { createHash, timingSafeEqual } from 'node:crypto';
import { AuthError } from '../core/errors.ts';
import { runHint } from '../program.ts';

/** What the service sends back through the browser when the person agreed. */
export interface AuthorizationResponse {
  readonly code: string;
  /** Granted scopes as the service named them, when it told them here. */
  readonly scope: string | undefined;
}

/** What an answer must carry to belong to this sign-in. */
export interface Expected {
  readonly state: string;
  /** `iss`, where present, must be this. It may stop the sign-in, it never chooses an address (RFC 9207). */
  readonly issuer?: string | undefined;
  /** No S256 verifier ties a code to this sign-in: only an answer with its state counts. */
  readonly withoutChallenge?: true | undefined;
  /** The provider's id, for messages. */
  readonly source: string;
}

export type Answer =
  | { readonly kind: 'granted'; readonly response: AuthorizationResponse }
  /** Ours, and the end of this sign-in. */
  | { readonly kind: 'stopped'; readonly error: AuthError }
  /** Not ours, or unusable: keep waiting. */
  | { readonly kind: 'ignored'; readonly reason: string };

const PRINTABLE = /^[\x20-\x7e]{1,4096}$/;

/** Judges a callback's query, wherever it came from: the listener and the prompt share this. Pure. */
export function readAnswer(query: URLSearchParams, expected: Expected): Answer {
  const [state, ...moreStates] = query.getAll('state');
  if (state === undefined || state === '') return ignored('it carries no state');
  if (moreStates.length > 0) return ignored('it carries more than one state');
  if (!sameText(state, expected.state)) return ignored('it belongs to another sign-in');
  if (expected.issuer !== undefined && query.getAll('iss').some((issuer) => issuer !== expected.issuer)) {
    return stopped(`${expected.source}: the answer came from another service than the one asked`, expected);
  }
  if (query.has('error')) return refused(query.getAll('error'), expected);
  const [code, ...moreCodes] = query.getAll('code');
  if (code === undefined || code === '') return ignored('it carries no code');
  if (moreCodes.length > 0) return ignored('it carries more than one code');
  if (!PRINTABLE.test(code)) return ignored('its code is not plain text');
  const scopes = query.getAll('scope');
  return { kind: 'granted', response: { code, scope: scopes.length === 1 ? scopes[0] : undefined } };
}

function refused(errors: readonly string[], expected: Expected): Answer {
  if (errors.length === 1 && errors[0] === 'access_denied') {
    return stopped(`${expected.source}: consent was denied in the browser`, expected);
  }
  return stopped(`${expected.source}: the service refused the sign-in`, expected);
}

function stopped(message: string, { source }: Expected): Answer {
  return { kind: 'stopped', error: new AuthError(message, { source, hint: runHint(`auth ${source}`) }) };
}

function ignored(reason: string): Answer {
  return { kind: 'ignored', reason };
}

/** Takes the same time wherever the two differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
