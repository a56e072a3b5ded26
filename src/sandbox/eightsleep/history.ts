import { addDays, dateAt, type LocalDate, startOfDay } from '../../core/dates.ts';
import { type Dice, dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { type Bed, cutStages, MINUTE, type Session, type Stage, sessionOf, stagesOf } from './night.ts';
import { qualityOf, routineOf } from './scores.ts';

export interface Sleeper {
  readonly seed: number;
  readonly who: 'self' | 'partner';
  /** IANA zone. */
  readonly zone: string;
  readonly bed: Bed;
}

export interface History {
  /** Ascending by day. */
  readonly trends: [day: string, document: Document][];
  /** Oldest first. */
  readonly intervals: [id: string, document: Document][];
}

/** `days` mornings, the last one that of `now` (UTC epoch milliseconds), which is still being processed. */
export function historyOf(sleeper: Sleeper, days: number, now: number): History {
  const today = dateAt(now, sleeper.zone);
  const history: History = { trends: [], intervals: [] };
  for (let day = addDays(today, 1 - days); day <= today; day = addDays(day, 1)) {
    addDay(history, sleeper, { day, now, unfinished: day === today });
  }
  return history;
}

/** One morning as it is once nothing is being processed any more. */
export function finishedDay(sleeper: Sleeper, day: LocalDate, now: number): History {
  const history: History = { trends: [], intervals: [] };
  addDay(history, sleeper, { day, now, unfinished: false });
  return history;
}

interface Morning {
  readonly day: LocalDate;
  readonly now: number;
  readonly unfinished: boolean;
}

function addDay(history: History, sleeper: Sleeper, { day, now, unfinished }: Morning): void {
  const sessions = sessionsOf(sleeper, day, now);
  if (sessions.length === 0) return;
  const document = dayOf(sleeper, day, sessions, unfinished);
  const score = Number(document.score);
  const roll = dice(sleeper.seed, sleeper.who, 'stale', day);
  history.trends.push([day, document]);
  // Their score is that of an earlier analysis, or none.
  for (const one of sessions) {
    history.intervals.push([one.id, { ...one, score: roll.chance(0.5) ? 0 : Math.max(0, score - 3) }]);
  }
}

/** Rare things by the calendar, so that also a short history has them. */
function every(sleeper: Sleeper, day: LocalDate, period: number, phase: number): boolean {
  return (Date.parse(day) / 86_400_000 + sleeper.seed) % period === phase;
}

function sessionsOf(sleeper: Sleeper, day: LocalDate, now: number): Session[] {
  if (every(sleeper, day, 13, 6)) return [];
  const roll = dice(sleeper.seed, sleeper.who, 'bed', day);
  const midnight = startOfDay(day, sleeper.zone);
  const bedtime = midnight + roll.whole(-100, 70) * MINUTE;
  const planned = [{ start: bedtime, stages: stagesOf(roll, roll.whole(290, 520)) }];
  if (every(sleeper, day, 7, 3)) {
    const nap = startOfDay(day, sleeper.zone) + roll.whole(13 * 60, 15 * 60) * MINUTE;
    planned.push({ start: nap, stages: stagesOf(roll, roll.whole(20, 60)) });
  }
  return planned.flatMap((one) => recorded(sleeper, one, now, roll));
}

/** As much as the pod has seen by now; nothing when nobody has slept yet. */
function recorded(
  sleeper: Sleeper,
  plan: { start: number; stages: Stage[] },
  now: number,
  roll: Dice,
): Session[] {
  const present = Math.floor((now - plan.start) / MINUTE) * 60;
  const stages = cutStages(plan.stages, present);
  const session = sessionOf(plan.start, stages, sleeper.zone, sleeper.bed, roll);
  return session.stageSummary.sleepDuration === 0 ? [] : [session];
}

/** Lengths are those of all sessions, instants those of the main one. */
function dayOf(
  sleeper: Sleeper,
  day: LocalDate,
  sessions: readonly Session[],
  unfinished: boolean,
): Document {
  const roll = dice(sleeper.seed, sleeper.who, 'scores', day);
  const length = (one: Session) => one.stageSummary.sleepDuration;
  const main = sessions.toSorted((a, b) => length(b) - length(a))[0] as Session;
  const faint = unfinished || every(sleeper, day, 9, 4);
  const quality = qualityOf({ main, roll, zone: sleeper.zone, faint });
  const score = unfinished ? 0 : roll.whole(50, 98);
  return {
    day,
    ...lengths(sessions),
    mitigationEvents: 0,
    stoppedSnoringEvents: 0,
    reducedSnoringEvents: 0,
    elevationDuration: 0,
    presenceStart: main.ts,
    presenceEnd: main.presenceEnd,
    sleepStart: main.sleepStart,
    sleepEnd: main.sleepEnd,
    tnt: roll.whole(5, 70),
    mainSessionId: main.id,
    sessionIds: sessions.map((one) => one.id),
    incomplete: unfinished,
    processing: unfinished,
    tags: [],
    score,
    sleepQualityScore: quality,
    sleepRoutineScore: routineOf({ main, roll, zone: sleeper.zone, faint }),
    avgSleepFitnessScore: roll.decimal(60, 90, 2),
    avgSleepQualityScore: roll.decimal(60, 90, 2),
    avgSleepRoutineScore: roll.decimal(60, 90, 2),
    health: {},
    performanceWindows: [],
    hotFlash: { summary: { sessionCount: 0 }, sessions: [] },
    sessions: sessions.map((one) =>
      one === main ? { ...one, score, sleepQualityScore: quality } : { ...one, score: roll.whole(20, 60) },
    ),
  };
}

/** Seconds. Shares of sleep are fractions, snoring alone is in whole percent. */
function lengths(sessions: readonly Session[]): Document {
  const sum = (of: (one: Session) => number) => sessions.reduce((total, one) => total + of(one), 0);
  const snored = (...intensities: string[]) =>
    sum((one) =>
      one.snoring
        .filter(({ intensity }) => intensities.includes(intensity))
        .reduce((total, { duration }) => total + duration, 0),
    );
  const asleep = sum((one) => one.stageSummary.sleepDuration);
  const deep = sum((one) => one.stageSummary.deepDuration);
  const rem = sum((one) => one.stageSummary.remDuration);
  const [snoring, heavy] = [snored('medium', 'heavy'), snored('heavy')];
  const fraction = (part: number) => Math.round((part / asleep) * 100) / 100;
  const percent = (part: number) => Math.round((part / asleep) * 100);
  return {
    presenceDuration: sum((one) => one.stageSummary.totalDuration),
    sleepDuration: asleep,
    remDuration: rem,
    remPercent: fraction(rem),
    lightDuration: sum((one) => one.stageSummary.lightDuration),
    deepDuration: deep,
    deepPercent: fraction(deep),
    snoreDuration: snoring,
    heavySnoreDuration: heavy,
    snorePercent: percent(snoring),
    heavySnorePercent: percent(heavy),
  };
}
