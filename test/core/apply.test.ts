import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeclinedError, type Destination, type Entry, type WantedEntry } from '../../src/core/destination.ts';
import { AuthError, InterruptedError } from '../../src/core/errors.ts';
import { type ApplyOptions, apply } from '../../src/core/push/apply.ts';
import type { Step } from '../../src/core/push/step.ts';
import { snapshotOf, wantedFor } from '../../src/core/push/wanted.ts';
import { InDoubtError, NotDoneError } from '../../src/http/client.ts';
import type { LedgerRow } from '../../src/store/ledger.ts';
import type { StoredSession } from '../../src/store/sessions.ts';
import { Store } from '../../src/store/store.ts';
import { entryOf, intentOf, NOW, night, rowOf, style } from './push-support.ts';

const details = { source: 'shelf', hint: 'look' };
const declined = () => new DeclinedError(400, 'shelf: answered 400', details);
const limited = () => new NotDoneError('later', { ...details, retryAt: NOW + 1000 });

/** A destination that refuses what it is told to, in the order of its answers, and then does what it is asked. */
class Shelf implements Destination {
  readonly id = 'shelf';
  readonly title = 'Shelf';
  readonly target = 'mine';
  readonly asked: string[] = [];
  readonly answers: unknown[] = [];
  readonly there = new Set<string>();
  isFresh = false;
  made = 0;
  ledgerWhileAsked: (LedgerRow | undefined)[] = [];
  look: () => LedgerRow | undefined = () => undefined;

  #ask(what: string): void {
    this.asked.push(what);
    this.ledgerWhileAsked.push(this.look());
    const answer = this.answers.shift();
    if (answer !== undefined) throw answer;
  }

  list = async () => [];
  read = async (id: string) => {
    this.asked.push(`read ${id}`);
    return this.there.has(id) ? entryOf(night(), { remoteId: id }) : undefined;
  };
  begin = async () => void this.asked.push('begin');
  admit = async () => {};
  create = async (wanted: WantedEntry): Promise<Entry> => {
    this.#ask('create');
    this.made += 1;
    return { ...wanted, remoteId: `made ${this.made}`, projectId: 'project', locked: false, raw: null };
  };
  update = async (entry: Entry, wanted: WantedEntry): Promise<Entry> => {
    this.#ask(`update ${entry.remoteId}`);
    return { ...entry, ...wanted };
  };
  remove = async (ids: readonly string[]) => this.#ask(`remove ${ids.join(' ')}`);
  pace = () => ({ opensAt: 0, perHour: undefined });
  refresh = async () => {
    this.asked.push('refresh');
    return this.isFresh;
  };
}

let folder: string;
let store: Store;
let shelf: Shelf;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apply-'));
  store = new Store(join(folder, 'health.sqlite'), []);
  shelf = new Shelf();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const ledger = () => store.ledger('shelf', 'mine');

function carryOut(steps: readonly Step[], more: Partial<ApplyOptions> = {}) {
  const plan = { steps, skipped: { type: 0, short: 0, early: 0, invalid: 0 }, unchanged: 0, checked: true };
  const clock = { now: () => NOW, sleep: async () => {} };
  shelf.look = () => ledger().get(night());
  return apply({ plan, destination: shelf, ledger: ledger(), style, clock, ...more });
}

const wantedOf = (session: StoredSession, styled = true) =>
  wantedFor(session, style.template, style.word, styled);
const create = (session = night()): Step => ({ do: 'create', session, wanted: wantedOf(session) });
const rescored = night(0, { asleepSeconds: 3600 });
const update = (row: LedgerRow | undefined, styled = false): Step => ({
  do: 'update',
  session: rescored,
  wanted: wantedOf(rescored, styled),
  row,
  entry: entryOf(night(), { projectId: 'elsewhere' }),
});
const remove = (session = night()): Extract<Step, { do: 'remove' }> => ({
  do: 'remove',
  row: rowOf(session),
  entry: entryOf(session),
  reason: 'source',
});
const removeStray = (): Step => ({ ...remove(), row: undefined });

