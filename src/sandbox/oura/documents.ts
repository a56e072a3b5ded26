import { addDays, daysBetween, startOfDay } from '../../core/dates.ts';
import { documentId } from '../dice.ts';
import { activityRows } from './activity.ts';
import { DAY, HOUR } from './life.ts';
import { floatingText, localText, localTextWithMilliseconds, utcText } from './localTime.ts';
import { cardiovascularAge, dailySleep, readiness, resilience, sleepTime, spo2 } from './mornings.ts';
import { sleepRows, UPLOAD } from './night.ts';
import type { DayOfDocuments } from './records.ts';

const stress: DayOfDocuments = (life, day) => {
  const roll = life.dice('stress', day);
  const id = documentId(life.person.seed, 'daily_stress', day);
  const known = startOfDay(day, life.person.zone) + 20 * HOUR;
  // Oura fills days without data with zeros.
  const empty = { day_summary: null, recovery_high: 0, stress_high: 0 };
  const values = {
    day_summary: roll.pick(['restored', 'normal', 'stressful']),
    recovery_high: roll.whole(0, 16) * 900,
    stress_high: roll.whole(0, 12) * 900,
  };
  return [{ known, document: { id, day, ...(life.bedtimes(day).length === 0 ? empty : values) } }];
};

const workouts: DayOfDocuments = (life, day) =>
  life.workouts(day).map((workout, index) => {
    const roll = life.dice(`workout ${index}`, day);
    const zone = life.person.zone;
    const minutes = (workout.end - workout.start) / 60_000;
    const document = {
      id: documentId(life.person.seed, 'workout', day, index),
      activity: roll.pick(['walking', 'running', 'cycling', 'strength_training', 'crossCountrySkiing']),
      calories: roll.chance(0.1) ? null : roll.decimal(4 * minutes, 9 * minutes, 3),
      day,
      distance: roll.chance(0.4) ? null : roll.decimal(60 * minutes, 190 * minutes, 1),
      end_datetime: localText(workout.end, zone),
      intensity: workout.hard ? 'hard' : roll.pick(['easy', 'moderate']),
      label: roll.chance(0.8) ? null : 'after work',
      source: roll.pick(['confirmed', 'autodetected', 'manual', 'workout_heart_rate']),
      start_datetime: localText(workout.start, zone),
    };
    return { known: workout.end + UPLOAD, document };
  });

const sessions: DayOfDocuments = (life, day) =>
  life.sessions(day).map(({ start, end }) => {
    const roll = life.dice('session', day);
    const zone = life.person.zone;
    const items = Array.from({ length: (end - start) / 5000 }, () => roll.whole(0, 40));
    const series = { interval: 5, items, timestamp: localTextWithMilliseconds(start, zone) };
    const document = {
      id: documentId(life.person.seed, 'session', day),
      day,
      start_datetime: localText(start, zone),
      end_datetime: localText(end, zone),
      type: roll.pick(['breathing', 'meditation', 'nap', 'relaxation', 'rest', 'body_status']),
      heart_rate: roll.chance(0.5)
        ? null
        : { ...series, items: items.map((one) => (one < 9 ? null : 50 + one / 2)) },
      heart_rate_variability: null,
      mood: roll.chance(0.3) ? null : roll.pick(['bad', 'worse', 'same', 'good', 'great']),
      motion_count: series,
    };
    return { known: end + UPLOAD, document };
  });

const tags: DayOfDocuments = (life, day) => {
  if (!life.every(day, 7, 2)) return [];
  const at = startOfDay(day, life.person.zone) + 19 * HOUR;
  const document = {
    id: documentId(life.person.seed, 'tag', day),
    day,
    text: life.every(day, 14, 2) ? null : 'long train ride',
    timestamp: localText(at, life.person.zone),
    tags: ['tag_generic_travel'],
  };
  return [{ known: at + UPLOAD, document }];
};

