import type * as z from 'zod';
import { payload, within } from '../../core/common.ts';
import { atZone, dateAt, instantOf, isTimeZone } from '../../core/dates.ts';
import type { CommonRows, Put } from '../../core/provider.ts';
import type { intervals } from './collections.ts';

export type Interval = z.infer<typeof intervals.schema>;

interface Stage {
  readonly stage: unknown;
  readonly duration: number;
}

/** One stay in bed: its row and its session, in the time of the place where it was. */
export function stayOf(item: Interval): Put {
  const zone = item.timezone && isTimeZone(item.timezone) ? item.timezone : 'UTC';
  const stages = stagesOf(item.stages);
  const from = instantOf(item.ts);
  const until = item.presenceEnd ? instantOf(item.presenceEnd) : from + inBed(stages) * 1000;
  const [day, start, end] = [dateAt(until, zone), atZone(from, zone), atZone(until, zone)];
  const row = { id: item.id, day, startedAt: start, endedAt: end };
  const asleepSeconds = item.stageSummary?.sleepDuration ?? asleep(stages);
  return { row, session: { kind: 'sleep', type: 'sleep', day, start, end, asleepSeconds, efficiency: null } };
}

function stagesOf(stages: unknown): Stage[] {
  if (!Array.isArray(stages)) return [];
  return stages.flatMap((one) => {
    const { stage, duration } = Object(one) as { stage?: unknown; duration?: unknown };
    return typeof duration === 'number' ? [{ stage, duration }] : [];
  });
}

const sum = (stages: readonly Stage[]) => stages.reduce((total, { duration }) => total + duration, 0);

/** Time out of bed is a stage of its own that comes on top: the clock between both ends does not count it. */
const inBed = (stages: readonly Stage[]) => sum(stages.filter(({ stage }) => stage !== 'out'));

function asleep(stages: readonly Stage[]): number | null {
  if (stages.length === 0) return null;
  return sum(stages.filter(({ stage }) => stage === 'light' || stage === 'deep' || stage === 'rem'));
}

/** Sessions of 2022 come without the summary. */
function seconds(stage: 'light' | 'deep' | 'rem' | 'awake'): string {
  const counted = `(SELECT sum(${within('s', '$.duration')}) FROM json_each(i.payload, '$.stages') s
    WHERE ${within('s', '$.stage')} = '${stage}')`;
  return `coalesce(${payload(`$.stageSummary.${stage}Duration`)}, ${counted})`;
}

function ofSeries(what: 'avg' | 'min', name: string): string {
  return `(SELECT ${what}(${within('p', '$[1]')}) FROM json_each(i.payload, '$.timeseries.${name}') p)`;
}

/** Means are those of the series, whose points are means of a quarter of an hour (breathing: of an hour). */
export const sleepSessions: CommonRows = {
  view: 'sleep_sessions',
  columns: {
    light_seconds: seconds('light'),
    deep_seconds: seconds('deep'),
    rem_seconds: seconds('rem'),
    awake_seconds: seconds('awake'),
    average_heart_rate_bpm: ofSeries('avg', 'heartRate'),
    lowest_heart_rate_bpm: ofSeries('min', 'heartRate'),
    average_hrv_ms: ofSeries('avg', 'rmssd'),
    respiratory_rate_bpm: ofSeries('avg', 'respiratoryRate'),
  },
};
