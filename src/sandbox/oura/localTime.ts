import { wallClock } from '../../core/dates.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Milliseconds the zone is ahead of UTC, per UTC day; `changes` on a day where the clocks do. */
const known = new Map<string, Map<number, number | 'changes'>>();

/** Milliseconds a wall clock in the zone is ahead of UTC at the instant. */
export function offsetAt(instant: number, zone: string): number {
  let days = known.get(zone);
  if (days === undefined) {
    days = new Map();
    known.set(zone, days);
  }
  const day = Math.floor(instant / DAY);
  let offset = days.get(day);
  if (offset === undefined) {
    const atStart = wallClock(day * DAY, zone) - day * DAY;
    const atEnd = wallClock((day + 1) * DAY, zone) - (day + 1) * DAY;
    offset = atStart === atEnd ? atStart : 'changes';
    days.set(day, offset);
  }
  return offset === 'changes' ? wallClock(instant, zone) - instant : offset;
}

/** `2026-08-09T23:10:05+02:00` */
export function localText(instant: number, zone: string): string {
  return `${wallText(instant, zone).slice(0, 19)}${offsetText(instant, zone)}`;
}

/** As sample series have it: `2026-08-09T23:10:05.000+02:00` */
export function localTextWithMilliseconds(instant: number, zone: string): string {
  return `${wallText(instant, zone).slice(0, 23)}${offsetText(instant, zone)}`;
}

/** Without an offset: `2026-08-09T23:10:05` */
export function floatingText(instant: number, zone: string): string {
  return wallText(instant, zone).slice(0, 19);
}

/** `2026-08-09T21:10:05+00:00` */
export function utcText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}+00:00`;
}

function wallText(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString();
}

function offsetText(instant: number, zone: string): string {
  const minutes = Math.round(offsetAt(instant, zone) / MINUTE);
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}
