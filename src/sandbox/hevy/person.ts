import { addDays, dateAt, startOfDay } from '../../core/dates.ts';
import type { ImitationOptions } from '../imitation.ts';

export interface Person {
  readonly seed: number;
  readonly zone: string;
  /** UTC epoch milliseconds; nothing is known that comes later. */
  readonly now: number;
  /** Local dates, oldest first; the last one is today. */
  readonly days: readonly string[];
  /** The instant at which the first of these days begins. */
  readonly firstMorning: number;
}

export function personOf({ now, days = 30, zone = 'Europe/Berlin', seed = 1 }: ImitationOptions): Person {
  const today = dateAt(now(), zone);
  const all = Array.from({ length: days }, (_, index) => addDays(today, index + 1 - days));
  return { seed, zone, now: now(), days: all, firstMorning: startOfDay(all[0] ?? today, zone) };
}
