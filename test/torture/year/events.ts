import { addDays, dateAt } from '../../../src/core/dates.ts';
import type { EntryChanges } from '../../../src/sandbox/clockify.ts';
import type { Dice } from '../../../src/sandbox/dice.ts';
import { localText } from '../../../src/sandbox/oura/localTime.ts';
import type { Document } from '../../../src/sandbox/oura.ts';
import { HOME_ZONE, type World } from './world.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Records up to so many days old change, go, or reach the service late: what the weekly re-read of 100 days finds. */
const REACH = 85;
/** Of samples the weekly re-read finds 30 days. */
const SAMPLE_REACH = 20;

/** How often something happened. */
export interface Counts {
  late: number;
  changed: number;
  removed: number;
  edited: number;
  deleted: number;
  own: number;
  travelled: number;
}

export interface Trip {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
}

const SAMPLES = 'ring_battery_level';

const ZONES = [
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Pacific/Honolulu',
  'Pacific/Kiritimati',
  'America/St_Johns',
] as const;

/** Five journeys of 3 to 20 days, one in each part of the year. */
export function journeys(start: number, days: number, roll: Dice): Trip[] {
  const part = days / 5;
  return Array.from({ length: 5 }, (_, index) => {
    const from = start + (index * part + roll.whole(2, Math.max(2, Math.floor(part / 2)))) * DAY;
    return {
      from,
      to: from + roll.whole(3, Math.max(3, Math.floor(part / 3))) * DAY,
      zone: roll.pick(ZONES),
    };
  });
}

export function zoneAt(trips: readonly Trip[], instant: number): string {
  return trips.find(({ from, to }) => instant >= from && instant < to)?.zone ?? HOME_ZONE;
}

/** What a day of life brings, besides the records of the day itself. */
export class Life {
  readonly #world: World;
  readonly #trips: readonly Trip[];
  readonly #roll: Dice;
  /** Local dates whose records wait, by when they arrive (UTC epoch milliseconds). */
  readonly #waiting = new Map<string, number>();
  readonly #rewritten = new Set<string>();
  #asOf = 0;
  readonly counts: Counts = { late: 0, changed: 0, removed: 0, edited: 0, deleted: 0, own: 0, travelled: 0 };

