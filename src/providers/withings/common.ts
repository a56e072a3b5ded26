import { payload } from '../../core/common.ts';
import type { CommonRows } from '../../core/provider.ts';

/** Where nothing was measured Withings says 0, or -1. */
const data = (name: string) => payload(`$.data.${name}`);
const measured = (value: string) => `CASE WHEN ${value} > 0 THEN ${value} END`;
const kilojoules = (value: string) => `${value} * 4.184`;

export const sleepRows: readonly CommonRows[] = [
  {
    view: 'sleep_sessions',
    columns: {
      in_bed_seconds: `coalesce(${data('total_timeinbed')}, (x.end_at - x.start_at) / 1000)`,
      light_seconds: data('lightsleepduration'),
      deep_seconds: data('deepsleepduration'),
      rem_seconds: data('remsleepduration'),
      awake_seconds: data('wakeupduration'),
      average_heart_rate_bpm: measured(data('hr_average')),
      lowest_heart_rate_bpm: measured(data('hr_min')),
      respiratory_rate_bpm: measured(data('rr_average')),
      score: data('sleep_score'),
    },
  },
  { view: 'daily_summary', columns: { sleep_score: data('sleep_score') } },
];

export const workoutRows: readonly CommonRows[] = [
  {
    view: 'workouts',
    columns: {
      moving_seconds: `(i.ended_at - i.started_at) / 1000 - ${data('pause_duration')}`,
      distance_m: `coalesce(${measured(data('distance'))}, ${measured(data('manual_distance'))})`,
      energy_kj: kilojoules(`coalesce(${measured(data('calories'))}, ${measured(data('manual_calories'))})`),
      average_heart_rate_bpm: measured(data('hr_average')),
      max_heart_rate_bpm: measured(data('hr_max')),
    },
  },
];

export const activityRows: readonly CommonRows[] = [
  {
    view: 'daily_summary',
    columns: {
      steps: payload('$.steps'),
      distance_m: payload('$.distance'),
      active_energy_kj: kilojoules(payload('$.calories')),
      total_energy_kj: kilojoules(payload('$.totalcalories')),
    },
  },
];
