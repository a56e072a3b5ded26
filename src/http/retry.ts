/** What happened to one attempt of a read. Times in milliseconds. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** The HTTP status, or undefined when no reply came. */
  readonly status: number | undefined;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** UTC epoch milliseconds. */
  readonly now: number;
  /** From 0 up to 1. */
  readonly random: number;
}

export type Verdict = { readonly kind: 'wait'; readonly milliseconds: number } | { readonly kind: 'give up' };

/** Longest wait inside a run; anything longer is for a later run. */
export const PATIENCE = 60_000;
/** Most sends of one read. */
export const TRIES = 4;
const FIRST_PAUSE = 500;
/** The latest instant a Date can hold (UTC epoch milliseconds). */
const LAST_INSTANT = 8.64e15;

/** Whether a read is sent again. A client error never is; a rate limit is the gate's business. Pure. */
export function afterFailure(attempt: Attempt): Verdict {
  const transient = attempt.status === undefined || attempt.status >= 500 || attempt.status === 408;
  if (!transient || attempt.number >= TRIES) return { kind: 'give up' };
  const told = retryAfter(attempt.retryAfter, attempt.now);
  if (told !== undefined && told > PATIENCE) return { kind: 'give up' };
  const backoff = FIRST_PAUSE * 2 ** (attempt.number - 1) * (0.5 + attempt.random);
  return { kind: 'wait', milliseconds: Math.round(told ?? backoff) };
}

/** Milliseconds to wait by a `Retry-After` header (seconds or an HTTP date); undefined when absent or unreadable. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : undefined;
  const told = seconds ?? (/GMT|UTC|Z/i.test(header) ? Math.max(0, Date.parse(header) - now) : Number.NaN);
  // Beyond the end of the calendar it says nothing.
  return told + now <= LAST_INSTANT ? told : undefined;
}
