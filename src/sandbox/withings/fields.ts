import type { Document } from '../truth.ts';
import { invalid } from './envelope.ts';
import type { Form } from './form.ts';

/** Calls that take `data_fields`. */
export type Fielded = 'activity' | 'intraday' | 'workouts' | 'sleep_series' | 'sleep_summary';

const heart = ['hr_average', 'hr_min', 'hr_max'];
const zones = ['hr_zone_0', 'hr_zone_1', 'hr_zone_2', 'hr_zone_3'];

/** Comes without being asked for. */
const stages = [
  ...['total_timeinbed', 'total_sleep_time', 'lightsleepduration', 'remsleepduration', 'deepsleepduration'],
  ...['sleep_efficiency', 'sleep_latency', 'wakeup_latency', 'wakeupduration', 'wakeupcount', 'waso'],
  ...['nb_rem_episodes', 'durationtosleep', 'durationtowakeup', 'out_of_bed_count'],
];

/** Everything that can be asked for. */
export const dataFields: Readonly<Record<Fielded, readonly string[]>> = {
  activity: [
    ...['steps', 'distance', 'elevation', 'soft', 'moderate', 'intense', 'active', 'calories'],
    ...['totalcalories', ...heart, ...zones],
  ],
  intraday: [
    ...['steps', 'elevation', 'calories', 'distance', 'stroke', 'pool_lap', 'duration', 'heart_rate'],
    ...['spo2_auto', 'rmssd', 'sdnn1', 'hrv_quality', 'core_body_temperature', 'rr', 'chest_movement_rate'],
  ],
  workouts: [
    ...['calories', 'intensity', 'manual_intensity', 'manual_distance', 'manual_calories', ...heart],
    ...[...zones, 'pause_duration', 'algo_pause_duration', 'spo2_average'],
    ...['core_body_temperature_avg', 'core_body_temperature_min', 'core_body_temperature_max'],
    ...['core_body_temperature_status', 'steps', 'distance', 'elevation', 'pool_laps', 'strokes'],
    'pool_length',
  ],
  sleep_series: [
    ...['hr', 'rr', 'snoring', 'sdnn_1', 'rmssd', 'hrv_quality', 'mvt_score', 'chest_movement_rate'],
    ...['withings_index', 'breathing_sounds'],
  ],
  sleep_summary: [
    ...stages,
    ...['asleepduration', ...heart, 'rr_average', 'rr_min', 'rr_max', 'breathing_quality_assessment'],
    ...['breathing_disturbances_intensity', 'snoring', 'snoringepisodecount', 'sleep_score', 'night_events'],
    ...['apnea_hypopnea_index', 'mvt_score_avg', 'mvt_active_duration', 'rmssd_start_avg', 'rmssd_end_avg'],
    ...['chest_movement_rate_wellness_average', 'chest_movement_rate_wellness_min'],
    ...['chest_movement_rate_wellness_max', 'withings_index', 'breathing_sounds'],
    ...['breathing_sounds_episode_count', 'chest_movement_rate_average', 'chest_movement_rate_min'],
    ...['chest_movement_rate_max', 'core_body_temperature_min', 'core_body_temperature_max'],
    ...['core_body_temperature_avg', 'core_body_temperature_status'],
  ],
};

/** What comes without `data_fields`: the values of which the published document does not say to ask for them. */
export const defaultFields: Readonly<Record<Fielded, readonly string[]>> = {
  activity: ['totalcalories'],
  intraday: [],
  workouts: ['intensity', 'manual_intensity', 'pause_duration', 'algo_pause_duration', 'spo2_average'],
  sleep_series: [],
  sleep_summary: stages,
};

/** Leaves out what was not asked for; names that are no data fields stay. */
export type Cut = (document: Document) => Document;

export interface FieldRules {
  readonly unknown: 'refused' | 'ignored';
  readonly defaults: Readonly<Record<Fielded, readonly string[]>>;
}

export function cutTo(form: Form, call: Fielded, rules: FieldRules): Cut {
  const known = new Set(dataFields[call]);
  const asked = form.get('data_fields')?.split(',') ?? rules.defaults[call];
  if (rules.unknown === 'refused' && !asked.every((name) => known.has(name))) {
    throw invalid('invalid data_fields');
  }
  const wanted = new Set(asked);
  return (document) =>
    Object.fromEntries(Object.entries(document).filter(([name]) => !known.has(name) || wanted.has(name)));
}

/** The same for rows that keep their values below `data`. */
export function cutData(cut: Cut): Cut {
  return (row) => (row.data === null ? row : { ...row, data: cut(row.data as Document) });
}
