import { date, flag, instant, item, json, nested, number, required, text } from '../../core/fields.ts';

/**
 * The fields of Oura's collections, as its API document 1.37 lists them. Durations are seconds, distances metres,
 * energy kilocalories, temperatures deviations in °C; contributors and scores run from 1 to 100.
 * Nearly everything may be null, and enumerations grow with each release: only what the engine needs is required.
 */
const id = required(text("Oura's id of the document"));
const day = required(date('local date; for sleep the morning of waking'));
const score = (of: string) => number(`${of}, 1 to 100`);
const seconds = (of: string) => number(`${of}, seconds`);
const samples = (of: string) => json(`${of}: interval in seconds, items, timestamp of the first (JSON)`);

const readinessContributors = nested({
  activity_balance: score('contributor'),
  body_temperature: score('contributor'),
  hrv_balance: score('contributor'),
  previous_day_activity: score('contributor'),
  previous_night: score('contributor'),
  recovery_index: score('contributor'),
  resting_heart_rate: score('contributor'),
  sleep_balance: score('contributor'),
  sleep_regularity: score('contributor'),
});

export const dailyActivity = item({
  id,
  day,
  score: score('activity score'),
  active_calories: number('energy from activity, kcal'),
  average_met_minutes: number('mean metabolic equivalent'),
  class_5_min: text('activity class per 5 minutes from 04:00: 0 non-wear to 5 high'),
  contributors: nested({
    meet_daily_targets: score('contributor'),
    move_every_hour: score('contributor'),
    recovery_time: score('contributor'),
    stay_active: score('contributor'),
    training_frequency: score('contributor'),
    training_volume: score('contributor'),
  }),
  equivalent_walking_distance: number('metres'),
  high_activity_met_minutes: number('MET minutes'),
  high_activity_time: seconds('time in high activity'),
  inactivity_alerts: number('count'),
  low_activity_met_minutes: number('MET minutes'),
  low_activity_time: seconds('time in low activity'),
  medium_activity_met_minutes: number('MET minutes'),
  medium_activity_time: seconds('time in medium activity'),
  met: samples('metabolic equivalents'),
  meters_to_target: number('metres'),
  non_wear_time: seconds('ring not worn'),
  resting_time: seconds('time at rest'),
  sedentary_met_minutes: number('MET minutes'),
  sedentary_time: seconds('time sedentary'),
  steps: number('count'),
  target_calories: number('kcal'),
  target_meters: number('metres'),
  total_calories: number('kcal'),
  timestamp: instant('start of the activity day, with offset'),
});

export const dailyCardiovascularAge = item({
  day,
  vascular_age: number('years'),
  pulse_wave_velocity: number('metres per second'),
});

export const dailyReadiness = item({
  id,
  day,
  score: score('readiness score'),
  temperature_deviation: number('°C from the usual'),
  temperature_trend_deviation: number('°C, three-day trend'),
  contributors: readinessContributors,
  timestamp: instant('as Oura dates it'),
});

export const dailyResilience = item({
  id,
  day,
  level: text('limited, adequate, solid, strong, exceptional'),
  contributors: nested({
    sleep_recovery: number('0 to 100'),
    daytime_recovery: number('0 to 100'),
    stress: number('0 to 100'),
  }),
});

export const dailySleep = item({
  id,
  day,
  score: score('sleep score'),
  contributors: nested({
    deep_sleep: score('contributor'),
    efficiency: score('contributor'),
    latency: score('contributor'),
    rem_sleep: score('contributor'),
    restfulness: score('contributor'),
    timing: score('contributor'),
    total_sleep: score('contributor'),
  }),
  timestamp: instant('as Oura dates it'),
});

export const dailySpo2 = item({
  id,
  day,
  spo2_percentage: nested({ average: number('percent') }),
  breathing_disturbance_index: number('index'),
});

export const dailyStress = item({
  id,
  day,
  stress_high: seconds('time in high stress'),
  recovery_high: seconds('time in high recovery'),
  day_summary: text('restored, normal, stressful; null on placeholder days'),
});

export const enhancedTag = item({
  id,
  start_day: required(date('local date')),
  end_day: date('local date; null without a duration'),
  start_time: required(instant('with offset where given')),
  end_time: instant('null without a duration'),
  tag_type_code: text('null for text only, `custom` with custom_name'),
  custom_name: text('name of a custom tag'),
  comment: text('free text'),
});

