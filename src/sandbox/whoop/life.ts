import { addDays, dateAt, daysBetween, type LocalDate, startOfDay, wallClock } from '../../core/dates.ts';
import { type Dice, dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';
import { cycleScore, recoveryScore, type Stretch, sleepScore, sportOf, workoutScore } from './scores.ts';
import type { Step } from './truth.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Person {
  readonly seed: number;
  readonly zone: string;
  readonly userId: number | string;
  readonly days: number;
  /** How long after its upload a record stays PENDING_SCORE. */
  readonly pendingHours: number;
  /** Straps before 4.0 measure neither oxygen nor skin temperature. */
  readonly strap: '3.0' | '4.0';
  /** v1_id and sport_id, announced to vanish: not there, null, or still with their numbers. */
  readonly legacy: 'absent' | 'null' | 'present';
  /** Whether a sleep shows before it has ended, without an end, or only afterwards. */
  readonly sleepInProgress: 'open' | 'absent';
  /** Whether the current cycle's score grows hour by hour. */
  readonly growth: boolean;
}

/** A night and the waking day after it: one cycle, from one falling asleep to the next. */
interface Night {
  readonly cycle: number;
  readonly start: number;
  /** None when the strap was not worn; more than one when the night was broken. The last has the recovery. */
  readonly sleeps: readonly Stretch[];
  readonly newcomer: boolean;
  readonly scorable: boolean;
  readonly chance: Dice;
}

/** All that is recorded of the person up to now, and what these records still have before them. */
export function historyOf(person: Person, now: number): Step[] {
  const today = dateAt(now, person.zone);
  const first = addDays(today, 1 - person.days);
  const nights: Night[] = [];
  // The next night may have begun before midnight.
  for (let day = first; day <= addDays(today, 1); day = addDays(day, 1)) {
    const night = nightOf(person, day, daysBetween(first, day) < 3);
    if (night.start <= now) nights.push(night);
  }
  return nights.flatMap((night, index) => [
    ...cycleSteps(person, night, nights[index + 1], now),
    ...sleepSteps(person, night, now),
    ...recoverySteps(person, night),
    ...daySteps(person, night, now),
  ]);
}

function nightOf({ seed, zone }: Person, day: LocalDate, newcomer: boolean): Night {
  const chance = dice(seed, 'night', day);
  const start = startOfDay(day, zone) + chance.whole(-100, 45) * MINUTE + chance.whole(0, 59_999);
  const end = start + chance.whole(370, 520) * MINUTE + chance.whole(0, 59_999);
  const worn = !chance.chance(0.04);
  const awake = start + Math.round((end - start) * chance.decimal(0.35, 0.5, 2));
  const broken = chance.chance(0.08);
  const pieces = broken
    ? [
        { start, end: awake },
        { start: awake + 45 * MINUTE, end },
      ]
    : [{ start, end }];
  return {
    cycle: 93_000_000 + seed * 100_000 + daysBetween('2020-01-01', day),
    start,
    sleeps: worn ? pieces : [],
    newcomer,
    scorable: worn && !chance.chance(0.05),
    chance,
  };
}

function cycleSteps(person: Person, night: Night, next: Night | undefined, now: number): Step[] {
  const chance = dice(person.seed, 'cycle', night.cycle);
  const key = { collection: 'cycle', id: String(night.cycle) };
  const scored = scoredAt(person, night);
  const score = (hours: number) => cycleScore(dice(person.seed, 'strain', night.cycle), hours);
  const begins = appears(person, night, now);
  const steps: Step[] = [
    {
      ...key,
      at: begins,
      changes: {
        id: night.cycle,
        user_id: person.userId,
        start: text(night.start),
        timezone_offset: offsetOf(night.start, person.zone),
        score_state: night.scorable ? 'PENDING_SCORE' : 'UNSCORABLE',
        ...(night.scorable ? { score: score(next === undefined ? 0 : chance.whole(12, 16)) } : {}),
      },
    },
  ];
  if (night.scorable) steps.push({ ...key, at: scored, changes: { score_state: 'SCORED' } });
  if (next !== undefined) {
    const closed = Math.max(appears(person, next, now), scored);
    steps.push({ ...key, at: closed, changes: { end: text(next.start) } });
  } else if (person.growth && night.scorable) {
    for (let hour = 1; hour <= 16; hour += 1) {
      steps.push({ ...key, at: scored + hour * HOUR, changes: { score: score(hour) } });
    }
  }
  return steps;
}

function sleepSteps(person: Person, night: Night, now: number): Step[] {
  return night.sleeps.flatMap((stretch) => {
    const chance = dice(person.seed, 'sleep', stretch.start);
    const id = documentId(person.seed, 'sleep', stretch.start);
    const begun = sleepOf(person, night, id, stretch, false);
    if (night.scorable) begun.score = sleepScore(chance, stretch, false, night.newcomer);
    return activitySteps(person, 'sleep', id, begun, stretch, night.scorable, now);
  });
}

function sleepOf(person: Person, night: Night, id: string, { start }: Stretch, nap: boolean): Document {
  return {
    id,
    cycle_id: night.cycle,
    ...v1Id(person, id),
    user_id: person.userId,
    start: text(start),
    timezone_offset: offsetOf(start, person.zone),
    nap,
  };
}

