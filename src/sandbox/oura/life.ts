import { addDays, type LocalDate, startOfDay } from '../../core/dates.ts';
import { type Dice, dice } from '../dice.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export interface Person {
  readonly seed: number;
  /** IANA zone. */
  readonly zone: string;
  /** The first morning the ring knows of. */
  readonly firstDay: LocalDate;
  /** Rows of daily_cardiovascular_age before it have no id. */
  readonly vascularIdsFrom: LocalDate;
}

export type SleepType = 'long_sleep' | 'sleep' | 'late_nap' | 'rest' | 'deleted';

/** Time in bed that counts for `day`, the morning of waking; instants are UTC epoch milliseconds. */
export interface Bedtime {
  readonly day: LocalDate;
  readonly start: number;
  readonly end: number;
  readonly type: SleepType | null;
  /** Barely asleep: a fidget on the sofa that the ring took for a nap. */
  readonly fidget: boolean;
  readonly period: number;
}

export interface Workout {
  readonly start: number;
  readonly end: number;
  readonly hard: boolean;
}

/** What the invented person does. The same for the same seed, whatever the day it is asked on. */
export interface Life {
  readonly person: Person;
  /** Oldest first. */
  bedtimes(day: LocalDate): readonly Bedtime[];
  workouts(day: LocalDate): readonly Workout[];
  sessions(day: LocalDate): readonly { start: number; end: number }[];
  /** The end of the night, or of the second half of a split one; undefined when the ring lay on the table. */
  waking(day: LocalDate): number | undefined;
  /** True every `period` days: what is rare in life still happens in a short history. */
  every(day: LocalDate, period: number, phase: number): boolean;
  dice(what: string, day: LocalDate): Dice;
}

export function lifeOf(person: Person): Life {
  const every = (day: LocalDate, period: number, phase: number) =>
    (Date.parse(day) / DAY + person.seed) % period === phase;
  const roll = (what: string, day: LocalDate) => dice(person.seed, what, day);
  const bedtimes = remember((day) =>
    day < person.firstDay ? [] : bedtimesOf(person.zone, day, every, roll('bed', day)),
  );
  return {
    person,
    every,
    dice: roll,
    bedtimes,
    workouts: remember((day) =>
      day < person.firstDay ? [] : workoutsOf(person.zone, day, every, roll('move', day)),
    ),
    sessions: remember((day) =>
      day < person.firstDay ? [] : sessionsOf(person.zone, day, every, roll('sit', day)),
    ),
    waking: (day) => bedtimes(day).findLast((one) => one.type === 'long_sleep')?.end,
  };
}

function remember<T>(make: (day: LocalDate) => T): (day: LocalDate) => T {
  const made = new Map<LocalDate, T>();
  return (day) => {
    let value = made.get(day);
    if (value === undefined) {
      value = make(day);
      made.set(day, value);
    }
    return value;
  };
}

type Every = Life['every'];
type Plan = Omit<Bedtime, 'day' | 'period'>;

function bedtimesOf(zone: string, day: LocalDate, every: Every, roll: Dice): Bedtime[] {
  const midnight = startOfDay(day, zone);
  const evening = startOfDay(addDays(day, -1), zone) + 20 * HOUR;
  const nap = (start: number, minutes: number, type: SleepType | null, fidget = false): Plan => ({
    start,
    end: start + minutes * MINUTE + roll.whole(0, 59) * 1000,
    type,
    fidget,
  });
  if (every(day, 27, 13)) return [];
  const plans = nightOf(midnight, every(day, 11, 4), roll);
  const wake = plans.at(-1)?.end ?? midnight;
  if (every(day, 19, 7)) plans.push(nap(evening, roll.whole(25, 55), 'late_nap'));
  if (every(day, 3, 0))
    plans.push(nap(wake + roll.whole(20, 50) * MINUTE, roll.whole(18, 45), 'sleep', true));
  if (every(day, 17, 5)) plans.push(nap(midnight + 12 * HOUR, roll.whole(20, 40), 'deleted'));
  if (every(day, 13, 2)) plans.push(nap(midnight + 13 * HOUR, roll.whole(20, 45), 'rest'));
  if (every(day, 6, 1)) plans.push(nap(midnight + 14.5 * HOUR, roll.whole(25, 95), 'sleep'));
  if (every(day, 29, 3)) plans.push(nap(midnight + 16.5 * HOUR, 20, null));
  if (every(day, 4, 2)) plans.push(nap(midnight + 21 * HOUR, roll.whole(18, 40), 'sleep', true));
  plans.sort((a, b) => a.start - b.start);
  // Oura's own counting leaves gaps.
  const gap = every(day, 5, 0) ? 1 : 0;
  return plans.map((plan, index) => ({ ...plan, day, period: index === 0 ? 0 : index + gap }));
}

function nightOf(midnight: number, split: boolean, roll: Dice): Plan[] {
  const start = midnight + roll.whole(-95, 50) * MINUTE + roll.whole(0, 59) * 1000;
  const minutes = roll.whole(370, 520);
  const part = (from: number, length: number): Plan => ({
    start: from,
    end: from + length * MINUTE + roll.whole(0, 59) * 1000,
    type: 'long_sleep',
    fidget: false,
  });
  if (!split) return [part(start, minutes)];
  const first = part(start, roll.whole(190, 230));
  return [first, part(first.end + roll.whole(40, 75) * MINUTE, roll.whole(185, 220))];
}

function workoutsOf(zone: string, day: LocalDate, every: Every, roll: Dice): Workout[] {
  const midnight = startOfDay(day, zone);
  const workout = (start: number): Workout => ({
    start,
    end: start + roll.whole(12, 70) * MINUTE,
    hard: roll.chance(0.3),
  });
  const done: Workout[] = [];
  // Just after local midnight: east of Greenwich its UTC date is the day before.
  if (every(day, 9, 6)) done.push(workout(midnight + 70 * MINUTE));
  if (every(day, 2, 1)) done.push(workout(midnight + 17 * HOUR + roll.whole(0, 30) * MINUTE));
  if (roll.chance(0.2)) done.push(workout(midnight + 10.5 * HOUR));
  return done;
}

function sessionsOf(
  zone: string,
  day: LocalDate,
  every: Every,
  roll: Dice,
): { start: number; end: number }[] {
  if (!every(day, 4, 1)) return [];
  // A nap the person started on the ring lies inside the sleep row of that nap.
  const start = startOfDay(day, zone) + 14.6 * HOUR + roll.whole(0, 10) * MINUTE + roll.whole(0, 59) * 1000;
  return [{ start, end: start + roll.whole(3, 15) * MINUTE }];
}
