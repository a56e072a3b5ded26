import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/destination.ts';
import { type CleanupInput, type MarkedKind, planCleanup, stepsOf } from '../../src/core/push/cleanup.ts';
import { snapshotOf, wantedFor } from '../../src/core/push/wanted.ts';
import type { LedgerRow } from '../../src/store/ledger.ts';
import type { StoredSession } from '../../src/store/sessions.ts';

const TEMPLATE = '🛌 Sleep - {duration} ({efficiency}% efficiency)';

/** Nights of the ring, told by the marker that this account's have. */
function sleep(sessions: readonly StoredSession[]): MarkedKind[] {
  const source = { provider: 'oura', account: 'default', resource: 'sleep' };
  return [{ source, word: 'Oura', templates: [TEMPLATE], sessions }];
}

function night(day: string): StoredSession {
  const endAt = Date.parse(`${day}T05:00:00Z`);
  return {
    provider: 'oura',
    account: 'default',
    resource: 'sleep',
    recordId: `record of ${day}`,
    kind: 'sleep',
    type: 'long_sleep',
    day,
    startAt: endAt - 7 * 3_600_000,
    startOffset: 0,
    endAt,
    endOffset: 0,
    asleepSeconds: 6 * 3600,
    efficiency: 90,
    title: null,
  };
}

/** The entry as we would have made it. */
function entryOf(session: StoredSession, changes: Partial<Entry> = {}): Entry {
  const { startAt, endAt, text } = wantedFor(session, TEMPLATE, 'Oura', true);
  const remoteId = `entry of ${session.day}`;
  return { remoteId, startAt, endAt, text, projectId: 'project', locked: false, raw: {}, ...changes };
}

function rowOf(session: StoredSession, changes: Partial<LedgerRow> = {}): LedgerRow {
  const { remoteId, startAt, endAt, text, projectId } = entryOf(session);
  const { provider, account, resource, recordId } = session;
  return {
    ...{ provider, account, resource, recordId, remoteId },
    state: 'done',
    fields: { startAt, endAt, text, projectId },
    sent: null,
    session: snapshotOf(session),
    template: TEMPLATE,
    kept: false,
    problem: null,
    notedAt: 0,
    ...changes,
  };
}

const NIGHT = night('2026-03-05');
const MARKER = '[Oura:2026-03-05_22:00]';
const EARLIER = entryOf(NIGHT, { text: '🛌 Sleep - 6h 0m (90% efficiency) [Ring:2026-03-05_22:00]' });

interface Case {
  readonly name: string;
  readonly row?: LedgerRow;
  readonly entry?: Entry;
  readonly more?: Partial<CleanupInput>;
  /** What becomes of the entry; undefined: it is not ours. */
  readonly fate?: string;
  readonly forgotten?: number;
}

