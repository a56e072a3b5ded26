import type { Clock } from '../core/clock.ts';

/** What every call that talks to a service takes. */
export interface RunOptions {
  /** Aborted: the call rejects with InterruptedError; what was stored until then stays. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the system's. */
  readonly clock?: Clock | undefined;
}
