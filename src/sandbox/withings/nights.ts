import type { LocalDate } from '../../core/dates.ts';
import { dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { daysOf, deviceId, FINE_DAYS, hardware, hour, type Keyed, type Person } from './person.ts';

const AWAKE = 0;
const LIGHT = 1;
const DEEP = 2;
const REM = 3;

/** One stretch of a night; unix seconds. */
interface Segment {
  readonly state: number;
  readonly start: number;
  readonly end: number;
}

/** Every ninth night was recorded by somebody else's device: nothing but its length is known. */
const foreign = (index: number) => index % 9 === 7;

/** The night before the morning of that day, or none when it is not over. */
function nightOf(person: Person, day: LocalDate): Segment[] {
  const chance = dice(person.seed, 'night', day);
  let at = hour(person, day, chance.decimal(-1.5, 0.5, 2));
  const segments: Segment[] = [];
  const add = (state: number, minutes: number) => {
    segments.push({ state, start: at, end: at + minutes * 60 });
    at += minutes * 60;
  };
  add(AWAKE, chance.whole(4, 25));
  for (let cycle = 0; cycle < 4; cycle += 1) {
    add(LIGHT, chance.whole(25, 50));
    add(DEEP, chance.whole(15, 40) - cycle * 3);
    add(LIGHT, chance.whole(10, 25));
    add(REM, chance.whole(8, 20) + cycle * 4);
    if (chance.chance(0.4)) add(AWAKE, chance.whole(2, 9));
  }
  add(LIGHT, chance.whole(10, 20));
  add(AWAKE, chance.whole(3, 12));
  return at <= person.now ? segments : [];
}

function lengthOf(segments: readonly Segment[], ...states: number[]): number {
  const kept = segments.filter((one) => states.includes(one.state));
  return kept.reduce((sum, one) => sum + one.end - one.start, 0);
}

export function inventedNights(person: Person): Keyed[] {
  const found: Keyed[] = [];
  for (const { day, index } of daysOf(person)) {
    const segments = nightOf(person, day);
    const [first, last] = [segments[0], segments.at(-1)];
    if (first === undefined || last === undefined) continue;
    const id = 2_080_000_000 + (person.seed % 1000) * 100_000 + index;
    // The mat uploads when the person gets up, sometimes only when it finds the network again.
    const created = Math.min(last.end + (index % 7 === 6 ? 90_000 : 120), person.now);
    const other = foreign(index);
    const document = {
      id,
      timezone: person.zone,
      model: other ? 16 : 32,
      model_id: other ? hardware.watch.model_id : hardware.mat.model_id,
      hash_deviceid: other ? null : deviceId(person, 'mat'),
      startdate: first.start,
      enddate: last.end,
      date: day,
      data: other ? lengthOnly(segments) : measured(person, day, segments),
      created,
      modified: created,
      completed: true,
    };
    found.push([String(id), document]);
  }
  return found;
}

function durations(segments: readonly Segment[]): Document {
  const inBed = lengthOf(segments, AWAKE, LIGHT, DEEP, REM);
  const asleep = lengthOf(segments, LIGHT, DEEP, REM);
  const before = lengthOf(segments.slice(0, 1), AWAKE);
  const after = lengthOf(segments.slice(-1), AWAKE);
  const awake = lengthOf(segments, AWAKE);
  return {
    wakeupduration: awake,
    wakeupcount: segments.slice(1, -1).filter((one) => one.state === AWAKE).length,
    durationtosleep: before,
    remsleepduration: lengthOf(segments, REM),
    durationtowakeup: after,
    total_timeinbed: inBed,
    total_sleep_time: asleep,
    sleep_efficiency: Number((asleep / inBed).toFixed(2)),
    sleep_latency: before,
    wakeup_latency: after,
    waso: awake - before - after,
    nb_rem_episodes: segments.filter((one) => one.state === REM).length,
    out_of_bed_count: 0,
    lightsleepduration: lengthOf(segments, LIGHT),
    deepsleepduration: lengthOf(segments, DEEP),
  };
}

function lengthOnly(segments: readonly Segment[]): Document {
  const whole = durations(segments);
  const unknown = { lightsleepduration: null, deepsleepduration: null, remsleepduration: null };
  return { ...whole, ...unknown, nb_rem_episodes: null, asleepduration: whole.total_sleep_time };
}

function measured(person: Person, day: LocalDate, segments: readonly Segment[]): Document {
  const chance = dice(person.seed, 'night data', day);
  const low = chance.whole(44, 52);
  const length = (segments.at(-1)?.end ?? 0) - (segments[0]?.start ?? 0);
  return {
    ...durations(segments),
    hr_average: low + chance.whole(6, 12),
    hr_min: low,
    hr_max: low + chance.whole(25, 45),
    rr_average: chance.whole(13, 16),
    rr_min: chance.whole(9, 12),
    rr_max: chance.whole(18, 22),
    breathing_quality_assessment: chance.whole(10, 40),
    breathing_disturbances_intensity: chance.whole(2, 25),
    snoring: chance.whole(0, 40) * 60,
    snoringepisodecount: chance.whole(0, 12),
    sleep_score: chance.whole(55, 95),
    // By kind of event, in seconds after the beginning; the document calls it a list.
    night_events: { 1: [0], 2: [lengthOf(segments.slice(0, 1), AWAKE)], 4: [length] },
    apnea_hypopnea_index: chance.chance(0.2) ? null : chance.whole(1, 9),
    mvt_score_avg: chance.whole(5, 40),
    mvt_active_duration: chance.whole(600, 3000),
    rmssd_start_avg: chance.decimal(25, 60, 1),
    rmssd_end_avg: chance.decimal(25, 60, 1),
    core_body_temperature_min: null,
    core_body_temperature_max: null,
    core_body_temperature_avg: null,
    core_body_temperature_status: null,
  };
}

/** Keyed by the second at which a segment begins. */
export function inventedSegments(person: Person): Keyed[] {
  return daysOf(person, FINE_DAYS)
    .filter(({ index }) => !foreign(index))
    .flatMap(({ day }) => nightOf(person, day))
    .map((segment) => [String(segment.start), segmentDocument(person, segment)]);
}

function segmentDocument(person: Person, { state, start, end }: Segment): Document {
  const chance = dice(person.seed, 'segment', start);
  const everyMinute = (value: () => number) => {
    const found: Record<string, number> = {};
    for (let at = start; at < end; at += 60) found[at] = value();
    return found;
  };
  const rate = state === AWAKE ? 62 : 48;
  return {
    startdate: start,
    state,
    enddate: end,
    model: hardware.mat.model,
    hr: everyMinute(() => rate + chance.whole(0, 9)),
    rr: everyMinute(() => chance.whole(12, 17)),
    snoring: everyMinute(() => (chance.chance(0.05) ? 60 : 0)),
    sdnn_1: everyMinute(() => chance.whole(20, 80)),
    rmssd: everyMinute(() => chance.whole(20, 80)),
    mvt_score: everyMinute(() => (state === AWAKE ? chance.whole(40, 200) : chance.whole(0, 20))),
    hash_deviceid: deviceId(person, 'mat'),
    model_id: hardware.mat.model_id,
  };
}
