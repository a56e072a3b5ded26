import Database from 'better-sqlite3';
import { startOfDay } from '../../src/core/dates.ts';
import type { ClockifySandbox } from '../../src/sandbox/clockify.ts';
import type { Document, OuraSandbox } from '../../src/sandbox/oura.ts';
import type { Rotation } from '../../src/sandbox/tokens.ts';

/** Both imitations and the database that has to say the same. */
export interface Scene {
  readonly oura: OuraSandbox;
  readonly clockify: ClockifySandbox;
  /** Those that are read. */
  readonly collections: readonly string[];
  readonly rotation: Rotation;
  /** Where the person's days begin. */
  readonly zone: string;
  /** The database. */
  readonly file: string;
}

export type Kind = 'lost' | 'doubled' | 'damaged';

/** What is wrong after a last run, one line each; all empty when all is well. */
export type Damage = Readonly<Record<Kind, string[]>>;

/** What the person did in Clockify; the program has to leave it so. */
export interface Person {
  /** By entry id: the night it is about, and what it has to show, `start end text`. */
  readonly edited: Map<string, { readonly night: string; readonly shown: string }>;
  /** Nights whose entry the person deleted. */
  readonly deletedNights: Set<string>;
  /** Entries that are none of ours. */
  readonly own: Set<string>;
  /** Ids by collection that the service has not got yet, although the truth has. */
  readonly late: Map<string, ReadonlySet<string>>;
}

/** The id each record is stored under. */
const IDS: Readonly<Record<string, (document: Document) => string>> = {
  daily_cardiovascular_age: ({ day }) => String(day),
  heartrate: ({ timestamp, source }) => `${timestamp}/${source}`,
  ring_battery_level: ({ timestamp }) => String(timestamp),
};

/** Compares the database and Clockify with the truth of both imitations. */
export function examine(scene: Scene, person: Person): Damage {
  const damage: Damage = { lost: [], doubled: [], damaged: [] };
  const db = new Database(scene.file, { readonly: true });
  const rows: Rows = (sql, ...values) => db.prepare<unknown[], never>(sql).all(...values);
  try {
    const [check] = rows<{ integrity_check: string }>('PRAGMA integrity_check');
    if (check?.integrity_check !== 'ok') damage.damaged.push(`integrity: ${check?.integrity_check}`);
    examineRecords(scene, person, damage, rows);
    examineEntries(scene, person, damage);
    examineLedger(scene, person, damage, rows);
  } finally {
    db.close();
  }
  examineTokens(scene, damage);
  return damage;
}

type Rows = <T>(sql: string, ...values: unknown[]) => T[];

function examineRecords(scene: Scene, person: Person, damage: Damage, rowsOf: Rows): void {
  const streams = rowsOf<{ resource: string; live_rows: number }>(
    'SELECT resource, live_rows FROM sync_state',
  );
  if (streams.length !== scene.collections.length)
    damage.lost.push(`${streams.length} of ${scene.collections.length} collections were read`);
  for (const { resource, live_rows } of streams) {
    const idOf = IDS[resource] ?? (({ id }) => String(id));
    const truth = new Map(
      wantedOf(scene, person, resource, rowsOf).map((document) => [idOf(document), document]),
    );
    const ever = new Set(scene.oura.truth.list(resource).map(idOf));
    const rows = rowsOf<{ record_id: string; payload_json: string }>(
      'SELECT record_id, payload_json FROM records WHERE resource = ? AND deleted_at IS NULL',
      resource,
    );
    if (live_rows !== rows.length) damage.damaged.push(`${resource}: counted ${live_rows} of ${rows.length}`);
    for (const { record_id, payload_json } of rows) {
      const document = truth.get(record_id);
      truth.delete(record_id);
      if (document === undefined) {
        // Before any night is known, a series is read from as far back as the week's re-read goes.
        if (isSeries(resource) && ever.has(record_id)) continue;
        damage.doubled.push(`${resource} ${record_id} is stored and not true`);
      }
      if (document !== undefined && JSON.stringify(document) !== payload_json)
        damage.lost.push(`${resource} ${record_id} is stale`);
    }
    for (const id of truth.keys()) damage.lost.push(`${resource} ${id}`);
  }
}

function isSeries(resource: string): boolean {
  return resource === 'heartrate' || resource === 'ring_battery_level';
}

/** Sample series are read from the first night on; what a ring said before that is not asked for. */
function wantedOf(scene: Scene, person: Person, resource: string, rowsOf: Rows): Document[] {
  const all = scene.oura.truth.list(resource);
  const late = person.late.get(resource);
  if (!isSeries(resource)) return all.filter(({ id }) => late?.has(String(id)) !== true);
  const [first] = rowsOf<{ day: string }>("SELECT min(day) AS day FROM records WHERE resource = 'sleep'");
  const from = startOfDay(first?.day as string, scene.zone);
  return all.filter(({ timestamp }) => Date.parse(String(timestamp)) >= from);
}

