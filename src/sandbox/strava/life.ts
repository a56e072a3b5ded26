import { dice } from '../dice.ts';
import { type Document, type Truth, truthOf } from '../truth.ts';
import { detailedActivity } from './activity.ts';
import { outings } from './calendar.ts';
import { idOf } from './exactJson.ts';
import { athleteOf, gearOf, inUse, statsOf, summaryOfGear, zones } from './person.ts';
import { streamsOf, trackOf } from './track.ts';

export interface Life {
  readonly athleteId: number;
  readonly seed: number;
  readonly zone: string;
  readonly days: number;
  readonly now: () => number;
  /** Whether one activity's id is beyond what a double holds. */
  readonly largeId: boolean;
}

/** The invented person's account, kept true to itself when something in it changes. */
export function accountOf(life: Life): Truth {
  const { athleteId, seed } = life;
  const now = life.now();
  const gear = gearOf(seed);
  const known = new Map(gear.map((one) => [String(one.id), summaryOfGear(one)]));
  const person = { ...life, gearSummary: (id: string) => known.get(id) };
  const activities: [string, Document][] = [];
  const streams: [string, Document][] = [];
  const planned = outings({ ...life, now });
  for (const [index, found] of planned.entries()) {
    const large = life.largeId && index === Math.min(2, planned.length - 1) ? largeIds(seed) : {};
    const outing = { ...found, ...large };
    const track = trackOf(outing, seed);
    activities.push([outing.id, detailedActivity(outing, track, person)]);
    if (!outing.sport.manual) streams.push([outing.id, streamsOf(outing, track)]);
  }
  const own = String(athleteId);
  const truth = truthOf({
    athlete: [[own, athleteOf(athleteId, gear)]],
    zones: [['zones', zones]],
    stats: [
      [
        own,
        statsOf(
          activities.map(([, one]) => one),
          now,
        ),
      ],
    ],
    gear: gear.map((one) => [String(one.id), one] as const),
    activities,
    activity_streams: streams,
  });
  return coherent(truth, life.now);
}

/** Odd, and beyond 2^53, where a double knows only even numbers. */
function largeIds(seed: number): { id: string; uploadId: string } {
  const digits = String(dice(seed, 'large id').whole(100_000_000, 999_999_999));
  return { id: `900719925${digits}1`, uploadId: `900719926${digits}3` };
}

/** What Strava does of its own accord when something changes; a field that the caller names stays as named. */
function coherent(truth: Truth, now: () => number): Truth {
  const stamp = () => `${new Date(now()).toISOString().slice(0, 19)}Z`;

  const follow = (collection: string, changes: Document): Document => {
    if (collection === 'athlete') return { updated_at: stamp(), ...changes };
    if (collection !== 'activities') return changes;
    const gear = truth.get('gear', String(changes.gear_id));
    return {
      ...('gear_id' in changes ? { gear: gear && summaryOfGear(gear) } : {}),
      ...('visibility' in changes ? { private: changes.visibility === 'only_me' } : {}),
      ...changes,
    };
  };
  const gearChanged = (id: string) => {
    const gear = truth.get('gear', id);
    const summary = gear && summaryOfGear(gear);
    for (const [activity, { gear_id }] of truth.entries('activities')) {
      if (gear_id === id) truth.patch('activities', activity, { gear: summary });
    }
    const all = truth.list('gear');
    for (const [athlete] of truth.entries('athlete')) {
      truth.patch('athlete', athlete, { bikes: inUse(all, 'b'), shoes: inUse(all, 'g') });
    }
  };

  return {
    ...truth,
    put(collection, id, document) {
      truth.put(collection, id, { ...follow(collection, document), ...identity(collection, id) });
      if (collection === 'gear') gearChanged(id);
    },
    patch(collection, id, changes) {
      const found = truth.patch(collection, id, follow(collection, changes));
      if (collection === 'gear') gearChanged(id);
      return found;
    },
    remove(collection, id) {
      const found = truth.remove(collection, id);
      if (collection === 'activities') truth.remove('activity_streams', id);
      if (collection === 'gear') gearChanged(id);
      return found;
    },
  };
}

/** The key's own digits: a large id in a document may have lost some on its way. */
function identity(collection: string, id: string): Document {
  if (collection === 'gear') return { id };
  return collection === 'athlete' || collection === 'activities' ? { id: idOf(id) } : {};
}
