import { type Finding, ok, problem, warning } from './finding.ts';

const AREA = 'clock';
/** Milliseconds. */
const TOLERANCE = 5 * 60_000;

/** Our clock against the `Date` header of a reply that has just come in. */
export function checkClock(header: string | undefined, now: number): Finding {
  const theirs = Date.parse(header ?? '');
  if (Number.isNaN(theirs)) return warning(AREA, 'not checked: no service answered');
  const off = now - theirs;
  if (Math.abs(off) <= TOLERANCE) return ok(AREA, 'agrees with the services');
  const minutes = Math.round(Math.abs(off) / 60_000);
  const direction = off > 0 ? 'ahead' : 'behind';
  return problem(
    AREA,
    'USAGE',
    `this machine's clock is ${minutes} minutes ${direction} of the services' clocks`,
    'Set the clock, e.g. by switching on time synchronisation: sign-ins and "today" depend on it.',
  );
}
