import { dateAt, isTimeZone, type LocalDate, wallClock } from '../../core/dates.ts';

const MINUTE = 60_000;

/** Unix seconds as an ISO instant with the offset that the IANA zone had then; UTC where the zone is not known. */
export function instantIn(zone: string | null | undefined, seconds: number): string {
  const instant = seconds * 1000;
  if (typeof zone !== 'string' || !isTimeZone(zone)) return new Date(instant).toISOString();
  const minutes = Math.round((wallClock(instant, zone) - instant) / MINUTE);
  const wall = new Date(instant + minutes * MINUTE).toISOString().slice(0, 19);
  return `${wall}${offset(minutes)}`;
}

function offset(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The calendar date there; undefined where the zone is not known. */
export function dayIn(zone: string | null | undefined, seconds: number): LocalDate | undefined {
  return typeof zone === 'string' && isTimeZone(zone) ? dateAt(seconds * 1000, zone) : undefined;
}
