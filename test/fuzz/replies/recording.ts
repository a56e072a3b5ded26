import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declaredViews, sectionOf } from '../../../src/cli/sections.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Span } from '../../../src/core/coverage.ts';
import type { AnyProvider, Resource } from '../../../src/core/provider.ts';
import { type ResourceResult, syncProvider } from '../../../src/core/sync.ts';
import type { Authorizer } from '../../../src/http/client.ts';
import type { Incoming, Outgoing } from '../../../src/http/exchange.ts';
import { Wire } from '../../../src/http/wire.ts';
import { settingsFrom } from '../../../src/library/settings.ts';
import { openClient, openKeeper } from '../../../src/source.ts';
import type { Db } from '../../../src/store/database.ts';
import { Store } from '../../../src/store/store.ts';
import type { Answered } from './damage.ts';
import { SERVICES } from './services.ts';

/** What the program is asked to read: all it wants by itself, some dates, or everything. */
export type Way = 'plain' | 'dates' | 'full';

/** One resource read in one way by a service that means well: what was asked, in order, and answered. */
export interface Recorded {
  readonly resource: Resource;
  readonly way: Way;
  /** UTC epoch milliseconds. */
  readonly at: number;
  readonly keys: readonly string[];
  /** And those of a run that first looks whose credentials they are. */
  readonly strangerKeys: readonly string[];
  readonly answers: ReadonlyMap<string, Answered>;
}

/** A service with its records stored, and how it answers a week later. */
export interface World {
  readonly provider: AnyProvider;
  readonly config: unknown;
  readonly store: Store;
  /** UTC epoch milliseconds; waiting moves it. */
  readonly clock: Clock & { set(now: number): void };
  readonly recorded: readonly Recorded[];
  /** What the service says about one stored record, by the key of the request. */
  readonly documents: ReadonlyMap<string, Answered>;
  end(): void;
}

const BEGIN = Date.parse('2026-03-12T08:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Credentials that were used before. */
export const KNOWN = 'known';
export const ZONE = 'Europe/Berlin';
const DATES: Span = { from: '2026-03-03', to: '2026-03-09' };
/** Where requests lead once the service is gone: nobody listens there. */
export const NOWHERE = 'http://127.0.0.1:9';
/** Longer lists are cut, in records more than around them. */
const LONGEST = 10;
const LONGEST_INSIDE = 3;

/** A request without its host. */
export const keyOf = ({ method, url, body }: Outgoing) =>
  `${method} ${url.pathname}${url.search} ${body ?? ''}`;

/** The real connection, which notes what is answered and keeps it short. */
class RecordingWire extends Wire {
  readonly answers = new Map<string, Answered>();
  readonly #url: string;

  constructor(url: string) {
    super({ deadline: 10_000, connections: 4 });
    this.#url = url;
  }

  override async exchange(outgoing: Outgoing, source: string, signal?: AbortSignal): Promise<Incoming> {
    const { status, headers, text } = await super.exchange(outgoing, source, signal);
    const { 'retry-after': _, date: __, ...kept } = headers;
    const reply = { status, headers: kept, text: shortened(text).replaceAll(this.#url, NOWHERE) };
    this.answers.set(keyOf(outgoing), reply);
    return reply;
  }
}

const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** The same reply with fewer elements; numbers stay as they are written. */
function shortened(text: string): string {
  const cut = (value: unknown, depth: number): unknown => {
    if (Array.isArray(value))
      return value.slice(0, depth < 3 ? LONGEST : LONGEST_INSIDE).map((one) => cut(one, depth + 1));
    if (typeof value !== 'object' || value === null || 'rawJSON' in value) return value;
    // A series may be an object whose keys are instants.
    const entries = Object.entries(value).filter(
      ([key], index) => index < LONGEST_INSIDE || !/^\d+$/.test(key),
    );
    return Object.fromEntries(entries.map(([key, one]) => [key, cut(one, depth + 1)]));
  };
  const exact = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' ? raw(context.source as string) : value;
  try {
    return JSON.stringify(cut(JSON.parse(text, exact as (key: string, value: unknown) => unknown), 0));
  } catch {
    return text;
  }
}

export async function worldOf(provider: AnyProvider): Promise<World> {
  const service = SERVICES[provider.id];
  if (service === undefined) throw new Error(`there is no service ${provider.id}`);
  const time = { now: BEGIN };
  const clock = {
    now: () => time.now,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      time.now += Math.max(0, milliseconds);
    },
    set: (now: number) => {
      time.now = now;
    },
  };
  const made = await service.start({ now: clock.now, days: 8, zone: ZONE, tokenLifeSeconds: 1e7 });
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fuzz-'));
  const store = new Store(join(folder, 'health.sqlite'), declaredViews());
  prepareOnce(store.db);
  const settings = { ...made.settings, ...made.seed, ...service.config };
  const section = sectionOf(provider);
  const config = settingsFrom(section, settings);
  const wire = new RecordingWire(made.url);
  try {
    const source = { provider, config, account: 'default', store, wire, clock };
    const keeper = openKeeper(source);
    const world = { provider, config, store, clock };
    const read = async (resources: readonly Resource[], way: Way, credentials?: string) =>
      refuseFailed(await readWith(world, { authorizer: keeper, wire, resources, way, credentials }));
    await read(provider.resources, 'plain');
    // Whose these credentials are is remembered when something else than that is read.
    const other = provider.resources.filter(({ name }) => name !== provider.person).slice(0, 1);
    await read(other, 'plain', KNOWN);
    const recorded: Recorded[] = [];
    for (const resource of provider.resources)
      for (const way of ['plain', 'dates', 'full'] as const) {
        // Services count requests by quarters of an hour.
        const at = BEGIN + 8 * DAY + recorded.length * 20 * MINUTE;
        const asked = async (credentials?: string) => {
          clock.set(at);
          wire.answers.clear();
          begin(world, resource);
          await read([resource], way, credentials);
          store.db.exec('ROLLBACK');
          return new Map(wire.answers);
        };
        const [usual, stranger] = [await asked(KNOWN), await asked()];
        const answers = new Map([...stranger, ...usual]);
        const [keys, strangerKeys] = [[...usual.keys()], [...stranger.keys()]];
        if (keys.length > 0) recorded.push({ resource, way, at, keys, strangerKeys, answers });
      }
    const away = settingsFrom(section, JSON.parse(JSON.stringify(settings).replaceAll(made.url, NOWHERE)));
    const end = () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return {
      provider,
      config: away,
      store,
      clock,
      recorded,
      documents: documentsOf(provider, away, store),
      end,
    };
  } finally {
    await Promise.all([wire.close(), made.close()]);
  }
}

/** Thousands of cases prepare the same statements; a run does so a few times. */
function prepareOnce(db: Db): void {
  const known = new Map<string, ReturnType<Db['prepare']>>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const found = known.get(sql) ?? prepare(sql);
    known.set(sql, found);
    return found;
  }) as Db['prepare'];
}

