import type { LocalDate } from '../../core/dates.ts';
import { dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import { daysOf, deviceId, FINE_DAYS, hardware, hour, type Keyed, type Person } from './person.ts';

/** Every sixth day the watch stays at home and the phone counts. */
const byPhone = (index: number) => index % 6 === 4;
/** Nothing at all was recorded minute by minute. */
const unworn = (index: number) => index % 6 === 5;

export function inventedActivity(person: Person): Keyed[] {
  return daysOf(person).map(({ day, index }) => [day, dayOf(person, day, index)]);
}

function dayOf(person: Person, day: LocalDate, index: number): Document {
  const chance = dice(person.seed, 'activity', day);
  const steps = chance.whole(2500, 14_000);
  const [moderate, intense] = [chance.whole(200, 3000), chance.whole(0, 1500)];
  const phone = byPhone(index);
  const id = phone ? null : deviceId(person, 'watch');
  return {
    steps,
    distance: Number((steps * 0.74).toFixed(3)),
    elevation: chance.whole(0, 12),
    soft: chance.whole(1500, 8000),
    moderate,
    intense,
    active: moderate + intense,
    calories: Number((steps * 0.035).toFixed(3)),
    totalcalories: Number((1650 + steps * 0.035).toFixed(3)),
    ...(phone ? {} : pulse(person, day)),
    deviceid: id,
    hash_deviceid: id,
    timezone: person.zone,
    date: day,
    // A finished day is summed up once more in the night; today's row changes all the time.
    modified: Math.min(hour(person, day, 26), person.now),
    brand: phone ? 18 : 1,
    modelid: phone ? 1055 : hardware.watch.model_id,
    model: phone ? 'GoogleFit tracker' : hardware.watch.model,
    is_tracker: !phone,
  };
}

function pulse(person: Person, day: LocalDate): Document {
  const chance = dice(person.seed, 'pulse', day);
  const low = chance.whole(45, 58);
  return {
    hr_average: low + chance.whole(14, 26),
    hr_min: low,
    hr_max: low + chance.whole(60, 110),
    hr_zone_0: chance.whole(20_000, 60_000),
    hr_zone_1: chance.whole(500, 5000),
    hr_zone_2: chance.whole(0, 2000),
    hr_zone_3: chance.whole(0, 300),
  };
}

/** Walk, run, bicycling, swimming. */
const CATEGORIES = [1, 2, 6, 7] as const;
const SWIM = 7;

export function inventedWorkouts(person: Person): Keyed[] {
  const found: Keyed[] = [];
  for (const { day, index } of daysOf(person)) {
    const chance = dice(person.seed, 'workout', day);
    const start = hour(person, day, chance.decimal(16, 18, 3));
    const seconds = chance.whole(900, 5400);
    const modified = start + seconds + chance.whole(60, 7200);
    if (index % 3 === 1 || modified > person.now) continue;
    const id = 3_600_000_000 + (person.seed % 1000) * 100_000 + index;
    const phone = byPhone(index);
    const row = {
      id,
      category: chance.pick(CATEGORIES),
      timezone: person.zone,
      model: phone ? 1055 : hardware.watch.model_id,
      attrib: 0,
      startdate: start,
      enddate: start + seconds,
      date: day,
      deviceid: phone ? null : deviceId(person, 'watch'),
      modified,
    };
    found.push([String(id), { ...row, data: effort(person, day, row.category, seconds, phone) }]);
  }
  return found;
}

/** A phone knows next to nothing; a swim has no steps. */
function effort(person: Person, day: LocalDate, category: number, seconds: number, phone: boolean): Document {
  const chance = dice(person.seed, 'effort', day);
  if (phone) return { algo_pause_duration: null };
  const swim = category === SWIM;
  const laps = Math.round(seconds / 45);
  return {
    calories: Math.round(seconds / 9),
    intensity: 30,
    manual_intensity: null,
    manual_distance: 0,
    manual_calories: 0,
    hr_average: chance.whole(105, 140),
    hr_min: chance.whole(70, 90),
    hr_max: chance.whole(145, 178),
    hr_zone_0: chance.whole(0, 600),
    hr_zone_1: chance.whole(0, 900),
    hr_zone_2: chance.whole(0, 900),
    hr_zone_3: chance.whole(0, 300),
    pause_duration: chance.whole(0, 120),
    ...(swim
      ? { pool_laps: laps, strokes: laps * 18, pool_length: 25 }
      : { steps: seconds * 2, distance: Math.round(seconds * 1.6), elevation: chance.whole(0, 20) }),
    algo_pause_duration: swim ? chance.whole(0, 90) : null,
    spo2_average: null,
    core_body_temperature_avg: null,
    core_body_temperature_min: null,
    core_body_temperature_max: null,
    core_body_temperature_status: null,
  };
}

/** Every half hour of the waking day the watch has either moved or only felt the pulse. */
export function inventedIntraday(person: Person): Keyed[] {
  const watch = { deviceid: deviceId(person, 'watch'), ...modelOf() };
  const found: Keyed[] = [];
  for (const { day, index } of daysOf(person, FINE_DAYS)) {
    if (byPhone(index) || unworn(index)) continue;
    const chance = dice(person.seed, 'intraday', day);
    for (let half = 14; half < 44; half += 1) {
      const at = hour(person, day, half / 2) + chance.whole(0, 900);
      if (at > person.now) continue;
      const steps = chance.whole(5, 110);
      const beat = { heart_rate: chance.whole(52, 120) };
      const moved = {
        steps,
        elevation: chance.chance(0.1) ? 3.05 : 0,
        calories: Number((steps * 0.035).toFixed(3)),
        distance: Number((steps * 0.74).toFixed(3)),
        duration: 60,
      };
      found.push([String(at), { ...watch, ...(chance.chance(0.4) ? beat : moved) }]);
    }
  }
  return found;
}

function modelOf(): Document {
  return { model: hardware.watch.model, model_id: hardware.watch.model_id };
}
