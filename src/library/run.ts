import { type Clock, systemClock } from '../core/clock.ts';
import { InterruptedError, ProgramError } from '../core/errors.ts';
import { Wire } from '../http/wire.ts';
import { EXCHANGE_DEADLINE } from '../source.ts';
import { asStoreError } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { tidy } from '../store/tidy.ts';
import type { RunOptions } from './options.ts';

export function clockOf({ clock }: RunOptions): Clock {
  return clock ?? systemClock;
}

/** Everything within ends with one kind of error, whatever the caller's signal was aborted with. */
export function stoppable(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const stop = new AbortController();
  const abort = () => stop.abort(new InterruptedError('stopped', { cause: signal.reason }));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return stop.signal;
}

/** Does the work alone on its database and notes how it ended. Throws LockedError at once when a run is at work. */
export async function recorded<T extends { readonly error: ProgramError | undefined }>(
  store: Store,
  command: string,
  clock: Clock,
  work: (wire: Wire) => Promise<T>,
): Promise<T> {
  const lock = store.lockRun();
  const wire = new Wire({ deadline: EXCHANGE_DEADLINE, connections: 4 });
  try {
    tidy(store.path, clock.now());
    const run = store.runs.begin(command, clock.now());
    const done = await work(wire).catch((error: unknown) => {
      store.runs.end(run, error instanceof ProgramError ? error.outcome : 'BUG', null, clock.now());
      throw error;
    });
    store.runs.end(run, done.error?.outcome ?? 'OK', null, clock.now());
    return done;
  } catch (error) {
    throw asStoreError(error, store.path);
  } finally {
    lock.release();
    await wire.close();
  }
}
