import * as z from 'zod';
import { addDays, dateAt, startOfDay } from '../../core/dates.ts';

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const weekday = z.enum(WEEKDAYS).nullish();

export const automaticLock = z.object({
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
    const closed = today >= dayOfMonth(today.slice(0, 7), lock.dayOfMonth ?? 1);
    return startOfDay(closed ? thisMonth : `${addDays(thisMonth, -1).slice(0, 7)}-01`, zone);
  }
  return undefined;
}

/** So many of each are a century; anything longer locks nothing either, and no calendar reaches as far as a number may. */
const CENTURY = { MONTHS: 1_200, WEEKS: 5_218, DAYS: 36_525 };

function olderThan(lock: AutomaticLock, today: string, zone: string): number {
  const unit = lock.olderThanPeriod;
  const most = CENTURY[unit === 'MONTHS' || unit === 'WEEKS' ? unit : 'DAYS'];
  const count = Math.max(-most, Math.min(lock.olderThanValue ?? 0, most));
  if (lock.olderThanPeriod !== 'MONTHS') {
    return startOfDay(addDays(today, -count * (lock.olderThanPeriod === 'WEEKS' ? 7 : 1)), zone);
  }
  const month = new Date(`${today.slice(0, 7)}-01`);
  month.setUTCMonth(month.getUTCMonth() - count);
  return startOfDay(dayOfMonth(month.toISOString().slice(0, 7), Number(today.slice(8))), zone);
}

/** The date of that day in a month (YYYY-MM); in a shorter one its last day. */
function dayOfMonth(month: string, day: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return `${month}-${String(Math.min(day, last)).padStart(2, '0')}`;
}

/** The latest such weekday that is not after the date. */
function lastWeekday(date: string, name: (typeof WEEKDAYS)[number]): string {
  const index = (new Date(date).getUTCDay() + 6) % 7;
  return addDays(date, -((index - WEEKDAYS.indexOf(name) + 7) % 7));
}
