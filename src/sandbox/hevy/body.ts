import { dice, documentId } from '../dice.ts';
import type { Document } from '../truth.ts';
import type { Person } from './person.ts';

const TAPED = {
  neck_cm: 38,
  shoulder_cm: 115,
  chest_cm: 99,
  left_bicep_cm: 34,
  right_bicep_cm: 34.5,
  left_forearm_cm: 28,
  right_forearm_cm: 28.5,
  abdomen: 85,
  waist: 79,
  hips: 96,
  left_thigh: 55,
  right_thigh: 55.5,
  left_calf: 37,
  right_calf: 37.5,
};

/** The scales every other day, the tape now and then; what was not measured is null. Oldest first. */
export function inventedMeasurements({ seed, days }: Person): Document[] {
  return days.flatMap((date, index) => {
    const roll = dice(seed, 'body', date);
    if (index % 2 === 1 && !roll.chance(0.1)) return [];
    const taped = roll.chance(0.25);
    const weight = roll.decimal(78, 82, 1);
    const impedance = roll.chance(0.7);
    return [
      {
        date,
        weight_kg: weight,
        lean_mass_kg: impedance ? Number((weight * 0.8).toFixed(2)) : null,
        fat_percent: impedance ? roll.decimal(17, 20, 1) : null,
        ...Object.fromEntries(
          Object.entries(TAPED).map(([part, usual]) => [
            part,
            taped ? usual + roll.whole(-1, 1) * 0.5 : null,
          ]),
        ),
      },
    ];
  });
}

export function inventedUser(seed: number): Document {
  return {
    id: documentId(seed, 'person'),
    name: 'Robin Example',
    url: 'https://hevy.com/user/robin_example',
  };
}
