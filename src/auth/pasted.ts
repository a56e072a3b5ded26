import type { AuthError } from '../core/errors.ts';
import { type AuthorizationResponse, type Expected, readAnswer } from './answer.ts';

export type Pasted =
  /** `stateChecked` false: a bare code, which only the S256 verifier ties to this sign-in. */
  | { readonly kind: 'granted'; readonly response: AuthorizationResponse; readonly stateChecked: boolean }
  | { readonly kind: 'stopped'; readonly error: AuthError }
  /** Ask again; `reason` is a clause that follows "not accepted: ". */
  | { readonly kind: 'again'; readonly reason: string };

const PARAMETER = /(^|[?&])(code|state|error|iss|scope)=/;
/** What authorization codes are made of, as an address bar shows them: `%` only as an escape. */
const BARE_CODE = /^(?:[\w.~+/-]|%[0-9a-f]{2}){1,2048}={0,2}$/i;

/** Reads what a person pasted at the prompt: the address the browser ended at, its query, or the code alone. Pure. */
export function readPasted(text: string, expected: Expected): Pasted {
  const pasted = text.trim().replace(/^(["'`<])(.*)["'`>]$/s, '$2');
  if (pasted === '') return { kind: 'again', reason: 'nothing was pasted' };
  const query = queryOf(pasted);
  if (query !== undefined) return fromQuery(query, expected);
  if (!BARE_CODE.test(pasted)) {
    return { kind: 'again', reason: 'it is neither the address the browser ended at nor a code' };
  }
  if (expected.withoutChallenge === true) {
    return {
      kind: 'again',
      reason:
        'nothing ties a code alone to this sign-in here, so paste the whole address that the browser ended at',
    };
  }
  const code = decoded(pasted);
  if (code === undefined) return { kind: 'again', reason: 'the code is cut off or damaged' };
  return { kind: 'granted', response: { code, scope: undefined }, stateChecked: false };
}

/** The query of an address, with or without its scheme, or of what was cut from one; undefined when it has none. */
function queryOf(text: string): URLSearchParams | undefined {
  const [beforeFragment = ''] = text.split('#');
  const mark = beforeFragment.indexOf('?');
  const query = beforeFragment.slice(mark + 1);
  if (mark === -1 && !PARAMETER.test(query)) return undefined;
  return new URLSearchParams(query);
}

function fromQuery(query: URLSearchParams, expected: Expected): Pasted {
  const answer = readAnswer(query, expected);
  if (answer.kind === 'granted') return { ...answer, stateChecked: true };
  return answer.kind === 'stopped' ? answer : { kind: 'again', reason: answer.reason };
}

function decoded(code: string): string | undefined {
  try {
    return decodeURIComponent(code);
  } catch {
    return undefined;
  }
}
