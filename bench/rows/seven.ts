import { amount, atMost, count, medianOf, megabytes, shown } from '../figures.ts';
import { bareLoop, PLAIN_SYNC, type Reads, readsOf, rowsIn } from '../firstSync.ts';
import { measured } from '../measure.ts';
import type { Place } from '../place.ts';
import type { Services } from '../services.ts';
import { NOW, type Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const NAMES = ['oura', 'withings', 'hevy', 'strava', 'eightsleep', 'whoop', 'clockify-source'];
/** Done, later, or in part: what a service's budget leaves over waits for the next run. */
const CODES = [0, 4, 5];
const QUARTER = 15 * 60_000;
const MOST_RUNS = 50;

interface Whole {
  readonly cpu: number;
  readonly runs: number;
  readonly reads: Reads;
}

/** Wall clock says nothing here: most of it is spent waiting for the services' budgets. */
export async function sevenRow(stage: Stage): Promise<Line[]> {
  const services = await stage.services({ names: NAMES, days: stage.options.sizes.seven });
  const place = stage.place(services.sections);
  const bare = stage.place({});
  const first = await wholeSync(stage, services, place);
  await bareLoop(stage, bare, first.reads);
  const ours: Whole[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < Math.min(stage.options.rounds, 3); round += 1) {
    const whole = await wholeSync(stage, services, place);
    ours.push(whole);
    theirs.push((await bareLoop(stage, bare, whole.reads)).cpu);
  }
  const records = rowsIn(place.database);
  await services.stop();
  place.remove();
  bare.remove();
  const cpu = ours.map((whole) => whole.cpu);
  const { reads, runs } = first;
  const read = `${count(records)} records, ${amount(megabytes(reads.bytes), 'MB')}, ${count(reads.requests)} requests in ${runs} runs`;
  return [
    atMost(
      'all seven sources, 3 years: CPU / bare loop',
      medianOf(cpu) / medianOf(theirs),
      1.8,
      '',
      `CPU ${shown(cpu, 's')} : ${shown(theirs, 's')}; ${read}`,
    ),
  ];
}

/** A first sync and as many more as the services' budgets ask for. */
async function wholeSync(stage: Stage, services: Services, place: Place): Promise<Whole> {
  place.empty();
  await services.reset();
  let cpu = 0;
  for (let runs = 1; runs <= MOST_RUNS; runs += 1) {
    const run = await measured(stage.program(place, PLAIN_SYNC, NOW + (runs - 1) * QUARTER));
    if (!CODES.includes(run.code)) throw new Error(`a run ended with ${run.code}\n${run.stderr}`);
    cpu += run.cpu;
    if (run.code === 0) return { cpu, runs, reads: readsOf(await services.log(), place) };
  }
  throw new Error(`three years were not complete after ${MOST_RUNS} runs`);
}