const cases: Case[] = [
  {
    name: 'F16 an entry of the ledger that nobody touched goes',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT),
    fate: 'remove',
  },
  {
    name: 'F5 an entry that the person edited stays',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT, { text: `long night ${MARKER}` }),
    fate: 'edited',
  },
  {
    name: 'with --force the edited one goes too',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT, { text: `long night ${MARKER}` }),
    more: { force: true },
    fate: 'remove',
  },
  {
    name: 'an entry in another project was moved by the person',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT, { projectId: 'theirs' }),
    fate: 'edited',
  },
  {
    name: 'an update whose answer was lost is no edit',
    row: rowOf(NIGHT, { fields: { ...entryOf(NIGHT), text: 'before' }, sent: entryOf(NIGHT) }),
    entry: entryOf(NIGHT),
    fate: 'remove',
  },
  {
    name: 'an adopted entry with a text of the person’s own stays',
    row: rowOf(NIGHT, { template: null, kept: true, fields: entryOf(NIGHT, { text: `mine ${MARKER}` }) }),
    entry: entryOf(NIGHT, { text: `mine ${MARKER}` }),
    fate: 'edited',
  },
  {
    name: 'F6 without a ledger the marker tells',
    entry: entryOf(NIGHT),
    fate: 'remove',
  },
  {
    name: 'an older scoring with our marker goes',
    entry: entryOf(NIGHT, { text: `🛌 Sleep - 5h 1m (80% efficiency) ${MARKER}` }),
    fate: 'remove',
  },
  {
    name: 'a text of any template that it may have been written with goes',
    entry: entryOf(NIGHT),
    more: { kinds: sleep([NIGHT]).map((kind) => ({ ...kind, templates: ['Slept {duration}', TEMPLATE] })) },
    fate: 'remove',
  },
  {
    name: 'our very text at other times is the person’s doing, whichever template it is',
    entry: entryOf(NIGHT, { endAt: NIGHT.endAt + 1000 }),
    more: { kinds: sleep([NIGHT]).map((kind) => ({ ...kind, templates: ['Slept {duration}', TEMPLATE] })) },
    fate: 'edited',
  },
  {
    name: 'F1 a create that did arrive under the word of an earlier version goes',
    row: rowOf(NIGHT, { state: 'intent', remoteId: null, fields: null, sent: EARLIER }),
    entry: EARLIER,
    fate: 'remove',
  },
  {
    name: 'of two sessions that begin in one minute the first one counts',
    entry: entryOf(NIGHT, { endAt: NIGHT.endAt + 1000 }),
    more: { kinds: sleep([NIGHT, { ...NIGHT, recordId: 'twin', asleepSeconds: 3600 }]) },
    fate: 'edited',
  },
  {
    name: 'an entry that is there although our create was declined is a person’s',
    row: rowOf(NIGHT, { state: 'intent', remoteId: null, fields: null, sent: null, problem: 'declined' }),
    entry: entryOf(NIGHT),
    fate: 'edited',
    forgotten: 0,
  },
  {
    name: 'without a session a text of our shape at its own minute goes',
    entry: entryOf(NIGHT),
    more: { kinds: sleep([]) },
    fate: 'remove',
  },
  {
    name: 'a copy of our entry on another day is the person’s doing',
    entry: entryOf(NIGHT, {
      startAt: NIGHT.startAt + 5 * 86_400_000,
      endAt: NIGHT.endAt + 5 * 86_400_000,
    }),
    more: { kinds: sleep([]) },
    fate: 'edited',
  },
  {
    name: 'a sentence of the person that carries the marker stays',
    entry: entryOf(NIGHT, { text: `tired, see ${MARKER}` }),
    fate: 'edited',
  },
  { name: 'F16 what only looks like ours is not ours', entry: entryOf(NIGHT, { text: '🛌 Sleep - 6h 0m' }) },
  {
    name: 'a marker of another word is not ours',
    entry: entryOf(NIGHT, { text: '🛌 Sleep - 6h 0m [Ring:2026-03-05_22:00]' }),
  },
  {
    name: 'a text with two markers is not ours',
    entry: entryOf(NIGHT, { text: `${MARKER} [Oura:2026-03-06_22:00]` }),
  },
  {
    name: 'F9 a running timer stays, even with --force',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT, { endAt: null }),
    more: { force: true },
    fate: 'timer',
  },
  {
    name: 'F9 a locked entry is reported',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT, { locked: true }),
    fate: 'locked',
  },
  {
    name: 'F9 an entry in a locked period is reported',
    entry: entryOf(NIGHT),
    more: { lockedBefore: NIGHT.endAt },
    fate: 'locked',
  },
  {
    name: 'a night that the person deleted is forgotten, so that sync makes it anew',
    row: rowOf(NIGHT, { state: 'gone', remoteId: null }),
    forgotten: 1,
  },
  {
    name: 'a row whose entry is gone is forgotten',
    row: rowOf(NIGHT),
    forgotten: 1,
  },
  {
    name: 'F1 a create that never arrived is forgotten',
    row: rowOf(NIGHT, { state: 'intent', remoteId: null, fields: null, sent: entryOf(NIGHT) }),
    forgotten: 1,
  },
  {
    name: 'F1 a create that did arrive goes',
    row: rowOf(NIGHT, { state: 'intent', remoteId: null, fields: null, sent: entryOf(NIGHT) }),
    entry: entryOf(NIGHT),
    fate: 'remove',
  },
  {
    name: 'a row outside of the range stays',
    row: rowOf(NIGHT),
    entry: entryOf(NIGHT),
    more: { span: { from: '2026-03-06', to: '2026-03-07' } },
  },
  {
    name: 'an entry is in the range by the day in its marker',
    entry: entryOf(NIGHT),
    more: { span: { from: '2026-03-05', to: '2026-03-05' } },
    fate: 'remove',
  },
];

