import * as z from 'zod';
import { date, type Field, flag, item, json, nested, number, required, text } from '../../core/fields.ts';
import type { Column } from '../../core/provider.ts';

/**
 * The fields of Withings' collections, as its API document 2.0 lists them and recorded replies show them. Durations are
 * seconds, distances metres, energy kilocalories; instants are unix seconds (UTC), dates local days at the row's own
 * zone. Any value may be null or missing, and -1 where a device could not tell.
 */

/** 9999-12-31, unix seconds. */
const LAST_SECOND = 253_402_300_799;

const second = (of: string): Field<number | null | undefined> => ({
  schema: z.int().min(0).max(LAST_SECOND).nullish(),
  about: `${of}, unix seconds`,
});
const seconds = (of: string) => number(`${of}, seconds`);
const beats = (of: string) => number(`${of}, beats per minute`);
const breaths = (of: string) => number(`${of}, per minute`);
const celsius = (of: string) => number(`${of}, °C`);
const perMinute = (of: string) => json(`${of}, by unix second (JSON)`);

const id = required(number("Withings' number of the row"));
const day = required(date('local date'));
const timezone = text('IANA zone of the row');
const deviceid = text('device, as in withings_devices; null for phones and values typed in');
const hash_deviceid = text('the same once more');
const created = second('when Withings stored it');
const modified = second('when it was last changed');

const heart = {
  hr_average: beats('mean pulse'),
  hr_min: beats('lowest pulse'),
  hr_max: beats('highest pulse'),
};
const zones = {
  hr_zone_0: seconds('pulse in the light zone'),
  hr_zone_1: seconds('pulse in the moderate zone'),
  hr_zone_2: seconds('pulse in the intense zone'),
  hr_zone_3: seconds('pulse in the maximal zone'),
};

/** Only what is named in a request is answered. */
export const dataFields = (fields: object) => Object.keys(fields).join(',');

export const measureGroup = {
  schema: z.looseObject({
    grpid: id.schema,
    attrib: z.int().nullish(),
    date: required(second('')).schema,
    modified: modified.schema,
    /** Of the reply around it. */
    timezone: z.string().nullish(),
    measures: z.array(z.looseObject({ value: z.number(), type: z.int(), unit: z.int().min(-22).max(22) })),
  }),
};

export const activityData = {
  steps: number('count'),
  distance: number('metres'),
  elevation: number('floors climbed'),
  soft: seconds('light activity'),
  moderate: seconds('moderate activity'),
  intense: seconds('intense activity'),
  active: seconds('moderate and intense activity'),
  calories: number('energy from activity, kcal'),
  totalcalories: number('energy in all, kcal'),
  ...heart,
  ...zones,
};
export const activity = item({
  date: day,
  timezone,
  ...activityData,
  deviceid,
  hash_deviceid,
  brand: number('1 Withings, 18 from elsewhere'),
  is_tracker: flag('1 when a Withings tracker counted'),
  modelid: number("Withings' number of the model"),
  model: text('model'),
  modified,
});

export const workoutData = {
  calories: number('energy from activity, kcal'),
  intensity: number('0 to 100 as the person entered it'),
  manual_intensity: number('0 to 100 as the person entered it'),
  manual_distance: number('entered by the person, metres'),
  manual_calories: number('entered by the person, kcal'),
  ...heart,
  ...zones,
  pause_duration: seconds('pauses entered by the person'),
  algo_pause_duration: seconds('pauses that the device found (swimming)'),
  spo2_average: number('blood oxygen, percent'),
  core_body_temperature_avg: celsius('mean core temperature'),
  core_body_temperature_min: celsius('lowest core temperature'),
  core_body_temperature_max: celsius('highest core temperature'),
  core_body_temperature_status: json('unknown, usual, elevated'),
  steps: number('count'),
  distance: number('metres'),
  elevation: number('floors climbed'),
  pool_laps: number('count'),
  strokes: number('count'),
  pool_length: number('metres'),
};
export const workout = item({
  id,
  category: required(number("kind of workout, Withings' number")),
  date: day,
  timezone,
  startdate: required(second('start')),
  enddate: required(second('end')),
  attrib: number('how it came to this person: 0 by device, 2 by hand, 7 confirmed'),
  deviceid,
  model: number("Withings' number of the model"),
  data: nested(workoutData),
  modified,
});