export const heartrate = item({
  timestamp: required(instant('UTC')),
  bpm: required(number('beats per minute')),
  source: required(text('awake, workout, rest, sleep, live, session')),
});

export const personalInfo = item({
  id,
  age: number('years'),
  weight: number('kilograms'),
  height: number('metres'),
  biological_sex: text('as entered in the app'),
  email: text('account address'),
});

export const restModePeriod = item({
  id,
  start_day: required(date('local date')),
  end_day: date('null while it runs'),
  start_time: instant('with offset'),
  end_time: instant('null while it runs'),
  episodes: json('list of tags with a timestamp (JSON)'),
});

export const ringBatteryLevel = item({
  timestamp: required(instant('UTC')),
  level: required(number('percent')),
  charging: flag('1 while charging'),
  in_charger: flag('1 while in the charger'),
});

export const ringConfiguration = item({
  id,
  color: text('colour'),
  design: text('design'),
  firmware_version: text('version'),
  hardware_type: text('generation'),
  set_up_at: instant('UTC'),
  size: number('US ring size'),
});

export const session = item({
  id,
  day,
  type: text('breathing, meditation, nap, relaxation, rest, body_status'),
  start_datetime: required(instant('with offset')),
  end_datetime: required(instant('with offset')),
  mood: text('bad, worse, same, good, great'),
  heart_rate: samples('beats per minute'),
  heart_rate_variability: samples('rMSSD in milliseconds'),
  motion_count: samples('movements'),
});

export const sleep = item({
  id,
  day,
  type: text('long_sleep, sleep, late_nap, rest, deleted; null when Oura gave none'),
  bedtime_start: required(instant('with offset')),
  bedtime_end: required(instant('with offset')),
  period: number('index within the day, with gaps'),
  time_in_bed: seconds('bedtime_start to bedtime_end'),
  total_sleep_duration: seconds('time asleep'),
  deep_sleep_duration: seconds('deep sleep'),
  light_sleep_duration: seconds('light sleep'),
  rem_sleep_duration: seconds('REM sleep'),
  awake_time: seconds('awake in bed'),
  latency: seconds('falling asleep'),
  efficiency: number('percent of the time in bed'),
  restless_periods: number('count'),
  average_breath: number('breaths per minute'),
  average_heart_rate: number('beats per minute'),
  average_hrv: number('rMSSD in milliseconds'),
  lowest_heart_rate: number('beats per minute, from 30-second samples'),
  heart_rate: samples('beats per minute'),
  hrv: samples('rMSSD in milliseconds'),
  movement_30_sec: text('movement per 30 seconds, 1 to 4'),
  sleep_phase_5_min: text('phase per 5 minutes: 1 deep, 2 light, 3 REM, 4 awake'),
  sleep_phase_30_sec: text('phase per 30 seconds, the same digits'),
  app_sleep_phase_5_min: text('as the app shows it'),
  readiness: nested({
    score: score('readiness'),
    temperature_deviation: number('°C from the usual'),
    temperature_trend_deviation: number('°C, trend'),
    contributors: readinessContributors,
  }),
  readiness_score_delta: number('points'),
  sleep_score_delta: number('points'),
  sleep_algorithm_version: text('v1 or v2'),
  sleep_analysis_reason: text('why it was analysed again'),
  low_battery_alert: flag('1 when the battery ran low'),
  ring_id: text('id of the ring'),
});

export const sleepTime = item({
  id,
  day,
  optimal_bedtime: nested({
    day_tz: number('seconds east of UTC'),
    start_offset: number('seconds from midnight, may be negative'),
    end_offset: number('seconds from midnight, may be negative'),
  }),
  recommendation: text('what Oura recommends'),
  status: text('why there is or is no recommendation'),
});

export const tag = item({
  id,
  day,
  timestamp: required(instant('with offset where given')),
  text: text('free text'),
  tags: json('tag names (JSON)'),
});

export const vo2Max = item({
  id,
  day,
  timestamp: instant('as Oura dates it'),
  vo2_max: number('millilitres per kilogram and minute'),
});

export const workout = item({
  id,
  day,
  activity: required(text('an open list: walking, cycling, …')),
  start_datetime: required(instant('with offset')),
  end_datetime: required(instant('with offset')),
  calories: number('kcal'),
  distance: number('metres'),
  intensity: text('easy, moderate, hard'),
  label: text('the name the person gave it'),
  source: text('manual, autodetected, confirmed, workout_heart_rate, …'),
});
