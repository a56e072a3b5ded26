import { onTestFinished } from 'vitest';
import type { Document } from '../../src/sandbox/oura.ts';
import { type Household, type HouseholdOptions, householdOf, nights } from '../support/household.ts';

export const WORKOUTS = `[[clockify.rules]]
source = "oura.workout"
project = "Sport"
`;

export const MEDITATION = `[[clockify.rules]]
source = "oura.session"
kind = "meditation"
project = "Mind"
`;

/** An hour on the bike at 16:00 UTC, unless told otherwise. */
export function workout(day: string, changes: Document = {}): Document {
  return {
    id: `workout-${day}`,
    day,
    activity: 'cycling',
    label: null,
    source: 'manual',
    intensity: 'moderate',
    start_datetime: `${day}T16:00:00+00:00`,
    end_datetime: `${day}T17:00:00+00:00`,
    ...changes,
  };
}

/** Twenty minutes of meditation at 20:00 UTC, unless told otherwise. */
export function moment(day: string, changes: Document = {}): Document {
  return {
    id: `moment-${day}`,
    day,
    type: 'meditation',
    start_datetime: `${day}T20:00:00+00:00`,
    end_datetime: `${day}T20:20:00+00:00`,
    ...changes,
  };
}

export interface Life {
  readonly nights?: readonly Document[];
  readonly workouts?: readonly Document[];
  readonly moments?: readonly Document[];
}

/** Somebody with just these nights, workouts and moments, and these lines at the end of `[clockify]`. */
export async function person(life: Life, rules = '', options: HouseholdOptions = {}): Promise<Household> {
  const config = {
    ...options.config,
    oura: `resources = ["sleep", "workout", "session"]\n${options.config?.oura ?? ''}`,
    clockify: `${options.config?.clockify ?? ''}\n${rules}`,
  };
  const home = await householdOf(life.nights ?? nights(2), { ...options, config });
  onTestFinished(() => home.end());
  home.oura.truth.replaceAll('workout', life.workouts ?? []);
  home.oura.truth.replaceAll('session', life.moments ?? []);
  return home;
}

/** Texts of the finished entries, sorted. */
export function texts(home: Household): string[] {
  return home.clockify
    .entries()
    .map(({ description }) => description ?? '')
    .sort();
}
