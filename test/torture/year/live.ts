import { addDays, dateAt, startOfDay } from '../../../src/core/dates.ts';
import { type ProgramError, push, sync } from '../../../src/index.ts';
import { dice } from '../../../src/sandbox/dice.ts';
import { examine, lostSends } from '../checks.ts';
import { KINDS, newTally, note, type Tally } from '../tally.ts';
import { badRenewal, calm, stormOver } from '../weather.ts';
import { type Counts, journeys, Life, type Trip, zoneAt } from './events.ts';
import { HOME_ZONE, newWorld, type World } from './world.ts';

const HOUR = 3_600_000;
/** Of the requests, while the weather is bad. */
const SHARE = 0.05;
/** Then everything goes well for so many days: two weekly re-reads, and two listings as proof of what vanished. */
const QUIET_DAYS = 16;

export interface YearOptions {
  readonly seed: number;
  /** Default 365. */
  readonly days?: number;
  /** A run every hour instead of one a day. */
  readonly hourly?: boolean;
  /** After the last run, before the comparison. */
  readonly atTheEnd?: (world: World) => void;
}

export interface Year {
  readonly tally: Tally;
  readonly counts: Counts;
  runs: number;
  requests: number;
  /** Runs that ended well in every part. */
  good: number;
  signIns: number;
}

/** Lives through a year and compares: the database with the source, Clockify with what the README promises. */
export async function liveYear({ seed, days = 365, hourly = false, atTheEnd }: YearOptions): Promise<Year> {
  const world = await newWorld(seed);
  const start = world.clock.now();
  const trips = journeys(start, days, dice(seed, 'trips'));
  const life = new Life(world, trips, dice(seed, 'life'));
  const year: Year = {
    tally: newTally(),
    counts: life.counts,
    runs: 0,
    requests: 0,
    good: 0,
    signIns: 0,
  };
  year.tally.trials = 1;
  const name = `year of seed ${seed}${hourly ? ', hourly' : ''}`;
  try {
    for (let day = 0; day < days; day += 1) {
      const quiet = day >= days - QUIET_DAYS;
      if (quiet) life.arriveAll();
      else life.today();
      for (const instant of runsOf(start, day, hourly, world)) {
        world.clock.goTo(instant);
        life.catchUp();
        await run(world, trips, year, { seed, quiet, name });
      }
    }
    atTheEnd?.(world);
    await compare(world, year, name);
  } finally {
    await world.end();
  }
  return year;
}

/** Cron in the person's home zone: at a minute past seven, or every hour. */
function runsOf(start: number, day: number, hourly: boolean, { roll }: World): number[] {
  const midnight = startOfDay(addDays(dateAt(start, HOME_ZONE), day), HOME_ZONE);
  if (!hourly) return [midnight + 7 * HOUR + roll.whole(0, 59) * 60_000];
  return Array.from({ length: 24 }, (_, hour) => midnight + hour * HOUR);
}

interface Circumstances {
  readonly seed: number;
  readonly quiet: boolean;
  readonly name: string;
}

/** Sync, then push, among faults unless it is quiet. */
async function run(world: World, trips: readonly Trip[], year: Year, now: Circumstances): Promise<void> {
  const { scene, clock, roll } = world;
  year.runs += 1;
  if (!now.quiet) {
    stormOver(scene, now.seed * 100_003 + year.runs, SHARE);
    if (roll.chance(SHARE) && mayFail(world)) badRenewal(scene, scene.rotation, roll);
  }
  const before = scene.oura.faults.played + scene.clockify.faults.played;
  const at = `${now.name}, ${new Date(clock.now()).toISOString()}`;
  const { errors, signedOut } = await attempt(world, zoneAt(trips, clock.now()));
  calm(scene);
  year.tally.faults += scene.oura.faults.played + scene.clockify.faults.played - before;
  if (errors.length === 0) year.good += 1;
  // The free plan's budget may take some hours to write a month of nights.
  const bad = errors.filter(({ outcome }) => !UNDERSTOOD.includes(outcome));
  note(year.tally, at, 'damaged', bad.map(String));
  if (signedOut !== undefined) {
    if (!needsPerson(world)) note(year.tally, at, 'stuck', [signedOut]);
    world.signIn();
    year.signIns += 1;
  } else if (now.quiet) note(year.tally, at, 'stuck', errors.filter(isNotWindow).map(String));
  forget(world, year);
}

/** What may come of faults; a bug, a wrong setting and a broken disk do not. */
const UNDERSTOOD: readonly string[] = ['AUTH', 'TEMP', 'PARTIAL', 'CONTRACT'];
const isNotWindow = ({ outcome }: ProgramError) => outcome !== 'TEMP';

interface Attempt {
  readonly errors: readonly ProgramError[];
  /** What was said when only a person can help, by signing in again; a 403 to one question is not that. */
  readonly signedOut: string | undefined;
}

async function attempt(world: World, zone: string): Promise<Attempt> {
  const { store, clock } = world;
  const synced = await sync({ store, provider: 'oura', config: world.ouraConfig(), zone, clock });
  const pushed = await push({ store, config: world.clockifyConfig, clock });
  const refusal = synced.resources.find(
    ({ outcome, error }) => outcome === 'AUTH' && !/\b40[13]\b/.test(error?.message ?? ''),
  );
  return {
    errors: [synced.error, pushed.error].filter((error) => error !== undefined),
    signedOut: refusal?.error?.message,
  };
}

/** One renewal that goes wrong per pair: a second one may take a person to mend. */
function mayFail({ scene }: World): boolean {
  return lostSends(scene) === 0;
}

function needsPerson({ scene }: World): boolean {
  return scene.rotation === 'strict' || lostSends(scene) >= 2;
}

type Asked = World['scene']['oura']['requests'][number];
const isRenewal = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/oauth-token');
const isNewProject = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/projects');

/** Of a year's requests only those stay that the comparison asks for. */
function forget({ scene: { oura, clockify } }: World, year: Year): void {
  const keep = (requests: Asked[], which: (asked: Asked) => boolean) => {
    const kept = requests.filter(which);
    year.requests += requests.length;
    requests.splice(0, requests.length, ...kept);
    year.requests -= kept.length;
  };
  keep(oura.requests, isRenewal);
  keep(clockify.requests, isNewProject);
}

async function compare(world: World, year: Year, name: string): Promise<void> {
  const { scene, person, store, clock } = world;
  const damage = examine(scene, person);
  for (const kind of KINDS) if (kind !== 'stuck') note(year.tally, name, kind, damage[kind]);
  // Nothing is left to do either, in the program's own eyes.
  clock.goTo(clock.now() + 2 * HOUR);
  const plan = await push({ store, config: world.clockifyConfig, clock, dryRun: true });
  const steps = plan.entries
    .flatMap((entry) => entry.plan)
    .filter(({ action }) => !/keep|deleted/.test(action));
  note(
    year.tally,
    name,
    'stuck',
    steps.map(({ action, text }) => `still to do: ${action} ${text}`),
  );
}
