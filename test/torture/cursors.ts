import { type Dice, dice } from '../../src/sandbox/dice.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { startStrava } from '../../src/sandbox/strava.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { DAY, HOUR, Subject } from '../support/subject.ts';

/** A person with one service whose records are read by other cursors than dates. */
export interface Reader {
  readonly start: () => Promise<Subject<Imitation>>;
  /** By resource: the ids that the service's truth says have to be there. */
  readonly truth: (service: Imitation) => Readonly<Record<string, readonly string[]>>;
  /** What the person does before the next day's run: records come, change and go. */
  readonly change: (subject: Subject<Imitation>, roll: Dice) => void;
}

const idsOf = ({ truth }: Imitation, collection: string) =>
  truth
    .entries(collection)
    .map(([id]) => id)
    .sort();

const oneOf = <T>(list: readonly T[], roll: Dice): T => list[roll.whole(0, list.length - 1)] as T;

/** One document goes, one changes, and a copy of a third comes under a new id. */
function turnover(
  { truth }: Imitation,
  collection: string,
  roll: Dice,
  { edit, anew }: { edit: object; anew?: (document: Record<string, unknown>) => [string, object] },
): void {
  const left = truth.entries(collection);
  const take = () => left.splice(roll.whole(0, left.length - 1), 1)[0];
  const [gone, changed, copied] = [take(), take(), take()];
  if (gone !== undefined) truth.remove(collection, gone[0]);
  if (changed !== undefined) truth.patch(collection, changed[0], edit as Record<string, unknown>);
  if (copied === undefined || anew === undefined) return;
  const [id, document] = anew(copied[1]);
  truth.put(collection, id, document as Record<string, unknown>);
}

const subject = <S extends Imitation>(options: Parameters<typeof Subject.start<S>>[0]) =>
  Subject.start(options) as unknown as Promise<Subject<Imitation>>;

export const READERS: Readonly<Record<string, Reader>> = {
  'Withings, by what changed since the newest change seen': {
    start: () =>
      subject({
        id: 'withings',
        start: ({ now }) =>
          startWithings({ now, days: 12, quota: 'off', pageSize: { measures: 4, activity: 4, workouts: 2 } }),
      }),
    truth: (service) => ({
      // A scale measures a group for each limb, which the truth numbers in its own way.
      measures: idsOf(service, 'measures').map((id) => id.replace('-', '/')),
      workouts: idsOf(service, 'workouts'),
      sleep_summary: idsOf(service, 'sleep_summary'),
    }),
    change({ service, time }, roll) {
      const { truth } = service;
      for (const [collection, edit] of [
        ['measures', { comment: 'edited' }],
        ['activity', { steps: 77 }],
        ['workouts', { category: 2 }],
      ] as const) {
        const [id] = oneOf(truth.entries(collection), roll);
        truth.patch(collection, id, edit);
      }
      const [, measured] = oneOf(truth.entries('measures'), roll);
      const grpid = 9_000_000_000 + time.now / 1000;
      truth.put('measures', String(grpid), { ...measured, grpid, date: time.now / 1000 - 60 });
    },
  },
  'Hevy, by its feed of events': {
    start: () =>
      subject({
        id: 'hevy',
        start: ({ now }) => startHevy({ now, days: 40 }),
        config: { page_size: 3 },
      }),
    truth: (service) => ({
      workouts: idsOf(service, 'workouts'),
      routines: idsOf(service, 'routines'),
      body_measurements: idsOf(service, 'body_measurements'),
    }),
    change({ service, time }, roll) {
      const at = (milliseconds: number) => new Date(milliseconds).toISOString();
      turnover(service, 'workouts', roll, {
        edit: { title: `edited ${time.now}` },
        anew: (workout) => {
          const id = `00000000-0000-4000-8000-${String(time.now).slice(0, 12)}`;
          const [start_time, end_time] = [at(time.now - 2 * HOUR), at(time.now - HOUR)];
          return [id, { ...workout, id, start_time, end_time, created_at: at(time.now - HOUR) }];
        },
      });
    },
  },
  'Strava, a document for each activity': {
    start: () =>
      subject({
        id: 'strava',
        start: ({ now }) => startStrava({ now, days: 12, quota: false }),
        config: { page_size: 3, extras: ['activity_details', 'activity_streams'] },
      }),
    truth: (service) => ({
      activities: idsOf(service, 'activities'),
      activity_details: idsOf(service, 'activities'),
      activity_streams: idsOf(service, 'activity_streams'),
    }),
    change({ service, time }, roll) {
      turnover(service, 'activities', roll, { edit: { name: `edited ${time.now}` } });
    },
  },
};

/** Both see the same happen: the one that is killed, and the one that is not. */
export async function twins(
  reader: Reader,
): Promise<{ calm: Subject<Imitation>; killed: Subject<Imitation> }> {
  const [calm, killed] = await Promise.all([reader.start(), reader.start()]);
  return { calm, killed };
}

/** A day later, the same for both. A week later complete listings are due. */
export function aDayLater(
  reader: Reader,
  both: readonly Subject<Imitation>[],
  days: number,
  seed: number,
): void {
  for (const one of both) {
    one.time.now += days * DAY;
    reader.change(one, dice(seed, 'change', days));
  }
}

/** Everything that was read, whoever read it. */
export function read(one: Subject<Imitation>): unknown[] {
  return one.rows(
    `SELECT resource, record_id, payload_json, deleted_at IS NULL AS live, day FROM records ORDER BY 1, 2`,
  );
}
