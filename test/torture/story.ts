import { examine, lostSends } from './checks.ts';
import { halfway } from './halfway.ts';
import { byProgram, type Ended, type Run, type What } from './runs.ts';
import { aDayLater, type Home } from './scene.ts';
import { note, type Tally } from './tally.ts';
import { calm } from './weather.ts';

const HOUR = 3_600_000;

/** What one run has to bear. */
export interface Blow {
  readonly failpoint?: string;
  /** Milliseconds after its start, or after that many requests of it had arrived; either may be never. */
  readonly after?: number;
  readonly requests?: number;
  /** What comes then; default SIGKILL. */
  readonly signal?: NodeJS.Signals;
  /** Plans faults at the imitations. */
  readonly weather?: (home: Home) => void;
}

export type Phase = 'first' | 'later';

/** How long undisturbed runs take here and now (milliseconds). */
export type Lengths = Record<Phase, number>;

/** A run among faults may end so; our own fault, a wrong setting, a second run and a broken disk are none of theirs. */
const UNDERSTOOD = [0, 3, 4, 5, 8, 130];
/** After a signal the program has to be gone within this (milliseconds); a busy machine gets twice the promise. */
const GONE_WITHIN = 10_000;
/** Of one refresh token. */
const MOST_SENDS = 2;

/** True when the run died of it. */
async function strike(
  all: Home,
  blow: Blow,
  { tally, run = byProgram }: Story,
  name: string,
): Promise<boolean> {
  const { home, scene } = all;
  const { signal = 'SIGKILL' } = blow;
  blow.weather?.(all);
  const before = scene.oura.faults.played + scene.clockify.faults.played;
  const { ended, struckAt } = isDeadly(blow)
    ? await struck(all, blow, signal)
    : { ended: await run(home, 'everything'), struckAt: undefined };
  tally.faults += scene.oura.faults.played + scene.clockify.faults.played - before;
  if (blow.weather !== undefined) {
    calm(scene);
    // Windows that were closed by a 429 are open again.
    home.time.now += 1.2 * HOUR;
  }
  // Before its first line and after its last one, the program leaves signals to Node.
  const died = ended.signal !== null && (ended.signal === 'SIGKILL' || ended.signal === signal);
  if (died) return true;
  if (!UNDERSTOOD.includes(ended.code ?? -1)) note(tally, name, 'damaged', [spoken(ended)]);
  if (struckAt !== undefined && performance.now() - struckAt > GONE_WITHIN)
    note(tally, name, 'stuck', [`${signal} was obeyed only after ${GONE_WITHIN / 1000} s`]);
  return struckAt !== undefined && ended.code === 130;
}

const isDeadly = ({ failpoint, after, requests }: Blow) => (failpoint ?? after ?? requests) !== undefined;

interface Struck {
  readonly ended: Ended;
  /** When the signal went out, if it did. */
  readonly struckAt: number | undefined;
}

async function struck(all: Home, blow: Blow, signal: NodeJS.Signals): Promise<Struck> {
  const env: Record<string, string> =
    blow.failpoint === undefined ? {} : { HEALTH_SYNC_FAILPOINT: blow.failpoint };
  const { child, finished } = all.home.begin(['sync'], env);
  let struckAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    if (blow.after === undefined) return;
    timer = setTimeout(() => {
      struckAt = performance.now();
      child.kill(signal);
    }, blow.after);
  };
  if (blow.requests === undefined) arm();
  else all.atRequest(blow.requests, arm);
  const ended = await finished;
  clearTimeout(timer);
  return { ended, struckAt };
}

function spoken({ code, signal, stderr }: Ended): string {
  return `exit ${code ?? signal}: ${stderr.trim().split('\n').slice(-3).join(' / ')}`;
}

/**
 * A person signs in again where a pair is beyond rescue: the service was strict, or the token was sent twice, or may have
 * been: whoever is killed between the note of a send and the send itself leaves the note alone.
 */
function mayNeedPerson({ home, scene, kills }: Home, { code, stderr }: Ended): boolean {
  if ((code !== 3 && code !== 5) || !/auth oura/.test(stderr)) return false;
  if (scene.rotation === 'strict') return true;
  const noted = home.rows<{ sends: number }>('SELECT sends FROM oauth_tokens')[0]?.sends ?? 0;
  return lostSends(scene) >= MOST_SENDS || (noted === MOST_SENDS && kills >= MOST_SENDS);
}

async function runToTheEnd(all: Home, { run = byProgram, tally }: Story, what: What): Promise<Ended> {
  const { home, scene } = all;
  const ended = await run(home, what);
  if (!mayNeedPerson(all, ended)) return ended;
  tally.signIns += 1;
  home.configure({ oura: `resources = ${JSON.stringify(scene.collections)}` });
  return run(home, what);
}

/** One trial: blows, then a run to the end, then the comparison. False: no use in going on with this household. */
async function trial(
  all: Home,
  blows: readonly Blow[],
  telling: Story,
  name: string,
  took: (milliseconds: number) => void,
): Promise<boolean> {
  const { tally } = telling;
  tally.trials += 1;
  for (const blow of blows) {
    if (!(await strike(all, blow, telling, name))) continue;
    tally.kills += 1;
    all.kills += 1;
    note(tally, name, 'damaged', halfway(all.scene, all.person));
  }
  const start = performance.now();
  const ended = await runToTheEnd(all, telling, 'everything');
  took(performance.now() - start);
  if (ended.code !== 0) {
    note(tally, name, 'stuck', [spoken(ended)]);
    return false;
  }
  const damage = examine(all.scene, all.person);
  for (const kind of ['lost', 'doubled', 'damaged'] as const) note(tally, name, kind, damage[kind]);
  return true;
}

export interface Story {
  /** What the runs of a trial have to bear. */
  readonly blows: (phase: Phase) => readonly Blow[];
  /** Trials after the first; default 1. */
  readonly days?: number;
  readonly tally: Tally;
  readonly name: string;
  /** How runs are made that are not to be killed; default: the program in a process of its own. */
  readonly run?: Run;
  readonly took?: (phase: Phase, milliseconds: number) => void;
}

/** Trials with one household: on the first run ever, and on runs a day later that have everything to do. */
export async function story(all: Home, telling: Story): Promise<void> {
  const { blows, days = 1, tally, name, took } = telling;
  try {
    if (!(await trial(all, blows('first'), telling, `${name} first`, () => {}))) return;
    for (let day = 1; day <= days; day += 1) {
      aDayLater(all);
      const lasted = (milliseconds: number) => took?.('later', milliseconds);
      if (!(await trial(all, blows('later'), telling, `${name} day ${day}`, lasted))) return;
    }
    // The pair is good when it can be renewed once more.
    all.home.time.now += 25 * HOUR;
    const ended = await runToTheEnd(all, telling, 'sleep');
    if (ended.code !== 0) note(tally, name, 'stuck', [`the tokens are not good any more: ${spoken(ended)}`]);
  } finally {
    await all.home.end();
  }
}
