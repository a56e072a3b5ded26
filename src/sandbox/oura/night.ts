import { type Dice, documentId } from '../dice.ts';
import { type Bedtime, HOUR, type Life } from './life.ts';
import { localText, localTextWithMilliseconds } from './localTime.ts';
import type { Dated } from './records.ts';

const DEEP = '1';
const LIGHT = '2';
const REM = '3';
const AWAKE = '4';

/** The cloud has a night some minutes after waking, when the person opens the app. */
export const UPLOAD = 10 * 60_000;

/** The rows of `sleep` that count for a day. */
export function sleepRows(life: Life, day: string): Dated[] {
  return life.bedtimes(day).map((bedtime) => ({
    known: bedtime.end + UPLOAD,
    document: sleepRow(life, bedtime),
  }));
}

function sleepRow(life: Life, bedtime: Bedtime): Record<string, unknown> {
  const { seed, zone } = life.person;
  const roll = life.dice(`sleep ${bedtime.period}`, bedtime.day);
  const seconds = (bedtime.end - bedtime.start) / 1000;
  const phases = bedtime.fidget ? fidget(seconds, roll) : phasesOf(seconds, roll);
  const every5Minutes = phases.filter((_, index) => index % 10 === 0).join('');
  const count = (phase: string) => phases.filter((one) => one === phase).length * 30;
  const [deep, light, rem] = [count(DEEP), count(LIGHT), count(REM)];
  const asleep = deep + light + rem;
  const unknown = bedtime.type === null;
  const vitals = bedtime.fidget || unknown ? noVitals : vitalsOf(bedtime, zone, roll);
  return {
    id: documentId(seed, 'sleep', bedtime.day, bedtime.period),
    average_breath: bedtime.fidget ? null : roll.decimal(12, 17, 2),
    ...vitals,
    awake_time: seconds - asleep,
    bedtime_end: localText(bedtime.end, zone),
    bedtime_start: localText(bedtime.start, zone),
    day: bedtime.day,
    deep_sleep_duration: deep,
    efficiency: unknown ? null : Math.round((asleep / seconds) * 100),
    latency: phases.findIndex((one) => one !== AWAKE) * 30,
    light_sleep_duration: light,
    low_battery_alert: life.every(bedtime.day, 31, 2),
    movement_30_sec: phases.map((phase) => movement(phase, roll)).join(''),
    period: bedtime.period,
    readiness: bedtime.type === 'long_sleep' ? { ...readinessOf(life, bedtime.day) } : null,
    readiness_score_delta: bedtime.type === 'long_sleep' ? 0 : null,
    rem_sleep_duration: rem,
    restless_periods: roll.whole(0, 300),
    sleep_algorithm_version: 'v2',
    sleep_analysis_reason: roll.pick([
      'foreground_sleep_analysis',
      'background_sleep_analysis',
      'bedtime_edit',
    ]),
    sleep_phase_30_sec: phases.join(''),
    sleep_phase_5_min: every5Minutes,
    app_sleep_phase_5_min: every5Minutes,
    sleep_score_delta: 0,
    time_in_bed: seconds,
    total_sleep_duration: unknown ? null : asleep,
    type: bedtime.type,
    ring_id: documentId(seed, 'ring_configuration', 0),
  };
}

export function readinessOf(life: Life, day: string) {
  const roll = life.dice('readiness', day);
  return {
    contributors: {
      activity_balance: roll.whole(60, 100),
      body_temperature: roll.whole(70, 100),
      // The first two weeks have no balance yet.
      hrv_balance: life.every(day, 25, 8) ? null : roll.whole(50, 100),
      previous_day_activity: roll.whole(40, 100),
      previous_night: roll.whole(40, 100),
      recovery_index: roll.whole(20, 100),
      resting_heart_rate: roll.whole(60, 100),
      sleep_balance: roll.whole(50, 100),
      sleep_regularity: roll.whole(50, 100),
    },
    score: life.every(day, 21, 9) ? null : roll.whole(55, 97),
    temperature_deviation: roll.decimal(-0.6, 0.9, 2),
    temperature_trend_deviation: roll.decimal(-0.3, 0.4, 2),
  };
}

/** One letter per 30 s. */
function phasesOf(seconds: number, roll: Dice): string[] {
  const length = Math.ceil(seconds / 30);
  const latency = Math.min(roll.whole(6, 40), Math.floor(length / 3));
  return Array.from({ length }, (_, index) => {
    if (index < latency || index > length - 5) return AWAKE;
    if (index !== latency && roll.chance(0.03)) return AWAKE;
    const cycle = Math.floor((index - latency) / 180);
    const position = (index - latency) % 180;
    if (position > 20 && position < 80 - cycle * 15) return DEEP;
    return position > 145 ? REM : LIGHT;
  });
}

/** 30 to 900 s of sleep in a longer time in bed. */
function fidget(seconds: number, roll: Dice): string[] {
  const length = Math.ceil(seconds / 30);
  const asleep = roll.whole(1, 30);
  const first = Math.max(1, Math.floor((length - asleep) / 2));
  return Array.from({ length }, (_, index) => (index >= first && index < first + asleep ? LIGHT : AWAKE));
}

function movement(phase: string, roll: Dice): number {
  if (phase === AWAKE) return roll.whole(1, 4);
  return roll.chance(0.08) ? 2 : 1;
}

const noVitals = {
  average_heart_rate: null,
  average_hrv: null,
  lowest_heart_rate: null,
  heart_rate: null,
  hrv: null,
};

function vitalsOf(bedtime: Bedtime, zone: string, roll: Dice) {
  const length = Math.ceil((bedtime.end - bedtime.start) / (HOUR / 12));
  const series = (from: number, to: number) => ({
    interval: 300,
    items: Array.from({ length }, () => (roll.chance(0.04) ? null : roll.whole(from, to))),
    timestamp: localTextWithMilliseconds(bedtime.start, zone),
  });
  return {
    average_heart_rate: roll.decimal(52, 64, 2),
    average_hrv: roll.whole(25, 70),
    lowest_heart_rate: roll.whole(44, 51),
    heart_rate: series(48, 72),
    hrv: series(15, 95),
  };
}
