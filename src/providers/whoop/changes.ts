import { atOffset, instantOf } from '../../core/dates.ts';
import type { Change, RawItem } from '../../core/provider.ts';
import { partOf } from '../../http/json.ts';
import type { Cycle, Recovery, Sleep, Workout } from './collections.ts';

/** Instants are UTC with the offset of the place beside them. */
function local(instant: string, offset: string, later = 0): string {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(offset) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return atOffset(instantOf(instant) + later, sign === '-' ? -size : size);
}

const dayOf = (instant: string) => instant.slice(0, 10);

/** Ids are 64-bit numbers: exact only in the text. */
export const idIn = (raw: RawItem, name: string) => partOf(raw, name).text;

/** A cycle runs from falling asleep to falling asleep. It counts for the date of waking: a night after its start. */
const NIGHT = 8 * 3_600_000;

export function cycleOf(item: Cycle, _of: string, raw: RawItem): Change {
  const { start, end, timezone_offset: offset, updated_at } = item;
  return {
    row: {
      id: idIn(raw, 'id'),
      day: dayOf(local(start, offset, NIGHT)),
      startedAt: local(start, offset),
      endedAt: end == null ? undefined : local(end, offset),
      updatedAt: updated_at ?? undefined,
    },
  };
}

export function recoveryOf({ updated_at }: Recovery, _of: string, raw: RawItem): Change {
  return { row: { id: idIn(raw, 'cycle_id'), updatedAt: updated_at ?? undefined } };
}

/** A sleep that has not ended yet counts for the date of its start, and is no session. */
export function sleepOf(item: Sleep): Change {
  const { id, timezone_offset: offset, nap, updated_at } = item;
  const start = local(item.start, offset);
  const row = { id, startedAt: start, updatedAt: updated_at ?? undefined };
  if (item.end == null) return { row: { ...row, day: dayOf(start) } };
  const end = local(item.end, offset);
  const day = dayOf(end);
  const session = {
    kind: 'sleep',
    type: nap ? 'nap' : 'sleep',
    day,
    start,
    end,
    asleepSeconds: asleepSeconds(item),
    efficiency: rounded(item.score?.sleep_efficiency_percentage),
  };
  return { row: { ...row, day, endedAt: end }, session };
}

function asleepSeconds({ score }: Sleep): number | null {
  const stages = score?.stage_summary;
  const { total_light_sleep_time_milli: light, total_slow_wave_sleep_time_milli: deep } = stages ?? {};
  const rem = stages?.total_rem_sleep_time_milli;
  return light == null || deep == null || rem == null ? null : rounded((light + deep + rem) / 1000);
}

const rounded = (value: number | null | undefined) => (value == null ? null : Math.round(value));

export function workoutOf(item: Workout): Change {
  const { id, timezone_offset: offset, sport_name, updated_at } = item;
  const [start, end] = [local(item.start, offset), local(item.end, offset)];
  const day = dayOf(start);
  return {
    row: { id, day, startedAt: start, endedAt: end, updatedAt: updated_at ?? undefined },
    session: {
      kind: 'workout',
      type: sport_name ?? null,
      day,
      start,
      end,
      asleepSeconds: null,
      efficiency: null,
    },
  };
}
