import { type Dice, dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Template } from './catalogue.ts';
import type { Person } from './person.ts';
import { plannedSets } from './sets.ts';
import { utcText } from './times.ts';

const DAY = 86_400_000;
const FOLDERS = ['Push Pull 🏋️', 'Travel', 'Old plans'];
const ROUTINES = [
  ...['Push', 'Pull', 'Legs', 'Upper body', 'Lower body', 'Full body', 'Hotel room', 'Arms & more'],
  ...['Beginner 1', 'Beginner 2', 'Core', 'Sunday run 🏃'],
];

export interface Routine extends Document {
  readonly id: string;
  readonly title: string;
}

/** Their ids are numbers. */
export function inventedFolders({ seed, firstMorning }: Person): Document[] {
  const first = dice(seed, 'folders').whole(400_000, 1_900_000);
  return FOLDERS.map((title, index) => {
    const created = firstMorning - (40 - 7 * index) * DAY;
    return {
      id: first + index * 113,
      index,
      title,
      updated_at: utcText(created + index * 8_123, 'Z'),
      created_at: utcText(created, '+00:00'),
    };
  });
}

export function inventedRoutines(
  person: Person,
  folders: readonly Document[],
  templates: readonly Template[],
): Routine[] {
  return ROUTINES.map((title, position) => {
    const roll = dice(person.seed, 'routine', title);
    const created = person.firstMorning - (30 - position) * DAY + roll.whole(0, 40_000) * 1000;
    return {
      id: documentId(person.seed, 'routine', title),
      title,
      folder_id: folders[position % (folders.length + 1)]?.id ?? null,
      notes: roll.chance(0.3) ? 'Rest as long as it takes.' : null,
      updated_at: utcText(created + roll.whole(0, 9_000_000), 'Z'),
      created_at: utcText(created, '+00:00'),
      exercises: chosen(roll, templates).map((template, index) => ({
        index,
        title: template.title,
        notes: roll.chance(0.3) ? 'Slowly on the way down.' : null,
        exercise_template_id: template.id,
        superset_id: index < 2 && position % 3 === 0 ? 0 : null,
        rest_seconds: roll.pick([0, 60, 90, 120, 180]),
        sets: plannedSets(person.seed, template, roll),
      })),
    };
  });
}

/** Three to six different ones, by no means all with weights and repetitions. */
export function chosen(roll: Dice, templates: readonly Template[]): Template[] {
  const found = new Set<Template>();
  const lifted = templates.filter(({ type }) => type === 'weight_reps');
  const others = templates.filter(({ type }) => type !== 'weight_reps');
  for (let left = roll.whole(3, 6); left > 0; left -= 1) {
    const from = roll.chance(0.3) ? others : lifted;
    const template = from[roll.whole(0, from.length - 1)];
    if (template !== undefined) found.add(template);
  }
  return [...found];
}
