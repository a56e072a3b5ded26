import { PUSHED } from '../../destinations/clockify/rules.ts';
import type { Document } from '../../sandbox/oura/records.ts';
import type { Stage } from './stage.ts';

const MINUTE = 60_000;

export interface Change {
  readonly change: 're-scored' | 'moved' | 'edited' | 'deleted';
  readonly day: string;
  /** What happened to it, and where. */
  readonly what: string;
}

/** What a week brings: three nights change in the Oura app, and the person edits one entry in Clockify. */
export async function changeNights(stage: Stage): Promise<Change[]> {
  const nights = await lastNights(stage);
  const [rescored, moved, edited, deleted] = nights;
  if (rescored === undefined || moved === undefined || edited === undefined || deleted === undefined)
    throw new Error('fewer than four nights in the last week');
  return [
    { change: 're-scored', day: rescored.day, what: rescore(stage, rescored.id) },
    { change: 'moved', day: moved.day, what: move(stage, moved.id) },
    { change: 'edited', day: edited.day, what: edit(stage, edited.startAt) },
    { change: 'deleted', day: deleted.day, what: remove(stage, deleted.id) },
  ];
}

/** Newest first, one per day, so of the days that every run reads again. */
async function lastNights({ context }: Stage) {
  const store = await context.store();
  const nights = store
    .sessions({ ...PUSHED, account: context.globals.account })
    .filter(({ type }) => type === 'long_sleep');
  return nights
    .filter(({ day }, index) => nights.findIndex((other) => other.day === day) === index)
    .slice(0, 4)
    .map(({ recordId, day, startAt }) => ({ id: recordId, day, startAt }));
}

function night({ oura }: Stage, id: string): Document {
  const found = oura.truth.get('sleep', id);
  if (found === undefined) throw new Error('a stored night is not at the source');
  return found;
}

function rescore(stage: Stage, id: string): string {
  const before = night(stage, id);
  const lost = 25 * 60;
  const asleep = Number(before.total_sleep_duration) - lost;
  const efficiency = Math.round((asleep / Number(before.time_in_bed)) * 100);
  stage.oura.truth.rescore(id, {
    total_sleep_duration: asleep,
    light_sleep_duration: Number(before.light_sleep_duration) - lost,
    awake_time: Number(before.awake_time) + lost,
    efficiency,
  });
  return `Oura: scored anew, efficiency ${before.efficiency} -> ${efficiency} %`;
}

function move(stage: Stage, id: string): string {
  const { bedtime_start, bedtime_end } = night(stage, id);
  const by = -40 * MINUTE;
  const start = shifted(String(bedtime_start), by);
  stage.oura.truth.rescore(id, { bedtime_start: start, bedtime_end: shifted(String(bedtime_end), by) });
  return `Oura: bedtime ${String(bedtime_start).slice(11, 16)} -> ${start.slice(11, 16)}`;
}

function remove(stage: Stage, id: string): string {
  stage.oura.truth.remove('sleep', id);
  return 'Oura: deleted';
}

function edit({ clockify }: Stage, startAt: number): string {
  const start = `${new Date(startAt).toISOString().slice(0, 19)}Z`;
  const entry = clockify.entries().find(({ timeInterval }) => timeInterval.start === start);
  if (entry === undefined) throw new Error('a stored night has no entry');
  clockify.editEntry(entry.id, { description: `${entry.description} – woken by the neighbours` });
  return 'Clockify: the entry got another text';
}

/** The same wall clock's offset, other minutes. */
function shifted(text: string, milliseconds: number): string {
  const offset = text.slice(19);
  const wall = Date.parse(`${text.slice(0, 19)}Z`) + milliseconds;
  return new Date(wall).toISOString().slice(0, 19) + offset;
}
