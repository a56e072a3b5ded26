import { wallClock } from '../../core/dates.ts';
import type { Dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Session } from './night.ts';

/** How the service writes a number that it has not got. */
export const ABSENT = 'None';

interface Rated {
  readonly main: Session;
  readonly roll: Dice;
  /** IANA zone. */
  readonly zone: string;
  /** Heart figures could not be measured, or not yet. */
  readonly faint: boolean;
}

export function qualityOf({ main, roll, faint }: Rated): Document {
  const { sleepDuration, deepDuration, remDuration, wasoDuration } = main.stageSummary;
  const total = roll.whole(45, 99);
  const usual = roll.decimal(50, 60, 1);
  const rated = (current: number | string, average: number | string, weight: number) => ({
    current,
    average,
    score: roll.whole(40, 105),
    weight,
  });
  return {
    total,
    weight: 0.5,
    weighted: Math.floor(total * 0.5),
    sleepDurationSeconds: {
      ...rated(sleepDuration, roll.whole(21_000, 27_000), 0.4),
      lowerRange: 28_800,
      upperRange: 86_400,
    },
    heartRate: {
      ...rated(faint ? ABSENT : roll.whole(46, 63), faint ? ABSENT : usual, 0.1),
      lowerRange: Number((usual - 2).toFixed(1)),
      upperRange: Number((usual + 2).toFixed(1)),
    },
    hrv: { ...rated(faint ? ABSENT : roll.decimal(20, 70, 1), roll.decimal(20, 70, 1), 0), score: 0 },
    respiratoryRate: {
      ...rated(faint ? ABSENT : roll.decimal(11, 16, 1), roll.decimal(11, 16, 1), 0),
      score: 0,
    },
    deep: rated(deepDuration, roll.whole(3500, 6000), 0.06),
    rem: rated(remDuration, roll.whole(4500, 8000), 0.19),
    waso: rated(Math.round((wasoDuration / Math.max(1, sleepDuration)) * 100) / 100, 0, 0.15),
    sleepDebt: {
      dailySleepDebtSeconds: roll.whole(-12_000, 9000),
      baselineSleepDurationSeconds: roll.whole(22_000, 28_000),
      isCalibrating: false,
    },
  };
}

export function routineOf({ main, roll, zone }: Rated): Document {
  const clock = (instant: number) => new Date(wallClock(instant, zone)).toISOString().slice(11, 19);
  const compared = (moment: string) => {
    const instant = Date.parse(moment);
    const current = clock(instant);
    return { current, average: clock(instant + roll.whole(-5400, 5400) * 1000), score: roll.whole(20, 100) };
  };
  const waited = (current: number) => ({ current, average: roll.whole(300, 1800), score: 0 });
  const total = roll.whole(30, 100);
  return {
    total,
    weight: 0.1,
    weighted: Math.floor(total * 0.1),
    wakeupConsistency: compared(main.sleepEnd),
    sleepStartConsistency: compared(main.sleepStart),
    bedtimeConsistency: compared(main.ts),
    latencyAsleepSeconds: waited(main.stageSummary.awakeBeforeSleepDuration),
    latencyOutSeconds: waited(main.stageSummary.awakeAfterSleepDuration),
  };
}
