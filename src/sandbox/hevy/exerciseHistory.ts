import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Document } from '../truth.ts';
import { instantIn } from './query.ts';
import { invalid } from './refusals.ts';
import type { Service } from './service.ts';

/** Every set of one exercise in one list without pages, newest workout first; both dates belong to the span. */
export function exerciseHistory(service: Service, request: SandboxRequest, templateId: string): SandboxReply {
  const from = instantIn(request.query, 'start_date') ?? -Infinity;
  const to = instantIn(request.query, 'end_date') ?? Infinity;
  if (from > to) throw invalid('end_date', 'must not be before start_date');
  const start = (workout: Document) => Date.parse(String(workout.start_time));
  const exercise_history = service.truth
    .list('workouts')
    .filter((workout) => start(workout) >= from && start(workout) <= to)
    .sort((a, b) => start(b) - start(a))
    .flatMap((workout) => entriesOf(workout, templateId));
  return { status: 200, body: JSON.stringify({ exercise_history }) };
}

function entriesOf(workout: Document, templateId: string): Document[] {
  const exercises = Array.isArray(workout.exercises) ? workout.exercises : [];
  return exercises
    .filter((exercise) => exercise.exercise_template_id === templateId)
    .flatMap((exercise) => exercise.sets)
    .map((set) => ({
      workout_id: workout.id,
      workout_title: workout.title,
      workout_start_time: workout.start_time,
      workout_end_time: workout.end_time,
      exercise_template_id: templateId,
      weight_kg: set.weight_kg,
      reps: set.reps,
      distance_meters: set.distance_meters,
      duration_seconds: set.duration_seconds,
      rpe: set.rpe,
      custom_metric: set.custom_metric,
      set_type: set.type,
    }));
}