/** It appears (while it lasts or after its upload), ends and is scored. */
function activitySteps(
  person: Person,
  collection: 'sleep' | 'workout',
  id: string,
  begun: Document,
  stretch: Stretch,
  scorable: boolean,
  now: number,
): Step[] {
  const uploaded = uploadOf(person, stretch);
  const ended = { end: text(stretch.end) };
  const state = { score_state: scorable ? 'PENDING_SCORE' : 'UNSCORABLE' };
  const showsOpen = collection === 'sleep' && person.sleepInProgress === 'open' && uploaded > now;
  const steps: Step[] = showsOpen
    ? [
        { at: stretch.start + 10 * MINUTE, collection, id, changes: { ...begun, ...state } },
        { at: uploaded, collection, id, changes: ended },
      ]
    : [{ at: uploaded, collection, id, changes: { ...begun, ...state, ...ended } }];
  if (scorable) {
    const scored = uploaded + person.pendingHours * HOUR;
    steps.push({ at: scored, collection, id, changes: { score_state: 'SCORED' } });
  }
  return steps;
}

function recoverySteps(person: Person, night: Night): Step[] {
  const sleep = night.sleeps.at(-1);
  if (sleep === undefined) return [];
  const key = { collection: 'recovery', id: String(night.cycle) };
  const chance = dice(person.seed, 'recovery', night.cycle);
  const appeared: Step = {
    ...key,
    at: uploadOf(person, sleep),
    changes: {
      cycle_id: night.cycle,
      sleep_id: documentId(person.seed, 'sleep', sleep.start),
      user_id: person.userId,
      score_state: night.scorable ? 'PENDING_SCORE' : 'UNSCORABLE',
      ...(night.scorable ? { score: recoveryScore(chance, night.newcomer, person.strap) } : {}),
    },
  };
  if (!night.scorable) return [appeared];
  return [appeared, { ...key, at: scoredAt(person, night), changes: { score_state: 'SCORED' } }];
}

/** Naps and workouts of the waking hours; only those that had begun by now are ever recorded. */
function daySteps(person: Person, night: Night, now: number): Step[] {
  const woken = night.sleeps.at(-1)?.end;
  if (woken === undefined) return [];
  const chance = dice(person.seed, 'day', night.cycle);
  const at = (from: number, to: number, length: number): Stretch => {
    const start = woken + chance.whole(from, to) * MINUTE + chance.whole(0, 59_999);
    return { start, end: start + length * MINUTE };
  };
  const steps: Step[] = [];
  const nap = at(300, 420, chance.whole(20, 75));
  if (chance.chance(0.22) && nap.start <= now) {
    const id = documentId(person.seed, 'nap', nap.start);
    const begun = sleepOf(person, night, id, nap, true);
    begun.score = sleepScore(chance, nap, true, night.newcomer);
    steps.push(...activitySteps(person, 'sleep', id, begun, nap, true, now));
  }
  const planned = [at(60, 180, chance.whole(25, 75)), at(540, 660, chance.whole(30, 90))];
  for (const stretch of planned) {
    if (chance.chance(0.45) && stretch.start <= now) {
      steps.push(...workoutSteps(person, stretch, now));
    }
  }
  return steps;
}

function workoutSteps(person: Person, stretch: Stretch, now: number): Step[] {
  const chance = dice(person.seed, 'workout', stretch.start);
  const id = documentId(person.seed, 'workout', stretch.start);
  const sport = sportOf(chance);
  const scorable = !chance.chance(0.06);
  const sportId = { absent: {}, null: { sport_id: null }, present: { sport_id: sport.id } };
  const begun: Document = {
    id,
    ...v1Id(person, id),
    user_id: person.userId,
    start: text(stretch.start),
    timezone_offset: offsetOf(stretch.start, person.zone),
    sport_name: sport.name,
    ...(scorable ? { score: workoutScore(chance, stretch, sport) } : {}),
    ...sportId[person.legacy],
  };
  return activitySteps(person, 'workout', id, begun, stretch, scorable, now);
}

/** The strap's data arrive some minutes after the end. */
function uploadOf({ seed }: Person, { end }: Stretch): number {
  const chance = dice(seed, 'upload', end);
  return end + chance.whole(4, 25) * MINUTE + chance.whole(0, 59_999);
}

function scoredAt(person: Person, night: Night): number {
  const last = night.sleeps.at(-1);
  return (last === undefined ? night.start : uploadOf(person, last)) + person.pendingHours * HOUR;
}

/** A cycle begins with its first sleep, and shows when that does. */
function appears(person: Person, night: Night, now: number): number {
  const first = night.sleeps[0];
  if (first === undefined) return night.start + 10 * MINUTE;
  const uploaded = uploadOf(person, first);
  return person.sleepInProgress === 'open' && uploaded > now ? first.start + 10 * MINUTE : uploaded;
}

function v1Id({ legacy }: Person, id: string): Document {
  return { absent: {}, null: { v1_id: null }, present: { v1_id: v1Of(id) } }[legacy];
}

/** The number an activity had before it got a UUID. */
export function v1Of(id: string): number {
  return Number.parseInt(id.slice(0, 7), 16) + 1_000_000_000;
}

function text(instant: number): string {
  return new Date(instant).toISOString();
}

/** `+hh:mm`, `-hh:mm`, or `Z` where the clocks show UTC. */
function offsetOf(instant: number, zone: string): string {
  const minutes = Math.round((wallClock(instant, zone) - instant) / MINUTE);
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}
