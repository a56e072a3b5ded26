import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { leapingClock } from '../../src/core/clock.ts';
import { type Outcome, openStore, ProgramError, push, sync } from '../../src/index.ts';
import type { Household } from '../support/household.ts';

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

/** For trials that kill nobody: the same engine by way of the library, for a tenth of the CPU. */
export const byLibrary: Run = async (home, what) => {
  const { app, oura, clockify } = parse(readFileSync(home.configFile, 'utf8')) as Sections;
  const clock = leapingClock(home.time.now);
  const store = openStore({ path: home.database });
  const resources = what === 'sleep' ? ['sleep'] : undefined;
  try {
    const common = { store, clock };
    const { error, ...synced } = await sync({
      ...common,
      provider: 'oura',
      config: oura,
      zone: String(app.timezone),
      resources,
    });
    const pushed = what === 'sleep' ? undefined : await push({ ...common, config: clockify });
    const faults = synced.resources
      .filter(({ outcome }) => outcome === 'BUG')
      .map(({ resource }) => resource);
    if (faults.length > 0) return endedBy(new Error(`a fault of the program in ${faults.join(', ')}`));
    return endedBy(error, pushed?.error, ...synced.resources.map((one) => one.error));
  } catch (error) {
    return endedBy(error);
  } finally {
    store.close();
  }
};

type Sections = Record<'app' | 'oura' | 'clockify', Record<string, unknown>>;

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

/** The first one decides. */
function endedBy(...errors: readonly unknown[]): Ended {
  const found = errors.filter((error) => error !== undefined);
  const [first] = found;
  const code = first === undefined ? 0 : first instanceof ProgramError ? CODES[first.outcome] : 1;
  const lines = found.map((error) =>
    error instanceof ProgramError ? `${error.message}. ${error.hint ?? ''}` : String(error),
  );
  return { code, signal: null, stderr: lines.join('\n') };
}
