import { z } from 'zod';
import { addDays, dateAt, startOfDay } from '../../core/dates.ts';

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const weekday = z.enum(WEEKDAYS).nullish();

export const automaticLock = z.looseObject({
  type: z.string().nullish(),
  changeDay: weekday,
  firstDay: weekday,
  dayOfMonth: z.number().nullish(),
  olderThanPeriod: z.string().nullish(),
  olderThanValue: z.number().nullish(),
});

type AutomaticLock = z.infer<typeof automaticLock>;

/** Entries that start before this instant are locked (UTC epoch milliseconds); undefined: none is. */
export function automaticallyLockedBefore(
  lock: AutomaticLock,
  now: number,
  zone: string,
): number | undefined {
  const today = dateAt(now, zone);
  if (lock.type === 'OLDER_THAN') return olderThan(lock, today, zone);
  if (lock.type === 'WEEKLY') {
    // On each change day everything before that week's first day is closed.
    const changed = lastWeekday(today, lock.changeDay ?? 'MONDAY');
    return startOfDay(lastWeekday(changed, lock.firstDay ?? 'MONDAY'), zone);
  }
  if (lock.type === 'MONTHLY') {
    const thisMonth = `${today.slice(0, 7)}-01`;
    const closed = Number(today.slice(8)) >= (lock.dayOfMonth ?? 1);
    return startOfDay(closed ? thisMonth : `${addDays(thisMonth, -1).slice(0, 7)}-01`, zone);
  }
  return undefined;
}

function olderThan(lock: AutomaticLock, today: string, zone: string): number {
  const count = lock.olderThanValue ?? 0;
  if (lock.olderThanPeriod !== 'MONTHS') {
    return startOfDay(addDays(today, -count * (lock.olderThanPeriod === 'WEEKS' ? 7 : 1)), zone);
  }
  const date = new Date(today);
  date.setUTCMonth(date.getUTCMonth() - count);
  return startOfDay(date.toISOString().slice(0, 10), zone);
}

/** The latest such weekday that is not after the date. */
function lastWeekday(date: string, name: (typeof WEEKDAYS)[number]): string {
  const index = (new Date(date).getUTCDay() + 6) % 7;
  return addDays(date, -((index - WEEKDAYS.indexOf(name) + 7) % 7));
}
