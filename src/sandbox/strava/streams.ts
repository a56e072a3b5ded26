import type { SandboxReply } from '../server.ts';
import type { Document } from '../truth.ts';
import { streamsWithoutHome } from './privacy.ts';
import { badRequest, jsonText } from './refusals.ts';

const KINDS = [
  ...['time', 'distance', 'latlng', 'altitude', 'velocity_smooth', 'heartrate'],
  ...['cadence', 'watts', 'temp', 'moving', 'grade_smooth'],
];

export interface StreamsAsked {
  readonly query: URLSearchParams;
  /** `strict` refuses unknown names and anything but `key_by_type=true`, as documented; else names are ignored. */
  readonly names: 'strict' | 'lenient';
  /** Whether the surroundings of home are cut out. */
  readonly hidesHome: boolean;
}

export function chosenStreams(all: Document, { query, names, hidesHome }: StreamsAsked): SandboxReply {
  const keyed = query.get('key_by_type') === 'true';
  const asked = (query.get('keys') ?? '').split(',').filter(Boolean);
  if (names === 'strict') {
    if (!keyed) return badRequest('Activity', 'key_by_type');
    if (!asked.every((kind) => KINDS.includes(kind))) return badRequest('Activity', 'keys');
  }
  // The series that the others refer to comes unasked; without `keys` it comes alone.
  const base = all.distance === undefined ? 'time' : 'distance';
  const shown = Object.entries(hidesHome ? streamsWithoutHome(all) : all).filter(
    ([kind]) => kind === base || asked.includes(kind),
  );
  const body = keyed
    ? Object.fromEntries(shown)
    : shown.map(([type, stream]) => ({ type, ...(stream as Document) }));
  return jsonText(200, JSON.stringify(body));
}
