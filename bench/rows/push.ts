import { atMost, medianOf, shown } from '../figures.ts';
import { PLAIN_SYNC } from '../firstSync.ts';
import { type Run, repeated, succeeded } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

const PER_SECOND = 10;
/** Who, where, which project, making it, and one listing. */
const AROUND = 5;

interface Pushed extends Run {
  readonly requests: number;
  readonly created: number;
}

export async function pushRow(stage: Stage): Promise<Line[]> {
  const { pushed } = stage.options.sizes;
  // A push is all waiting and half a minute long.
  const runs = await repeated(Math.min(stage.options.rounds, 3), () => push(stage, pushed));
  const created = runs[0]?.created ?? 0;
  if (created !== pushed) throw new Error(`${created} entries were made instead of ${pushed}`);
  const walls = runs.map(({ wall }) => wall);
  const requests = medianOf(runs.map((run) => run.requests));
  return [
    atMost(
      `pushing ${pushed} entries on a paid plan: wall / (${pushed} / ${PER_SECOND} per second)`,
      medianOf(walls) / (pushed / PER_SECOND),
      1.1,
      '',
      shown(walls, 's'),
    ),
    atMost('the same: requests', requests, pushed + AROUND, '', `${pushed} entries`),
  ];
}

/** Into a workspace that has nothing yet. */
async function push(stage: Stage, count: number): Promise<Pushed> {
  const services = await stage.services({
    names: ['oura', 'clockify'],
    days: 2,
    sleeps: { count, perDay: 4 },
  });
  const place = stage.place(withSleepAlone(services.sections, { requests_per_second: PER_SECOND }));
  await succeeded(stage.program(place, PLAIN_SYNC));
  await services.reset();
  const run = await succeeded(stage.program(place, ['sync', '--push-only', '--yes', '--json']));
  const { length: requests } = await services.log();
  await services.stop();
  place.remove();
  return { ...run, requests, created: JSON.parse(run.stdout).push.created };
}

/** Nothing but sleep is read: the rest would not be pushed. */
export function withSleepAlone(
  { oura, clockify }: Readonly<Record<string, object>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  return { oura: { ...oura, resources: ['sleep'] }, clockify: { ...clockify, ...more } };
}
