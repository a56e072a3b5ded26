import * as z from 'zod';
import { payload } from '../core/common.ts';
import { baseUrl, date, secret, wholeNumber, wordList, yesNo } from '../core/config/values.ts';
import { since, snapshot } from '../core/cursor.ts';
import { ContractError } from '../core/errors.ts';
import { byNumber, single } from '../core/pages.ts';
import type { Page, Provider, RawItem, Read, Reply, Resource } from '../core/provider.ts';
import { partOf } from '../http/json.ts';
import * as collections from './hevy/collections.ts';

const config = z.strictObject({
  enabled: yesNo().default(false).describe('Whether Hevy is read at all.'),
  api_key: secret().optional().describe('API key from the developer settings of a Hevy Pro account.'),
  base_url: baseUrl().default('https://api.hevyapp.com').describe('Where the data come from.'),
  overlap_seconds: wholeNumber(0, 86_400)
    .default(300)
    .describe('How far back beyond the last change seen every run asks.'),
  page_size: wholeNumber(1, 10).default(10).describe('Workouts, routines and so on per page.'),
  since: date().default('2010-01-01').describe('Nothing before this day is read.'),
  resources: wordList().optional().describe('Collections to read; all of them when left out.'),
});

type Config = z.infer<typeof config>;

/** The most that exercise templates take; everything else takes ten. */
const TEMPLATES_PER_PAGE = 100;
const MOST_CRAWLS = 3;

const c = collections;

/** `page_count` may be 0 for an empty list, which answers 404 instead at some routes. What else it says is no number of pages. */
function isLast({ items, envelope }: Page, number: number): boolean | undefined {
  const { page_count: count } = envelope;
  if (items.length === 0 || number === count) return true;
  return Number.isSafeInteger(count) && (count as number) > number ? false : undefined;
}

function list(http: Read<Config>['http'], path: string, key: string, pageSize: number) {
  return byNumber((page) => http.page(path, { page, pageSize }, key), isLast, { missingEnds: true });
}

async function countOf(http: Read<Config>['http']): Promise<number> {
  const { value } = await http.document('/v1/workouts/count');
  const count = (value as { workout_count?: unknown } | null)?.workout_count;
  if (typeof count === 'number') return count;
  throw new ContractError('hevy: the count of workouts is not a number', { source: 'hevy' });
}

/** Undefined where the item has another shape; the engine sets that aside. */
const idOf = ({ value }: RawItem) => (Object(value) as { id?: unknown }).id;

/** An event, or the workout that it brings. */
function settledBy(event: RawItem): RawItem {
  const { type, workout } = Object(event.value) as { type?: unknown; workout?: unknown };
  return type === 'updated' && workout !== undefined ? partOf(event, 'workout') : event;
}

/**
 * The list shifts under a crawl: a deletion pushes an item onto a page already read. So the service counts before and
 * after, and as long as the two differ, or more are there than were seen, it is read again.
 */
async function* everyWorkout({ http, config, total }: Read<Config>): AsyncGenerator<readonly RawItem[]> {
  const seen = new Set<unknown>();
  let before = await countOf(http);
  for (let crawl = 1; ; crawl += 1) {
    for await (const page of list(http, '/v1/workouts', 'workouts', config.page_size)) {
      for (const item of page) seen.add(idOf(item));
      yield page;
    }
    const after = await countOf(http);
    total(after);
    if (crawl === MOST_CRAWLS || (after === before && seen.size >= after)) return;
    before = after;
  }
}

/** Newest first: the first event that names a workout is how it is now, and older ones must not undo it. */
async function* changedWorkouts({ http, config, since, total }: Read<Config>): AsyncGenerator<RawItem[]> {
  const query = { since: new Date(since as number).toISOString(), pageSize: config.page_size };
  const settled = new Set<unknown>();
  const pages = byNumber((page) => http.page('/v1/workouts/events', { ...query, page }, 'events'), isLast, {
    missingEnds: true,
  });
  for await (const page of pages) {
    yield page.map(settledBy).filter((item) => {
      const id = idOf(item);
      return id === undefined || (!settled.has(id) && settled.add(id));
    });
  }
  total(await countOf(http));
}

type Described<T> = { schema: z.ZodType<T>; columns: Resource['columns'] };

