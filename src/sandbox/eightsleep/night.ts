import type { Dice } from '../dice.ts';
import type { Document } from '../truth.ts';

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type StageName = 'awake' | 'light' | 'deep' | 'rem' | 'out';

export interface Stage {
  readonly stage: StageName;
  /** Seconds. */
  readonly duration: number;
}

export interface Bed {
  readonly id: string;
  readonly side: 'left' | 'right' | 'solo';
  readonly specialization: 'pod';
}

/** Minutes asleep in all, then the way there in cycles, once out of bed in a long night. */
export function stagesOf(roll: Dice, asleepMinutes: number): Stage[] {
  const stages: Stage[] = [];
  const add = (stage: StageName, minutes: number) => stages.push({ stage, duration: minutes * 60 });
  let left = asleepMinutes;
  const sleep = (stage: StageName, minutes: number) => {
    const taken = Math.min(left, minutes);
    if (taken > 0) add(stage, taken);
    left -= taken;
  };
  add('awake', roll.whole(4, 40));
  for (let cycle = 0; left > 0; cycle += 1) {
    sleep('light', roll.whole(12, 40));
    sleep('deep', Math.max(4, roll.whole(20, 45) - cycle * 6));
    sleep('light', roll.whole(8, 25));
    sleep('rem', roll.whole(6, 18) + cycle * 4);
    if (left > 0) add('awake', roll.whole(1, 9));
    if (left > 0 && cycle === 2 && asleepMinutes > 240) {
      add('out', roll.whole(2, 12));
      add('awake', roll.whole(1, 5));
    }
  }
  add('awake', roll.whole(1, 25));
  return stages;
}

/** What is known of a night that is still going on. */
export function cutStages(stages: readonly Stage[], presentSeconds: number): Stage[] {
  const known: Stage[] = [];
  let left = presentSeconds;
  for (const one of stages) {
    if (left <= 0) break;
    const duration = one.stage === 'out' ? one.duration : Math.min(one.duration, left);
    known.push({ stage: one.stage, duration });
    if (one.stage !== 'out') left -= duration;
  }
  return known;
}

export interface StageSummary {
  readonly totalDuration: number;
  readonly sleepDuration: number;
  readonly outDuration: number;
  readonly awakeDuration: number;
  readonly lightDuration: number;
  readonly deepDuration: number;
  readonly remDuration: number;
  readonly awakeBeforeSleepDuration: number;
  readonly awakeBetweenSleepDuration: number;
  readonly awakeAfterSleepDuration: number;
  readonly wasoDuration: number;
}

/** Seconds. */
export function summaryOf(stages: readonly Stage[]): StageSummary {
  const total = (list: readonly Stage[], ...names: StageName[]) =>
    list.filter((one) => names.includes(one.stage)).reduce((sum, one) => sum + one.duration, 0);
  const asleep = (one: Stage) => one.stage !== 'awake' && one.stage !== 'out';
  const first = stages.findIndex(asleep);
  const before = total(stages.slice(0, Math.max(0, first)), 'awake');
  const after = total(stages.slice(stages.findLastIndex(asleep) + 1), 'awake');
  const awake = total(stages, 'awake');
  const [light, deep, rem] = [total(stages, 'light'), total(stages, 'deep'), total(stages, 'rem')];
  const out = total(stages, 'out');
  return {
    totalDuration: light + deep + rem + awake + out,
    sleepDuration: light + deep + rem,
    outDuration: out,
    awakeDuration: awake,
    lightDuration: light,
    deepDuration: deep,
    remDuration: rem,
    awakeBeforeSleepDuration: before,
    awakeBetweenSleepDuration: awake - before - after,
    awakeAfterSleepDuration: after,
    wasoDuration: awake - before - after,
  };
}

export interface Session extends Document {
  readonly id: string;
  readonly ts: string;
  readonly sleepStart: string;
  readonly sleepEnd: string;
  readonly presenceEnd: string;
  readonly stageSummary: StageSummary;
  readonly snoring: readonly { intensity: string; duration: number }[];
}

const text = (instant: number) => new Date(instant).toISOString();

/** Time in bed. `duration` counts the time out of bed on top of the time between `ts` and `presenceEnd`. */
export function sessionOf(
  start: number,
  stages: readonly Stage[],
  zone: string,
  bed: Bed,
  roll: Dice,
): Session {
  const summary = summaryOf(stages);
  const end = start + (summary.totalDuration - summary.outDuration) * 1000;
  return {
    id: String(start / 1000),
    deviceTimeAtUpdate: text(end + 2 * MINUTE),
    ts: text(start),
    sleepStart: text(start + summary.awakeBeforeSleepDuration * 1000),
    sleepEnd: text(end - summary.awakeAfterSleepDuration * 1000),
    presenceEnd: text(end),
    duration: summary.totalDuration,
    score: 0,
    timezone: zone,
    device: { ...bed },
    sleepAlgorithmVersion: '0.1.1',
    presenceAlgorithmVersion: '3.2.1',
    hrvAlgorithmVersion: '1.1.0',
    stages: [...stages],
    snoring: snoringOf(summary.totalDuration, roll),
    stageSummary: summary,
    timeseries: timeseriesOf(start, end, roll),
  };
}

function snoringOf(seconds: number, roll: Dice): Session['snoring'] {
  if (seconds < 7200 || roll.chance(0.3)) return [{ intensity: 'none', duration: seconds }];
  const medium = roll.whole(1, 10) * 60;
  const heavy = roll.whole(1, 10) * 60;
  const first = roll.whole(20, 60) * 60;
  return [
    { intensity: 'none', duration: first },
    { intensity: 'medium', duration: medium },
    { intensity: 'heavy', duration: heavy },
    { intensity: 'none', duration: seconds - first - medium - heavy },
  ];
}

/** Pairs of instant and value, at whole hours and quarters; averages with all the digits of a division. */
function timeseriesOf(start: number, end: number, roll: Dice): Document {
  const every = (step: number, from: number, to: number, digits: number) => {
    const points: [string, number][] = [];
    for (let at = Math.floor(start / step) * step; at < end; at += step) {
      points.push([text(at), roll.decimal(from, to, digits)]);
    }
    return points;
  };
  const turns: [string, number][] = [];
  for (let at = start + 30 * MINUTE; at < end; at += roll.whole(8, 50) * MINUTE) turns.push([text(at), 1]);
  return {
    tnt: turns,
    tempRoomC: every(HOUR, 18, 22.5, 14),
    tempBedC: every(HOUR, 26, 33.5, 14),
    respiratoryRate: every(HOUR, 11, 16, 14),
    heartRate: every(15 * MINUTE, 48, 72, 13),
    heating: [],
    hrv: every(15 * MINUTE, 20, 80, 14),
    rmssd: every(15 * MINUTE, 25, 110, 14),
  };
}
