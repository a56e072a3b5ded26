import type { Session } from '../../core/provider.ts';

interface Night {
  readonly day: string;
  readonly type?: string | null | undefined;
  readonly bedtime_start: string;
  readonly bedtime_end: string;
  readonly total_sleep_duration?: number | null | undefined;
  readonly efficiency?: number | null | undefined;
}

interface Timed {
  readonly day: string;
  readonly start_datetime: string;
  readonly end_datetime: string;
}

/** Minutes awake are part of it, so the time asleep is told apart. */
export function ofNight(night: Night): Session {
  return {
    kind: 'sleep',
    type: night.type ?? null,
    day: night.day,
    start: night.bedtime_start,
    end: night.bedtime_end,
    asleepSeconds: night.total_sleep_duration ?? null,
    efficiency: night.efficiency ?? null,
  };
}

/** `label` is the name that the person gave it, most often none. */
export function ofWorkout(workout: Timed & { activity: string; label?: string | null | undefined }): Session {
  return { ...timed(workout), kind: 'workout', type: workout.activity, title: workout.label ?? null };
}

/** What a person started in the app: a user-started nap may overlap a night that the ring saw as well. */
export function ofMoment(moment: Timed & { type?: string | null | undefined }): Session {
  return {
    ...timed(moment),
    kind: KINDS.get(moment.type ?? '') ?? 'rest',
    type: moment.type ?? null,
    title: null,
  };
}

/** By Oura's word. A map, because the word may be `__proto__`. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['meditation', 'meditation'],
  ['breathing', 'meditation'],
  ['nap', 'nap'],
]);

function timed({ day, start_datetime, end_datetime }: Timed) {
  return { day, start: start_datetime, end: end_datetime, asleepSeconds: null, efficiency: null };
}
