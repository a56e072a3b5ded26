import { dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Outing } from './calendar.ts';

export type Point = [latitude: number, longitude: number];

/** Where every outdoor activity of the invented person begins and ends. */
export const HOME: Point = [52.5163, 13.3777];

/** Seconds between two samples. */
const STEP = 30;
const METRES_PER_DEGREE = 111_320;

/** What a device recorded, one list per kind of stream, all of the same length. */
export interface Track {
  readonly time: number[];
  readonly distance: number[];
  readonly latlng: Point[];
  readonly altitude: number[];
  readonly velocity_smooth: number[];
  readonly heartrate: number[];
  readonly cadence: number[];
  readonly watts: number[];
  readonly temp: number[];
  readonly moving: boolean[];
  readonly grade_smooth: number[];
}

/** A loop from home, hilly, with a pulse that follows the hills. */
export function trackOf(outing: Outing, seed: number): Track {
  const { sport, moving } = outing;
  const roll = dice(seed, 'track', outing.id);
  const count = Math.max(2, Math.floor(moving / STEP));
  const metres = sport.speed * moving;
  const heading = roll.next() * 2 * Math.PI;
  const pulse = roll.whole(122, 150);
  const warmth = roll.whole(4, 24);
  const track: Track = {
    ...{ time: [], distance: [], latlng: [], altitude: [], velocity_smooth: [], heartrate: [] },
    ...{ cadence: [], watts: [], temp: [], moving: [], grade_smooth: [] },
  };
  for (let index = 0; index < count; index += 1) {
    const part = index / (count - 1);
    const hill = Math.sin(part * 9 + heading);
    track.time.push(index * STEP);
    track.distance.push(rounded(metres * part, 1));
    track.latlng.push(around(part, metres, heading));
    track.altitude.push(rounded(38 + 14 * hill, 1));
    track.velocity_smooth.push(rounded(Math.max(0, sport.speed * (1 - 0.12 * hill)), 2));
    track.heartrate.push(Math.round(pulse + 12 * hill + roll.whole(0, 6)));
    track.cadence.push(roll.whole(76, 92));
    track.watts.push(Math.round(170 + 55 * hill + roll.whole(0, 30)));
    track.temp.push(warmth);
    track.moving.push(!roll.chance(0.03));
    track.grade_smooth.push(rounded(2.5 * Math.cos(part * 9 + heading), 1));
  }
  return track;
}

/** On a circle through home that is as long as the outing. */
function around(part: number, metres: number, heading: number): Point {
  const radius = metres / (2 * Math.PI) / METRES_PER_DEGREE;
  const angle = part * 2 * Math.PI;
  const ahead = radius * Math.sin(angle);
  const aside = radius * (1 - Math.cos(angle));
  const north = ahead * Math.cos(heading) - aside * Math.sin(heading);
  const east = ahead * Math.sin(heading) + aside * Math.cos(heading);
  return [rounded(HOME[0] + north, 6), rounded(HOME[1] + east / 0.608, 6)];
}

/** As `key_by_type=true` has them. */
export function streamsOf({ sport }: Outing, track: Track): Document {
  const goes = sport.speed > 0;
  const kinds: (keyof Track)[] = [
    'time',
    ...(goes ? (['distance', 'velocity_smooth', 'moving'] as const) : []),
    ...(sport.hasGps ? (['latlng', 'altitude', 'grade_smooth'] as const) : []),
    ...(sport.hasHeartRate ? (['heartrate'] as const) : []),
    ...(sport.watts ? (['cadence', 'temp'] as const) : []),
    ...(sport.watts === 'measured' ? (['watts'] as const) : []),
  ];
  const series_type = goes ? 'distance' : 'time';
  const stream = (kind: keyof Track) => ({
    data: track[kind],
    series_type,
    original_size: track.time.length,
    resolution: 'high',
  });
  return Object.fromEntries(kinds.map((kind) => [kind, stream(kind)]));
}

/** Google's polyline encoding, five decimal places. */
export function polyline(points: readonly Point[]): string {
  let text = '';
  let before: Point = [0, 0];
  for (const [latitude, longitude] of points) {
    const here: Point = [Math.round(latitude * 1e5), Math.round(longitude * 1e5)];
    text += encoded(here[0] - before[0]) + encoded(here[1] - before[1]);
    before = here;
  }
  return text;
}

function encoded(difference: number): string {
  let left = difference < 0 ? ~(difference << 1) : difference << 1;
  let text = '';
  while (left >= 0x20) {
    text += String.fromCharCode((0x20 | (left & 0x1f)) + 63);
    left >>= 5;
  }
  return text + String.fromCharCode(left + 63);
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) || 0;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
