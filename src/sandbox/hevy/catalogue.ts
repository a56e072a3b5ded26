import { dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';

export interface Template extends Document {
  readonly id: string;
  readonly title: string;
  readonly type: string;
}

type Movement = readonly [
  title: string,
  type: string,
  primary: string,
  secondary: readonly string[],
  /** One template each; the bare title where there is none. */
  equipment: readonly string[],
];

const FREE = ['Barbell', 'Dumbbell', 'Kettlebell'];
const RACK = ['Barbell', 'Dumbbell', 'Smith Machine'];
const PULLED = ['Cable', 'Machine', 'Band'];

const builtIn: readonly Movement[] = [
  ['Bench Press', 'weight_reps', 'chest', ['triceps', 'shoulders'], [...RACK, 'Cable']],
  ['Incline Bench Press', 'weight_reps', 'chest', ['triceps', 'shoulders'], RACK],
  ['Decline Bench Press', 'weight_reps', 'chest', ['triceps'], RACK],
  ['Chest Fly', 'weight_reps', 'chest', [], ['Dumbbell', ...PULLED]],
  ['Overhead Press', 'weight_reps', 'shoulders', ['triceps'], [...RACK, 'Kettlebell', 'Machine']],
  ['Lateral Raise', 'weight_reps', 'shoulders', [], ['Dumbbell', ...PULLED]],
  ['Front Raise', 'weight_reps', 'shoulders', [], ['Barbell', 'Dumbbell', 'Plate', 'Cable']],
  ['Upright Row', 'weight_reps', 'traps', ['shoulders'], [...FREE, 'Cable']],
  ['Shrug', 'weight_reps', 'traps', [], [...RACK, 'Cable', 'Machine']],
  ['Bent Over Row', 'weight_reps', 'upper_back', ['lats', 'biceps'], [...FREE, 'Band']],
  ['Seated Row', 'weight_reps', 'upper_back', ['lats', 'biceps'], PULLED],
  ['Lat Pulldown', 'weight_reps', 'lats', ['biceps'], PULLED],
  ['Pullover', 'weight_reps', 'lats', ['chest'], ['Dumbbell', 'Machine', 'Cable']],
  ['Bicep Curl', 'weight_reps', 'biceps', ['forearms'], [...FREE, ...PULLED]],
  ['Hammer Curl', 'weight_reps', 'biceps', ['forearms'], ['Dumbbell', 'Cable', 'Band']],
  ['Preacher Curl', 'weight_reps', 'biceps', [], ['Barbell', 'Dumbbell', 'Machine']],
  ['Triceps Extension', 'weight_reps', 'triceps', [], ['Barbell', 'Dumbbell', ...PULLED]],
  ['Squat', 'weight_reps', 'quadriceps', ['glutes', 'hamstrings'], [...FREE, 'Smith Machine', 'Band']],
  ['Front Squat', 'weight_reps', 'quadriceps', ['glutes'], ['Barbell', 'Kettlebell']],
  ['Lunge', 'weight_reps', 'quadriceps', ['glutes'], FREE],
  ['Bulgarian Split Squat', 'weight_reps', 'quadriceps', ['glutes'], RACK],
  ['Leg Press', 'weight_reps', 'quadriceps', ['glutes'], ['Machine', 'Horizontal Machine']],
  ['Leg Extension', 'weight_reps', 'quadriceps', [], ['Machine', 'Band']],
  ['Leg Curl', 'weight_reps', 'hamstrings', [], ['Seated Machine', 'Lying Machine', 'Band']],
  ['Deadlift', 'weight_reps', 'hamstrings', ['glutes', 'lower_back'], [...RACK, 'Trap Bar', 'Band']],
  ['Romanian Deadlift', 'weight_reps', 'hamstrings', ['glutes'], FREE],
  ['Good Morning', 'weight_reps', 'lower_back', ['hamstrings'], ['Barbell', 'Band']],
  ['Hip Thrust', 'weight_reps', 'glutes', ['hamstrings'], [...RACK, 'Machine']],
  ['Calf Raise', 'weight_reps', 'calves', [], ['Standing Machine', 'Seated Machine', ...RACK]],
  ['Crunch', 'weight_reps', 'abdominals', [], ['Cable', 'Machine']],
  ['Thruster', 'weight_reps', 'full_body', [], FREE],
  ['Clean', 'weight_reps', 'full_body', ['traps'], FREE],
  ['Snatch', 'weight_reps', 'full_body', [], FREE],
  ['Push Up', 'bodyweight_reps', 'chest', ['triceps'], []],
  ['Pull Up', 'bodyweight_reps', 'lats', ['biceps'], []],
  ['Dip', 'bodyweight_reps', 'triceps', ['chest'], []],
  ['Assisted Pull Up', 'bodyweight_assisted_reps', 'lats', ['biceps'], []],
  ['Assisted Dip', 'bodyweight_assisted_reps', 'triceps', ['chest'], []],
  ['Burpee', 'reps_only', 'full_body', [], []],
  ['Box Jump', 'reps_only', 'quadriceps', [], []],
  ['Plank', 'duration', 'abdominals', [], []],
  ['Side Plank', 'duration', 'abdominals', [], []],
  ['Wall Sit', 'weight_duration', 'quadriceps', [], []],
  ['Farmers Walk', 'short_distance_weight', 'forearms', ['traps'], []],
  ['Sled Push', 'short_distance_weight', 'quadriceps', ['glutes'], []],
  ['Running', 'distance_duration', 'cardio', [], []],
  ['Cycling', 'distance_duration', 'cardio', [], []],
  ['Rowing', 'distance_duration', 'cardio', ['upper_back'], ['Machine']],
  // Types that nobody can give to an exercise of their own.
  ['Stair Machine', 'floors_duration', 'cardio', ['quadriceps'], ['Floors']],
  ['Stair Machine', 'steps_duration', 'cardio', ['quadriceps'], ['Steps']],
];

const custom: readonly Movement[] = [
  ['Landmine Twist', 'weight_reps', 'abdominals', ['shoulders'], []],
  ['Sandbag Carry', 'short_distance_weight', 'full_body', [], []],
  ['Ring Row', 'bodyweight_reps', 'upper_back', ['biceps'], []],
  ['Dead Hang', 'weight_duration', 'forearms', [], []],
  ['Kettlebell Flow 🔥', 'duration', 'full_body', [], []],
  ['Neck Curl', 'weight_reps', 'neck', [], ['Plate']],
];

/** About 140, ordered by title. Built-in ones are the same for everybody. */
export function inventedTemplates(seed: number): Template[] {
  const hex = (title: string) =>
    dice('template', title).whole(0, 0xffffffff).toString(16).toUpperCase().padStart(8, '0');
  return [
    ...named(builtIn).map((one) => template(one, hex(one.title), false)),
    ...named(custom).map((one) => template(one, documentId(seed, 'template', one.title), true)),
  ].sort((a, b) => (a.title < b.title ? -1 : 1));
}

function named(movements: readonly Movement[]) {
  return movements.flatMap(([title, type, primary, secondary, equipment]) => {
    const titles = equipment.length === 0 ? [title] : equipment.map((kind) => `${title} (${kind})`);
    return titles.map((full) => ({ title: full, type, primary, secondary }));
  });
}

function template(one: ReturnType<typeof named>[number], id: string, is_custom: boolean): Template {
  return {
    id,
    title: one.title,
    type: one.type,
    primary_muscle_group: one.primary,
    secondary_muscle_groups: [...one.secondary],
    is_custom,
  };
}
