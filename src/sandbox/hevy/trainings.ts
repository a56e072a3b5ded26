import { startOfDay } from '../../core/dates.ts';
import { type Dice, dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Template } from './catalogue.ts';
import type { Person } from './person.ts';
import { chosen, type Routine } from './plans.ts';
import { inventedSets } from './sets.ts';
import { utcText } from './times.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** What a training is made of. */
export interface Plans {
  readonly routines: readonly Routine[];
  readonly templates: readonly Template[];
}

/** Four or five trainings in most weeks, oldest first; some were edited later. */
export function inventedWorkouts(person: Person, plans: Plans): Document[] {
  return person.days.flatMap((day) => {
    const roll = dice(person.seed, 'workout', day);
    if (!roll.chance(0.65)) return [];
    const logged = training(person, { day, id: documentId(person.seed, 'workout', day) }, roll, plans);
    const edited = Date.parse(String(logged.created_at)) + roll.whole(10, 3000) * MINUTE + roll.whole(0, 999);
    if (roll.chance(0.25) && edited <= person.now) logged.updated_at = utcText(edited, 'Z');
    return Date.parse(String(logged.created_at)) <= person.now ? [logged] : [];
  });
}

export interface Deletion {
  /** As it was. */
  readonly workout: Document;
  /** UTC epoch milliseconds. */
  readonly at: number;
}

/** Trainings that were logged by mistake and deleted in the evening, every ninth day. */
export function inventedDeletions(person: Person, plans: Plans): Deletion[] {
  const { seed, zone, now } = person;
  return person.days
    .filter((_, index) => index % 9 === 4)
    .map((day) => {
      const roll = dice(seed, 'deletion', day);
      const at = startOfDay(day, zone) + 22 * HOUR + roll.whole(0, 3_600_000);
      return {
        workout: training(person, { day, id: documentId(seed, 'deleted workout', day) }, roll, plans),
        at,
      };
    })
    .filter(({ at }) => at <= now);
}

function training(
  person: Person,
  { day, id }: { day: string; id: string },
  roll: Dice,
  plans: Plans,
): Document {
  const start =
    startOfDay(day, person.zone) + (roll.chance(0.4) ? 6.5 : 17.5) * HOUR + roll.whole(0, 3600) * 1000;
  const end = start + roll.whole(35 * 60, 85 * 60) * 1000;
  const created = end + roll.whole(0, 20_000);
  const offset = roll.chance(0.5) ? 'Z' : '+00:00';
  const routine = roll.chance(0.7) ? plans.routines[roll.whole(0, plans.routines.length - 1)] : undefined;
  return {
    id,
    title: routine?.title ?? roll.pick(['Evening workout', 'Morning workout 💪', 'Legs', 'Quick one']),
    routine_id: routine?.id ?? null,
    description: roll.chance(0.3) ? 'Felt strong, slept well.' : '',
    start_time: utcText(start, offset),
    end_time: utcText(end, offset),
    updated_at: utcText(created, 'Z'),
    // Not every time has a fraction.
    created_at: utcText(Math.floor(created / 1000) * 1000, '+00:00'),
    // A training can be logged without a single exercise.
    exercises: roll.chance(0.06) ? [] : exercises(person, roll, plans.templates),
  };
}

function exercises(person: Person, roll: Dice, templates: readonly Template[]): Document[] {
  const superset = roll.chance(0.4);
  return chosen(roll, templates).map((template, index) => ({
    index,
    title: template.title,
    notes: roll.chance(0.2) ? 'Grip a little wider next time.' : '',
    exercise_template_id: template.id,
    superset_id: superset && index < 2 ? 0 : null,
    sets: inventedSets(person.seed, template, roll),
  }));
}
