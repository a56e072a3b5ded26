import { addDays } from '../../core/dates.ts';
import { scatter } from '../dice.ts';
import { DAY, HOUR, type Life, MINUTE } from './life.ts';
import { utcText } from './localTime.ts';
import type { Document } from './records.ts';

const STEP = 5 * MINUTE;

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The rows of one UTC day, in no order. */
export type DayOfSamples = (life: Life, utcDay: number) => Document[];

/** Every 5 minutes, every minute in workouts, nothing while the ring charges or lies on the table. */
export const heartRate: DayOfSamples = (life, utcDay) => {
  const { seed } = life.person;
  const from = utcDay * DAY;
  const around = [-1, 0, 1].map((shift) => addDays(new Date(from).toISOString().slice(0, 10), shift));
  const bedtimes = around.flatMap((day) => life.bedtimes(day).filter((one) => one.type !== null));
  const workouts = around.flatMap((day) => life.workouts(day));
  const sessions = around.flatMap((day) => life.sessions(day));
  const worn = new Set(around.filter((day) => life.bedtimes(day).length > 0));
  if (!worn.has(around[1] ?? '')) return [];

  const found: Document[] = [];
  for (let slot = from / STEP; slot < (from + DAY) / STEP; slot += 1) {
    const chance = scatter(seed, slot);
    const at = slot * STEP + Math.floor(chance * 280) * 1000;
    const source = sourceOf(at, bedtimes, sessions);
    if (within(workouts, at) !== undefined) continue;
    if (source === 'awake' && (charging(at) || chance < 0.15)) continue;
    found.push(beat(at, (source === 'sleep' ? 46 : 62) + Math.floor(scatter(seed + 1, slot) * 28), source));
  }
  for (const workout of workouts) found.push(...exercise(seed, workout, from));
  return found;
};

/** The first second of a workout has a row of each source: the timestamp alone names no row. */
function exercise(seed: number, workout: Stretch, from: number): Document[] {
  const rows: Document[] = [];
  for (let at = workout.start; at < workout.end; at += MINUTE) {
    if (at < from || at >= from + DAY) continue;
    if (at === workout.start) rows.push(beat(at, 92, 'awake'));
    rows.push(beat(at, 105 + Math.floor(scatter(seed, at / 1000) * 60), 'workout'));
  }
  return rows;
}

function sourceOf(at: number, bedtimes: readonly Stretch[], sessions: readonly Stretch[]): string {
  if (within(sessions, at) !== undefined) return 'session';
  return within(bedtimes, at) === undefined ? 'awake' : 'sleep';
}

function within(stretches: readonly Stretch[], at: number): Stretch | undefined {
  return stretches.find((one) => at >= one.start && at < one.end);
}

function charging(at: number): boolean {
  return at % DAY >= 19 * HOUR && at % DAY < 20 * HOUR;
}

function beat(at: number, bpm: number, source: string): Document {
  return { timestamp: utcText(at), timestamp_unix: at, bpm, source };
}

/** Every two hours; full again after three days. */
export const batteryLevel: DayOfSamples = (life, utcDay) =>
  Array.from({ length: 12 }, (_, index) => {
    const slot = utcDay * 12 + index;
    const at = slot * 2 * HOUR + Math.floor(scatter(life.person.seed + 2, slot) * 600) * 1000;
    const sinceCharge = slot % 36;
    const inCharger = sinceCharge === 0;
    const level = inCharger ? 100 : 98 - sinceCharge * 2;
    return { timestamp: utcText(at), timestamp_unix: at, charging: inCharger, in_charger: inCharger, level };
  });
