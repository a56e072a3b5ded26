import {
  type ClockifySandbox,
  type ClockifySandboxOptions,
  startClockify,
  type TimeEntry,
} from '../../src/sandbox/clockify.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { truthOf } from '../../src/sandbox/truth.ts';
import { DAY, MORNING } from '../support/subject.ts';

export interface Office extends Omit<ClockifySandbox, 'settings'>, Imitation {
  /** What was made there, by the resource it belongs to. */
  readonly made: Readonly<Record<'projects' | 'tags' | 'tasks', readonly string[]>>;
}

/** `back` days ago from nine to five, UTC. */
export function workday(back: number, from = MORNING): { start: string; end: string } {
  const day = new Date(from - back * DAY).toISOString().slice(0, 10);
  return { start: `${day}T09:00:00Z`, end: `${day}T17:00:00Z` };
}

export const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);

export function ownEntries(service: Pick<ClockifySandbox, 'entries' | 'userId'>): TimeEntry[] {
  return service.entries().filter(({ userId }) => userId === service.userId);
}

/** Two projects, a task, a tag and eleven days of work, in the form of the other imitations. */
export async function office(
  options: Partial<ClockifySandboxOptions> & Pick<ClockifySandboxOptions, 'now'>,
): Promise<Office> {
  // The imitation's clock stands still during a run, so its limit per second would count a whole run as one.
  const service = await startClockify({ quota: { perSecond: 1e6 }, ...options });
  const [garden, shed] = [service.addProject('Garden'), service.addProject('Shed', { archived: true })];
  const task = service.addTask(garden.id, 'Weeding');
  const tag = service.addTag('outside');
  for (let back = 1; back <= 11; back += 1)
    service.addEntry({
      ...workday(back),
      description: `Beds ${back}`,
      projectId: garden.id,
      taskId: task.id,
      tagIds: [tag.id],
    });
  return {
    ...service,
    made: { projects: [garden.id, shed.id], tags: [tag.id], tasks: [task.id] },
    truth: truthOf({}),
    settings: {
      api_key: service.apiKey,
      base_url: `${service.url}/api/v1`,
      source_enabled: true,
      requests_per_second: 50,
    },
    seed: () => ({}),
    expireTokens: () => {},
    revoke: () => {},
    counts: () => ({}),
  };
}