test.each(cases)('$name', ({ row, entry, more, fate, forgotten = 0 }) => {
  const plan = planCleanup({
    rows: row === undefined ? [] : [row],
    entries: new Map(entry === undefined ? [] : [[entry.remoteId, entry]]),
    complete: true,
    kinds: sleep([NIGHT]),
    lockedBefore: undefined,
    span: undefined,
    force: false,
    ...more,
  });
  expect(plan.found.map((one) => one.fate)).toEqual(fate === undefined ? [] : [fate]);
  expect(plan.forgotten).toHaveLength(forgotten);
  expect(plan.unlisted).toEqual([]);
  const removed = stepsOf(plan).steps.filter((step) => step.do === 'remove');
  expect(removed).toHaveLength(fate === 'remove' ? 1 : 0);
});

test('a double of one night goes as a whole', () => {
  const entries = [entryOf(NIGHT), entryOf(NIGHT, { remoteId: 'double' })];
  const plan = planCleanup({
    rows: [rowOf(NIGHT)],
    entries: new Map(entries.map((entry) => [entry.remoteId, entry])),
    complete: true,
    kinds: sleep([NIGHT]),
    lockedBefore: undefined,
    span: undefined,
    force: false,
  });
  expect(plan.found.map(({ fate, row }) => [fate, row !== undefined])).toEqual([
    ['remove', true],
    ['remove', false],
  ]);
});

test('a create that may have arrived takes the finished entry and leaves the timer with the same marker', () => {
  const timer = entryOf(NIGHT, { remoteId: 'timer', endAt: null });
  const entries = [timer, entryOf(NIGHT)];
  const plan = planCleanup({
    rows: [rowOf(NIGHT, { state: 'intent', remoteId: null, fields: null, sent: entryOf(NIGHT) })],
    entries: new Map(entries.map((entry) => [entry.remoteId, entry])),
    complete: true,
    kinds: sleep([NIGHT]),
    lockedBefore: undefined,
    span: undefined,
    force: false,
  });
  const found = plan.found.map(({ fate, row, entry }) => [entry.remoteId, fate, row !== undefined]);
  expect(found.sort()).toEqual([
    ['entry of 2026-03-05', 'remove', true],
    ['timer', 'timer', false],
  ]);
});

test('every session is looked at a few times, however many entries there are', () => {
  let looks = 0;
  const days = Array.from({ length: 300 }, (_, index) =>
    night(new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10)),
  );
  const plan = planCleanup({
    rows: [],
    entries: new Map(days.map((one) => [entryOf(one).remoteId, entryOf(one)])),
    complete: true,
    kinds: sleep(
      days.map((one) => ({
        ...one,
        get day() {
          looks += 1;
          return one.day;
        },
      })),
    ),
    lockedBefore: undefined,
    span: undefined,
    force: false,
  });
  expect(plan.found.map(({ fate }) => fate)).toEqual(Array(300).fill('remove'));
  expect(looks).toBeLessThan(300 * 10);
});

test('F18 a listing of some days does not prove that an entry is gone', () => {
  const plan = planCleanup({
    rows: [rowOf(NIGHT)],
    entries: new Map(),
    complete: false,
    kinds: sleep([NIGHT]),
    lockedBefore: undefined,
    span: { from: NIGHT.day, to: NIGHT.day },
    force: false,
  });
  expect(plan.forgotten).toEqual([]);
  expect(plan.unlisted).toHaveLength(1);
});
