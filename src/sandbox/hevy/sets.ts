import { type Dice, dice } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Template } from './catalogue.ts';

const KG_PER_POUND = 0.45359237;
const RPE: readonly [number, ...number[]] = [6, 7, 7.5, 8, 8.5, 9, 9.5, 10];
const NOTHING = {
  weight_kg: null,
  reps: null,
  distance_meters: null,
  duration_seconds: null,
  rpe: null,
  custom_metric: null,
};

/** What the person usually lifts. Some machines are marked in pounds, which come out with many digits. */
function usualWeight(seed: number, template: Template): (share: number) => number {
  const roll = dice(seed, 'load', template.id);
  const plates = roll.whole(4, 40);
  const inPounds = roll.chance(0.2);
  return (share) => {
    const count = Math.max(1, Math.round(plates * share));
    return inPounds ? Number((count * 5 * KG_PER_POUND).toFixed(8)) : count * 2.5;
  };
}

/** One set of a training: some warm up, some end in a drop set or in failure. */
export function inventedSets(seed: number, template: Template, roll: Dice): Document[] {
  if (template.type !== 'weight_reps') return measuredSets(seed, template, roll);
  const weight = usualWeight(seed, template);
  const kinds = [
    ...(roll.chance(0.5) ? ['warmup'] : []),
    ...Array.from({ length: roll.whole(2, 4) }, () => 'normal'),
    ...(roll.chance(0.25) ? ['failure'] : []),
    ...(roll.chance(0.25) ? ['dropset', 'dropset'] : []),
  ];
  const share: Record<string, number> = { warmup: 0.5, dropset: 0.7 };
  return kinds.map((type, index) => ({
    index,
    type,
    ...NOTHING,
    weight_kg: weight(share[type] ?? roll.decimal(0.95, 1.05, 2)),
    reps: roll.whole(type === 'warmup' ? 8 : 4, 12),
    rpe: type === 'normal' && roll.chance(0.5) ? roll.pick(RPE) : null,
  }));
}

function measuredSets(seed: number, template: Template, roll: Dice): Document[] {
  const weight = usualWeight(seed, template);
  const measures: Record<string, () => Document> = {
    bodyweight_reps: () => ({ reps: roll.whole(5, 20) }),
    reps_only: () => ({ reps: roll.whole(8, 20) }),
    bodyweight_assisted_reps: () => ({ weight_kg: weight(0.4), reps: roll.whole(5, 10) }),
    duration: () => ({ duration_seconds: roll.whole(30, 180) }),
    weight_duration: () => ({ weight_kg: weight(0.5), duration_seconds: roll.whole(30, 90) }),
    distance_duration: () => ({
      distance_meters: roll.whole(20, 80) * 100,
      duration_seconds: roll.whole(900, 2700),
    }),
    short_distance_weight: () => ({ weight_kg: weight(0.8), distance_meters: roll.whole(2, 8) * 10 }),
    floors_duration: () => ({ duration_seconds: roll.whole(300, 1200), custom_metric: roll.whole(20, 90) }),
    steps_duration: () => ({ duration_seconds: roll.whole(300, 1200), custom_metric: roll.whole(400, 1500) }),
  };
  const rounds = /distance_duration|floors|steps/.test(template.type) ? 1 : 3;
  return Array.from({ length: rounds }, (_, index) => ({
    index,
    type: 'normal',
    ...NOTHING,
    ...measures[template.type]?.(),
  }));
}

/** The same as a plan: a range of repetitions here and there, nothing felt yet. */
export function plannedSets(seed: number, template: Template, roll: Dice): Document[] {
  const ranged = template.type === 'weight_reps' && roll.chance(0.6);
  return inventedSets(seed, template, roll).map(({ index, type, weight_kg, reps, ...rest }) => ({
    index,
    type,
    weight_kg,
    reps: ranged ? null : reps,
    rep_range: ranged ? { start: 8, end: roll.pick([10, 12, 15]) } : null,
    ...rest,
    rpe: null,
  }));
}
