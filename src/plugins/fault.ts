import { ContractError, ProgramError, UsageError } from '../core/errors.ts';

/** Whose functions are guarded. */
export interface Guard {
  readonly plugin: string;
  /** `<id>`, or `<id>.<resource>`. */
  readonly source: string;
  /** Asked about the configuration, or at work. */
  readonly of: 'settings' | 'work';
}

/** Its text may hold what a service answered, so what a plugin threw is only the cause, which --debug shows. */
export function pluginFault({ plugin, source, of }: Guard, what: string, cause?: unknown): ProgramError {
  const kind = cause instanceof Error ? ` (${cause.name})` : '';
  const Kind = of === 'settings' ? UsageError : ContractError;
  return new Kind(`${source}: the plugin "${plugin}" failed in ${what}${kind}`, {
    source,
    cause,
    hint: 'This is for whoever wrote the plugin: --debug shows the place in its code.',
  });
}

/** Our own errors pass through a plugin unchanged: the network's, a signal's, the disk's. */
function translated(guard: Guard, what: string, error: unknown): unknown {
  const isOurs = error instanceof ProgramError || (error instanceof Error && error.name === 'SqliteError');
  return isOurs ? error : pluginFault(guard, what, error);
}

/** The function with whatever it throws, at once or as a promise, turned into the plugin's fault. */
export function guarded<A extends unknown[], R>(
  guard: Guard,
  what: string,
  work: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    try {
      const result = work(...args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw translated(guard, what, error);
      }) as R;
    } catch (error) {
      throw translated(guard, what, error);
    }
  };
}

/**
 * The same, and an answer that is not what it promises is a fault too; `faultOf` says what is wrong with it. A promise is
 * none either: nobody would wait for it, and one that is rejected later would end the program.
 */
export function answering<A extends unknown[], R>(
  guard: Guard,
  what: string,
  work: (...args: A) => R,
  faultOf: (answer: unknown) => string | undefined,
): (...args: A) => R {
  const call = guarded(guard, what, work);
  return (...args) => {
    const answer = call(...args);
    if (leftAlone(answer)) throw pluginFault(guard, `${what}: it must answer at once, not with a promise`);
    return sound(guard, what, answer, faultOf);
  };
}

/** The same for an answer that is waited for. */
export function answeringLater<A extends unknown[], R>(
  guard: Guard,
  what: string,
  work: (...args: A) => Promise<R>,
  faultOf: (answer: unknown) => string | undefined,
): (...args: A) => Promise<R> {
  const call = guarded(guard, what, work);
  return async (...args) => sound(guard, what, await call(...args), faultOf);
}

function sound<R>(
  guard: Guard,
  what: string,
  answer: R,
  faultOf: (answer: unknown) => string | undefined,
): R {
  const found = faultOf(answer);
  if (found !== undefined) throw pluginFault(guard, `${what}: ${found}`);
  return answer;
}

/** Whether it is a promise, which then may fail unheard. */
function leftAlone(answer: unknown): boolean {
  if (!(answer instanceof Promise)) return false;
  answer.catch(() => undefined);
  return true;
}

/** The same for what comes one after the other. */
export async function* guardedSeries<T>(
  guard: Guard,
  what: string,
  series: () => AsyncIterable<T>,
  faultOf: (one: unknown) => string | undefined,
): AsyncGenerator<T> {
  try {
    const all = series();
    if (leftAlone(all)) throw pluginFault(guard, `${what}: it must answer pages, not a promise of them`);
    for await (const one of all) yield sound(guard, what, one, faultOf);
  } catch (error) {
    throw translated(guard, what, error);
  }
}
