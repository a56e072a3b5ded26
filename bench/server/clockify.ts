import { startClockify } from '../../src/sandbox/clockify.ts';
import { frontOf, type Service, type ServiceOptions } from './service.ts';
import { entryOf } from './sleeps.ts';

/** A paid workspace to write to: what it lists changes, so nothing is remembered. */
export function clockifyService(options: ServiceOptions): Promise<Service> {
  return start(options, () => false, {});
}

/** The same as a source, with two entries of work a day. */
export function clockifySource(options: ServiceOptions): Promise<Service> {
  return start(options, (method) => method === 'GET', { source_enabled: true, requests_per_hour: 10_000 });
}

const HOUR = 3_600_000;

function* work({ time, days }: ServiceOptions) {
  for (let day = days; day > 0; day -= 1) {
    for (const hours of [0, 4]) {
      const start = time.now - day * 24 * HOUR + hours * HOUR;
      const [from, to] = [start, start + 3 * HOUR].map((at) => new Date(at).toISOString());
      yield { start: from as string, end: to as string, description: 'Work' };
    }
  }
}

async function start(
  options: ServiceOptions,
  isRead: (method: string) => boolean,
  own: Readonly<Record<string, unknown>>,
): Promise<Service> {
  const { time, sleeps, pushed } = options;
  const imitation = await startClockify({ now: () => time.now, plan: 'paid', quota: { perSecond: 1e6 } });
  if (pushed && sleeps !== undefined) {
    const { id } = imitation.addProject('Sleep');
    for (const sleep of sleeps()) imitation.addEntry(entryOf(sleep, id));
  }
  if (own.source_enabled === true) for (const entry of work(options)) imitation.addEntry(entry);
  const front = await frontOf(options, { service: 'clockify', behind: imitation, isRead });
  const section = {
    api_key: imitation.apiKey,
    base_url: `${front.url}/api/v1`,
    workspace_id: imitation.workspaceIds[0],
    ...own,
  };
  return { id: 'clockify', front, section };
}
