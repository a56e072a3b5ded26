/** Ids are 64-bit numbers; those beyond 2^53 are kept as text, which JSON text never shows. */
const INT64 = /"(id|cycle_id|user_id|v1_id)":"(\d{1,19})"/g;

/** Declared as floats: the service writes 72 as 72.0. */
const FLOAT = new RegExp(
  `"(${[
    ...['strain', 'kilojoule', 'recovery_score', 'resting_heart_rate', 'hrv_rmssd_milli', 'spo2_percentage'],
    ...['skin_temp_celsius', 'respiratory_rate', 'sleep_performance_percentage', 'percent_recorded'],
    ...['sleep_consistency_percentage', 'sleep_efficiency_percentage', 'distance_meter'],
    ...['altitude_gain_meter', 'altitude_change_meter', 'height_meter', 'weight_kilogram'],
  ].join('|')})":(-?\\d+)(?=[,}])`,
  'g',
);

export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(INT64, '"$1":$2').replace(FLOAT, '"$1":$2.0');
}
