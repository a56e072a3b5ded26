import { startOfDay } from '../../src/core/dates.ts';
import type { Document } from '../../src/sandbox/oura.ts';
import type { Household } from '../support/household.ts';

/** What is wrong with a household after its last run, one line each; all empty when all is well. */
export interface Damage {
  readonly lost: string[];
  readonly doubled: string[];
  readonly damaged: string[];
}

/** What the person did in Clockify, by entry id; the program has to leave it so. */
export interface Person {
  /** Entries the person wrote another text into. */
  readonly edited: Map<string, string>;
  /** Nights whose entry the person deleted. */
  readonly deletedNights: Set<string>;
  /** Entries that are none of ours. */
  readonly own: Set<string>;
}

/** The id each record is stored under. */
const IDS: Readonly<Record<string, (document: Document) => string>> = {
  daily_cardiovascular_age: ({ day }) => String(day),
  heartrate: ({ timestamp, source }) => `${timestamp}/${source}`,
  ring_battery_level: ({ timestamp }) => String(timestamp),
};

/** Compares the database and Clockify with the truth of both imitations. */
export function examine(home: Household, person: Person): Damage {
  const damage: Damage = { lost: [], doubled: [], damaged: [] };
  const [check] = home.rows<{ integrity_check: string }>('PRAGMA integrity_check');
  if (check?.integrity_check !== 'ok') damage.damaged.push(`integrity: ${check?.integrity_check}`);
  examineRecords(home, damage);
  examineEntries(home, person, damage);
  examineLedger(home, person, damage);
  return damage;
}

function examineRecords(home: Household, damage: Damage): void {
  const streams = home.rows<{ resource: string; live_rows: number }>(
    'SELECT resource, live_rows FROM sync_state',
  );
  if (streams.length !== 19) damage.lost.push(`only ${streams.length} collections were read`);
  for (const { resource, live_rows } of streams) {
    const idOf = IDS[resource] ?? (({ id }) => String(id));
    const truth = new Map(wantedOf(home, resource).map((document) => [idOf(document), document]));
    const rows = home.rows<{ record_id: string; payload_json: string }>(
      'SELECT record_id, payload_json FROM records WHERE resource = ? AND deleted_at IS NULL',
      resource,
    );
    if (live_rows !== rows.length) damage.damaged.push(`${resource}: counted ${live_rows} of ${rows.length}`);
    for (const { record_id, payload_json } of rows) {
      const document = truth.get(record_id);
      truth.delete(record_id);
      if (document === undefined) damage.doubled.push(`${resource} ${record_id} is stored and not true`);
      else if (JSON.stringify(document) !== payload_json)
        damage.lost.push(`${resource} ${record_id} is stale`);
    }
    for (const id of truth.keys()) damage.lost.push(`${resource} ${id}`);
  }
}

/** Sample series are read from the first night on; what a ring said before that is not asked for. */
function wantedOf(home: Household, resource: string): Document[] {
  const all = home.oura.truth.list(resource);
  if (resource !== 'heartrate' && resource !== 'ring_battery_level') return all;
  const firstDay = home.oura.truth
    .list('sleep')
    .map(({ day }) => String(day))
    .sort()[0] as string;
  return all.filter(
    ({ timestamp }) => Date.parse(String(timestamp)) >= startOfDay(firstDay, 'Europe/Berlin'),
  );
}

/** The nights that have to have an entry, by the rules of the README and not by the program's own code. */
export function eligible(home: Household): Document[] {
  return home.oura.truth
    .list('sleep')
    .filter(({ type }) => ['long_sleep', 'sleep', 'late_nap'].includes(String(type)))
    .filter(({ total_sleep_duration: asleep }) => Number(asleep) >= 15 * 60);
}

export function textOf({ total_sleep_duration, efficiency, day, bedtime_start }: Document): string {
  const minutes = Math.round(Number(total_sleep_duration) / 60);
  const share = efficiency === null ? '' : ` (${efficiency}% efficiency)`;
  const time = new Date(String(bedtime_start)).toISOString().slice(11, 16);
  return `🛌 Sleep - ${Math.floor(minutes / 60)}h ${minutes % 60}m${share} [Oura:${day}_${time}]`;
}

const secondsOf = (instant: unknown) => `${new Date(String(instant)).toISOString().slice(0, 19)}Z`;

function examineEntries(home: Household, person: Person, damage: Damage): void {
  const wanted = eligible(home)
    .filter(({ id }) => !person.deletedNights.has(String(id)))
    .map((night) => `${secondsOf(night.bedtime_start)} ${secondsOf(night.bedtime_end)} ${textOf(night)}`);
  const missing = new Set(wanted);
  for (const { id, timeInterval, description } of home.clockify.entries()) {
    if (person.own.has(id)) continue;
    const shown = `${timeInterval.start} ${timeInterval.end} ${description}`;
    if (person.edited.has(id)) {
      const [start] = shown.split(' ');
      if (description !== person.edited.get(id))
        damage.lost.push(`the person's text of ${id}: ${description}`);
      const night = wanted.find((one) => one.startsWith(`${start} `));
      if (night !== undefined) missing.delete(night);
    } else if (!missing.delete(shown)) damage.doubled.push(`entry ${shown}`);
  }
  for (const one of missing) damage.lost.push(`entry ${one}`);
  for (const id of person.own)
    if (!home.clockify.entries().some((entry) => entry.id === id)) damage.lost.push(`the person's own ${id}`);
  const projects = home.clockify.requests.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith('/projects') && status === 201,
  );
  if (projects.length > 1) damage.doubled.push(`${projects.length} projects were made`);
}

function examineLedger(home: Household, person: Person, damage: Damage): void {
  const there = new Set(home.clockify.entries().map(({ id }) => id));
  for (const id of person.own) there.delete(id);
  for (const { record_id, state, entry_id } of home.ledger()) {
    if (state === 'gone' && person.deletedNights.has(record_id)) continue;
    if (state !== 'done') damage.damaged.push(`ledger: ${record_id} is ${state}`);
    else if (!there.delete(entry_id as string)) damage.damaged.push(`ledger: ${entry_id} is not there`);
  }
  for (const id of there) damage.damaged.push(`ledger: ${id} is unknown`);
}
