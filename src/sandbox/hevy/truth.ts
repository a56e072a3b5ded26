import { instantOf } from '../../core/dates.ts';
import { type Document, type Truth, type TruthEvents, truthOf } from '../truth.ts';
import { inventedMeasurements, inventedUser } from './body.ts';
import { inventedTemplates } from './catalogue.ts';
import type { EventLog } from './events.ts';
import type { Person } from './person.ts';
import { inventedFolders, inventedRoutines } from './plans.ts';
import { utcText } from './times.ts';
import { inventedDeletions, inventedWorkouts } from './trainings.ts';

/** Milliseconds between the two stamps of a workout that was saved once. */
const SAVING = 1000;
const STAMPED = new Set(['workouts', 'routines', 'routine_folders']);

function invented(person: Person, log: EventLog) {
  const templates = inventedTemplates(person.seed);
  const folders = inventedFolders(person);
  const routines = inventedRoutines(person, folders, templates);
  const workouts = inventedWorkouts(person, { routines, templates });
  for (const workout of workouts) {
    const wasEdited = instantOf(String(workout.updated_at)) > instantOf(String(workout.created_at)) + SAVING;
    if (wasEdited) log.updated({ ...workout, description: '', updated_at: workout.created_at });
    log.updated(workout);
  }
  for (const { workout, at } of inventedDeletions(person, { routines, templates })) {
    log.updated(workout);
    log.deleted(String(workout.id), at);
  }
  return {
    workouts,
    routines,
    routine_folders: folders,
    exercise_templates: templates,
    body_measurements: inventedMeasurements(person),
    user_info: [inventedUser(person.seed)],
  };
}

function keyed(name: string, documents: readonly Document[]): [string, Document][] {
  return documents.map((one) => [String(name === 'body_measurements' ? one.date : one.id), one]);
}

/** The document under its key. Folder ids are numbers; text where a number could not hold all digits. */
function identified(name: string, id: string, document: Document): Document {
  if (name === 'body_measurements') return { ...document, date: id };
  if (name !== 'routine_folders') return { ...document, id };
  return { ...document, id: Number.isSafeInteger(Number(id)) ? Number(id) : id };
}

/** What the person has logged; workouts leave their traces in the event log. */
export function hevyTruth(person: Person, log: EventLog, now: () => number): Truth {
  const documents = Object.entries(invented(person, log)).map(
    ([name, list]) => [name, keyed(name, list)] as const,
  );
  let stampGiven = false;
  let stamps = 0;

  const stamp = (): string => {
    stamps += 1;
    return utcText(now(), stamps % 2 === 0 ? 'Z' : '+00:00');
  };
  const stamped = (document: Document): Document => {
    const updated_at = stampGiven ? document.updated_at : stamp();
    return { ...document, updated_at, created_at: document.created_at ?? updated_at };
  };
  const events: TruthEvents = {
    stored(name, id, document) {
      const kept = identified(name, id, STAMPED.has(name) ? stamped(document) : document);
      if (name === 'workouts') log.updated(kept);
      return kept;
    },
    removed: (name, id) => {
      if (name === 'workouts') log.deleted(id, now());
    },
  };
  const truth = truthOf(Object.fromEntries(documents), events);

  return {
    ...truth,
    patch(name, id, changes) {
      stampGiven = 'updated_at' in changes;
      try {
        return truth.patch(name, id, changes);
      } finally {
        stampGiven = false;
      }
    },
    /** As if it had never been otherwise: no deletions, and each workout changed when it says so. */
    replaceAll(name, list) {
      const dated = (one: Document) =>
        STAMPED.has(name) && one.updated_at === undefined ? stamped(one) : one;
      truth.replaceAll(
        name,
        [...list].map(([id, document]) => [id, identified(name, id, dated(document))] as const),
      );
      if (name !== 'workouts') return;
      log.clear();
      for (const workout of truth.list(name)) log.updated(workout);
    },
  };
}
