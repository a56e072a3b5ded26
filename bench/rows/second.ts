import { atMost, medianOf, shown } from '../figures.ts';
import { firstSync, PLAIN_SYNC } from '../firstSync.ts';
import { repeated, succeeded } from '../measure.ts';
import type { Asked } from '../server/front.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { fiveYears } from './first.ts';

/** What the imitation puts on a page. */
const PAGE = 1000;
const SERIES = /\/(?:heartrate|ring_battery_level)$/;

export async function secondRow(stage: Stage): Promise<Line[]> {
  const history = await fiveYears(stage);
  const { services, place } = history;
  await firstSync(stage, history);
  const again = () => succeeded(stage.program(place, PLAIN_SYNC));
  await again();
  await services.reset();
  const runs = await repeated(stage.options.rounds, again);
  const log = await services.log();
  const walls = runs.map(({ wall }) => wall);
  const cpu = shown(
    runs.map((run) => run.cpu),
    's',
  );
  const requests = log.length / runs.length;
  const needed = requestsNeeded(log.slice(0, requests));
  return [
    atMost('second sync, nothing new: wall', medianOf(walls), 0.4, 's', `${shown(walls, 's')}, CPU ${cpu}`),
    atMost('the same: requests', requests, needed, '', 'one per resource, one per full page of a series'),
  ];
}

/** One per resource, and for sample series as many as their rows fill pages. */
export function requestsNeeded(log: readonly Asked[]): number {
  const rows = new Map<string, number>();
  for (const { url, rows: found } of log) {
    const { pathname } = new URL(url);
    rows.set(pathname, (rows.get(pathname) ?? 0) + found);
  }
  return [...rows].reduce(
    (sum, [path, found]) => sum + (SERIES.test(path) ? Math.max(1, Math.ceil(found / PAGE)) : 1),
    0,
  );
}
