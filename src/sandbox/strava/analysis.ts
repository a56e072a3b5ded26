import { type Dice, dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { type Outing, offsetSeconds } from './calendar.ts';
import { idOf } from './exactJson.ts';
import type { Person } from './person.ts';
import { HOME, mean, rounded, type Track } from './track.ts';

const KILOMETRE = 1000;
const MILE = 1609.344;

/** What Strava computes of a recording: efforts, splits, laps; nothing of it for what was typed in. */
export function analysis(outing: Outing, track: Track, person: Person, roll: Dice): Document {
  const { sport } = outing;
  if (sport.manual) return {};
  const around = context(outing, person);
  const isRun = sport.type === 'Run';
  return {
    segment_efforts: sport.hasGps ? segmentEfforts(outing, track, around, roll) : [],
    ...(sport.hasGps ? { splits_metric: splits(outing, KILOMETRE, roll) } : {}),
    ...(isRun ? { splits_standard: splits(outing, MILE, roll) } : {}),
    laps: laps(outing, track, around),
    ...(isRun ? { best_efforts: bestEfforts(outing, around, roll) } : {}),
  };
}

interface Context {
  readonly activity: Document;
  readonly athlete: Document;
  /** Both dates of a moment, in seconds since the start. */
  dates(after: number): Document;
  effortId(...keys: string[]): string;
}

function context({ id, start, sport }: Outing, { athleteId, seed, zone }: Person): Context {
  const text = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  return {
    activity: { id: idOf(id), visibility: sport.visibility ?? 'everyone', resource_state: 1 },
    athlete: { id: athleteId, resource_state: 1 },
    dates(after) {
      const at = start + after * 1000;
      return { start_date: text(at), start_date_local: text(at + offsetSeconds(at, zone) * 1000) };
    },
    // 19 digits: a double would change the last ones.
    effortId: (...keys) => {
      const drawn = dice(seed, 'effort', id, ...keys);
      return `3${drawn.whole(100_000_000, 999_999_999)}${drawn.whole(100_000_000, 999_999_999)}`;
    },
  };
}

function segmentEfforts(outing: Outing, track: Track, around: Context, roll: Dice): Document[] {
  const segments = [
    { id: 8_457_023, name: 'Gate to Lake', from: 0.1, to: 0.25, hidden: false },
    { id: 6_261_626, name: 'Bridge Climb', from: 0.4, to: 0.52, hidden: true },
  ];
  return segments.map((segment) => {
    const seconds = Math.round(outing.moving * (segment.to - segment.from));
    const last = track.time.length - 1;
    return {
      id: around.effortId(segment.name),
      resource_state: 2,
      name: segment.name,
      activity: around.activity,
      athlete: around.athlete,
      elapsed_time: seconds,
      moving_time: seconds,
      ...around.dates(Math.round(outing.moving * segment.from)),
      distance: rounded(outing.sport.speed * seconds, 1),
      start_index: Math.floor(last * segment.from),
      end_index: Math.floor(last * segment.to),
      device_watts: outing.sport.watts === 'measured',
      ...pulse(outing, track),
      segment: segmentOf(segment.id, segment.name, outing.sport.type === 'Run' ? 'Run' : 'Ride'),
      pr_rank: roll.pick([null, null, 1, 2, 3]),
      achievements: [],
      visibility: 'everyone',
      kom_rank: null,
      hidden: segment.hidden,
    };
  });
}

function segmentOf(id: number, name: string, activity_type: string): Document {
  return {
    ...{ id, resource_state: 2, name, activity_type, distance: 1558.7, average_grade: 1.1 },
    ...{ maximum_grade: 8.2, elevation_high: 52.3, elevation_low: 35.1 },
    start_latlng: HOME.map((degrees) => rounded(degrees + 0.02, 4)),
    end_latlng: HOME.map((degrees) => rounded(degrees + 0.03, 4)),
    ...{ elevation_profile: null, elevation_profiles: null, climb_category: 0 },
    ...{ city: 'Berlin', state: 'Berlin', country: 'Germany' },
    ...{ private: false, hazardous: false, starred: false },
  };
}

function pulse({ sport }: Outing, track: Track): Document {
  if (!sport.hasHeartRate) return {};
  return {
    average_heartrate: rounded(mean(track.heartrate), 1),
    max_heartrate: Math.max(...track.heartrate),
  };
}

function splits({ sport, moving }: Outing, length: number, roll: Dice): Document[] {
  const metres = sport.speed * moving;
  return Array.from({ length: Math.ceil(metres / length) }, (_, index) => {
    const part = Math.min(length, metres - index * length);
    const seconds = Math.max(1, Math.round(part / (sport.speed * roll.decimal(0.93, 1.07, 3))));
    return {
      distance: rounded(part, 1),
      elapsed_time: seconds,
      elevation_difference: roll.decimal(-12, 12, 1),
      moving_time: seconds,
      split: index + 1,
      average_speed: rounded(part / seconds, 2),
      average_grade_adjusted_speed: sport.type === 'Run' ? rounded(part / seconds + 0.05, 2) : null,
      // Every digit of the double, as recorded.
      ...(sport.hasHeartRate ? { average_heartrate: 140 + roll.next() * 25 } : {}),
      pace_zone: sport.type === 'Run' ? roll.whole(1, 4) : 0,
    };
  });
}

/** Two halves. */
function laps(outing: Outing, track: Track, around: Context): Document[] {
  const { sport, moving, id } = outing;
  const half = Math.floor(moving / 2);
  const last = track.time.length - 1;
  return [0, 1].map((index) => ({
    id: 40_000_000_000 + (Number(id) % 10_000_000_000) + index,
    resource_state: 2,
    name: `Lap ${index + 1}`,
    activity: around.activity,
    athlete: around.athlete,
    elapsed_time: half,
    moving_time: half,
    ...around.dates(index * half),
    distance: rounded(sport.speed * half, 2),
    average_speed: rounded(sport.speed, 2),
    max_speed: rounded(Math.max(...track.velocity_smooth), 6),
    lap_index: index + 1,
    split: index + 1,
    start_index: index === 0 ? 0 : Math.floor(last / 2) + 1,
    end_index: index === 0 ? Math.floor(last / 2) : last,
    total_elevation_gain: sport.hasGps ? rounded(track.time.length * 0.45, 1) : 0,
    ...(sport.speed > 0 ? { average_cadence: rounded(mean(track.cadence), 1) } : {}),
    device_watts: sport.watts === 'measured',
    ...pulse(outing, track),
    ...(sport.type === 'Run' ? { pace_zone: 2 } : {}),
  }));
}

function bestEfforts({ sport, moving }: Outing, around: Context, roll: Dice): Document[] {
  const lengths = [
    ['400m', 400],
    ['1K', 1000],
    ['1 mile', 1609],
  ] as const;
  return lengths.map(([name, distance]) => {
    const seconds = Math.round(distance / (sport.speed * 1.08));
    const best = roll.chance(0.1);
    return {
      id: around.effortId(name),
      resource_state: 2,
      name,
      activity: around.activity,
      athlete: around.athlete,
      elapsed_time: seconds,
      moving_time: seconds,
      ...around.dates(Math.floor(moving / 3)),
      distance,
      pr_rank: best ? 1 : null,
      achievements: best ? [{ type_id: 3, type: 'pr', rank: 1 }] : [],
      start_index: 3,
      end_index: 3 + Math.ceil(seconds / 30),
    };
  });
}
