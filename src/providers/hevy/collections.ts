import * as z from 'zod';
import { element, within } from '../../core/common.ts';
import { date, flag, instant, item, json, number, required, text } from '../../core/fields.ts';
import type { Column, ListView } from '../../core/provider.ts';

/**
 * The fields of Hevy's collections, as its API document 0.0.1 lists them and live replies show them. Weights are
 * kilograms, distances metres; instants are UTC, some written with `Z` and some with `+00:00`.
 */
const id = required(text("Hevy's id"));
const created_at = instant('UTC');
const updated_at = instant('UTC');
const exercises = json('exercises in order, each with its sets (JSON)');

export const userInfo = item({
  id,
  name: text('user name'),
  url: text('public profile'),
});

const workout = item({
  id,
  title: text('the name the person gave it'),
  routine_id: text('the routine it was made from; null without one'),
  description: text('free text'),
  start_time: required(instant('UTC')),
  end_time: required(instant('UTC')),
  created_at,
  updated_at,
  exercises,
});

/** The event feed tells of a deletion in place of a workout. */
const deleted = z.looseObject({
  type: z.literal('deleted'),
  id: z.string(),
  deleted_at: z.string().nullish(),
});

export type Workout = z.infer<typeof workout.schema>;
export type Deleted = z.infer<typeof deleted>;

export const workouts = {
  schema: z.union([deleted, workout.schema]) as z.ZodType<Workout | Deleted>,
  columns: workout.columns,
};

export const routines = item({
  id,
  title: text('name'),
  folder_id: number('null: the default folder'),
  notes: text('free text'),
  created_at,
  updated_at,
  exercises,
});

export const routineFolders = item({
  id: required(number("Hevy's id, a number")),
  index: number('position'),
  title: text('name'),
  created_at,
  updated_at,
});

export const exerciseTemplates = item({
  id,
  title: text('name'),
  type: text('weight_reps, reps_only, duration, …: an open list'),
  primary_muscle_group: text('an open list'),
  secondary_muscle_groups: json('names (JSON)'),
  is_custom: flag('1 when the person made it'),
});

export const bodyMeasurements = item({
  date: required(date('local date; one measurement a day')),
  weight_kg: number('kilograms'),
  lean_mass_kg: number('kilograms'),
  fat_percent: number('percent'),
  neck_cm: number('centimetres'),
  shoulder_cm: number('centimetres'),
  chest_cm: number('centimetres'),
  left_bicep_cm: number('centimetres'),
  right_bicep_cm: number('centimetres'),
  left_forearm_cm: number('centimetres'),
  right_forearm_cm: number('centimetres'),
  abdomen: number('unit not stated, presumably centimetres'),
  waist: number('unit not stated, presumably centimetres'),
  hips: number('unit not stated, presumably centimetres'),
  left_thigh: number('unit not stated, presumably centimetres'),
  right_thigh: number('unit not stated, presumably centimetres'),
  left_calf: number('unit not stated, presumably centimetres'),
  right_calf: number('unit not stated, presumably centimetres'),
});

const ofExercise = (name: string, key: string, about: string): Column => ({
  name,
  path: `$each.${key}`,
  about,
});
const ofSet = (name: string, about: string): Column => ({
  name,
  path: `$.${name}`,
  about,
  sql: within('t', `$.${name}`),
});

/** One row per set of every workout: what people want to sum up. */
export const sets: ListView = {
  name: 'sets',
  from: `json_each(i.payload, '$.exercises') e, json_each(${element('e')}, '$.sets') t`,
  columns: [
    { name: 'start_time', path: '$.start_time', about: 'start of the workout, UTC' },
    ofExercise('exercise_index', 'index', 'position in the workout'),
    ofExercise('exercise', 'title', 'name'),
    ofExercise('exercise_template_id', 'exercise_template_id', 'id in exercise_templates'),
    {
      name: 'superset_id',
      path: '$each.superset_id',
      about: 'exercises with the same number were done in turn; null without',
      // The document calls it supersets_id, live replies superset_id.
      sql: `coalesce(${within('e', '$.superset_id')}, ${within('e', '$.supersets_id')})`,
    },
    {
      name: 'set_index',
      path: '$.index',
      about: 'position in the exercise',
      sql: within('t', '$.index'),
    },
    ofSet('type', 'normal, warmup, dropset, failure'),
    ofSet('weight_kg', 'kilograms'),
    ofSet('reps', 'count'),
    ofSet('distance_meters', 'metres'),
    ofSet('duration_seconds', 'seconds'),
    ofSet('rpe', 'rate of perceived exertion, 6 to 10'),
    ofSet('custom_metric', 'floors or steps of stair machines'),
  ],
};