  constructor(world: World, trips: readonly Trip[], roll: Dice) {
    this.#world = world;
    this.#trips = trips;
    this.#roll = roll;
    for (const name of world.scene.collections) {
      const reach = name === SAMPLES ? SAMPLE_REACH : REACH;
      world.scene.oura.truth.hide(name, (document) => this.#isLate(document, reach));
    }
  }

  /** Before each run. */
  catchUp(): void {
    this.#travel();
    this.#holdBack();
  }

  /** Once a day. */
  today(): void {
    const roll = this.#roll;
    const { clock } = this.#world;
    if (roll.chance(0.1)) {
      const days = roll.chance(0.7) ? roll.whole(1, 10) : roll.whole(11, REACH);
      this.#waiting.set(dateAt(clock.now(), HOME_ZONE), clock.now() + days * DAY);
      this.counts.late += 1;
    }
    if (roll.chance(0.3)) this.#change();
    if (roll.chance(0.06)) this.#remove();
    if (roll.chance(0.12)) this.#edit();
    if (roll.chance(0.04)) this.#delete();
    if (roll.chance(0.1)) this.#own();
  }

  /** All that is still on its way arrives. */
  arriveAll(): void {
    this.#waiting.clear();
  }

  /** Whether it has not reached the service yet when a run begins; nothing arrives in the middle of one. */
  #isLate(document: Document, reach: number): boolean {
    if (this.#waiting.size === 0) return false;
    const day = String(document.day ?? document.start_day ?? String(document.timestamp).slice(0, 10));
    const arrives = this.#waiting.get(day);
    if (arrives === undefined) return false;
    return this.#asOf < Math.min(arrives, Date.parse(day) + reach * DAY);
  }

  #holdBack(): void {
    const { clock } = this.#world;
    this.#asOf = clock.now();
    for (const [day, arrives] of this.#waiting) if (arrives <= this.#asOf) this.#waiting.delete(day);
  }

  /** Nights abroad are told in the time of the place. */
  #travel(): void {
    const { clock, scene } = this.#world;
    const { truth } = scene.oura;
    if (this.#trips.every(({ from, to }) => clock.now() < from || clock.now() > to + 2 * DAY)) return;
    const oldest = this.#oldest();
    for (const night of truth.list('sleep')) {
      const id = String(night.id);
      const zone = zoneAt(this.#trips, Date.parse(String(night.bedtime_end)));
      // One that came late is past what a run reads again: it stays as it was told.
      const isOld = String(night.day) < oldest;
      if (zone === HOME_ZONE || isOld || this.#rewritten.has(id)) continue;
      this.#rewritten.add(id);
      const [start, end] = [night.bedtime_start, night.bedtime_end].map((text) =>
        Date.parse(String(text)),
      ) as [number, number];
      const times = { bedtime_start: localText(start, zone), bedtime_end: localText(end, zone) };
      truth.put('sleep', { ...night, ...times, day: dateAt(end, zone) });
      this.counts.travelled += 1;
    }
  }

  /** The first day that the week's re-read still reaches. */
  #oldest(): string {
    return addDays(dateAt(this.#world.clock.now(), HOME_ZONE), 1 - REACH);
  }

  #recent(name: string): Document[] {
    const oldest = this.#oldest();
    return this.#world.scene.oura.truth
      .list(name)
      .filter(({ id, day, start_day }) => String(day ?? start_day) >= oldest && id !== undefined)
      .filter((document) => !this.#isLate(document, REACH));
  }

  #some<T>(list: readonly T[]): T | undefined {
    const [first, ...rest] = list;
    return first === undefined ? undefined : this.#roll.pick([first, ...rest]);
  }

  #named(): string {
    const { collections } = this.#world.scene;
    const documents = collections.filter((name) => name !== SAMPLES);
    return this.#roll.chance(0.5) ? 'sleep' : (this.#some(documents) as string);
  }

  #change(): void {
    const roll = this.#roll;
    const name = this.#named();
    const one = this.#some(this.#recent(name));
    if (one === undefined) return;
    this.counts.changed += 1;
    const { truth } = this.#world.scene.oura;
    if (name !== 'sleep') {
      truth.put(name, { ...one, score: roll.whole(1, 100) });
      return;
    }
    const later = (text: unknown) =>
      new Date(Date.parse(String(text)) + roll.whole(1, 40) * MINUTE).toISOString();
    const scored = { total_sleep_duration: roll.whole(40, 900) * 30, efficiency: roll.whole(40, 99) };
    const changes = roll.pick<Document>([
      scored,
      scored,
      { bedtime_end: later(one.bedtime_end) },
      { bedtime_start: later(one.bedtime_start), bedtime_end: later(later(one.bedtime_end)) },
      { type: roll.pick(['long_sleep', 'rest', 'deleted', 'late_nap']) },
      { efficiency: null },
    ]);
    truth.put(name, { ...one, ...changes });
  }

  #remove(): void {
    const name = this.#named();
    const one = this.#some(this.#recent(name));
    if (one === undefined) return;
    this.counts.removed += 1;
    this.#world.scene.oura.truth.remove(name, String(one.id));
  }

  /** An entry of ours that the person has not touched yet, and its night. */
  #entry(): { id: string; night: string } | undefined {
    const { scene, person, store } = this.#world;
    const rows = store.query<{ id: string; night: string }>(
      "SELECT entry_id AS id, record_id AS night FROM clockify_entries WHERE state = 'done'",
    );
    const there = new Set(
      scene.clockify
        .entries()
        .slice(0, 2 * REACH)
        .map(({ id }) => id),
    );
    return this.#some(rows.filter(({ id }) => there.has(id) && !person.edited.has(id)));
  }

  #edit(): void {
    const entry = this.#entry();
    if (entry === undefined) return;
    const { scene, person } = this.#world;
    const { timeInterval } = scene.clockify.entries().find(({ id }) => id === entry.id) ?? {};
    const end = new Date(Date.parse(String(timeInterval?.end)) + 15 * MINUTE).toISOString();
    const changes = this.#roll.pick<EntryChanges>([
      { description: 'slept badly' },
      { end },
      { description: 'mine', end },
    ]);
    const edited = scene.clockify.editEntry(entry.id, changes);
    const shown = `${edited.timeInterval.start} ${edited.timeInterval.end} ${edited.description}`;
    person.edited.set(entry.id, { night: entry.night, shown });
    this.counts.edited += 1;
  }

  #delete(): void {
    const entry = this.#entry();
    if (entry === undefined) return;
    this.#world.scene.clockify.deleteEntry(entry.id);
    this.#world.person.deletedNights.add(entry.night);
    this.counts.deleted += 1;
  }

  #own(): void {
    const { clock, scene, person } = this.#world;
    const start = clock.now() - this.#roll.whole(2, 40) * 60 * MINUTE;
    const times = [start, start + 90 * MINUTE].map((at) => new Date(at).toISOString()) as [string, string];
    const { id } = scene.clockify.addEntry({ start: times[0], end: times[1], description: 'work' });
    person.own.add(id);
    this.counts.own += 1;
  }
}
