import { type Outcome, ProgramError } from '../../src/index.ts';
import type { Household } from '../support/household.ts';
import { syncHere } from '../support/syncHere.ts';

/** What came of a run: the code that cron would see, or the signal it died of, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** All of `sync`, or the reading of sleep alone. */
export type What = 'everything' | 'sleep';

/** One run of `sync` that nobody stops. */
export type Run = (home: Household, what: What) => Promise<Ended>;

export const byProgram: Run = (home, what) =>
  home.run(what === 'sleep' ? ['sync', '--no-push', '--resources', 'sleep'] : ['sync']);

/** For trials that kill nobody. */
export const byLibrary: Run = async (home, what) => {
  const found = await syncHere(home, what === 'sleep' ? { push: false, resources: ['sleep'] } : {});
  const [first] = found;
  const code = first === undefined ? 0 : first instanceof ProgramError ? CODES[first.outcome] : 1;
  const lines = found.map((error) =>
    error instanceof ProgramError ? `${error.message}. ${error.hint ?? ''}` : String(error),
  );
  return { code, signal: null, stderr: lines.join('\n') };
};

const CODES: Readonly<Record<Outcome, number>> = {
  USAGE: 2,
  AUTH: 3,
  TEMP: 4,
  PARTIAL: 5,
  LOCKED: 6,
  STORE: 7,
  CONTRACT: 8,
  INTERRUPTED: 130,
};
