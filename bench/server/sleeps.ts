import type { Document } from '../../src/sandbox/oura.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** So many periods of sleep of five hours, at most four a day, the newest one over before `now`; oldest first. */
export function sleepsBefore(now: number, count: number, perDay: number): Document[] {
  const found: Document[] = [];
  for (let day = Math.floor(now / DAY); found.length < count; day -= 1) {
    for (let slot = perDay - 1; slot >= 0 && found.length < count; slot -= 1) {
      const start = day * DAY + slot * 6 * HOUR;
      if (start + 5 * HOUR < now) found.push(sleep(start));
    }
  }
  return found.reverse();
}

function sleep(start: number): Document {
  const text = (at: number) => `${new Date(at).toISOString().slice(0, 19)}+00:00`;
  const bedtime = text(start);
  return {
    id: `sleep-${bedtime}`,
    day: bedtime.slice(0, 10),
    type: 'long_sleep',
    bedtime_start: bedtime,
    bedtime_end: text(start + 5 * HOUR),
    total_sleep_duration: 4.5 * 3600,
    efficiency: 90,
  };
}

/** The entry that the program makes of it. */
export function entryOf({ day, bedtime_start, bedtime_end }: Document, projectId: string) {
  const start = String(bedtime_start);
  const marker = `[Oura:${day}_${start.slice(11, 16)}]`;
  return {
    start,
    end: String(bedtime_end),
    description: `🛌 Sleep - 4h 30m (90% efficiency) ${marker}`,
    projectId,
  };
}
