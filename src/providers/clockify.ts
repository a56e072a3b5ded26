import type * as z from 'zod';
import { snapshot, windows } from '../core/cursor.ts';
import { dateAt } from '../core/dates.ts';
import { hasMarker } from '../core/description.ts';
import { single } from '../core/pages.ts';
import type { Provider, Put, Reply, Resource } from '../core/provider.ts';
import { type ClockifyConfig, clockifySection, FREE_PER_HOUR } from '../destinations/clockify/config.ts';
import * as collections from './clockify/collections.ts';
import { entriesOfOthers, ofWorkspace, ownEntries, TASK_PROJECTS, tasksOf } from './clockify/reading.ts';

/** Of the requests of an hour; the rest is left for writing. */
const SHARE = 0.6;
const HOUR = 3_600_000;
/** Before the service was there; years without an entry cost one request. */
const START = '2010-01-01';

/** Requests are scarce, and these change seldom. */
const daily = snapshot({ daily: true });
/** A listing costs one request however long its span, and nothing tells what was edited. */
const byStart = windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 100, probe: true });

const c = collections;

type Entry = z.infer<typeof c.timeEntries.schema>;

const named = ({ id }: { id: string }) => ({ row: { id } });

/** The day is that of the start where the person is: entries are in UTC, and the profile's zone is not part of them. */
function entryOf(item: Entry, zone = 'UTC'): Put {
  const start = item.timeInterval.start as string;
  const end = item.timeInterval.end ?? undefined;
  return { row: { id: item.id, day: dateAt(Date.parse(start), zone), startedAt: start, endedAt: end } };
}

/** What we wrote there ourselves is no work: it would come back as a session of its own. */
function ownEntryOf(item: Entry, _of: string, _raw: unknown, zone?: string): Put {
  const { row } = entryOf(item, zone);
  const { description, type } = item;
  const { day, startedAt: start, endedAt: end } = row;
  if (day === undefined || start === undefined || end === undefined || hasMarker(description ?? ''))
    return { row };
  const session = {
    kind: 'work',
    type: type ?? null,
    day,
    start,
    end,
    asleepSeconds: null,
    efficiency: null,
  };
  return { row, session: { ...session, title: description || null } };
}

const resources: Resource<ClockifyConfig>[] = [
  {
    name: 'user',
    title: 'Whose key it is',
    // Every run: another person's key is to be noticed before anything is read with it.
    cursor: snapshot(),
    ...c.user,
    pages: ({ http }) => single(() => http.document('/user')),
    change: named,
  },
  {
    name: 'workspaces',
    title: 'Workspaces the key reaches',
    cursor: daily,
    ...c.workspaces,
    pages: async function* ({ http }) {
      yield (await http.page('/workspaces', {}, '')).items;
    },
    change: named,
  },
  {
    name: 'projects',
    title: 'Projects, archived ones too',
    cursor: daily,
    ...c.projects,
    after: ['workspaces'],
    pages: ofWorkspace('projects'),
    change: named,
  },
  {
    name: 'tags',
    title: 'Tags',
    cursor: daily,
    ...c.tags,
    after: ['workspaces'],
    pages: ofWorkspace('tags'),
    change: named,
  },
  {
    name: 'time_entries',
    title: 'Your time entries',
    cursor: byStart,
    ...c.timeEntries,
    after: ['workspaces'],
    pages: ownEntries,
    change: ownEntryOf,
  },
  {
    name: 'tasks',
    title: `Tasks of the ${TASK_PROJECTS} active projects worked on last`,
    cursor: daily,
    ...c.tasks,
    after: ['projects', 'time_entries'],
    pages: tasksOf,
    change: named,
  },
  {
    name: 'users',
    title: 'People of the workspace',
    rights: 'a role in the workspace that may see its people',
    cursor: daily,
    ...c.user,
    after: ['workspaces'],
    pages: ofWorkspace('users', { 'include-roles': 'false' }),
    change: named,
  },
  {
    name: 'team_time_entries',
    title: 'Time entries of the others',
    rights: 'the role of an administrator in the workspace',
    optional: true,
    cursor: byStart,
    ...c.timeEntries,
    after: ['users'],
    pages: entriesOfOthers,
    change: (item: Entry, _of, _raw, zone) => entryOf(item, zone),
  },
];

const REASONS: Readonly<Record<number, string>> = {
  400: 'What was asked for is not in the workspace (any more), or a parameter was not accepted.',
  401: 'The API key was not accepted.',
  403: 'The key’s owner is not in the workspace or lacks the role for it, or its plan lacks the feature.',
  404: 'There is no such route: base_url is wrong, or the service has changed.',
  405: 'The service has changed.',
};

/** "Unknown key"; a valid key at another region's host looks just the same. */
const UNKNOWN_KEY = 4003;

/** Messages come in the account's language and may echo what was sent: only status and code are looked at. */
function explain({ status, text }: Reply): string | undefined {
  if (status === 401 && codeIn(text) === UNKNOWN_KEY)
    return 'The API key is unknown here; a key of another region looks the same, see clockify.base_url.';
  return REASONS[status];
}

function codeIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { code?: unknown } | null)?.code;
  } catch {
    return undefined;
  }
}

/** The same service that sessions are written to: one section, one key, one budget for both. */
export const clockify: Provider<ClockifyConfig> = {
  id: 'clockify',
  title: 'Clockify',
  marker: 'Clockify',
  config: clockifySection.schema,
  environment: clockifySection.environment,
  switchKey: 'source_enabled',
  enabled: (own) => own.source_enabled,
  baseUrl: (own) => own.base_url,
  startDate: () => START,
  chosenResources: (own) => own.source_resources,
  extras: (own) => (own.source_users === 'all' ? ['team_time_entries'] : []),
  person: 'user',
  concurrency: 1,
  // Counted in one window with what is written, and smaller than that: reading never uses up what writing needs.
  limits: ({ requests_per_hour = FREE_PER_HOUR, requests_per_second }) => ({
    windows: [{ requests: Math.max(1, Math.floor(requests_per_hour * SHARE)), seconds: 3_600 }],
    perSecond: requests_per_second,
    unexplained: HOUR,
  }),
  explain,
  auth: (own) => ({
    kind: 'apiKey',
    header: 'x-api-key',
    key: own.api_key,
    configKey: 'api_key',
    onlyConfigured: true,
    setup: 'Make a key in Clockify under Preferences, Advanced, Manage API keys.',
  }),
  resources,
};
