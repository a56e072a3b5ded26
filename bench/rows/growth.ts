import { amount, atMost, count, medianOf, shown } from '../figures.ts';
import { firstSync, historyOf } from '../firstSync.ts';
import { type Run, repeated } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { fiveYears, fiveYearsCompared } from './first.ts';

interface Grown {
  readonly years: number;
  readonly records: number;
  readonly runs: readonly Run[];
}

/** First syncs of 1, 5 and 20 years. */
const grown = (stage: Stage): Promise<Grown[]> =>
  stage.once('1, 5 and 20 years', async () => {
    const { year, long } = stage.options.sizes;
    const five = await fiveYears(stage);
    const { program } = await fiveYearsCompared(stage);
    return [
      await alone(stage, 1, year, stage.options.rounds),
      { years: 5, records: five.records, runs: program },
      // The longest takes minutes, and each run of it is as good as four.
      await alone(stage, 20, long, Math.min(stage.options.rounds, 3)),
    ];
  });

async function alone(stage: Stage, years: number, days: number, rounds: number): Promise<Grown> {
  const history = await historyOf(stage, days);
  const runs = await repeated(rounds, () => firstSync(stage, history));
  await history.services.stop();
  history.place.remove();
  return { years, records: history.records, runs };
}

export async function memoryRow(stage: Stage): Promise<Line[]> {
  const [, five, twenty] = (await grown(stage)).map(({ runs }) => runs.map(({ peak }) => peak));
  if (five === undefined || twenty === undefined) throw new Error('not measured');
  const highest = Math.max(medianOf(five), medianOf(twenty));
  return [
    atMost(
      'peak memory of a first sync, 5 and 20 years',
      highest,
      200,
      'MB',
      `${shown(five, 'MB')} and ${shown(twenty, 'MB')}`,
    ),
    atMost(
      'the same, 20 years / 5 years',
      medianOf(twenty) / medianOf(five),
      1.15,
      '',
      'the same within 15 %',
    ),
  ];
}

export async function linearRow(stage: Stage): Promise<Line[]> {
  const found = (await grown(stage)).map(({ years, records, runs }) => ({
    years,
    records,
    cpu: medianOf(runs.map(({ cpu }) => cpu)),
  }));
  const figures = found.map(
    ({ years, records, cpu }) => `${years} y: ${count(records)} records, ${amount(cpu, 's')}`,
  );
  const exponent = exponentOf(found.map(({ records, cpu }) => [records, cpu]));
  return [
    atMost('growth: exponent of CPU over records, 1, 5, 20 years', exponent, 1.05, '', figures.join('; ')),
  ];
}

/** The slope of the line that fits best through the logarithms: 1 is linear. */
export function exponentOf(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, point) => sum + point[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return above / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
