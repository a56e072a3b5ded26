import { amount, atMost, count, medianOf, megabytes, shown } from '../figures.ts';
import { type FirstSyncs, firstSyncs } from '../firstSync.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';

/** Five years of Oura without latency, which several rows speak of. */
export function fiveYears(stage: Stage): Promise<FirstSyncs> {
  return stage.once('five years', async () => {
    const services = await fiveYearServices(stage);
    return firstSyncs(stage, services, { rounds: stage.options.rounds });
  });
}

export const fiveYearServices = (stage: Stage) =>
  stage.once('services of five years', () => stage.services(['oura'], stage.options.sizes.days));

export async function firstRow(stage: Stage): Promise<Line[]> {
  const { program, bare, records, bytes, requests } = await fiveYears(stage);
  const cpu = { ours: program.map((run) => run.cpu), bare: bare.map((run) => run.cpu) };
  const wall = { ours: program.map((run) => run.wall), bare: bare.map((run) => run.wall) };
  const read = `${count(records)} records, ${amount(megabytes(bytes), 'MB')}, ${requests} requests`;
  const took = `CPU ${shown(cpu.ours, 's')} : ${shown(cpu.bare, 's')}, wall ${shown(wall.ours, 's')} : ${shown(wall.bare, 's')}`;
  return [
    atMost(
      'first sync, 5 years of Oura: CPU / bare loop’s CPU',
      medianOf(cpu.ours) / medianOf(cpu.bare),
      1.6,
      '',
      `${took}; ${read}`,
    ),
  ];
}
