import { wallClock } from '../../core/dates.ts';
import { notAnInstant } from './refusals.ts';

const HOUR = 3_600_000;
const BODY = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const QUERY = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:Z|[+-]\d{2}:\d{2})$/;

/** UTC with whole seconds and a literal Z, as every reply writes it. */
export function instantText(epoch: number): string {
  return `${new Date(epoch).toISOString().slice(0, 19)}Z`;
}

/** Date.parse rolls 31 February over; the service does not. */
function isCalendarTime(digits: string): boolean {
  const epoch = Date.parse(`${digits}Z`);
  return !Number.isNaN(epoch) && instantText(epoch) === `${digits}Z`;
}

/** Bodies take the documented pattern alone: what becomes of offsets and milliseconds is not established. */
export function bodyInstant(field: string, value: string): number {
  if (!BODY.test(value) || !isCalendarTime(value.slice(0, 19))) throw notAnInstant(field, value);
  return Date.parse(value);
}

/** Query parameters take an offset as well; an unescaped `+` arrives as a space and fails here. */
export function queryInstant(name: string, value: string): number {
  const digits = QUERY.exec(value)?.[1];
  const epoch = Date.parse(value);
  if (digits === undefined || !isCalendarTime(digits) || Number.isNaN(epoch)) throw notAnInstant(name, value);
  return epoch;
}

/**
 * The service forgets the zone of a window's bound: it takes the bound's UTC digits and reads them on a wall clock
 * in the profile's zone. Digits that occur twice mean the first time, skipped ones move forward.
 */
export function rereadInZone(bound: number, zone: string): number {
  const offset = (at: number) => wallClock(at, zone) - at;
  const candidates = [bound - offset(bound - 24 * HOUR), bound - offset(bound + 24 * HOUR)];
  const exact = candidates.filter((candidate) => wallClock(candidate, zone) === bound);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}

/** `PT7H21M51S`; hours are not folded into days. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds === 0) return 'PT0S';
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [seconds % 60, 'S'],
  ];
  return `PT${parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('')}`;
}
