import { type Dice, dice } from '../../src/sandbox/dice.ts';
import type { Document } from '../../src/sandbox/oura.ts';
import type { Rotation } from '../../src/sandbox/tokens.ts';
import { Household } from '../support/household.ts';
import { arrivedNights, type Person, type Scene } from './checks.ts';

const HOUR = 3_600_000;

const COLLECTIONS = [
  'daily_activity',
  'daily_cardiovascular_age',
  'daily_readiness',
  'daily_sleep',
  'daily_spo2',
  'daily_stress',
  'enhanced_tag',
  'heartrate',
  'personal_info',
  'ring_battery_level',
  'ring_configuration',
  'session',
  'tag',
  'vO2_max',
  'workout',
] as const;
/** Those whose single records can go and come. */
const WITH_IDS = ['daily_readiness', 'daily_sleep', 'daily_spo2', 'workout'] as const;

/** A household, what its person did, and what makes its next day. */
export interface Home {
  readonly home: Household;
  readonly scene: Scene;
  readonly person: Person;
  readonly roll: Dice;
  /** How many of its runs were killed so far. */
  kills: number;
  /** Calls once when so many more requests have arrived at either service; replaces what was asked before. */
  atRequest(count: number, call: () => void): void;
}

/** A short history of sleep and four other collections, so that a run is quick and still has pages to turn. */
export async function newHome(seed: number, rotation: Rotation = 'grace'): Promise<Home> {
  const roll = dice(seed, 'household');
  const collections = ['sleep', ...picked(COLLECTIONS, 4, roll)];
  const home = await Household.start({
    oura: { days: 9, seed: seed % 50, rotation, pageSize: { documents: 4, samples: 70 } },
    clockify: { zone: 'America/Los_Angeles' },
    config: { oura: `resources = ${JSON.stringify(collections)}` },
  });
  for (const name of ['heartrate', 'ring_battery_level'] as const) thin(home, name);
  const other = home.clockify.addEntry({ start: '2026-03-11T08:00:00Z', end: '2026-03-11T09:00:00Z' });
  const timer = home.clockify.startTimer();
  const person: Person = {
    edited: new Map(),
    deletedNights: new Set(),
    own: new Set([other.id, timer.id]),
    late: new Map(),
  };
  const scene: Scene = {
    oura: home.oura,
    clockify: home.clockify,
    collections,
    rotation,
    zone: 'Europe/Berlin',
    file: home.database,
  };
  const all: Home = { home, scene, person, roll, kills: 0, atRequest: requestCounter(home) };
  holdBack(all);
  return all;
}

function requestCounter({ oura, clockify }: Household): Home['atRequest'] {
  let left = 0;
  let waiting: (() => void) | undefined;
  for (const { faults } of [oura, clockify])
    faults.watch(() => {
      left -= 1;
      if (left === 0) waiting?.();
    });
  return (count, call) => {
    left = count;
    waiting = call;
  };
}

function picked<T>(list: readonly T[], count: number, roll: Dice): T[] {
  const left = [...list];
  return Array.from({ length: count }, () => left.splice(roll.whole(0, left.length - 1), 1)).flat();
}

/** Every tenth sample is enough for several pages. */
function thin({ oura }: Household, name: string): void {
  const few = oura.truth.list(name).filter((_, index) => index % 10 === 0);
  oura.truth.replaceAll(name, few);
}

/** Two days of some collections reach the service later than the others. */
function holdBack({ home, scene, person, roll }: Home): void {
  for (const name of scene.collections.filter((one) => ['sleep', ...WITH_IDS].includes(one))) {
    const ids = home.oura.truth.list(name).map(({ id }) => String(id));
    const late = picked(ids, Math.min(2, ids.length), roll);
    person.late.set(name, new Set(late));
    home.oura.truth.hide(name, late);
  }
}

function letArrive({ home, person }: Home): void {
  for (const name of person.late.keys()) home.oura.truth.show(name);
  person.late.clear();
}

/** A day later: the token has run out, nights came, changed and went, and the person edited and deleted entries. */
export function aDayLater(all: Home): void {
  const { home, scene, person } = all;
  home.time.now += 25 * HOUR;
  const ledger = home.ledger();
  const entryOf = (id: string) =>
    ledger.find((row) => row.record_id === id && row.state === 'done')?.entry_id ?? undefined;
  const untouched = ({ id }: Document) => {
    const entry = entryOf(String(id));
    return entry !== undefined && !person.edited.has(entry) && !person.deletedNights.has(String(id));
  };
  const nights = arrivedNights(scene, person)
    .filter((night) => night.type === 'long_sleep' && untouched(night))
    .reverse();
  const [rescored, moved, edited, deleted, gone] = nights as { id: string; bedtime_end: string }[];
  const { truth } = home.oura;
  if (rescored) truth.rescore(rescored.id, { total_sleep_duration: 20_000, efficiency: 77 });
  if (moved) {
    const end = new Date(Date.parse(moved.bedtime_end) + 600_000).toISOString();
    truth.rescore(moved.id, { bedtime_end: end });
  }
  if (edited) {
    const entry = entryOf(edited.id) as string;
    truth.rescore(edited.id, { total_sleep_duration: 21_000 });
    const { timeInterval } = home.clockify.editEntry(entry, { description: 'mine' });
    person.edited.set(entry, { night: edited.id, shown: `${timeInterval.start} ${timeInterval.end} mine` });
  }
  if (deleted) {
    truth.rescore(deleted.id, { total_sleep_duration: 22_000 });
    home.clockify.deleteEntry(entryOf(deleted.id) as string);
    person.deletedNights.add(deleted.id);
  }
  if (gone) truth.remove('sleep', gone.id);
  changeOthers(all);
  letArrive(all);
}

/** One record goes, one changes, one comes, of each of the other collections that have single records. */
function changeOthers({ home, scene, person, roll }: Home): void {
  const { truth } = home.oura;
  for (const name of scene.collections.filter((one) => WITH_IDS.some((known) => known === one))) {
    const arrived = truth.list(name).filter(({ id }) => !person.late.get(name)?.has(String(id)));
    const [gone, changed] = picked(arrived, Math.min(2, arrived.length), roll);
    if (gone) truth.remove(name, String(gone.id));
    if (changed) {
      truth.rescore(String(changed.id), { score: roll.whole(1, 100) });
      truth.put(name, { ...changed, id: `new-${home.time.now}-${name}`, score: 7 });
    }
  }
}
