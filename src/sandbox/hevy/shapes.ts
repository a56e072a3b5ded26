import type { Document } from '../truth.ts';

export interface ShapeOptions {
  /** Default as it is seen live; the document says `supersets_id`. */
  readonly supersetKey?: 'superset_id' | 'supersets_id';
  /** Default as it is seen live; the vendor's own document once said text. */
  readonly restSeconds?: 'number' | 'text';
  /** Whether one workout comes bare, as documented (default), or as `{workout}`, which clients also accept. */
  readonly oneWorkout?: 'bare' | 'wrapped';
}

/** A workout or routine as it goes out. */
export function shaped(document: Document, options: ShapeOptions): Document {
  if (!Array.isArray(document.exercises)) return document;
  return { ...document, exercises: document.exercises.map((one) => shapedExercise(one, options)) };
}

function shapedExercise(exercise: Document, { supersetKey = 'superset_id', restSeconds }: ShapeOptions) {
  const fields = Object.entries(exercise).map(([key, value]) => {
    if (key === 'superset_id' || key === 'supersets_id') return [supersetKey, value];
    const asText = key === 'rest_seconds' && restSeconds === 'text' && typeof value === 'number';
    return [key, asText ? String(value) : value];
  });
  return Object.fromEntries(fields);
}

/** Folder ids are numbers, however many digits they have: the truth keeps the longest as text. */
export function jsonText(body: unknown, numbers?: 'id' | 'folder_id'): string {
  const text = JSON.stringify(body);
  // Inside a JSON string the quotes would be escaped.
  return numbers === undefined ? text : text.replace(new RegExp(`("${numbers}":)"(\\d+)"`, 'g'), '$1$2');
}
