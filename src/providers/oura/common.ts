import { payload } from '../../core/common.ts';
import type { CommonRows } from '../../core/provider.ts';

/** Oura counts energy in kilocalories. */
const kilojoules = (path: string) => `${payload(path)} * 4.184`;

/** What each collection adds to the views over all sources. */
export const common: Readonly<Record<string, readonly CommonRows[]>> = {
  sleep: [
    {
      view: 'sleep_sessions',
      columns: {
        in_bed_seconds: payload('$.time_in_bed'),
        light_seconds: payload('$.light_sleep_duration'),
        deep_seconds: payload('$.deep_sleep_duration'),
        rem_seconds: payload('$.rem_sleep_duration'),
        awake_seconds: payload('$.awake_time'),
        average_heart_rate_bpm: payload('$.average_heart_rate'),
        lowest_heart_rate_bpm: payload('$.lowest_heart_rate'),
        average_hrv_ms: payload('$.average_hrv'),
        respiratory_rate_bpm: payload('$.average_breath'),
      },
      // A period that the person deleted in the app is still told of.
      where: "x.kind = 'sleep' AND x.type IS NOT 'deleted'",
    },
    {
      view: 'daily_summary',
      columns: {
        resting_heart_rate_bpm: payload('$.lowest_heart_rate'),
        hrv_ms: payload('$.average_hrv'),
      },
      where: "x.type = 'long_sleep'",
    },
  ],
  daily_sleep: [{ view: 'daily_summary', columns: { sleep_score: payload('$.score') } }],
  daily_readiness: [{ view: 'daily_summary', columns: { readiness_score: payload('$.score') } }],
  daily_activity: [
    {
      view: 'daily_summary',
      columns: {
        steps: payload('$.steps'),
        distance_m: payload('$.equivalent_walking_distance'),
        active_energy_kj: kilojoules('$.active_calories'),
        total_energy_kj: kilojoules('$.total_calories'),
      },
    },
  ],
  workout: [
    {
      view: 'workouts',
      columns: { distance_m: payload('$.distance'), energy_kj: kilojoules('$.calories') },
    },
  ],
};
