import { createHash } from 'node:crypto';
import { addDays, dateAt, daysBetween, type LocalDate, startOfDay } from '../../core/dates.ts';
import type { Document } from '../truth.ts';

export interface Person {
  readonly seed: number;
  readonly zone: string;
  readonly firstDay: LocalDate;
  readonly today: LocalDate;
  /** Unix seconds; nothing is known yet of what comes later. */
  readonly now: number;
}

export type Keyed = [id: string, document: Document];

export function personOf(options: { now: number; days: number; zone: string; seed: number }): Person {
  const { zone, seed } = options;
  const today = dateAt(options.now, zone);
  return {
    seed,
    zone,
    today,
    firstDay: addDays(today, 1 - options.days),
    now: Math.floor(options.now / 1000),
  };
}

/**
 * Every day so far, or the last few, with a number that belongs to the date: what happened on a day, ids included, is the
 * same however long the history is.
 */
export function daysOf(person: Person, last = Infinity): { day: LocalDate; index: number }[] {
  const count = Math.min(daysBetween(person.firstDay, person.today) + 1, last);
  return Array.from({ length: count }, (_, back) => {
    const day = addDays(person.today, back + 1 - count);
    return { day, index: daysBetween('1970-01-01', day) };
  });
}

/** Unix seconds at so many hours after midnight where the person lives. */
export function hour({ zone }: Person, day: LocalDate, hours: number): number {
  return Math.floor(startOfDay(day, zone) / 1000) + Math.round(hours * 3600);
}

/** Minute by minute only for so many last days: years of that would fill the memory. */
export const FINE_DAYS = 90;

export interface Device {
  readonly type: string;
  readonly model: string;
  readonly model_id: number;
}

/** What the person owns. */
export const hardware = {
  scale: { type: 'Scale', model: 'Body Scan', model_id: 10 },
  cuff: { type: 'Blood Pressure Monitor', model: 'BPM Core', model_id: 44 },
  watch: { type: 'Activity Tracker', model: 'ScanWatch', model_id: 93 },
  mat: { type: 'Sleep Monitor', model: 'Aura Sensor V2', model_id: 63 },
} as const satisfies Record<string, Device>;

export type Owned = keyof typeof hardware;

/** As the service writes it: 40 hexadecimal digits that say nothing. */
export function deviceId({ seed }: Person, name: Owned): string {
  return createHash('sha1').update(`${seed}/${name}`).digest('hex');
}

export function inventedDevices(person: Person): Keyed[] {
  return Object.entries(hardware).map(([name, device], index) => {
    const id = deviceId(person, name as Owned);
    const used = person.now - 3600 * (index + 1);
    return [
      id,
      {
        type: device.type,
        battery: index === 3 ? 'unknown' : (['high', 'medium', 'low'][index] ?? 'high'),
        model: device.model,
        model_id: device.model_id,
        timezone: person.zone,
        first_session_date: index === 0 ? null : hour(person, person.firstDay, 9),
        // The service leaves one of the two empty for some devices that are in daily use.
        last_session_date: index === 3 ? null : used,
        deviceid: id,
        hash_deviceid: id,
      },
    ];
  });
}
