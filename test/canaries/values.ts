import type { Imitation } from '../../src/sandbox/imitation.ts';
import type { OuraSandbox } from '../../src/sandbox/oura.ts';
import type { Document } from '../../src/sandbox/truth.ts';
import { night } from '../support/household.ts';

/** What the person wrote somewhere. */
export const NOTE = 'canary-a0-note';

/** Numbers that no count, date or identifier could be; each is the value of one or more records. */
const NUMBERS = [48_123.625, 47_119.375, 46_337.125] as const;
const [SCORE, PULSE, WEIGHT] = NUMBERS;
/** Stands where a number belongs, so that the record is set aside. */
const MISFIT = 'canary-b1-misfit';

/** Whom Eight Sleep knows the person as. */
export const EMAIL = 'canary.9e66@example.org';

/** They belong into records, and nowhere else. */
export const VALUES: readonly string[] = [...NUMBERS.map(String), NOTE, MISFIT, EMAIL];

/** What is changed of a collection's first record, and of its second one. */
const PLANTED: Readonly<Record<string, Readonly<Record<string, readonly [Document, Document?]>>>> = {
  withings: {
    activity: [{ calories: SCORE, hr_average: PULSE }, { steps: MISFIT }],
    sleep_summary: [{ data: { sleep_score: SCORE } }, { startdate: MISFIT }],
    measures: [{ measures: [{ value: 48_123_625, type: 1, unit: -3 }], comment: NOTE }, { grpid: MISFIT }],
  },
  hevy: {
    workouts: [{ title: NOTE, description: NOTE }, { start_time: MISFIT }],
    body_measurements: [{ weight_kg: WEIGHT }, { weight_kg: MISFIT }],
  },
  strava: {
    athlete: [{ weight: WEIGHT, bio: NOTE }],
    activities: [{ name: NOTE, average_heartrate: PULSE }, { start_date: MISFIT }],
  },
  eightsleep: {
    user: [{ firstName: NOTE }],
    trends: [{ score: SCORE }, { sleepDuration: MISFIT }],
    intervals: [{ score: SCORE }, { ts: MISFIT }],
  },
  whoop: {
    profile: [{ first_name: NOTE }],
    body_measurement: [{ weight_kilogram: WEIGHT }],
    sleep: [{ score: { sleep_performance_percentage: SCORE } }, { start: MISFIT }],
    cycle: [{ score: { strain: PULSE } }, { timezone_offset: MISFIT }],
  },
};

export function plantValues(
  servers: Readonly<Record<string, unknown>> & { readonly oura: OuraSandbox },
): void {
  for (const [id, collections] of Object.entries(PLANTED)) {
    const { truth } = servers[id] as Imitation;
    for (const [collection, changes] of Object.entries(collections)) {
      const ids = truth.entries(collection).map(([one]) => one);
      for (const [index, change] of changes.entries())
        if (change !== undefined && ids[index] !== undefined) truth.patch(collection, ids[index], change);
    }
  }
  const { truth } = servers.oura;
  truth.put('sleep', night('2026-03-11', { average_heart_rate: PULSE, readiness: { score: SCORE } }));
  truth.put('sleep', night('2026-03-10', { total_sleep_duration: MISFIT }));
  const tag = {
    start_day: '2026-03-11',
    start_time: '2026-03-11T09:00:00+01:00',
    tag_type_code: 'tag_other',
  };
  truth.put('enhanced_tag', { id: 'canary-tag', ...tag, comment: NOTE });
  truth.put('enhanced_tag', { id: 'canary-misfit', ...tag, start_time: MISFIT });
}
