import { addDays, startOfDay } from '../../core/dates.ts';
import { type Dice, documentId } from '../dice.ts';
import { HOUR, type Life, MINUTE } from './life.ts';
import { localText, localTextWithMilliseconds } from './localTime.ts';
import { UPLOAD } from './night.ts';
import type { Dated } from './records.ts';

/** An activity day runs from 04:00 to 04:00; today's row grows with every full hour. */
export function activityRows(life: Life, day: string, asOf: number): Dated[] {
  const { zone } = life.person;
  const start = startOfDay(day, zone) + 4 * HOUR;
  const end = startOfDay(addDays(day, 1), zone) + 4 * HOUR;
  const known = (life.waking(day) ?? start + 5 * HOUR) + UPLOAD;
  if (known > asOf) return [];
  const until = Math.min(end, start + Math.max(1, Math.floor((asOf - start) / HOUR)) * HOUR);
  return [{ known, document: activityRow(life, day, start, until) }];
}

function activityRow(life: Life, day: string, start: number, until: number): Record<string, unknown> {
  const { seed, zone } = life.person;
  const roll = life.dice('activity', day);
  const targets = { target_calories: roll.whole(400, 900), target_meters: roll.whole(8, 17) * 1000 };
  const contributors = contributorsOf(roll);
  const score = life.every(day, 33, 12) ? null : roll.whole(50, 99);
  const met = metOf(life, day, start, until, roll);
  const spent = summary(met);
  return {
    id: documentId(seed, 'daily_activity', day),
    class_5_min: spent.classes,
    score,
    active_calories: Math.round(spent.activeMinutes * 4.2),
    average_met_minutes: spent.average,
    contributors,
    equivalent_walking_distance: spent.activeMinutes * 65,
    high_activity_met_minutes: spent.metMinutes[5],
    high_activity_time: spent.seconds[5],
    inactivity_alerts: roll.whole(0, 4),
    low_activity_met_minutes: spent.metMinutes[3],
    low_activity_time: spent.seconds[3],
    medium_activity_met_minutes: spent.metMinutes[4],
    medium_activity_time: spent.seconds[4],
    met: { interval: 60, items: met, timestamp: localTextWithMilliseconds(start, zone) },
    meters_to_target: targets.target_meters - spent.activeMinutes * 65,
    non_wear_time: spent.seconds[0],
    resting_time: spent.seconds[1],
    sedentary_met_minutes: spent.metMinutes[2],
    sedentary_time: spent.seconds[2],
    steps: spent.activeMinutes * 88,
    ...targets,
    total_calories: 1500 + Math.round(spent.activeMinutes * 4.2),
    day,
    timestamp: localText(start, zone),
  };
}

function contributorsOf(roll: Dice) {
  return {
    meet_daily_targets: roll.whole(40, 100),
    move_every_hour: roll.whole(60, 100),
    recovery_time: roll.whole(70, 100),
    stay_active: roll.whole(40, 100),
    training_frequency: roll.whole(50, 100),
    training_volume: roll.whole(50, 100),
  };
}

/** One metabolic equivalent per minute. */
function metOf(life: Life, day: string, start: number, until: number, roll: Dice): number[] {
  const asleep = [...life.bedtimes(day), ...life.bedtimes(addDays(day, 1))];
  const moving = life.workouts(day);
  const worn = asleep.length > 0;
  return Array.from({ length: Math.floor((until - start) / MINUTE) }, (_, minute) => {
    const at = start + minute * MINUTE;
    const within = (one: { start: number; end: number }) => at >= one.start && at < one.end;
    const chance = roll.next();
    if (!worn) return 0.1;
    const workout = moving.find(within);
    if (workout !== undefined) return tenths((workout.hard ? 7 : 3.5) + chance * 2);
    if (asleep.some(within)) return 0.9;
    return chance < 0.2 ? tenths(1.6 + chance * 5) : tenths(1 + chance * 0.4);
  });
}

/** 0 not worn, 1 rest, 2 inactive, 3 low, 4 medium, 5 high. */
function classOf(met: number): number {
  if (met < 0.5) return 0;
  if (met < 1) return 1;
  if (met < 1.5) return 2;
  if (met < 3) return 3;
  return met < 6 ? 4 : 5;
}

function summary(met: readonly number[]) {
  const seconds = [0, 0, 0, 0, 0, 0];
  const metMinutes = [0, 0, 0, 0, 0, 0];
  let classes = '';
  let sum = 0;
  for (const [minute, value] of met.entries()) {
    const level = classOf(value);
    seconds[level] = (seconds[level] ?? 0) + 60;
    metMinutes[level] = (metMinutes[level] ?? 0) + value;
    sum += value;
    if (minute % 5 === 0) classes += level;
  }
  const activeMinutes = ((seconds[3] ?? 0) + (seconds[4] ?? 0) + (seconds[5] ?? 0)) / 60;
  return {
    classes,
    seconds,
    metMinutes: metMinutes.map(Math.round),
    average: Number((sum / Math.max(1, met.length)).toFixed(5)),
    activeMinutes,
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
