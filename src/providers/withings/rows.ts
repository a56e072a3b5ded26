import type * as z from 'zod';
import type { RawItem, Row, Session } from '../../core/provider.ts';
import { partOf } from '../../http/json.ts';
import type * as c from './collections.ts';
import { nameOf, wordOf } from './kinds.ts';
import { TWIN } from './measures.ts';
import { dayIn, instantIn } from './times.ts';

export type Group = z.infer<typeof c.measureGroup.schema>;

/** A group may come twice: with attrib 0 and with 8, which means the same. Any other attrib is one that may change. */
export function groupRow({ attrib, timezone, date, modified }: Group, raw: RawItem): Row {
  return {
    id: `${written('grpid', raw)}${attrib === 8 ? TWIN : ''}`,
    day: dayIn(timezone, date),
    startedAt: instantIn(timezone, date),
    updatedAt: changedAt(modified),
  };
}

/** The number there as it is written: it may be beyond 2^53. */
function written(path: string, raw: RawItem): string {
  return partOf(raw, path).text;
}

function changedAt(modified: number | null | undefined): string | undefined {
  return typeof modified === 'number' ? instantIn(undefined, modified) : undefined;
}

export type Day = z.infer<typeof c.activity.schema>;

/** A row per day and tracker. Phones have no device id. */
export function activityRow({ date, deviceid, hash_deviceid, brand, modelid, modified }: Day): Row {
  const tracker = deviceid ?? hash_deviceid ?? `${brand ?? ''}-${modelid ?? ''}`;
  return { id: `${date}/${tracker}`, day: date, updatedAt: changedAt(modified) };
}

export type Workout = z.infer<typeof c.workout.schema>;
export type Night = z.infer<typeof c.sleepSummary.schema>;

export function stretchRow(stretch: Workout | Night, raw: RawItem): Row {
  return {
    id: written('id', raw),
    ...placed(stretch),
    updatedAt: changedAt(stretch.modified),
  };
}

function placed({ date, timezone, startdate, enddate }: Workout | Night) {
  return {
    day: date,
    startedAt: instantIn(timezone, startdate),
    endedAt: instantIn(timezone, enddate),
  };
}

/** Nights from elsewhere have their time asleep under another name, and old ones nowhere but in their phases. */
function asleepSeconds({ data }: Night): number | null {
  const phases = [data?.lightsleepduration, data?.deepsleepduration, data?.remsleepduration];
  const known = phases.filter((phase) => typeof phase === 'number');
  const sum = known.length === 0 ? null : known.reduce((total, phase) => total + phase, 0);
  return data?.total_sleep_time ?? data?.asleepduration ?? sum;
}

export function nightSession(night: Night): Session {
  const row = placed(night);
  const ratio = night.data?.sleep_efficiency;
  return {
    kind: 'sleep',
    type: 'sleep',
    day: row.day,
    start: row.startedAt,
    end: row.endedAt,
    asleepSeconds: asleepSeconds(night),
    efficiency: typeof ratio === 'number' ? Math.round(ratio * 1000) / 10 : null,
  };
}

export function workoutSession(workout: Workout): Session {
  const row = placed(workout);
  return {
    kind: 'workout',
    type: wordOf(workout.category),
    day: row.day,
    start: row.startedAt,
    end: row.endedAt,
    asleepSeconds: null,
    efficiency: null,
    title: nameOf(workout.category) ?? null,
  };
}

export type Recording = z.infer<typeof c.heartRecording.schema>;

/** A recording is known by its signal or sound; without either it is a blood pressure alone. */
export function recordingRow(recording: Recording, raw: RawItem): Row {
  const { timestamp, deviceid, model, modified } = recording;
  const kind = (['ecg', 'stetho'] as const).find((name) => typeof recording[name]?.signalid === 'number');
  return {
    id: kind === undefined ? `${timestamp}/${deviceid ?? model ?? ''}` : written(`${kind}.signalid`, raw),
    startedAt: instantIn(undefined, timestamp),
    updatedAt: changedAt(modified),
  };
}

export const seriesRow = ({ id, day, start }: z.infer<typeof c.seriesOfDay.schema>) => ({
  row: { id, day, startedAt: start },
});