const enhancedTags: DayOfDocuments = (life, day) => {
  if (!life.every(day, 3, 1)) return [];
  const { seed, zone } = life.person;
  const roll = life.dice('enhanced_tag', day);
  const start = startOfDay(day, zone) + roll.whole(8 * 3600, 20 * 3600) * 1000;
  const lasts = roll.chance(0.2);
  const own = roll.chance(0.2);
  // The published type is a local time without an offset, although recordings carry one.
  const text = life.every(day, 30, 1) ? floatingText : localText;
  const document = {
    id: documentId(seed, 'enhanced_tag', day),
    tag_type_code: own
      ? 'custom'
      : roll.pick(['tag_generic_nocaffeine', 'tag_sleep_alcohol', 'tag_generic_fasting']),
    start_time: text(start, zone),
    end_time: lasts ? text(start + HOUR, zone) : null,
    start_day: day,
    end_day: lasts ? day : null,
    comment: roll.chance(0.7) ? '' : 'café – 日本',
    custom_name: own ? 'cold shower' : null,
  };
  return [{ known: start + (lasts ? HOUR : 0) + UPLOAD, document }];
};

/** Three days from 11:00; open while it lasts. */
const restModes: DayOfDocuments = (life, day, asOf) => {
  if (!life.every(day, 28, 20)) return [];
  const { seed, zone } = life.person;
  const start = startOfDay(day, zone) + 11 * HOUR;
  const lastDay = addDays(day, 2);
  const end = startOfDay(lastDay, zone) + 11 * HOUR;
  const over = end + UPLOAD <= asOf;
  const document = {
    id: documentId(seed, 'rest_mode_period', day),
    end_day: over ? lastDay : null,
    end_time: over ? localText(end, zone) : null,
    episodes: [{ tags: ['tag_generic_cold'], timestamp: localTextWithMilliseconds(start, zone) }],
    start_day: day,
    start_time: localText(start, zone),
  };
  return [{ known: start + UPLOAD, document }];
};

const vo2Max: DayOfDocuments = (life, day) => {
  if (!life.every(day, 7, 5)) return [];
  const at = startOfDay(day, life.person.zone) + 12 * HOUR;
  const document = {
    id: documentId(life.person.seed, 'vO2_max', day),
    day,
    timestamp: localText(at, life.person.zone),
    vo2_max: life.dice('vo2', day).whole(38, 46),
  };
  return [{ known: at + UPLOAD, document }];
};

/** The first ring on the first day, another after 400 days. */
const rings: DayOfDocuments = (life, day) => {
  const index = daysBetween(life.person.firstDay, day) / 400;
  if (index !== 0 && index !== 1) return [];
  const at = startOfDay(day, life.person.zone) - DAY;
  const ring =
    index === 0
      ? { hardware_type: 'gen3', color: 'stealth_black' }
      : { hardware_type: 'gen4', color: 'silver' };
  const id = documentId(life.person.seed, 'ring_configuration', index);
  const document = {
    id,
    ...ring,
    design: 'heritage',
    firmware_version: '3.2.1',
    set_up_at: utcText(at),
    size: 11,
  };
  return [{ known: at, document }];
};

export const documents: Readonly<Record<string, DayOfDocuments>> = {
  daily_activity: activityRows,
  daily_cardiovascular_age: cardiovascularAge,
  daily_readiness: readiness,
  daily_resilience: resilience,
  daily_sleep: dailySleep,
  daily_spo2: spo2,
  daily_stress: stress,
  enhanced_tag: enhancedTags,
  rest_mode_period: restModes,
  ring_configuration: rings,
  session: sessions,
  sleep: sleepRows,
  sleep_time: sleepTime,
  tag: tags,
  vO2_max: vo2Max,
  workout: workouts,
};

/** Of these a document that is known changes by itself until its day, or what it tells of, is over. */
export const changing: ReadonlySet<string> = new Set(['daily_activity', 'rest_mode_period']);