describe('a create', () => {
  test('F1 is noted before it is sent, with where it goes, and told when it is done', async () => {
    const told: number[][] = [];
    const onStep = (done: number, of: number) => void told.push([done, of]);
    const result = await carryOut([create(night(1)), create()], { onStep });
    expect(result).toMatchObject({ counts: { created: 2, blocked: 0 }, pending: 0, error: undefined });
    expect(told).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(shelf.asked).toEqual(['begin', 'create', 'create']);
    expect(shelf.ledgerWhileAsked[1]).toMatchObject({
      state: 'intent',
      remoteId: null,
      sent: { ...wantedOf(night()), projectId: 'project' },
      kept: false,
      problem: null,
    });
    expect(ledger().get(night())).toMatchObject({ state: 'done', remoteId: 'made 2', sent: null });
  });

  test('without a project says so in what was sent', async () => {
    await carryOut([create()], { style: { ...style, projectId: undefined } });
    expect(shelf.ledgerWhileAsked[0]?.sent).toMatchObject({ projectId: null });
  });

  test('F1 that certainly did not arrive leaves the ledger as it was', async () => {
    const before = intentOf(night(), { problem: 'declined by the service', sent: null });
    shelf.answers.push(new AuthError('no key', details), new AuthError('no key', details));
    expect(await carryOut([create()])).toMatchObject({ pending: 1, error: { outcome: 'AUTH' } });
    expect(ledger().all()).toEqual([]);
    ledger().put(before, NOW - 5);
    await carryOut([create()]);
    expect(ledger().get(night())).toEqual({ ...before, notedAt: NOW - 5 });
  });

  test('F1 that may have arrived stays noted', async () => {
    shelf.answers.push(new InDoubtError('no answer', details));
    expect(await carryOut([create(), create(night(1))])).toMatchObject({
      counts: { created: 0 },
      pending: 2,
      error: { outcome: 'TEMP' },
    });
    expect(ledger().get(night())).toMatchObject({ state: 'intent', remoteId: null });
    expect(shelf.asked).toEqual(['begin', 'create']);
  });

  test('that has to wait goes out again, but not forever', async () => {
    shelf.answers.push(limited(), limited());
    expect(await carryOut([create()])).toMatchObject({ counts: { created: 1 }, error: undefined });
    shelf.answers.push(...Array.from({ length: 9 }, limited));
    expect(await carryOut([create(night(1))])).toMatchObject({ pending: 1, error: { outcome: 'TEMP' } });
    expect(shelf.asked.filter((what) => what === 'create')).toHaveLength(3 + 4);
    expect(ledger().get(night(1))).toBeUndefined();
  });

  test('a limit that does not say until when ends it at once', async () => {
    shelf.answers.push(new NotDoneError('busy', details));
    expect(await carryOut([create()])).toMatchObject({ error: { outcome: 'TEMP' } });
    expect(shelf.asked).toEqual(['begin', 'create']);
  });

  test('one that is declined is tried again once the ids were asked for anew, and only where they changed', async () => {
    shelf.isFresh = true;
    shelf.answers.push(declined());
    expect(await carryOut([create()])).toMatchObject({ counts: { created: 1, blocked: 0 } });
    expect(shelf.asked).toEqual(['begin', 'create', 'refresh', 'create']);
    shelf.answers.push(declined(), declined());
    expect(await carryOut([create(night(1))])).toMatchObject({ counts: { created: 0, blocked: 1 } });
    expect(ledger().get(night(1))).toMatchObject({
      state: 'intent',
      problem: 'declined by the service',
      sent: null,
    });
  });

  test('refusals that do not end are not about single entries: the rest is left', async () => {
    shelf.answers.push(declined(), declined(), declined());
    const result = await carryOut([0, 1, 2, 3].map((back) => create(night(back))));
    expect(result).toMatchObject({
      counts: { blocked: 3, created: 0 },
      pending: 1,
      error: {
        outcome: 'CONTRACT',
        message: 'shelf: answered 400; 3 refusals in a row, so the rest was left',
      },
    });
    expect(shelf.asked.filter((what) => what === 'refresh')).toHaveLength(1);
  });

  test('two refusals with a success between them are two single ones', async () => {
    shelf.answers.push(declined(), declined(), undefined, declined(), declined());
    const result = await carryOut([0, 1, 2, 3, 4].map((back) => create(night(back))));
    expect(result).toMatchObject({ counts: { blocked: 4, created: 1 }, pending: 0, error: undefined });
  });

  test('a stop and a mistake of ours are no result', async () => {
    for (const failure of [new InterruptedError('stopped'), new TypeError('ours')]) {
      shelf.answers.push(failure);
      await expect(carryOut([create()])).rejects.toBe(failure);
    }
  });
});

