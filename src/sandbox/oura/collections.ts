/** How a listing is cut to the dates asked for. */
export type Cut =
  /** By the record's own `field`, a local date. */
  | { readonly by: 'day'; readonly field: string; readonly end: 'inclusive' | 'exclusive' }
  /** By the instant in `field`; dates mean midnight UTC and the end is exclusive. */
  | { readonly by: 'instant'; readonly field: string }
  /** A sample series, asked for by start_datetime and end_datetime. */
  | { readonly by: 'timestamp' }
  /** Always everything. */
  | { readonly by: 'nothing' };

export interface Collection {
  readonly name: string;
  /** Without a world's prefix. */
  readonly scope: string;
  readonly cut: Cut;
  /** What a token without the scope is told. */
  readonly withoutScope: 401 | 403;
  /** Always present when `fields` is used; undefined where the route cannot select fields. */
  readonly alwaysReturned: readonly string[] | undefined;
}

const byDay = (field: string, end: 'inclusive' | 'exclusive'): Cut => ({ by: 'day', field, end });

function collection(name: string, scope: string, cut: Cut, special: Partial<Collection> = {}): Collection {
  return { name, scope, cut, withoutScope: 403, alwaysReturned: ['id', 'day'], ...special };
}

const wholeRows = { alwaysReturned: undefined };
const samples = { alwaysReturned: ['timestamp', 'timestamp_unix'] };

export const collections: readonly Collection[] = [
  collection('daily_activity', 'daily', byDay('day', 'exclusive')),
  collection('daily_cardiovascular_age', 'heart_health', byDay('day', 'inclusive'), { withoutScope: 401 }),
  collection('daily_readiness', 'daily', byDay('day', 'inclusive')),
  collection('daily_resilience', 'stress', byDay('day', 'inclusive'), { withoutScope: 401, ...wholeRows }),
  collection('daily_sleep', 'daily', byDay('day', 'inclusive')),
  collection('daily_spo2', 'spo2', byDay('day', 'inclusive')),
  collection('daily_stress', 'daily', byDay('day', 'inclusive')),
  collection('enhanced_tag', 'tag', byDay('start_day', 'inclusive'), wholeRows),
  collection('heartrate', 'heartrate', { by: 'timestamp' }, samples),
  collection('rest_mode_period', 'daily', byDay('start_day', 'inclusive')),
  collection('ring_battery_level', 'ring_configuration', { by: 'timestamp' }, samples),
  collection('ring_configuration', 'ring_configuration', { by: 'nothing' }),
  collection('session', 'session', byDay('day', 'inclusive')),
  collection('sleep', 'daily', { by: 'instant', field: 'bedtime_start' }),
  collection('sleep_time', 'daily', byDay('day', 'inclusive')),
  collection('tag', 'tag', byDay('day', 'inclusive'), wholeRows),
  collection('vO2_max', 'heart_health', byDay('day', 'inclusive')),
  collection('workout', 'workout', { by: 'instant', field: 'start_datetime' }),
];

/** One object without a listing. */
export const personalInfo = collection('personal_info', 'personal', { by: 'nothing' });

/** The collections that have listings. */
export function collectionNamed(name: string): Collection | undefined {
  return collections.find((one) => one.name === name);
}
