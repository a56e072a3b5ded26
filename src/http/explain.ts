import { ContractError, InterruptedError } from '../core/errors.ts';
import type { Departure } from './departure.ts';
import { NetworkError } from './exchange.ts';

const TLS_FAULT = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO)/;

export interface Failed {
  readonly source: string;
  readonly url: URL;
  readonly departure: Departure;
  /** The caller's own, without the deadline. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds. */
  readonly deadline: number;
}

/** What an exchange ended in, in our own terms (see `Wire.exchange`). */
export function explain(error: unknown, { source, url, departure, signal, deadline }: Failed): unknown {
  if (error instanceof ContractError || departure.wasStoppedBy(error)) return error;
  if (signal?.aborted)
    return signal.reason instanceof Error ? signal.reason : new InterruptedError('stopped', { cause: error });
  const code = codeOf(error);
  // The parser's own error carries what it could not read, and --debug shows causes.
  const holdsBytes = error instanceof Error && 'data' in error;
  const details = holdsBytes ? { source } : { source, cause: error };
  const delivered = departure.hasLeft ? 'unknown' : 'no';
  const failed = (what: string) => new NetworkError(`${source}: ${what}`, delivered, details);
  if (code === 'TimeoutError' || code === 'ABORT_ERR')
    return failed(`no answer from ${url.host} within ${deadline / 1000} s`);
  if (!departure.hasLeft && TLS_FAULT.test(code))
    return failed(`${url.host} showed no valid certificate (${code})`);
  return failed(`the connection to ${url.host} failed (${code})`);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? 'unknown' : error.name;
}
