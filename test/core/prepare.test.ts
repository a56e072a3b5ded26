import { describe, expect, test } from 'vitest';
import { DEFAULT_TEMPLATE } from '../../src/core/description.ts';
import type { Entry } from '../../src/core/destination.ts';
import { AuthError, type ProgramError, TemporaryError, UsageError } from '../../src/core/errors.ts';
import { isActive, type PrepareOptions, prepare } from '../../src/core/push/prepare.ts';
import { entryOf, HOUR, intentOf, NOW, night, planOf, rowOf, style } from './push-support.ts';

/** A destination that only holds entries, and counts what it is asked. */
class Shelf {
  readonly title = 'Shelf';
  readonly asked: string[] = [];
  readonly #entries: readonly Entry[];
  readonly #fault: ProgramError | undefined;

  constructor(entries: readonly Entry[], fault?: ProgramError) {
    this.#entries = entries;
    this.#fault = fault;
  }

  async list(from: number, to: number): Promise<Entry[]> {
    this.asked.push(`list ${new Date(from).toISOString()} ${new Date(to).toISOString()}`);
    if (this.#fault !== undefined) throw this.#fault;
    return this.#entries.filter(({ startAt }) => startAt >= from && startAt <= to);
  }

  async read(id: string): Promise<Entry | undefined> {
    this.asked.push(`read ${id}`);
    return this.#entries.find(({ remoteId }) => remoteId === id);
  }
}

type Input = Partial<PrepareOptions['input']>;

async function prepared(shelf: Shelf, input: Input, more: { dryRun?: boolean; allowDeletes?: boolean } = {}) {
  const { plan } = await prepare({
    input: {
      sessions: [],
      rows: [],
      taken: new Set(),
      scope: undefined,
      style,
      force: false,
      restyle: false,
      ...input,
    },
    destination: shelf,
    clock: { now: () => NOW, sleep: () => Promise.reject(new Error('nothing here waits')) },
    dryRun: false,
    allowDeletes: false,
    ...more,
  });
  return plan;
}

const nights = (count: number) => Array.from({ length: count }, (_, back) => night(back));
const LISTED = 'list 2024-02-27T22:30:00.000Z 2024-02-29T22:30:00.000Z';
const rescored = night(0, { asleepSeconds: 3600 });

describe('requests are scarce', () => {
  test.each<[string, Input]>([
    ['everything is as it should be', { sessions: nights(3), rows: nights(3).map((one) => rowOf(one)) }],
    ['there is nothing at all', {}],
    ['all that is new is skipped', { sessions: [night(0, { type: 'rest' })] }],
    [
      'the person deleted it',
      { sessions: [rescored], rows: [rowOf(night(), { state: 'gone', remoteId: null })] },
    ],
    ['the service declined it', { rows: [intentOf(night(), { problem: 'declined', sent: null })] }],
  ])('none when %s', async (_name, input) => {
    const shelf = new Shelf([]);
    const plan = await prepared(shelf, input);
    expect(shelf.asked).toEqual([]);
    expect(plan.checked).toBe(true);
    expect(plan.steps.filter(isActive)).toEqual([]);
  });

  test.each<[string, Input, Entry[], string[], string[]]>([
    ['a new night', { sessions: [night()] }, [], [LISTED], ['create']],
    ['an entry to adopt', { sessions: [night()] }, [entryOf(night())], [LISTED], ['adopt']],
    [
      'a re-scored night',
      { sessions: [rescored], rows: [rowOf(night())] },
      [entryOf(night())],
      [LISTED],
      ['update'],
    ],
    [
      'a re-scored night whose entry is gone',
      { sessions: [rescored], rows: [rowOf(night())] },
      [],
      [LISTED, 'read entry-night-0'],
      ['give up'],
    ],
    [
      'a re-scored night whose entry was moved far away',
      { sessions: [rescored], rows: [rowOf(night())] },
      [entryOf(night(), { startAt: 0, endAt: HOUR })],
      [LISTED, 'read entry-night-0'],
      ['keep'],
    ],
    [
      'a create without an answer and without a session',
      { rows: [intentOf(night())] },
      [],
      [LISTED],
      ['forget'],
    ],
    ['a removal', { rows: [rowOf(night())] }, [entryOf(night())], [LISTED], ['remove']],
    [
      '--force over what is unchanged',
      { sessions: [night()], rows: [rowOf(night())], force: true },
      [entryOf(night())],
      [LISTED],
      [],
    ],
  ])('one listing, a day wider on both sides, for %s', async (_name, input, entries, asked, steps) => {
    const shelf = new Shelf(entries);
    const plan = await prepared(shelf, input);
    expect(shelf.asked).toEqual(asked);
    expect(plan.steps.map((step) => step.do)).toEqual(steps);
  });

  test('one listing from the oldest to the newest for many nights', async () => {
    const shelf = new Shelf([]);
    await prepared(shelf, { sessions: [night(0), night(100)] });
    expect(shelf.asked).toEqual(['list 2023-11-19T22:30:00.000Z 2024-02-29T22:30:00.000Z']);
  });
});

describe('F14 a dry run', () => {
  const closed = new TemporaryError('closed', { retryAt: NOW + HOUR });

  test('spends one listing at most and shows what it would look up', async () => {
    const shelf = new Shelf([]);
    const plan = await prepared(shelf, { sessions: [rescored], rows: [rowOf(night())] }, { dryRun: true });
    expect(shelf.asked).toEqual([LISTED]);
    expect(plan.steps.map((step) => step.do)).toEqual(['look up']);
  });

  test('with a closed window plans from the ledger and says that it was not checked', async () => {
    const sessions = [rescored, night(1)];
    const plan = await prepared(
      new Shelf([], closed),
      { sessions, rows: [rowOf(night())] },
      { dryRun: true },
    );
    expect(plan.checked).toBe(false);
    expect(plan.steps.map((step) => step.do)).toEqual(['update', 'create']);
  });

  test('passes on any other fault', async () => {
    const refused = new AuthError('no');
    await expect(prepared(new Shelf([], refused), { sessions: [night()] }, { dryRun: true })).rejects.toBe(
      refused,
    );
  });

  test('F12 a real run passes on the closed window', async () => {
    await expect(prepared(new Shelf([], closed), { sessions: [night()] })).rejects.toBe(closed);
  });
});

describe('the brake', () => {
  /** So many nights of the last month are in the ledger and there; the source lost some of the newest. */
  function losing(lost: number, of: number, older = 0) {
    const all = nights(of);
    const before = Array.from({ length: older }, (_, back) => night(40 + back));
    return {
      sessions: [...all.slice(lost), ...before],
      rows: [...all, ...before].map((one) => rowOf(one)),
      shelf: new Shelf(all.map((one) => entryOf(one))),
    };
  }

  test.each([
    ['lets three go, even all of them', 3, 3, 0, false],
    ['lets four of twenty go, which is a fifth', 4, 20, 0, false],
    ['stops four of nineteen', 4, 19, 0, true],
    ['stops ten of ten', 10, 10, 0, true],
    ['does not count nights of earlier months beside them', 4, 10, 200, true],
  ])('%s', async (_name, lost, of, older, stops) => {
    const { shelf, ...input } = losing(lost, of, older);
    const outcome = await prepared(shelf, input).then(
      (plan) => plan.steps.map((step) => step.do),
      (error: unknown) => error,
    );
    if (!stops) expect(outcome).toEqual(Array(lost).fill('remove'));
    else {
      expect(outcome).toBeInstanceOf(UsageError);
      expect((outcome as UsageError).message).toContain(`${lost} of ${of} entries would be deleted`);
      expect((outcome as UsageError).hint).toContain('--allow-deletes');
    }
  });

  test.each([
    ['is off with --allow-deletes', { allowDeletes: true }],
    ['lets a dry run show the plan that it would stop', { dryRun: true }],
  ])('%s', async (_name, more) => {
    const { shelf, ...input } = losing(10, 10);
    expect((await prepared(shelf, input, more)).steps.map((step) => step.do)).toEqual(
      Array(10).fill('remove'),
    );
  });
});

describe('many nights', () => {
  const COUNT = 20_000;

  test('each of 20,000 entries is looked at a handful of times, not once per night', () => {
    let looks = 0;
    const all = nights(COUNT);
    const entries = all.map((one) => {
      const { text, ...entry } = entryOf(one);
      return Object.defineProperty({ ...entry, text }, 'text', {
        get: () => {
          looks += 1;
          return text;
        },
      });
    });
    const { steps } = planOf({ sessions: all, entries });
    expect(steps.filter((step) => step.do === 'adopt').length).toBe(COUNT);
    expect(looks).toBeLessThan(10 * COUNT);
    looks = 0;
    const rows = all.map((one) => rowOf(one, { template: DEFAULT_TEMPLATE }));
    expect(planOf({ sessions: all, rows, entries }).unchanged).toBe(COUNT);
    expect(looks).toBeLessThan(10 * COUNT);
  });
});
