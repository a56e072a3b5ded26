import type { Dice } from '../dice.ts';
import type { Document } from '../truth.ts';

const MINUTE = 60_000;

export interface Stretch {
  /** UTC epoch milliseconds, as is `end`. */
  readonly start: number;
  readonly end: number;
}

/** The four stages and no data add up to the time in bed. */
export function sleepScore(chance: Dice, { start, end }: Stretch, nap: boolean, newcomer: boolean): Document {
  const inBed = end - start;
  const share = (from: number, to: number) => Math.round(inBed * chance.decimal(from, to, 4));
  const awake = share(0.03, 0.11);
  const noData = chance.chance(0.1) ? share(0.005, 0.02) : 0;
  const deep = share(0.14, 0.25);
  const rem = share(0.16, 0.27);
  const score: Document = {
    stage_summary: {
      total_in_bed_time_milli: inBed,
      total_awake_time_milli: awake,
      total_no_data_time_milli: noData,
      total_light_sleep_time_milli: inBed - awake - noData - deep - rem,
      total_slow_wave_sleep_time_milli: deep,
      total_rem_sleep_time_milli: rem,
      sleep_cycle_count: nap ? chance.whole(0, 1) : chance.whole(3, 6),
      disturbance_count: nap ? chance.whole(0, 2) : chance.whole(3, 15),
    },
    sleep_needed: {
      baseline_milli: chance.whole(27_000_000, 28_200_000),
      need_from_sleep_debt_milli: chance.whole(0, 2_400_000),
      need_from_recent_strain_milli: chance.whole(0, 1_500_000),
      need_from_recent_nap_milli: chance.chance(0.2) ? -chance.whole(5_000, 1_200_000) : 0,
    },
  };
  if (!chance.chance(0.04)) score.respiratory_rate = chance.decimal(13.5, 17.5, 6);
  if (!newcomer) {
    score.sleep_performance_percentage = chance.whole(58, 100);
    score.sleep_consistency_percentage = chance.whole(55, 95);
  }
  score.sleep_efficiency_percentage = Number((((inBed - awake - noData) / inBed) * 100).toFixed(6));
  return score;
}

export function recoveryScore(chance: Dice, newcomer: boolean, strap: '3.0' | '4.0'): Document {
  const sensors =
    strap === '3.0' || chance.chance(0.05)
      ? {}
      : { spo2_percentage: chance.decimal(94, 98.5, 4), skin_temp_celsius: chance.decimal(32.8, 34.6, 2) };
  return {
    user_calibrating: newcomer,
    recovery_score: chance.whole(12, 99),
    resting_heart_rate: chance.whole(46, 61),
    hrv_rmssd_milli: chance.decimal(38, 110, 6),
    ...sensors,
  };
}

/** What a cycle has gathered some hours after waking; it grows until the next sleep. */
export function cycleScore(chance: Dice, hours: number): Document {
  const pace = chance.decimal(0.35, 0.95, 3);
  return {
    strain: Number(Math.min(20.8, 1.2 + pace * hours).toFixed(6)),
    kilojoule: Number((2300 + (300 + pace * 180) * hours).toFixed(3)),
    average_heart_rate: chance.whole(58, 66) + Math.floor(hours / 3),
    max_heart_rate: chance.whole(96, 104) + Math.floor(hours * 4.5),
  };
}

export interface Sport {
  readonly name: string;
  readonly id: number;
  readonly metresPerMinute: number;
  readonly climbs: boolean;
}

const sports: readonly [Sport, ...Sport[]] = [
  { name: 'running', id: 0, metresPerMinute: 175, climbs: true },
  { name: 'cycling', id: 1, metresPerMinute: 400, climbs: true },
  { name: 'walking', id: 63, metresPerMinute: 85, climbs: false },
  { name: 'weightlifting', id: 45, metresPerMinute: 0, climbs: false },
  { name: 'yoga', id: 44, metresPerMinute: 0, climbs: false },
];

export function sportOf(chance: Dice): Sport {
  return chance.pick(sports);
}

export function workoutScore(chance: Dice, { start, end }: Stretch, sport: Sport): Document {
  const minutes = (end - start) / MINUTE;
  const average = chance.whole(104, 152);
  const score: Document = {
    strain: chance.decimal(4, 15, 6),
    average_heart_rate: average,
    max_heart_rate: average + chance.whole(14, 32),
    kilojoule: Number((minutes * chance.decimal(18, 46, 3)).toFixed(3)),
    percent_recorded: chance.chance(0.8) ? 100 : chance.decimal(71, 99, 4),
  };
  if (sport.metresPerMinute > 0 && !chance.chance(0.15)) {
    score.distance_meter = Number(
      (minutes * sport.metresPerMinute * chance.decimal(0.85, 1.15, 4)).toFixed(4),
    );
  }
  if (sport.climbs && !chance.chance(0.3)) {
    score.altitude_gain_meter = chance.decimal(5, 240, 4);
    score.altitude_change_meter = chance.decimal(-12, 12, 4);
  }
  score.zone_durations = zones(chance, end - start);
  return score;
}

function zones(chance: Dice, length: number): Document {
  const names = ['zone_zero', 'zone_one', 'zone_two', 'zone_three', 'zone_four'];
  let left = length;
  const found: Document = {};
  for (const name of names) {
    const part = Math.round(left * chance.decimal(0.05, 0.45, 3));
    found[`${name}_milli`] = part;
    left -= part;
  }
  return { ...found, zone_five_milli: left };
}
