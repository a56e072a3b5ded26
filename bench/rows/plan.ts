import { amount, atMost, count, medianOf, shown } from '../figures.ts';
import { PLAIN_SYNC } from '../firstSync.ts';
import { repeated, succeeded } from '../measure.ts';
import type { Place } from '../place.ts';
import type { Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { withSleepAlone } from './push.ts';

const DRY = ['sync', '--push-only', '--dry-run', '--quiet'] as const;

/**
 * Every entry is held against every session three times: when a new database meets them and adopts them all, when an
 * old one has them in its ledger, and when all of them are compared again. The slowest counts.
 */
export async function planRow(stage: Stage): Promise<Line[]> {
  const { entries } = stage.options.sizes;
  const services = await stage.services({
    names: ['oura', 'clockify'],
    days: 2,
    sleeps: { count: entries, perDay: 4, pushed: true },
  });
  const place = stage.place(withSleepAlone(services.sections));
  await succeeded(stage.program(place, PLAIN_SYNC));
  const whole = { adopting: await cpuOf(stage, place, DRY) };
  const adopted = await succeeded(stage.program(place, ['sync', '--push-only', '--yes', '--json']));
  const { push } = JSON.parse(adopted.stdout);
  if (push.adopted !== entries) throw new Error(`${push.adopted} of ${entries} entries were adopted`);
  const steady = await cpuOf(stage, place, DRY);
  const again = await cpuOf(stage, place, [...DRY, '--restyle']);
  const own = await repeated(stage.options.rounds, () => planning(stage, place));
  await services.stop();
  place.remove();
  const of = (name: keyof Planned) => own.map((planned) => planned[name]);
  const slowest = Math.max(...NAMES.map((name) => medianOf(of(name))));
  const figures = NAMES.map((name) => `${name} ${shown(of(name), 's')}`).join(', ');
  const processes = `adopting ${amount(whole.adopting, 's')}, steady ${amount(steady, 's')}, all again ${amount(again, 's')}`;
  return [
    atMost(
      `planning a push against ${count(entries)} existing entries: CPU`,
      slowest,
      0.3,
      's',
      `${figures}; the whole process: ${processes}`,
    ),
  ];
}

async function cpuOf(stage: Stage, place: Place, args: readonly string[]): Promise<number> {
  const run = () => succeeded(stage.program(place, args));
  await run();
  const runs = await repeated(Math.min(stage.options.rounds, 3), run);
  return medianOf(runs.map(({ cpu }) => cpu));
}

const NAMES = ['adopting', 'steady', 'again'] as const;
type Planned = Readonly<Record<(typeof NAMES)[number], number>>;

/** In a process of its own each time: the program too plans but once. */
async function planning(stage: Stage, place: Place): Promise<Planned> {
  const { stdout } = await succeeded(stage.script(place, 'planning.ts', [place.database]));
  return JSON.parse(stdout);
}
