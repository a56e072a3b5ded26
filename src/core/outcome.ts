import { type Outcome, PartialError, type ProgramError, TemporaryError, UsageError } from './errors.ts';

/** One source or destination of a run and how it ended; `error` undefined: well. */
export interface Ending {
  readonly source: string;
  readonly error: ProgramError | undefined;
  /** Only a known rate window stood in the way. */
  readonly onlyClosedWindow?: boolean;
}

/**
 * What a run as a whole ends with; undefined: well. All failed alike: that class. Only a closed window: TEMP. A push
 * that was refused by the person or for its settings is said as such when nothing else failed. Otherwise PARTIAL.
 */
export function verdict(endings: readonly Ending[]): ProgramError | undefined {
  const failed = endings.filter(({ error }) => error !== undefined);
  const errors = failed.map(({ error }) => error as ProgramError);
  const first = errors[0];
  if (first === undefined) return undefined;
  const refused = failed.find(({ source, error }) => error instanceof UsageError && !source.includes('.'));
  if (refused !== undefined && errors.every((error) => error instanceof UsageError)) return refused.error;
  if (failed.length === endings.length && new Set(errors.map(({ outcome }) => outcome)).size === 1)
    return first;
  if (failed.every(({ onlyClosedWindow }) => onlyClosedWindow === true)) return first;
  // What to do about each of them is said beside it.
  return new PartialError(`${failed.length} of ${endings.length} parts failed, the rest is saved`, errors);
}

/** Every outcome a run can have, worst first for a person who has to act. */
export const NEEDS_A_PERSON: readonly Outcome[] = ['AUTH', 'CONTRACT', 'STORE', 'USAGE', 'TEMP'];

export function isClosedWindow(error: ProgramError | undefined): boolean {
  return error instanceof TemporaryError && error.retryAt !== undefined;
}
