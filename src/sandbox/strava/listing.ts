import { dice } from '../dice.ts';
import type { SandboxReply } from '../server.ts';
import type { Document } from '../truth.ts';
import { exactJson } from './exactJson.ts';
import { badRequest, jsonText } from './refusals.ts';

/** What only `/activities/{id}` tells. */
const DETAIL = new Set([
  ...['description', 'calories', 'perceived_exertion', 'prefer_perceived_exertion', 'segment_efforts'],
  ...['splits_metric', 'splits_standard', 'laps', 'best_efforts', 'gear', 'photos', 'stats_visibility'],
  ...['hide_from_home', 'device_name', 'embed_token', 'similar_activities', 'available_zones'],
]);

export function summaryOfActivity(activity: Document): Document {
  const summary: Document = {};
  for (const [key, value] of Object.entries(activity)) if (!DETAIL.has(key)) summary[key] = value;
  summary.resource_state = 2;
  if (typeof activity.map === 'object' && activity.map !== null) {
    const { polyline: _, ...map } = activity.map as Document;
    summary.map = { ...map, resource_state: 2 };
  }
  return summary;
}

const DEFAULT_SIZE = 30;
const LARGEST_SIZE = 200;

export interface Listing {
  /** All that the token may see. */
  readonly activities: readonly (readonly [id: string, activity: Document])[];
  /** Whether some places of a page stay empty. */
  readonly gaps: boolean;
  readonly seed: number;
}

export function listActivities(listing: Listing, query: URLSearchParams): SandboxReply {
  const wanted = { after: 0, before: 0, page: 1, per_page: DEFAULT_SIZE };
  for (const name of ['after', 'before', 'page', 'per_page'] as const) {
    const text = query.get(name);
    if (text === null) continue;
    if (!/^\d{1,12}$/.test(text)) return badRequest('Activity', name);
    wanted[name] = Number(text);
  }
  if (wanted.page < 1) return badRequest('Activity', 'page');
  if (wanted.per_page < 1 || wanted.per_page > LARGEST_SIZE) return badRequest('Activity', 'per_page');

  const after = query.has('after') ? wanted.after : undefined;
  const before = query.has('before') ? wanted.before : undefined;
  const found = listing.activities
    .map(([id, activity]) => ({ id, activity, at: startOf(activity) }))
    .filter(({ at }) => (after === undefined || at > after) && (before === undefined || at < before))
    .sort((a, b) => b.at - a.at || laterId(b.id, a.id));
  // `after` alone turns the order around.
  if (after !== undefined && before === undefined) found.reverse();

  const places = found.flatMap(({ id, activity }) =>
    listing.gaps && wanted.per_page > 1 && isAfterGap(listing.seed, id) ? [undefined, activity] : [activity],
  );
  const first = (wanted.page - 1) * wanted.per_page;
  const page = places.slice(first, first + wanted.per_page).filter((one) => one !== undefined);
  return jsonText(200, exactJson(page.map(summaryOfActivity)));
}

/** Of two ids written in digits the larger one is the later. */
function laterId(one: string, other: string): number {
  return one.length - other.length || (one > other ? 1 : -1);
}

/** UTC epoch seconds. */
function startOf({ start_date }: Document): number {
  return Date.parse(String(start_date)) / 1000;
}

/**
 * Something that nobody may see takes a place before this activity. Never two in a row and never at the end, so that a
 * page of at least two places holds something: only the page after the last is empty.
 */
function isAfterGap(seed: number, id: string): boolean {
  return dice(seed, 'gap', id).chance(0.12);
}
