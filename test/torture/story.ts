import { Household } from '../support/household.ts';
import { eligible, examine, type Person } from './checks.ts';

const HOUR = 3_600_000;

/** Where a run is to be killed: after so many milliseconds, or at a failpoint. */
export type Blow = { readonly after: number } | { readonly failpoint: string };

export interface Tally {
  trials: number;
  /** Runs that died; a run may also have been quicker than its killer. */
  kills: number;
  lost: number;
  doubled: number;
  damaged: number;
  stuck: number;
  /** What was wrong, with the number of the trial. */
  readonly problems: string[];
}

export const newTally = (): Tally => ({
  trials: 0,
  kills: 0,
  lost: 0,
  doubled: 0,
  damaged: 0,
  stuck: 0,
  problems: [],
});

type Rotation = 'grace' | 'strict';

export async function newHousehold(
  seed: number,
  rotation: Rotation = 'grace',
): Promise<{ home: Household; person: Person }> {
  const home = await Household.start({
    oura: { days: 12, seed: seed % 50, rotation, pageSize: { documents: 5, samples: 700 } },
    clockify: { zone: 'America/Los_Angeles' },
  });
  const other = home.clockify.addEntry({ start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z' });
  const timer = home.clockify.startTimer();
  return {
    home,
    person: { edited: new Map(), deletedNights: new Set(), own: new Set([other.id, timer.id]) },
  };
}

/** A day later: the token has run out, nights came, changed and went, and the person edited and deleted entries. */
export function aDayLater({ home, person }: { home: Household; person: Person }): void {
  home.time.now += 25 * HOUR;
  const [rescored, moved, edited, deleted, gone] = eligible(home)
    .filter(({ type }) => type === 'long_sleep')
    .reverse()
    .slice(1) as { id: string; bedtime_end: string }[];
  const entryOf = (id: string | undefined) =>
    home.ledger().find((row) => row.record_id === id)?.entry_id as string;
  const { truth } = home.oura;
  truth.rescore(rescored?.id as string, { total_sleep_duration: 20_000, efficiency: 77 });
  const end = new Date(Date.parse(moved?.bedtime_end as string) + 600_000).toISOString();
  truth.rescore(moved?.id as string, { bedtime_end: end });
  truth.rescore(edited?.id as string, { total_sleep_duration: 21_000 });
  truth.rescore(deleted?.id as string, { total_sleep_duration: 22_000 });
  truth.remove('sleep', gone?.id as string);
  home.clockify.editEntry(entryOf(edited?.id), { description: 'mine' });
  person.edited.set(entryOf(edited?.id), 'mine');
  home.clockify.deleteEntry(entryOf(deleted?.id));
  person.deletedNights.add(deleted?.id as string);
}

/** True when the run died of it. */
async function strike(home: Household, blow: Blow): Promise<boolean> {
  const env: Record<string, string> = 'failpoint' in blow ? { HEALTH_SYNC_FAILPOINT: blow.failpoint } : {};
  const { child, finished } = home.begin(['sync'], env);
  const timer = 'after' in blow ? setTimeout(() => child.kill('SIGKILL'), blow.after) : undefined;
  const { signal } = await finished;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

/** One trial: blows, then a run to the end, then the comparison. False: no use in going on with this household. */
async function trial(
  { home, person }: { home: Household; person: Person },
  blows: readonly Blow[],
  tally: Tally,
  name: string,
): Promise<boolean> {
  tally.trials += 1;
  for (const blow of blows) if (await strike(home, blow)) tally.kills += 1;
  const { code, stderr } = await home.run(['sync']);
  const note = (kind: 'lost' | 'doubled' | 'damaged' | 'stuck', found: readonly string[]) => {
    if (found.length > 0) tally[kind] += 1;
    tally.problems.push(...found.slice(0, 5).map((one) => `${name}: ${kind}: ${one}`));
  };
  if (code !== 0) {
    note('stuck', [`exit ${code}: ${stderr.trim().split('\n').slice(-3).join(' / ')}`]);
    return false;
  }
  const damage = examine(home, person);
  for (const kind of ['lost', 'doubled', 'damaged'] as const) note(kind, damage[kind]);
  return true;
}

/** Two trials per household: on the first run ever, and on one a day later that has everything to do. */
export async function story(
  household: { home: Household; person: Person },
  blows: (phase: 'first' | 'later') => readonly Blow[],
  tally: Tally,
  name: string,
): Promise<void> {
  try {
    if (!(await trial(household, blows('first'), tally, `${name} first`))) return;
    aDayLater(household);
    if (!(await trial(household, blows('later'), tally, `${name} later`))) return;
    // The pair is good when it can be renewed once more.
    household.home.time.now += 25 * HOUR;
    const { code, stderr } = await household.home.run(['sync']);
    if (code === 0) return;
    tally.stuck += 1;
    tally.problems.push(`${name}: the tokens are not good any more: exit ${code} ${stderr}`);
  } finally {
    await household.home.end();
  }
}