/** Opens the transaction that a case ends by rolling back: no request window is used up, and details are due again. */
export function begin({ store, provider }: Pick<World, 'store' | 'provider'>, resource: Resource): void {
  store.db.exec('BEGIN; DELETE FROM rate_spent; DELETE FROM rate_closed');
  if (resource.cursor.kind !== 'each') return;
  const stream = store.records.streams.number({
    provider: provider.id,
    account: 'default',
    resource: resource.name,
  });
  store.db.prepare('UPDATE items SET last_seen = 0 WHERE stream = ?').run(stream);
}

function refuseFailed(results: readonly ResourceResult[]): void {
  const failed = results.find(({ outcome }) => outcome !== 'OK');
  if (failed !== undefined)
    throw new Error(`${failed.provider}.${failed.resource} ended ${failed.outcome} by itself`, {
      cause: failed.error,
    });
}

export interface Reading {
  readonly authorizer: Authorizer;
  readonly wire: Wire;
  readonly resources: readonly Resource[];
  readonly way: Way;
  /** Names them; undefined: nobody knows whose they are. */
  readonly credentials: string | undefined;
  /** Instead of the provider's own address. */
  readonly baseUrl?: string | undefined;
}

/** What the command `sync` does for one provider. */
export function readWith(
  { provider, config, store, clock }: Pick<World, 'provider' | 'config' | 'store' | 'clock'>,
  { authorizer, wire, resources, way, baseUrl, credentials }: Reading,
): Promise<ResourceResult[]> {
  const there = baseUrl === undefined ? provider : { ...provider, baseUrl: () => baseUrl };
  const http = openClient(
    { provider: there, config, account: 'default', store, wire, clock },
    authorizer,
    false,
  );
  return syncProvider({
    provider: there,
    config,
    account: 'default',
    records: store.records,
    http,
    httpWithoutRenewal: http.withoutRenewal(),
    clock,
    zone: ZONE,
    resources,
    explicit: way === 'dates' ? DATES : undefined,
    full: way === 'full',
    allowDeletes: false,
    granted: () => undefined,
    facts: store.facts,
    credentials,
  });
}

/** Each stored record answers on its own route, as the service would. */
function documentsOf(provider: AnyProvider, config: unknown, store: Store): Map<string, Answered> {
  const answers = new Map<string, Answered>();
  const base = new URL(provider.baseUrl(config));
  const select = store.db.prepare<[string, string], { id: string; payload: string }>(
    'SELECT id, payload FROM items JOIN sync_state USING (stream) WHERE provider = ? AND resource = ?',
  );
  for (const { name, document } of provider.resources) {
    if (document === undefined) continue;
    for (const { id, payload } of select.all(provider.id, name)) {
      const key = `GET ${base.pathname.replace(/\/$/, '')}${document(id)} `;
      answers.set(key, { status: 200, headers: {}, text: payload });
    }
  }
  return answers;
}
