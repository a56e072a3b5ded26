import { addDays, dateAt, type LocalDate, startOfDay } from '../../core/dates.ts';
import type { AutomaticLock, TimeEntry, Weekday, Workspace } from './model.ts';
import { entryLocked } from './refusals.ts';
import type { State } from './state.ts';

const WEEKDAYS: readonly Weekday[] = [
  'SUNDAY',
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
];

function latest(weekday: Weekday, date: LocalDate): LocalDate {
  return addDays(date, -((new Date(date).getUTCDay() - WEEKDAYS.indexOf(weekday) + 7) % 7));
}

function monthsBefore(date: LocalDate, months: number): LocalDate {
  const first = new Date(`${date.slice(0, 7)}-01`);
  first.setUTCMonth(first.getUTCMonth() - months);
  return first.toISOString().slice(0, 10);
}

/** The same day of an earlier month, or that month's last one. */
function dayMonthsBefore(date: LocalDate, months: number): LocalDate {
  const first = monthsBefore(date, months);
  const last = addDays(monthsBefore(first, -1), -1);
  const wanted = `${first.slice(0, 8)}${date.slice(8)}`;
  return wanted < last ? wanted : last;
}

/** The first date that is still open. */
export function openSince(lock: AutomaticLock, today: LocalDate): LocalDate {
  if (lock.type === 'WEEKLY') {
    return latest(lock.firstDay ?? 'MONDAY', latest(lock.changeDay ?? 'MONDAY', today));
  }
  if (lock.type === 'MONTHLY') {
    const lastDay = addDays(monthsBefore(today, -1), -1).slice(8);
    const closes = Math.min(lock.dayOfMonth ?? 1, Number(lastDay));
    return monthsBefore(today, Number(today.slice(8)) >= closes ? 0 : 1);
  }
  const value = lock.olderThanValue ?? 1;
  if (lock.olderThanPeriod === 'MONTHS') return dayMonthsBefore(today, value);
  return addDays(today, -value * (lock.olderThanPeriod === 'WEEKS' ? 7 : 1));
}

/** Entries that start before this instant are closed. */
function lockedBefore(state: State, { settings }: Workspace): number {
  const fixed = settings.lockTimeEntries === null ? Number.NaN : Date.parse(settings.lockTimeEntries);
  const zone = settings.lockTimeZone ?? state.zone;
  const automatic =
    settings.automaticLock === null
      ? Number.NEGATIVE_INFINITY
      : startOfDay(openSince(settings.automaticLock, dateAt(state.now(), zone)), zone);
  return Math.max(Number.isNaN(fixed) ? Number.NEGATIVE_INFINITY : fixed, automatic);
}

export function isLocked(state: State, workspace: Workspace, entry: TimeEntry): boolean {
  return entry.isLocked || Date.parse(entry.timeInterval.start) < lockedBefore(state, workspace);
}

export function refuseLockedEntry(state: State, workspace: Workspace, entry: TimeEntry): void {
  if (!state.admin && isLocked(state, workspace, entry)) throw entryLocked();
}

export function refuseLockedStart(state: State, workspace: Workspace, start: number): void {
  if (!state.admin && start < lockedBefore(state, workspace)) throw entryLocked();
}
