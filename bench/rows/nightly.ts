import { atMost } from '../figures.ts';
import { succeeded } from '../measure.ts';
import { NOW, type Stage } from '../stage.ts';
import type { Line } from '../table.ts';
import { requestsNeeded } from './second.ts';

const DAY = 86_400_000;
/** More than the widest re-read. */
const DAYS = 120;

export async function nightlyRow(stage: Stage): Promise<Line[]> {
  const services = await stage.services({
    names: ['oura', 'clockify'],
    days: DAYS,
    sleeps: { count: DAYS, perDay: 1 },
  });
  const { oura, clockify } = services.sections;
  const place = stage.place({ oura: { ...oura }, clockify: { ...clockify, requests_per_second: 50 } });
  const night = (nights: number) =>
    succeeded(stage.program(place, ['sync', '--yes', '--json'], NOW + nights * DAY));
  await night(0);
  for (const nights of [1, 2]) {
    await services.clock(NOW + nights * DAY);
    await services.reset();
    const { stdout } = await night(nights);
    if (JSON.parse(stdout).push.created !== 1) throw new Error('the night did not become one entry');
  }
  const log = await services.log();
  await services.stop();
  place.remove();
  const of = (name: string) => log.filter(({ service }) => service === name);
  const needed = requestsNeeded(of('oura'));
  return [
    atMost(
      'nightly run: requests to Oura',
      of('oura').length,
      needed,
      '',
      'one per resource, one per full page of a series',
    ),
    atMost('nightly run: requests to Clockify', of('clockify').length, 2, '', 'one listing, one new entry'),
  ];
}