/** A list without dates and without news of changes: read whole each time. */
function whole<T>(
  name: string,
  title: string,
  described: Described<T>,
  change: Resource<Config, T>['change'],
  pageSize = (own: Config) => own.page_size,
): Resource<Config, T> {
  return {
    name,
    title,
    cursor: snapshot(),
    ...described,
    pages: ({ http, config }) => list(http, `/v1/${name}`, name, pageSize(config)),
    change,
  };
}

const resources: Resource<Config>[] = [
  {
    name: 'user_info',
    title: 'Whose account it is',
    cursor: snapshot(),
    ...c.userInfo,
    pages: ({ http }) => single(() => http.document('/v1/user/info', {}, { at: 'data' })),
    change: ({ id }: { id: string }) => ({ row: { id } }),
  },
  {
    name: 'workouts',
    title: 'Workouts',
    // How long the service remembers changes is not known.
    cursor: since({ reachDays: 30 }),
    ...c.workouts,
    lists: [c.sets],
    pages: (read) => (read.since === undefined ? everyWorkout(read) : changedWorkouts(read)),
    change: changeOf,
    document: (id) => `/v1/workouts/${encodeURIComponent(id)}`,
    common: [{ view: 'workouts', columns: {} }],
  },
  whole('routines', 'Routines', c.routines, ({ id, created_at, updated_at }) => ({
    row: { id, startedAt: created_at ?? undefined, updatedAt: updated_at ?? undefined },
  })),
  whole('routine_folders', 'Folders of routines', c.routineFolders, ({ id, created_at, updated_at }) => ({
    row: { id: String(id), startedAt: created_at ?? undefined, updatedAt: updated_at ?? undefined },
  })),
  whole(
    'exercise_templates',
    'Exercises, built-in and own',
    c.exerciseTemplates,
    ({ id }) => ({ row: { id } }),
    () => TEMPLATES_PER_PAGE,
  ),
  {
    ...whole('body_measurements', 'Body measurements', c.bodyMeasurements, ({ date }) => ({
      row: { id: date, day: date },
    })),
    common: [
      {
        view: 'weights',
        columns: {
          time: payload('$.date'),
          weight_kg: payload('$.weight_kg'),
          fat_percent: payload('$.fat_percent'),
          lean_kg: payload('$.lean_mass_kg'),
        },
        where: `${payload('$.weight_kg')} IS NOT NULL`,
      },
    ],
  },
];

function changeOf(item: collections.Workout | collections.Deleted): ReturnType<Resource['change']> {
  if ('type' in item && item.type === 'deleted')
    return { remove: item.id, updatedAt: (item as collections.Deleted).deleted_at ?? undefined };
  const workout = item as collections.Workout;
  const { id, start_time, end_time, updated_at, title } = workout;
  return {
    row: { id, startedAt: start_time, endedAt: end_time, updatedAt: updated_at ?? undefined },
    session: {
      kind: 'workout',
      type: 'workout',
      // Hevy names no zone: the date is that of the start in UTC.
      day: start_time.slice(0, 10),
      start: start_time,
      end: end_time,
      asleepSeconds: null,
      efficiency: null,
      title: title ?? null,
    },
  };
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'A parameter was not accepted: the service has changed, or page_size is too large.',
  401: 'The API key is not accepted: keys need a Hevy Pro account and can be renewed at hevy.com under Settings, Developer.',
  403: 'The API key does not reach this: keys need a Hevy Pro account.',
};

export const hevy: Provider<Config> = {
  id: 'hevy',
  title: 'Hevy',
  marker: 'Hevy',
  config,
  environment: { HEVY_API_KEY: 'api_key' },
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.base_url,
  startDate: (own) => own.since,
  overlapSeconds: (own) => own.overlap_seconds,
  chosenResources: (own) => own.resources,
  person: 'user_info',
  // Scheduled jobs of many people collide at full hours: one request at a time is what the service bears.
  concurrency: 1,
  limits: () => ({ unexplained: 60_000 }),
  explain: ({ status }) => REASONS[status],
  plainReply: ownMissing,
  auth: (own) => ({
    kind: 'apiKey',
    header: 'api-key',
    key: own.api_key,
    configKey: 'api_key',
    setup: 'Make a key at https://hevy.com/settings?developer (Hevy Pro only).',
  }),
  resources,
};

/** "Not found" comes as plain text: made JSON, so that it counts as Hevy's own word and not as a proxy's page. */
function ownMissing(reply: Reply): Reply {
  return reply.status === 404 && !/^\s*[<{]/.test(reply.text) ? { ...reply, text: '{}' } : reply;
}
