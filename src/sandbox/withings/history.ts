import { dice } from '../dice.ts';
import { type Truth, truthOf } from '../truth.ts';
import { inventedMeasures } from './body.ts';
import { inventedActivity, inventedIntraday, inventedWorkouts } from './movement.ts';
import { inventedNights, inventedSegments } from './nights.ts';
import { daysOf, deviceId, hour, inventedDevices, type Keyed, type Person } from './person.ts';

/** Collections that say when a row was last changed, and those that also say when it was made. */
const DATED: readonly string[] = ['measures', 'activity', 'workouts', 'sleep_summary', 'heart'];
const CREATED: readonly string[] = ['measures', 'sleep_summary'];

export function historyOf(person: Person, now: () => number): Truth {
  const truth = truthOf({
    measures: inventedMeasures(person),
    activity: inventedActivity(person),
    workouts: inventedWorkouts(person),
    sleep_summary: inventedNights(person),
    sleep_series: inventedSegments(person),
    intraday: inventedIntraday(person),
    heart: inventedHeart(person),
    devices: inventedDevices(person),
    goals: [['goals', { steps: 10_000, sleep: 28_800, weight: { value: 70_500, unit: -3 } }]],
  });
  const stamp = (collection: string) =>
    DATED.includes(collection) ? { modified: Math.floor(now() / 1000) } : {};
  return {
    ...truth,
    put(collection, id, document) {
      const made = CREATED.includes(collection) ? { created: Math.floor(now() / 1000) } : {};
      truth.put(collection, id, { ...made, ...stamp(collection), ...document });
    },
    patch: (collection, id, changes) => truth.patch(collection, id, { ...stamp(collection), ...changes }),
  };
}

/** Every fourth day an ECG, by the watch or by the cuff, which also takes the blood pressure. */
function inventedHeart(person: Person): Keyed[] {
  const found: Keyed[] = [];
  for (const { day, index } of daysOf(person)) {
    const timestamp = hour(person, day, 8.25);
    if (index % 4 !== 0 || timestamp > person.now - 60) continue;
    const chance = dice(person.seed, 'heart', day);
    const cuff = index % 8 === 4;
    const signalid = 130_000_000 + (person.seed % 1000) * 100_000 + index;
    const document = {
      deviceid: deviceId(person, cuff ? 'cuff' : 'watch'),
      model: cuff ? 44 : 93,
      ecg: { signalid, afib: chance.chance(0.1) ? 2 : 0 },
      ...(cuff ? { bloodpressure: { diastole: chance.whole(68, 84), systole: chance.whole(108, 132) } } : {}),
      heart_rate: chance.whole(54, 78),
      timestamp,
      modified: timestamp + 60,
    };
    found.push([String(signalid), document]);
  }
  return found;
}
