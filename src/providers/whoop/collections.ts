import * as z from 'zod';
import { type Field, flag, instant, item, nested, number, required, text } from '../../core/fields.ts';

/**
 * The fields of WHOOP's collections, as its API document for version 2 lists them. Durations are milliseconds, energy
 * is kilojoules, instants are UTC; `score` is there only once a record is SCORED.
 */
const milliseconds = (of: string) => number(`${of}, milliseconds`);
const percent = (of: string) => number(`${of}, 0 to 100`);
const heartRate = (of: string) => number(`${of}, beats per minute`);

const uuid = required(text("WHOOP's id, a UUID"));
const cycleId = required(number('id of the cycle'));
const user_id = number('whose it is');
const created_at = instant('UTC');
const updated_at = instant('UTC');
const start = required(instant('UTC'));
const timezone_offset: Field<string> = {
  schema: z.string().regex(/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/),
  about: 'of the place where it was recorded: +hh:mm, -hh:mm or Z',
};
const score_state = text('SCORED, PENDING_SCORE or UNSCORABLE');
const strain = number('load on heart and circulation, 0 to 21');
const v1_id = number('id in version 1 of the API; going away');

export const profile = item({
  user_id: required(number("WHOOP's id of the person")),
  email: text('account address'),
  first_name: text('first name'),
  last_name: text('last name'),
});

export const bodyMeasurement = item({
  height_meter: number('metres'),
  weight_kilogram: number('kilograms'),
  max_heart_rate: heartRate('highest heart rate as WHOOP reckons it'),
});

export const cycle = item({
  id: required(number("WHOOP's id of the cycle")),
  user_id,
  created_at,
  updated_at,
  start,
  end: instant('UTC; missing while the cycle lasts'),
  timezone_offset,
  score_state,
  score: nested({
    strain,
    kilojoule: number('energy spent, kJ'),
    average_heart_rate: heartRate('mean'),
    max_heart_rate: heartRate('highest'),
  }),
});

export const recovery = item({
  cycle_id: cycleId,
  sleep_id: required(text('id of the sleep it was made from')),
  user_id,
  created_at,
  updated_at,
  score_state,
  score: nested({
    user_calibrating: flag('1 while WHOOP knows too little of the person'),
    recovery_score: percent('recovery'),
    resting_heart_rate: heartRate('at rest'),
    hrv_rmssd_milli: number('heart rate variability, rMSSD in milliseconds'),
    spo2_percentage: percent('oxygen in the blood (strap 4.0 and later)'),
    skin_temp_celsius: number('skin temperature, °C (strap 4.0 and later)'),
  }),
});

export const sleep = item({
  id: uuid,
  cycle_id: number('id of the cycle'),
  v1_id,
  user_id,
  created_at,
  updated_at,
  start,
  end: instant('UTC; may be missing while the person sleeps'),
  timezone_offset,
  nap: required(flag('1 for a nap')),
  score_state,
  score: nested({
    stage_summary: nested({
      total_in_bed_time_milli: milliseconds('in bed'),
      total_awake_time_milli: milliseconds('awake'),
      total_no_data_time_milli: milliseconds('without data'),
      total_light_sleep_time_milli: milliseconds('light sleep'),
      total_slow_wave_sleep_time_milli: milliseconds('deep sleep'),
      total_rem_sleep_time_milli: milliseconds('REM sleep'),
      sleep_cycle_count: number('count'),
      disturbance_count: number('count'),
    }),
    sleep_needed: nested({
      baseline_milli: milliseconds('usual need'),
      need_from_sleep_debt_milli: milliseconds('more for sleep missed before'),
      need_from_recent_strain_milli: milliseconds('more for strain'),
      need_from_recent_nap_milli: milliseconds('less for a nap, 0 or negative'),
    }),
    respiratory_rate: number('breaths per minute'),
    sleep_performance_percentage: percent('sleep had of sleep needed'),
    sleep_consistency_percentage: percent('likeness of times with the day before'),
    sleep_efficiency_percentage: percent('asleep while in bed'),
  }),
});

export const workout = item({
  id: uuid,
  v1_id,
  user_id,
  created_at,
  updated_at,
  start,
  end: required(instant('UTC')),
  timezone_offset,
  sport_name: text('running, cycling, …'),
  sport_id: number('going away: sport_name says it'),
  score_state,
  score: nested({
    strain,
    average_heart_rate: heartRate('mean'),
    max_heart_rate: heartRate('highest'),
    kilojoule: number('energy spent, kJ'),
    percent_recorded: percent('heart rate received'),
    distance_meter: number('metres'),
    altitude_gain_meter: number('metres climbed'),
    altitude_change_meter: number('metres between start and end'),
    zone_durations: nested({
      zone_zero_milli: milliseconds('very light'),
      zone_one_milli: milliseconds('light'),
      zone_two_milli: milliseconds('moderate'),
      zone_three_milli: milliseconds('hard'),
      zone_four_milli: milliseconds('very hard'),
      zone_five_milli: milliseconds('all out'),
    }),
  }),
});

export type Cycle = z.infer<typeof cycle.schema>;
export type Recovery = z.infer<typeof recovery.schema>;
export type Sleep = z.infer<typeof sleep.schema>;
export type Workout = z.infer<typeof workout.schema>;
