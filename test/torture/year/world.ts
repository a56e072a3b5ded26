import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type HealthStore, openStore } from '../../../src/index.ts';
import { startClockify } from '../../../src/sandbox/clockify.ts';
import { type Dice, dice } from '../../../src/sandbox/dice.ts';
import { startOura } from '../../../src/sandbox/oura.ts';
import type { Rotation } from '../../../src/sandbox/tokens.ts';
import type { Person, Scene } from '../checks.ts';

/** Where the person lives; DST begins and ends there within the year. */
export const HOME_ZONE = 'Europe/Berlin';
const START = Date.parse('2026-01-10T05:30:00Z');
/** Read in every year; one more comes by seed. */
const COLLECTIONS = ['sleep', 'daily_readiness', 'workout', 'daily_cardiovascular_age'];
const ONE_MORE = ['ring_battery_level', 'daily_activity', 'enhanced_tag', 'session', 'daily_stress'] as const;
/** What Clockify's profile is set to, whatever the person's own zone. */
const PROFILES = ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland'] as const;

/** A year commits some 40,000 times, and a disk would be waited for each time. */
const MEMORY = '/dev/shm';

/** Stands still unless somebody waits, who has then waited at once. Waiting side by side takes no longer than the longest. */
export interface VirtualClock extends Clock {
  goTo(instant: number): void;
}

function virtualClock(start: number): VirtualClock {
  let time = start;
  const goTo = (instant: number) => {
    time = Math.max(time, instant);
  };
  return {
    now: () => time,
    goTo,
    sleep: async (milliseconds, signal) => {
      const until = time + milliseconds;
      // Whatever is under way may use the time first.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      goTo(until);
    },
  };
}

/** Two imitations, one store and one person, on a clock of their own. */
export interface World {
  readonly clock: VirtualClock;
  readonly store: HealthStore;
  readonly scene: Scene;
  readonly person: Person;
  readonly roll: Dice;
  /** Keys of the section of Oura. */
  readonly ouraConfig: () => Readonly<Record<string, unknown>>;
  readonly clockifyConfig: Readonly<Record<string, unknown>>;
  /** As a person does whose sign-in is not good any more. */
  signIn(): void;
  end(): Promise<void>;
}

export async function newWorld(seed: number): Promise<World> {
  const roll = dice(seed, 'year');
  const clock = virtualClock(START);
  const rotation: Rotation = roll.pick(['grace', 'strict', 'none']);
  const collections = [...COLLECTIONS, roll.pick(ONE_MORE)];
  const [oura, clockify] = await Promise.all([
    startOura({
      now: clock.now,
      days: 30,
      zone: HOME_ZONE,
      seed,
      rotation,
      pageSize: { documents: 20, samples: 400 },
    }),
    startClockify({ now: clock.now, zone: roll.pick(PROFILES), plan: 'free' }),
  ]);
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'year-'));
  const file = join(folder, 'health.sqlite');
  const store = openStore({ path: file });
  let pair = oura.issueToken();
  return {
    clock,
    store,
    roll,
    scene: { oura, clockify, collections, rotation, zone: HOME_ZONE, file },
    person: { edited: new Map(), deletedNights: new Set(), own: new Set(), late: new Map() },
    ouraConfig: () => ({
      client_id: oura.clientId,
      client_secret: oura.clientSecret,
      base_url: oura.url,
      authorize_url: `${oura.url}/oauth/v2/ext/oauth-authorize`,
      token_url: `${oura.url}/oauth/v2/ext/oauth-token`,
      start_date: '2025-06-01',
      resources: collections,
      ...pair,
    }),
    clockifyConfig: { api_key: clockify.apiKey, base_url: `${clockify.url}/api/v1` },
    signIn: () => {
      pair = oura.issueToken();
    },
    end: async () => {
      store.close();
      await Promise.all([oura.close(), clockify.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