describe('a change', () => {
  test('is noted with what is expected of it, under the project only where it is styled', async () => {
    ledger().put(rowOf(night()), NOW);
    await carryOut([update(rowOf(night()))]);
    expect(shelf.asked).toEqual(['update entry-night-0']);
    expect(shelf.ledgerWhileAsked[0]).toMatchObject({
      state: 'done',
      session: snapshotOf(night()),
      sent: { text: wantedOf(rescored).text, projectId: 'elsewhere' },
    });
    expect(ledger().get(night())).toMatchObject({ sent: null, session: snapshotOf(rescored) });
    await carryOut([update(rowOf(night()), true)]);
    expect(shelf.ledgerWhileAsked[1]?.sent).toMatchObject({ projectId: 'project' });
    await carryOut([update(rowOf(night()), true)], { style: { ...style, projectId: undefined } });
    expect(shelf.ledgerWhileAsked[2]?.sent).toMatchObject({ projectId: 'elsewhere' });
  });

  test('keeps the template it was written with, unless it is restyled or was unknown', async () => {
    const row = rowOf(night(), { template: 'Slept {duration}' });
    await carryOut([update(row)]);
    expect(ledger().get(night())?.template).toBe('Slept {duration}');
    await carryOut([update(row, true)]);
    expect(ledger().get(night())?.template).toBe(style.template);
    ledger().forget(night());
    await carryOut([update(undefined)]);
    expect(ledger().get(night())?.template).toBe(style.template);
  });

  test('that is declined is noted with the session as it is now, also of an entry nobody knew', async () => {
    shelf.answers.push(declined());
    expect(await carryOut([update(rowOf(night()))])).toMatchObject({ counts: { updated: 0, blocked: 1 } });
    const problem = { problem: 'declined by the service', sent: null, session: snapshotOf(rescored) };
    expect(ledger().get(night())).toMatchObject({ state: 'done', ...problem, kept: false });
    ledger().forget(night());
    shelf.answers.push(declined());
    await carryOut([update(undefined)]);
    expect(ledger().get(night())).toMatchObject({
      state: 'done',
      remoteId: 'entry-night-0',
      kept: true,
      template: null,
      ...problem,
    });
  });

  test('that is declined is sent again where the ids changed; any other failure ends it', async () => {
    shelf.isFresh = true;
    shelf.answers.push(declined());
    expect(await carryOut([update(rowOf(night()))])).toMatchObject({ counts: { updated: 1 } });
    shelf.answers.push(new AuthError('no key', details));
    expect(await carryOut([update(rowOf(night()))])).toMatchObject({
      error: { outcome: 'AUTH' },
      pending: 1,
    });
    expect(ledger().get(night())?.sent).not.toBeNull();
  });

  test('a plan that nobody checked changes nothing', async () => {
    const step = { ...(update(rowOf(night())) as Extract<Step, { do: 'update' }>), entry: undefined };
    expect(await carryOut([step])).toMatchObject({ counts: { updated: 0 } });
    expect(shelf.asked).toEqual([]);
  });
});

describe('a removal', () => {
  const nights = (count: number) => Array.from({ length: count }, (_, back) => night(back));

  test('goes fifty at a time, is noted before, and forgotten afterwards', async () => {
    for (const one of nights(51)) ledger().put(rowOf(one), NOW);
    const result = await carryOut(nights(51).map((one) => remove(one)));
    expect(result).toMatchObject({ counts: { deleted: 51 }, pending: 0 });
    expect(shelf.asked.map((what) => what.split(' ').length - 1)).toEqual([50, 1]);
    expect(shelf.ledgerWhileAsked[0]).toMatchObject({ sent: { removed: true }, state: 'done' });
    expect(ledger().all()).toEqual([]);
  });

  test('of an entry that no row holds needs no ledger', async () => {
    expect(await carryOut([removeStray()])).toMatchObject({ counts: { deleted: 1 } });
    expect(ledger().all()).toEqual([]);
  });

  test('of several that is declined is tried one by one, and what is gone already counts as deleted', async () => {
    for (const one of nights(3)) ledger().put(rowOf(one), NOW);
    shelf.there.add('entry-night-1');
    shelf.answers.push(declined(), undefined, declined(), declined());
    const result = await carryOut(nights(3).map((one) => remove(one)));
    expect(result).toMatchObject({ counts: { deleted: 2, blocked: 1 }, pending: 0, error: undefined });
    expect(shelf.asked).toEqual([
      'remove entry-night-0 entry-night-1 entry-night-2',
      'remove entry-night-0',
      'remove entry-night-1',
      'read entry-night-1',
      'remove entry-night-2',
      'read entry-night-2',
    ]);
    expect(ledger().all()).toMatchObject([{ recordId: 'night-1', sent: null, state: 'done' }]);
  });

  test('of one that no row holds and that stays is told as blocked', async () => {
    shelf.there.add('entry-night-0');
    shelf.answers.push(declined());
    expect(await carryOut([removeStray()])).toMatchObject({
      counts: { deleted: 0, blocked: 1 },
    });
    expect(ledger().all()).toEqual([]);
  });

  test('without an answer stays noted, and nothing is forgotten', async () => {
    ledger().put(rowOf(night()), NOW);
    shelf.answers.push(new InDoubtError('no answer', details));
    expect(await carryOut([remove()])).toMatchObject({ counts: { deleted: 0 }, pending: 1 });
    expect(ledger().get(night())).toMatchObject({ sent: { removed: true }, state: 'done' });
  });
});
