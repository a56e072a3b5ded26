import { InterruptedError } from '../core/errors.ts';
import { Lock } from '../store/lock.ts';

/** Longer than a holder needs for two exchanges of a minute each (context.ts), in milliseconds. */
const PATIENCE = 130_000;

/**
 * Does the work while no other process touches this account's pair. Throws LockedError when one holds on too long.
 * `afterwards`: `remove` takes the lock's file away, when the work took away what it guards.
 */
export async function withTokenLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T> | T,
  afterwards: 'keep' | 'remove' = 'keep',
): Promise<T> {
  const lock = await Lock.wait(path, PATIENCE, signal).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
    throw signal.reason instanceof Error ? signal.reason : new InterruptedError('stopped', { cause: error });
  });
  try {
    const done = await work();
    if (afterwards === 'remove') lock.remove();
    return done;
  } finally {
    lock.release();
  }
}