/** The nights that have to have an entry, by the rules of the README and not by the program's own code. */
export function arrivedNights({ oura }: Pick<Scene, 'oura'>, { late }: Pick<Person, 'late'>): Document[] {
  return oura.truth
    .list('sleep')
    .filter(({ id }) => late.get('sleep')?.has(String(id)) !== true)
    .filter(({ type }) => ['long_sleep', 'sleep', 'late_nap'].includes(String(type)))
    .filter((night) => asleep(night) >= 15 * 60);
}

/** Seconds; in bed where nobody knows. */
function asleep({ total_sleep_duration, bedtime_start, bedtime_end }: Document): number {
  if (total_sleep_duration !== null) return Number(total_sleep_duration);
  return (Date.parse(String(bedtime_end)) - Date.parse(String(bedtime_start))) / 1000;
}

export function textOf(night: Document): string {
  const { efficiency, day, bedtime_start } = night;
  const minutes = Math.round(asleep(night) / 60);
  const share = efficiency === null ? '' : ` (${efficiency}% efficiency)`;
  const time = new Date(String(bedtime_start)).toISOString().slice(11, 16);
  return `🛌 Sleep - ${Math.floor(minutes / 60)}h ${minutes % 60}m${share} [Oura:${day}_${time}]`;
}

const secondsOf = (instant: unknown) => `${new Date(String(instant)).toISOString().slice(0, 19)}Z`;

function examineEntries(scene: Scene, person: Person, damage: Damage): void {
  const edited = new Set([...person.edited.values()].map(({ night }) => night));
  const missing = new Set(
    arrivedNights(scene, person)
      .filter(({ id }) => !person.deletedNights.has(String(id)) && !edited.has(String(id)))
      .map((night) => `${secondsOf(night.bedtime_start)} ${secondsOf(night.bedtime_end)} ${textOf(night)}`),
  );
  const waiting = new Set([...person.own, ...person.edited.keys()]);
  for (const { id, timeInterval, description } of scene.clockify.entries()) {
    waiting.delete(id);
    if (person.own.has(id)) continue;
    const shown = `${timeInterval.start} ${timeInterval.end} ${description}`;
    const wanted = person.edited.get(id)?.shown;
    if (wanted === undefined) {
      if (!missing.delete(shown)) damage.doubled.push(`entry ${shown}`);
    } else if (shown !== wanted) damage.lost.push(`the person's change of ${id}: ${shown} is not ${wanted}`);
  }
  for (const one of missing) damage.lost.push(`entry ${one}`);
  for (const id of waiting) damage.lost.push(`the person's own ${id}`);
  const made = scene.clockify.requests.filter(
    ({ method, path, status }) => method === 'POST' && path.endsWith('/projects') && status === 201,
  );
  if (made.length > 1) damage.doubled.push(`${made.length} projects were made`);
}

interface LedgerRow {
  readonly record_id: string;
  readonly state: string;
  readonly entry_id: string | null;
}

function examineLedger(scene: Scene, person: Person, damage: Damage, rowsOf: Rows): void {
  const there = new Set(scene.clockify.entries().map(({ id }) => id));
  for (const id of person.own) there.delete(id);
  const rows = rowsOf<LedgerRow>('SELECT record_id, state, entry_id FROM clockify_entries');
  for (const { record_id, state, entry_id } of rows) {
    // Noticed when its time is listed again, which may be never.
    if (person.deletedNights.has(record_id)) continue;
    if (state !== 'done') damage.damaged.push(`ledger: ${record_id} is ${state}`);
    else if (!there.delete(entry_id as string)) damage.damaged.push(`ledger: ${entry_id} is not there`);
  }
  for (const id of there) damage.damaged.push(`ledger: ${id} is unknown`);
}

/** Two sends of one refresh token at the most, ever, where each is good for one. A 429 or 503 says that it was not taken. */
function examineTokens(scene: Scene, damage: Damage): void {
  if (scene.rotation === 'none') return;
  for (const [token, sends] of refreshSends(scene))
    if (sends > 2) damage.damaged.push(`a refresh token (…${token.slice(-4)}) was sent ${sends} times`);
}

function refreshSends(scene: Pick<Scene, 'oura'>): Map<string, number> {
  const sends = new Map<string, number>();
  for (const { token } of sendsOf(scene)) sends.set(token, (sends.get(token) ?? 0) + 1);
  return sends;
}

function sendsOf({ oura }: Pick<Scene, 'oura'>): { token: string; at: number }[] {
  return oura.requests
    .filter(({ status }) => status !== 429 && status !== 503)
    .flatMap(({ method, path, body, at }) => {
      const token = method === 'POST' && /oauth/.test(path) && new URLSearchParams(body).get('refresh_token');
      return token ? [{ token, at }] : [];
    });
}

/**
 * How often the stored refresh token was sent since the stored pair came: nothing that came of it has arrived. After two of
 * them only a person can help, also where the service would have taken it a third time.
 */
export function lostSends(scene: Pick<Scene, 'oura' | 'file'>): number {
  const db = new Database(scene.file, { readonly: true });
  try {
    const stored = db
      .prepare<[], { token: string | null; at: number }>(
        "SELECT refresh_token AS token, obtained_at AS at FROM oauth_tokens WHERE provider = 'oura'",
      )
      .get();
    return sendsOf(scene).filter(({ token, at }) => token === stored?.token && at > stored.at).length;
  } finally {
    db.close();
  }
}