export const sleepData = {
  total_timeinbed: seconds('time in bed'),
  total_sleep_time: seconds('time asleep'),
  asleepduration: seconds('time asleep of a night from elsewhere, which has no phases'),
  lightsleepduration: seconds('light sleep'),
  remsleepduration: seconds('REM sleep'),
  deepsleepduration: seconds('deep sleep'),
  sleep_efficiency: number('time asleep by time in bed, 0 to 1'),
  sleep_latency: seconds('falling asleep'),
  wakeup_latency: seconds('in bed after waking up'),
  wakeupduration: seconds('awake'),
  wakeupcount: number('times awake in bed'),
  waso: seconds('awake after first falling asleep'),
  nb_rem_episodes: number('count'),
  durationtosleep: seconds('falling asleep, the old name'),
  durationtowakeup: seconds('in bed after waking up, the old name'),
  out_of_bed_count: number('times out of bed'),
  ...heart,
  rr_average: breaths('mean breaths'),
  rr_min: breaths('fewest breaths'),
  rr_max: breaths('most breaths'),
  breathing_quality_assessment: number('intensity of breathing disturbances'),
  breathing_disturbances_intensity: number('intensity of breathing disturbances'),
  snoring: seconds('snoring'),
  snoringepisodecount: number('times snoring for a minute or longer'),
  sleep_score: number('0 to 100'),
  night_events: json('seconds after startdate by kind: 1 in bed, 2 asleep, 3 awake, 4 out of bed (JSON)'),
  apnea_hypopnea_index: number('events per hour; -1 or null where it is not measured'),
  mvt_score_avg: number('mean movement, 0 to 255'),
  mvt_active_duration: seconds('moving'),
  rmssd_start_avg: number('heart rate variability at the start, rMSSD in milliseconds'),
  rmssd_end_avg: number('heart rate variability at the end, rMSSD in milliseconds'),
  chest_movement_rate_wellness_average: breaths('mean breaths by the chest'),
  chest_movement_rate_wellness_min: breaths('fewest breaths by the chest'),
  chest_movement_rate_wellness_max: breaths('most breaths by the chest'),
  withings_index: number('gaps in breathing sounds per hour'),
  breathing_sounds: seconds('breathing sounds'),
  breathing_sounds_episode_count: number('times with breathing sounds for a minute or longer'),
  chest_movement_rate_average: breaths('mean chest movements'),
  chest_movement_rate_min: breaths('fewest chest movements'),
  chest_movement_rate_max: breaths('most chest movements'),
  core_body_temperature_min: celsius('lowest core temperature'),
  core_body_temperature_max: celsius('highest core temperature'),
  core_body_temperature_avg: celsius('mean core temperature'),
  core_body_temperature_status: json('unknown, usual, elevated'),
};
export const sleepSummary = item({
  id,
  date: required(date('local date of the morning')),
  timezone,
  startdate: required(second('start')),
  enddate: required(second('end')),
  model: number('16 tracker, 32 sleep monitor'),
  model_id: number("Withings' number of the model"),
  hash_deviceid,
  completed: flag('1 when the night is over'),
  data: nested(sleepData),
  created,
  modified,
});

export const heartRecording = item({
  timestamp: required(second('when it was taken')),
  deviceid,
  model: number("Withings' number of the model"),
  ecg: nested({
    signalid: number("Withings' number of the signal"),
    afib: number('atrial fibrillation: 0 negative, 1 positive, 2 inconclusive'),
  }),
  bloodpressure: nested({ diastole: number('mmHg'), systole: number('mmHg') }),
  stetho: nested({
    signalid: number("Withings' number of the sound"),
    vhd: number('valvular heart disease, a code'),
  }),
  heart_rate: beats('mean pulse'),
  modified,
});

