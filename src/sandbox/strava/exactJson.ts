/** Ids that outgrow what a double holds are kept as text; Strava prints them as numbers. */
const IDS = new Set(['id', 'upload_id', 'activity_id']);

/** Printed with a decimal point even when they are whole, as the recordings have them: `7200.0`. */
const FLOATS = new Set(['utc_offset', 'max_heartrate', 'total_elevation_gain', 'suffer_score', 'calories']);

/** Begins like nothing a person writes; what follows is printed bare. */
const BARE = '\u0001bare:';

/** JSON as Strava prints it, every digit of large ids included. */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (key, one: unknown) => {
    if (typeof one === 'string' && IDS.has(key) && /^\d+$/.test(one)) return BARE + one;
    if (typeof one === 'number' && FLOATS.has(key) && Number.isInteger(one)) return `${BARE}${one}.0`;
    return one;
  });
  return text.replaceAll(/"\\u0001bare:([-\d.]+)"/g, '$1');
}

/** Small ids are numbers; what a double cannot hold stays text. */
export function idOf(text: string): number | string {
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
}
