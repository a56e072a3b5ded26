import type { CommonRows } from './provider.ts';

/** The views over all sources: what is comparable between services, in SI units. */
export type CommonView = CommonRows['view'];

export interface CommonColumn {
  readonly name: string;
  /** What it means, with its unit. */
  readonly about: string;
  /** Where a resource does not say otherwise; `x` is the record's session. */
  readonly usual?: string;
}

/** ISO 8601 with the offset of the place where it happened. `at` in UTC epoch milliseconds, `offset` in minutes. */
export function withOffset(at: string, offset: string): string {
  return `(strftime('%Y-%m-%dT%H:%M:%S', ${at} / 1000 + ${offset} * 60, 'unixepoch') ||
    CASE WHEN ${offset} < 0 THEN '-' ELSE '+' END || printf('%02d:%02d', abs(${offset}) / 60, abs(${offset}) % 60))`;
}

/** The value at a JSON path of the record, e.g. `$.distance`. */
export function payload(path: string): string {
  return `json_extract(i.payload, '${path.replaceAll("'", "''")}')`;
}

/**
 * An element of a list as JSON, where `each` is what `json_each` is called in the statement; NULL where it is neither an
 * object nor a list: SQLite would read its text as JSON, and one odd element would end the whole query.
 */
export function element(each: string): string {
  return `CASE WHEN ${each}.type IN ('object', 'array') THEN ${each}.value END`;
}

/** The value at a JSON path of an element. */
export function within(each: string, path: string): string {
  return `json_extract(${element(each)}, '${path.replaceAll("'", "''")}')`;
}

/** A value that is a number or nothing: some services write the word "None". */
export function numeric(path: string): string {
  return `(CASE WHEN json_type(i.payload, '${path}') IN ('integer', 'real') THEN ${payload(path)} END)`;
}

const day: CommonColumn = {
  name: 'day',
  about: 'local date it counts for; for sleep the morning of waking',
  usual: 'coalesce(x.day, i.day)',
};
const span: readonly CommonColumn[] = [
  day,
  {
    name: 'start_time',
    about: 'ISO 8601 with the offset of the place',
    usual: withOffset('x.start_at', 'x.start_offset'),
  },
  {
    name: 'end_time',
    about: 'ISO 8601 with the offset of the place',
    usual: withOffset('x.end_at', 'x.end_offset'),
  },
];

export const commonViews: Readonly<Record<CommonView, readonly CommonColumn[]>> = {
  sleep_sessions: [
    { name: 'type', about: "the service's own word", usual: 'x.type' },
    ...span,
    { name: 'asleep_seconds', about: 'time asleep, seconds', usual: 'x.asleep_seconds' },
    { name: 'in_bed_seconds', about: 'start to end, seconds', usual: '(x.end_at - x.start_at) / 1000' },
    { name: 'light_seconds', about: 'light sleep, seconds' },
    { name: 'deep_seconds', about: 'deep sleep, seconds' },
    { name: 'rem_seconds', about: 'REM sleep, seconds' },
    { name: 'awake_seconds', about: 'awake in bed, seconds' },
    { name: 'efficiency_percent', about: 'asleep while in bed, percent', usual: 'x.efficiency' },
    { name: 'average_heart_rate_bpm', about: 'beats per minute' },
    { name: 'lowest_heart_rate_bpm', about: 'beats per minute' },
    { name: 'average_hrv_ms', about: 'rMSSD, milliseconds' },
    { name: 'respiratory_rate_bpm', about: 'breaths per minute' },
    { name: 'score', about: "the service's own score, usually 0 to 100" },
  ],
  workouts: [
    { name: 'type', about: "the service's own word", usual: 'x.type' },
    { name: 'title', about: 'the name that the person or the service gave it', usual: 'x.title' },
    ...span,
    { name: 'moving_seconds', about: 'time in motion, seconds' },
    { name: 'distance_m', about: 'metres' },
    { name: 'energy_kj', about: 'kilojoules spent' },
    { name: 'average_heart_rate_bpm', about: 'beats per minute' },
    { name: 'max_heart_rate_bpm', about: 'beats per minute' },
    { name: 'elevation_gain_m', about: 'metres climbed' },
  ],
  weights: [
    {
      name: 'time',
      about: 'UTC, ISO 8601; a date alone where the service tells no time',
      usual: "strftime('%Y-%m-%dT%H:%M:%SZ', i.started_at / 1000, 'unixepoch')",
    },
    { ...day, about: 'local date, where the service names one' },
    { name: 'weight_kg', about: 'kilograms' },
    { name: 'fat_percent', about: 'body fat, percent' },
    { name: 'fat_kg', about: 'body fat, kilograms' },
    { name: 'muscle_kg', about: 'muscle, kilograms' },
    { name: 'lean_kg', about: 'fat-free mass, kilograms' },
  ],
  daily_summary: [
    day,
    { name: 'steps', about: 'count' },
    { name: 'distance_m', about: 'metres' },
    { name: 'active_energy_kj', about: 'kilojoules from activity' },
    { name: 'total_energy_kj', about: 'kilojoules in all' },
    { name: 'sleep_score', about: "the service's own, usually 0 to 100" },
    { name: 'readiness_score', about: "the service's own score of readiness or recovery, usually 0 to 100" },
    { name: 'resting_heart_rate_bpm', about: 'beats per minute' },
    { name: 'hrv_ms', about: 'rMSSD, milliseconds' },
    { name: 'strain', about: "the service's own measure of the day's load" },
    { name: 'weight_kg', about: 'kilograms' },
  ],
};

/** Which of a resource's records count where it does not say so itself. */
export const usualRows: Readonly<Record<CommonView, string>> = {
  sleep_sessions: "x.kind = 'sleep'",
  workouts: "x.kind = 'workout'",
  weights: '1',
  daily_summary: 'coalesce(x.day, i.day) IS NOT NULL',
};
