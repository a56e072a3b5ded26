import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Destination, Entry, WantedEntry } from '../../src/core/destination.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import { type PushOptions, push } from '../../src/core/push.ts';
import type { LedgerRow } from '../../src/store/ledger.ts';
import { Store } from '../../src/store/store.ts';
import { entryOf, intentOf, NOW, night, rowOf, style } from './push-support.ts';

/** A destination that holds entries in memory and does what it is told. */
class Shelf implements Destination {
  readonly id = 'shelf';
  readonly title = 'Shelf';
  readonly target = 'mine';
  readonly entries = new Map<string, Entry>();

  put(entry: Entry): Entry {
    this.entries.set(entry.remoteId, entry);
    return entry;
  }

  list = async (from: number, to: number) =>
    [...this.entries.values()].filter(({ startAt }) => startAt >= from && startAt <= to);
  read = async (id: string) => this.entries.get(id);
  async begin(): Promise<void> {}

  admit = async () => {};
  create = async (wanted: WantedEntry) =>
    this.put(this.#made(wanted, `made-${this.entries.size}`, 'project'));
  update = async (entry: Entry, wanted: WantedEntry) =>
    this.put(this.#made(wanted, entry.remoteId, wanted.style ? 'project' : entry.projectId));
  remove = async (ids: readonly string[]) => {
    for (const id of ids) this.entries.delete(id);
  };
  pace = () => ({ opensAt: 0, perHour: undefined });
  refresh = async () => false;

  #made({ startAt, endAt, text }: WantedEntry, remoteId: string, projectId: string | null): Entry {
    return { remoteId, startAt, endAt, text, projectId, locked: false, raw: null };
  }
}

let folder: string;
let store: Store;
let shelf: Shelf;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'push-'));
  store = new Store(join(folder, 'health.sqlite'), []);
  shelf = new Shelf();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const ledger = () => store.ledger('shelf', 'mine');
const was = night();
const rescored = night(0, { asleepSeconds: 3600 });

async function run(sessions: PushOptions['sessions'], more: Partial<PushOptions> = {}) {
  const { result, error } = await push({
    destination: shelf,
    style,
    sessions,
    source: { provider: 'somewhere', account: 'me', resource: 'sleep' },
    ledger: ledger(),
    clock: { now: () => NOW, sleep: async () => {} },
    scope: undefined,
    force: false,
    restyle: false,
    allowDeletes: false,
    dryRun: false,
    ...more,
  });
  expect(error).toBeUndefined();
  return result?.counts;
}

describe('over several runs', () => {
  test('a night is created, then left alone, updated, and removed', async () => {
    expect(await run([was])).toMatchObject({ created: 1 });
    expect(await run([was])).toMatchObject({ created: 0, updated: 0 });
    expect(await run([rescored])).toMatchObject({ updated: 1 });
    expect([...shelf.entries.values()].map(({ text }) => text)).toEqual([entryOf(rescored).text]);
    expect(await run([])).toMatchObject({ deleted: 1 });
    expect([shelf.entries.size, ledger().all()]).toEqual([0, []]);
  });

  test('F5 F6 what a person had edited before the ledger knew it stays as it is after a re-scoring', async () => {
    const mine = shelf.put(entryOf(was, { text: `${entryOf(was).text} with a cold` }));
    expect(await run([was])).toMatchObject({ adopted: 1 });
    expect(await run([rescored])).toMatchObject({ updated: 0, kept: 1 });
    expect([...shelf.entries.values()]).toEqual([mine]);
    expect(await run([rescored], { force: true })).toMatchObject({ updated: 1 });
    expect([...shelf.entries.values()].map(({ text }) => text)).toEqual([entryOf(rescored).text]);
  });

  test('F6 what nobody had edited is updated after a re-scoring', async () => {
    shelf.put(entryOf(was));
    expect(await run([was])).toMatchObject({ adopted: 1 });
    expect(await run([rescored])).toMatchObject({ updated: 1, kept: 0 });
  });

  test('F5 --force puts an entry back under the project', async () => {
    await run([was]);
    const [entry] = shelf.entries.values();
    shelf.put({ ...(entry as Entry), projectId: 'elsewhere' });
    expect(await run([rescored])).toMatchObject({ kept: 1 });
    expect(await run([rescored], { force: true })).toMatchObject({ updated: 1 });
    expect([...shelf.entries.values()].map(({ projectId }) => projectId)).toEqual(['project']);
  });

  test('F5 an edit is noted once, and is none any more when it was taken back', async () => {
    await run([was]);
    const [entry] = shelf.entries.values() as Iterable<Entry>;
    shelf.put({ ...(entry as Entry), text: `${entry?.text} with a cold` });
    // A new session is a reason to look at those around it.
    const more = [1, 2, 3].map((minute) => ({
      ...night(1),
      recordId: `nap-${minute}`,
      startAt: night(1).startAt + minute * 60_000,
    }));
    expect(await run([was, ...more.slice(0, 1)])).toMatchObject({ created: 1, kept: 1 });
    const kept = ledger().get(was);
    expect(kept).toMatchObject({ kept: true });
    const clock = { now: () => NOW + 60_000, sleep: async () => {} };
    expect(await run([was, ...more.slice(0, 2)], { clock })).toMatchObject({ created: 1, kept: 1 });
    expect(ledger().get(was)).toEqual(kept);
    shelf.put(entry as Entry);
    expect(await run([was, ...more])).toMatchObject({ created: 1, kept: 0 });
    expect(ledger().get(was)).toMatchObject({ kept: false });
  });

  test('F2 F5 our own deletion that arrived is never taken for the person’s, also when the run was stopped', async () => {
    await run([was]);
    ledger().put({ ...(ledger().get(was) as LedgerRow), sent: { removed: true } }, NOW);
    shelf.entries.clear();
    const stopped = new InterruptedError('stopped');
    const confirm = () => Promise.reject(stopped);
    await expect(run([was], { confirm })).rejects.toBe(stopped);
    expect(await run([was])).toMatchObject({ created: 1 });
  });

  test('F17 a create without an answer keeps the template it was sent with', async () => {
    ledger().put(intentOf(was, { template: 'Slept {duration}' }), NOW);
    shelf.put(entryOf(was));
    expect(await run([was])).toMatchObject({ adopted: 1, created: 0 });
    expect(ledger().get(was)).toMatchObject({ state: 'done', template: 'Slept {duration}', kept: false });
  });
});

describe('two people with one ledger', () => {
  test('neither loses, adopts nor doubles what is the other’s', async () => {
    const theirs = night(0, { account: 'partner', endAt: was.endAt + 1000 });
    ledger().put(rowOf(theirs, { remoteId: 'theirs' }), NOW);
    shelf.put({ ...entryOf(theirs), remoteId: 'theirs' });
    expect(await run([was])).toMatchObject({ created: 1, adopted: 0, deleted: 0 });
    expect([...shelf.entries.keys()].sort()).toEqual(['made-1', 'theirs']);
    expect(await run([])).toMatchObject({ deleted: 1 });
    expect([...shelf.entries.keys()]).toEqual(['theirs']);
  });
});
