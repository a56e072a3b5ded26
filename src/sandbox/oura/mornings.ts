import { startOfDay } from '../../core/dates.ts';
import { documentId } from '../dice.ts';
import type { Life } from './life.ts';
import { readinessOf, UPLOAD } from './night.ts';
import type { Dated, DayOfDocuments, Document } from './records.ts';

/** A row that appears once the night is over; none after a night without the ring. */
function afterWaking(collection: string, make: (life: Life, day: string) => Document) {
  return (life: Life, day: string): Dated[] => {
    const waking = life.waking(day);
    if (waking === undefined) return [];
    const id = documentId(life.person.seed, collection, day);
    return [{ known: waking + UPLOAD, document: { id, day, ...make(life, day) } }];
  };
}

export const dailySleep = afterWaking('daily_sleep', (life, day) => {
  const roll = life.dice('daily_sleep', day);
  return {
    contributors: {
      deep_sleep: roll.whole(40, 100),
      efficiency: roll.whole(60, 100),
      latency: roll.whole(50, 100),
      rem_sleep: roll.whole(40, 100),
      restfulness: roll.whole(40, 95),
      timing: roll.whole(30, 100),
      total_sleep: roll.whole(40, 100),
    },
    score: life.every(day, 37, 4) ? null : roll.whole(50, 95),
    timestamp: `${day}T00:00:00+00:00`,
  };
});

export const readiness = afterWaking('daily_readiness', (life, day) => ({
  ...readinessOf(life, day),
  timestamp: `${day}T00:00:00+00:00`,
}));

export const resilience = afterWaking('daily_resilience', (life, day) => {
  const roll = life.dice('resilience', day);
  return {
    contributors: {
      sleep_recovery: roll.decimal(20, 95, 1),
      daytime_recovery: roll.decimal(20, 95, 1),
      stress: roll.decimal(20, 95, 1),
    },
    level: roll.pick(['limited', 'adequate', 'solid', 'strong', 'exceptional']),
  };
});

export const spo2 = afterWaking('daily_spo2', (life, day) => {
  const roll = life.dice('spo2', day);
  const average = roll.decimal(95, 99, 3);
  return {
    spo2_percentage: life.every(day, 14, 3) ? null : { average },
    breathing_disturbance_index: roll.whole(0, 20),
  };
});

export const sleepTime = afterWaking('sleep_time', (life, day) => {
  const roll = life.dice('sleep_time', day);
  const found = roll.chance(0.6);
  const start = -3600 + roll.whole(-3, 3) * 900;
  const zone = life.person.zone;
  const dayZone = secondsAhead(startOfDay(day, zone), day);
  return {
    optimal_bedtime: found ? { day_tz: dayZone, start_offset: start, end_offset: start + 2700 } : null,
    recommendation: found ? 'follow_optimal_bedtime' : 'earlier_bedtime',
    status: found ? 'optimal_found' : 'only_recommended_found',
  };
});

/** Seconds the local midnight is ahead of UTC. */
function secondsAhead(midnight: number, day: string): number {
  return (Date.parse(day) - midnight) / 1000;
}

const withId = afterWaking('daily_cardiovascular_age', (life, day) => {
  const roll = life.dice('cardiovascular', day);
  return { vascular_age: roll.whole(36, 44), pulse_wave_velocity: roll.decimal(6, 8, 2) };
});

/** Early rows came without an id. */
export const cardiovascularAge: DayOfDocuments = (life, day) =>
  withId(life, day).map((row) => {
    if (day >= life.person.vascularIdsFrom) return row;
    const { id: _, ...document } = row.document;
    return { ...row, document };
  });
