import { ProgramError } from '../core/errors.ts';
import { tidy } from '../store/tidy.ts';
import type { Context } from './context.ts';
import { diskTrouble } from './diskTrouble.ts';
import { log } from './log.ts';

export interface Recorded {
  /** What the run as a whole ended with; undefined: well. */
  readonly ended: ProgramError | undefined;
  /** Counts only. */
  readonly totals: unknown;
}

/**
 * Does the work under the run lock and notes in database and log how it ended, whatever happens. When noting fails as
 * well, the first failure is the one that is told. Throws LockedError at once when another run is at work.
 */
export async function recordedRun<T extends Recorded>(
  context: Context,
  command: string,
  options: { wait: boolean },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const store = await context.store();
  const lock = store.lockRun();
  const { signal, clear } = await context.runSignal(options);
  let done: T | undefined;
  let failure: unknown;
  let run: number | undefined;
  try {
    tidy(store.path, context.clock.now());
    run = store.runs.begin(command, context.clock.now());
    done = await work(signal);
  } catch (error) {
    failure = await diskTrouble(error, async () => store.path);
  }
  clear();
  const ended = done?.ended ?? (failure instanceof ProgramError ? failure : undefined);
  const outcome = ended?.outcome ?? (failure === undefined ? 'OK' : 'BUG');
  try {
    if (run !== undefined) store.runs.end(run, outcome, done?.totals ?? null, context.clock.now());
  } catch (error) {
    failure ??= error;
  } finally {
    await log(context, command, ended, done?.totals, outcome);
    lock.release();
  }
  if (failure !== undefined) throw failure;
  return done as T;
}
