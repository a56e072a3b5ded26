import { readFileSync } from 'node:fs';
import { type OpenApi, openApiOf } from './openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: a published document, walked by hand.
type Node = any;

/** Read from the service and seen there as null, although the document says text. */
const NULLS = ['routine_id', 'notes', 'folder_id', 'description'];

/** Statuses that the service answers and the document leaves out; the bodies are not known. */
const EVERYWHERE = ['401', '429'];
const UNDECLARED: Record<string, readonly string[]> = {
  // Seen past the end of lists other than the body measurements.
  '/v1/workouts': ['404'],
  '/v1/routines': ['404'],
  '/v1/routine_folders': ['404'],
  '/v1/exercise_templates': ['404'],
  // Takes pages like the other lists, yet only a 500 is declared.
  '/v1/workouts/events': ['400', '404'],
  // Declares a 400 about a body that a GET does not have.
  '/v1/routines/{routineId}': ['404'],
};

/** Says the limits that the document has in words alone. */
const PAGE_SIZES: Record<string, number> = { '/v1/exercise_templates': 100 };

export interface Corrections {
  /** Default as live payloads have it. */
  readonly supersetKey?: 'superset_id' | 'supersets_id';
  /** Default number, as live; some versions of the document have text. */
  readonly restSeconds?: 'number' | 'text';
}

/** Hevy's own document, without what it is known to get wrong, and strict: every field there, no other. */
export function hevyDocument(file: string, corrections: Corrections = {}): OpenApi {
  const document: Node = JSON.parse(readFileSync(file, 'utf8'));
  for (const [path, item] of Object.entries<Node>(document.paths)) {
    for (const status of [...EVERYWHERE, ...(UNDECLARED[path] ?? [])]) item.get.responses[status] ??= {};
    for (const parameter of item.get.parameters) limit(parameter, PAGE_SIZES[path] ?? 10);
    strict(item.get.responses);
  }
  const { Routine, DeletedWorkout } = document.components.schemas;
  // Live routines have notes of their own.
  Routine.properties.notes = { type: 'string' };
  const exercise = Routine.properties.exercises.items.properties;
  exercise.rest_seconds = { type: corrections.restSeconds === 'text' ? 'string' : 'integer' };
  for (const name of ['Workout', 'Routine', 'Exercise']) {
    rename(document.components.schemas[name], 'supersets_id', corrections.supersetKey ?? 'superset_id');
  }
  strict(document.components.schemas);
  DeletedWorkout.required = ['type', 'id'];
  DeletedWorkout.properties.type.enum = ['deleted'];
  return openApiOf(document, { nulls: NULLS });
}

function limit(parameter: Node, largest: number): void {
  if (parameter.name === 'page') parameter.schema.minimum = 1;
  if (parameter.name === 'pageSize') Object.assign(parameter.schema, { minimum: 1, maximum: largest });
  if (parameter.name === 'since') parameter.schema.format = 'date-time';
}

function strict(node: Node): void {
  if (typeof node !== 'object' || node === null) return;
  if (node.type === 'object' && node.properties !== undefined) {
    node.required = Object.keys(node.properties);
    node.additionalProperties = false;
  }
  for (const child of Object.values(node)) strict(child);
}

function rename(node: Node, from: string, to: string): void {
  if (typeof node !== 'object' || node === null) return;
  if (node.properties?.[from] !== undefined && from !== to) {
    node.properties[to] = node.properties[from];
    delete node.properties[from];
  }
  for (const child of Object.values(node)) rename(child, from, to);
}
