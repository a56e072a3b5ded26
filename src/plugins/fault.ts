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

/** The same, and an answer that is not what it promises is a fault too; `faultOf` says what is wrong with it. */
export function answering<A extends unknown[], R>(
  guard: Guard,
  what: string,
  work: (...args: A) => R,
  faultOf: (answer: unknown) => string | undefined,
): (...args: A) => R {
  const call = guarded(guard, what, work);
  return (...args) => {
    const answer = call(...args);
    const found = faultOf(answer);
    if (found !== undefined) throw pluginFault(guard, `${what}: ${found}`);
    return answer;
  };
}

/** The same for what comes one after the other. */
export async function* guardedSeries<T>(
  guard: Guard,
  what: string,
  series: () => AsyncIterable<T>,
  faultOf: (one: unknown) => string | undefined,
): AsyncGenerator<T> {
  try {
    for await (const one of series()) {
      const found = faultOf(one);
      if (found !== undefined) throw pluginFault(guard, `${what}: ${found}`);
      yield one;
    }
  } catch (error) {
    throw translated(guard, what, error);
  }
}