export const device = item({
  deviceid: required(text("Withings' id of the device")),
  type: text('Scale, Sleep Monitor, Activity Tracker, …'),
  model: text('model'),
  model_id: number("Withings' number of the model"),
  battery: text('high, medium, low, unknown'),
  timezone: text('IANA zone of the device'),
  first_session_date: second('first seen by Withings'),
  last_session_date: second('last seen by Withings'),
  fw: text('firmware, for partners only'),
  mac_address: text('for partners only'),
  network: text('network, for partners only'),
  last_used_network: text('for partners only'),
  sim_status: text('of devices with a mobile network'),
  hash_deviceid,
});

export const goals = item({
  steps: number('per day'),
  sleep: seconds('sleep per night'),
  weight: nested({
    value: number('a whole number'),
    unit: number('power of ten that makes value kilograms'),
  }),
});

/** Whole days: what a record holds is the reply's own `series`, whose elements are the view's rows. */
export const seriesOfDay = {
  schema: z.looseObject({
    id: z.string(),
    day: z.iso.date(),
    start: z.string(),
    series: z.union([z.array(z.looseObject({})), z.record(z.string(), z.looseObject({}))]),
  }),
};

export const sleepSeriesData = {
  hr: perMinute('beats per minute'),
  rr: perMinute('breaths per minute'),
  snoring: perMinute('seconds of snoring'),
  sdnn_1: perMinute('heart rate variability, SDNN in milliseconds'),
  rmssd: perMinute('heart rate variability, rMSSD in milliseconds'),
  hrv_quality: perMinute('quality of the heart rate variability'),
  mvt_score: perMinute('movement, 0 to 255'),
  chest_movement_rate: perMinute('chest movements per minute'),
  withings_index: perMinute('gaps in breathing sounds'),
  breathing_sounds: perMinute('seconds of breathing sounds'),
};
export const intradayData = {
  steps: number('count'),
  elevation: number('floors climbed'),
  calories: number('energy from activity, kcal'),
  distance: number('metres'),
  stroke: number('swimming strokes, count'),
  pool_lap: number('count'),
  duration: seconds('how long this took'),
  heart_rate: beats('pulse'),
  spo2_auto: number('blood oxygen, percent'),
  rmssd: number('heart rate variability, rMSSD in milliseconds'),
  sdnn1: number('heart rate variability, SDNN in milliseconds'),
  hrv_quality: number('quality of the heart rate variability'),
  core_body_temperature: celsius('core temperature'),
  rr: breaths('breaths'),
  chest_movement_rate: breaths('chest movements'),
};

const ofElement = (fields: Readonly<Record<string, Field<unknown>>>): Column[] =>
  item(fields).columns.map((column) => ({ ...column, path: column.path.replace('$', '$each') }));

export const sleepSeriesColumns: Column[] = [
  { name: 'day', path: '$', sql: 'i.day', about: 'local date of the morning' },
  ...ofElement({
    startdate: second('start'),
    enddate: second('end'),
    state: number('0 awake, 1 light, 2 deep, 3 REM, 4 by hand, 5 not told, 15 out of bed'),
    model: text('model'),
    model_id: number("Withings' number of the model"),
    hash_deviceid,
    ...sleepSeriesData,
  }),
];
export const intradayColumns: Column[] = [
  { name: 'day', path: '$', sql: 'i.day', about: 'local date' },
  {
    name: 'time',
    path: '$',
    sql: "strftime('%Y-%m-%dT%H:%M:%SZ', e.key, 'unixepoch')",
    about: 'UTC, ISO 8601',
  },
  ...ofElement({
    ...intradayData,
    deviceid,
    model: text('model'),
    model_id: number("Withings' number of the model"),
  }),
];
