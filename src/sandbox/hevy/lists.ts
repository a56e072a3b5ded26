import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document } from '../truth.ts';
import { instantIn, type PageSize, pageOf } from './query.ts';
import { notFound, Refusal } from './refusals.ts';
import type { Service } from './service.ts';
import { jsonText, shaped } from './shapes.ts';

export interface Listing {
  /** The key of the list in the reply. */
  readonly key: string;
  readonly size: PageSize;
  /** All of it, in order. */
  readonly items: (service: Service, request: SandboxRequest) => Document[];
  readonly numbers?: 'id' | 'folder_id';
}

const FIVE = { usual: 5, max: 10 };

/** What has no such time comes last. */
const newestBy = (field: string) => {
  const time = (one: Document) => Date.parse(String(one[field])) || 0;
  return (a: Document, b: Document) => time(b) - time(a);
};

/** No order is documented but that of the events. */
export const listings: readonly Listing[] = [
  {
    key: 'workouts',
    size: FIVE,
    items: ({ truth, options }) =>
      truth
        .list('workouts')
        .sort(newestBy('start_time'))
        .map((one) => shaped(one, options)),
  },
  { key: 'events', size: FIVE, items: events },
  {
    key: 'routines',
    size: FIVE,
    items: ({ truth, options }) =>
      truth
        .list('routines')
        .sort(newestBy('created_at'))
        .map((one) => shaped(one, options)),
    numbers: 'folder_id',
  },
  {
    key: 'routine_folders',
    size: FIVE,
    items: ({ truth }) => truth.list('routine_folders').sort((a, b) => Number(a.index) - Number(b.index)),
    numbers: 'id',
  },
  {
    key: 'exercise_templates',
    size: { usual: 5, max: 100 },
    items: ({ truth }) =>
      truth.list('exercise_templates').sort((a, b) => (String(a.title) < String(b.title) ? -1 : 1)),
  },
  {
    key: 'body_measurements',
    size: { usual: 10, max: 10 },
    items: ({ truth }) => truth.list('body_measurements').sort(newestBy('date')),
  },
];

/** Pages by position: what is added or deleted meanwhile shifts the rest. */
export function listReply(listing: Listing, service: Service, request: SandboxRequest): SandboxReply {
  const { options, truth } = service;
  const { page, pageSize } = pageOf(request.query, listing.size);
  options.beforePage?.({ list: listing.key, page, truth });
  const items = listing.items(service, request);
  const found = items.slice((page - 1) * pageSize, page * pageSize);
  if (found.length === 0 && isRefused(listing, page, options)) throw notFound('Page');
  const empty = options.emptyList === 1 ? 1 : 0;
  const page_count = items.length === 0 ? empty : Math.ceil(items.length / pageSize);
  return { status: 200, body: jsonText({ page, page_count, [listing.key]: found }, listing.numbers) };
}

function isRefused(listing: Listing, page: number, options: Service['options']): boolean {
  if (page === 1) return options.emptyList === 'notFound';
  return listing.key === 'body_measurements' || options.pastEnd !== 'emptyPage';
}

function events({ log, options }: Service, request: SandboxRequest): Document[] {
  return log
    .list(sinceOf(request, options.badSince ?? 500), request.at)
    .map((event) =>
      'workout' in event ? { ...event, workout: shaped(event.workout as Document, options) } : event,
    );
}

function sinceOf(request: SandboxRequest, bad: 400 | 500): number {
  try {
    return instantIn(request.query, 'since') ?? 0;
  } catch (refusal) {
    throw bad === 500 ? new Refusal(500, 'Internal Server Error') : refusal;
  }
}
