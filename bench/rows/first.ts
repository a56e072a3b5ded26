import { amount, atMost, count, medianOf, megabytes, shown } from '../figures.ts';
import { type Compared, compared, firstSync, type History, historyOf } from '../firstSync.ts';
import { repeated } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

/** Milliseconds of every request where there is latency, and connections the program uses. */
const LATENCY = 40;
const CONNECTIONS = 4;

export const fiveYears = (stage: Stage): Promise<History> => historyOf(stage, stage.options.sizes.days);

export const fiveYearsCompared = (stage: Stage): Promise<Compared> =>
  stage.once('five years compared', async () => compared(stage, await fiveYears(stage)));

export async function firstRow(stage: Stage): Promise<Line[]> {
  const { records, reads } = await fiveYears(stage);
  const { program, bare } = await fiveYearsCompared(stage);
  const cpu = { ours: program.map((run) => run.cpu), bare: bare.map((run) => run.cpu) };
  const wall = { ours: program.map((run) => run.wall), bare: bare.map((run) => run.wall) };
  const read = `${count(records)} records, ${amount(megabytes(reads.bytes), 'MB')}, ${reads.requests} requests`;
  const took = `CPU ${shown(cpu.ours, 's')} : ${shown(cpu.bare, 's')}, wall ${shown(wall.ours, 's')} : ${shown(wall.bare, 's')}`;
  const ratio = medianOf(cpu.ours) / medianOf(cpu.bare);
  return [atMost('first sync, 5 years of Oura: CPU / bare loop', ratio, 1.6, '', `${took}; ${read}`)];
}

export async function latencyRow(stage: Stage): Promise<Line[]> {
  const history = await fiveYears(stage);
  const { bare } = await fiveYearsCompared(stage);
  await history.services.latency(LATENCY);
  const runs = await repeated(stage.options.rounds, () => firstSync(stage, history));
  await history.services.latency(0);
  const waiting = (history.reads.requests * LATENCY) / 1000 / CONNECTIONS;
  const least = waiting + medianOf(bare.map(({ wall }) => wall));
  const walls = runs.map(({ wall }) => wall);
  return [
    atMost(
      `the same with ${LATENCY} ms per request: wall / (requests x ${LATENCY} ms / ${CONNECTIONS} + bare loop)`,
      medianOf(walls) / least,
      1.3,
      '',
      `wall ${shown(walls, 's')}, ${amount(waiting, 's')} of it waiting at the least; ${history.reads.requests} requests`,
    ),
  ];
}

export async function sizeRow(stage: Stage): Promise<Line[]> {
  const { records } = await fiveYears(stage);
  const { size } = await fiveYearsCompared(stage);
  const ours = megabytes(size.program);
  const bare = megabytes(size.bare);
  return [
    atMost('size of the database after it', ours, 130, 'MB', `${count(records)} records`),
    atMost(
      'the same / bare loop’s file',
      ours / bare,
      1.2,
      '',
      `${amount(ours, 'MB')} : ${amount(bare, 'MB')}`,
    ),
  ];
}
