import type { PasswordGrant, PlainReply } from '../core/auth.ts';
import { ContractError } from '../core/errors.ts';
import { NetworkError, type Outgoing } from '../http/exchange.ts';
import { retryAfter } from '../http/retry.ts';
import type { Wire } from '../http/wire.ts';
import { credentials, secureUrl } from './oauth2.ts';
import { isGood, plainly } from './plain.ts';
import { untilLeft } from './untilLeft.ts';

export type BodyKind = PasswordGrant['bodies'][number];

export interface PasswordEndpoint {
  readonly source: string;
  readonly grant: PasswordGrant;
  readonly wire: Wire;
  /** UTC epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** How the endpoint answered. Never with anything of a body but a good one's: a refusal may echo the password. */
export type Answer =
  | { readonly kind: 'granted'; readonly text: string; readonly body: BodyKind }
  | { readonly kind: 'refused'; readonly status: number }
  /** `sent` false: the service cannot have done anything. */
  | {
      readonly kind: 'unavailable';
      readonly why: string;
      readonly sent: boolean;
      readonly retryAt: number | undefined;
    };

type Fields = Readonly<Record<string, string>>;

/**
 * Sends the fields, in one kind of body after the other for as long as the answer is 400. A service that tells no more
 * than that may mean the kind of body. `leaving` is called before each (see Outgoing); the signal stops those that have
 * not left. Throws its reason.
 */
export async function askInTurn(
  endpoint: PasswordEndpoint,
  fields: Fields,
  bodies: readonly BodyKind[],
  leaving: () => void,
): Promise<Answer> {
  const { source, grant } = endpoint;
  const url = secureUrl(grant.tokenUrl, 'the address for signing in', source);
  const { clientId, clientSecret } = credentials(grant, source);
  const all = { client_id: clientId, client_secret: clientSecret, ...fields };
  let answer: Answer = { kind: 'refused', status: 400 };
  for (const body of bodies) {
    answer = await untilLeft(endpoint.signal, (stop, left) => {
      const whenLeaving = () => {
        leaving();
        left();
      };
      return ask(endpoint, { ...requestOf(url, all, body), leaving: whenLeaving }, body, stop);
    });
    if (answer.kind !== 'refused' || answer.status !== 400) return answer;
  }
  return answer;
}

async function ask(
  { source, grant, wire, now }: PasswordEndpoint,
  request: Outgoing,
  body: BodyKind,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const reply = await wire.exchange(request, source, signal);
    return judge(reply, plainly(grant, reply), retryAfter(reply.headers['retry-after'], now()), now(), body);
  } catch (error) {
    // The error itself stays here: its cause may hold what was received.
    if (error instanceof NetworkError) return unavailable(error.message, error.delivered !== 'no', undefined);
    if (error instanceof ContractError) return unavailable(error.message, true, undefined);
    throw error;
  }
}

function judge(
  reply: PlainReply,
  plain: PlainReply | undefined,
  wait: number | undefined,
  now: number,
  body: BodyKind,
): Answer {
  if (isGood(reply.status) && (plain === undefined || isGood(plain.status)))
    return { kind: 'granted', text: reply.text, body };
  const { status } = plain ?? reply;
  if (!isRefusal(status, reply.text)) {
    const retryAt = wait === undefined ? undefined : now + wait;
    return unavailable(`the token endpoint answered ${status}`, status !== 429 && status !== 503, retryAt);
  }
  return { kind: 'refused', status };
}

/** A page of HTML comes from somebody in front of the service, who knows nothing of passwords. */
function isRefusal(status: number, text: string): boolean {
  return status === 400 || status === 401 || (status === 403 && /^\s*\{/.test(text));
}

function unavailable(why: string, sent: boolean, retryAt: number | undefined): Answer {
  return { kind: 'unavailable', why, sent, retryAt };
}

function requestOf(url: URL, fields: Fields, body: BodyKind): Outgoing {
  const isJson = body === 'json';
  return {
    method: 'POST',
    url,
    headers: { 'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded' },
    body: isJson ? JSON.stringify(fields) : new URLSearchParams(fields).toString(),
  };
}
