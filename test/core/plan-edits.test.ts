import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/destination.ts';
import type { Step } from '../../src/core/push/step.ts';
import { entryOf, HOUR, night, planOf, rowOf, type Situation, stepsOf } from './push-support.ts';

const was = night();
const rescored = night(0, { asleepSeconds: 7 * 3600 });
const done = rowOf(was);
const there = entryOf(was);
const id = there.remoteId;
const gone = rowOf(was, { state: 'gone', remoteId: null });

const wantedOf = (situation: Situation) =>
  (planOf(situation).steps[0] as Extract<Step, { do: 'update' }>).wanted;

describe.each<[string, Partial<Entry>]>([
  ['start', { startAt: there.startAt + 60_000 }],
  ['end', { endAt: there.startAt + HOUR }],
  ['text', { text: `${there.text} ill` }],
  ['project', { projectId: 'other' }],
  ['project to none', { projectId: null }],
  ['end, by starting it again as a timer', { endAt: null }],
])('the person changed its %s', (name, more) => {
  const entries = [entryOf(was, more)];

  test.each<[string, Situation]>([
    ['nothing changed at the source', { sessions: [was] }],
    ['the source scored it again', { sessions: [rescored] }],
    ['the source deleted it', { sessions: [] }],
    ['its type is not pushed any more', { sessions: [night(0, { type: 'rest' })] }],
    ['a restyle is asked for', { sessions: [was], restyle: true, style: { template: 'Night' } }],
  ])('F5 it is kept when %s', (_name, situation) => {
    expect(stepsOf({ rows: [done], entries, ...situation })).toEqual([`keep night-0 ${id}`]);
  });

  test('--force puts it back as the source has it', () => {
    const situation = { sessions: [was], rows: [done], entries, force: true };
    expect(stepsOf(situation)).toEqual([`update night-0 ${id}`]);
    expect(wantedOf(situation)).toMatchObject({ startAt: was.startAt, endAt: was.endAt, text: there.text });
    expect(wantedOf(situation).style).toBe(name.startsWith('project'));
  });

  test('--force removes it when the source has', () => {
    expect(stepsOf({ sessions: [], rows: [done], entries, force: true })).toEqual([
      `remove night-0 ${id} (deleted at the source)`,
    ]);
  });

  test('F9 --force leaves it alone when it is locked', () => {
    const locked = entries.map((entry) => ({ ...entry, locked: true }));
    expect(stepsOf({ sessions: [was], rows: [done], entries: locked, force: true })).toEqual([
      'block night-0 (locked)',
    ]);
  });
});

describe.each([
  ['forward', HOUR, there.startAt + HOUR / 2],
  ['back', -HOUR, there.startAt - HOUR / 2],
])('the person moved it %s, over the end of the locked period', (_, by, lockedBefore) => {
  const entries = [entryOf(was, { startAt: there.startAt + by, endAt: was.endAt + by })];

  test.each<[string, Situation]>([
    ['and nothing changed at the source', { sessions: [was] }],
    ['and the source scored it again', { sessions: [rescored] }],
  ])('F9 --force moves nothing into that period, and nothing out of it, %s', (_name, situation) => {
    const all = { rows: [done], entries, force: true, style: { lockedBefore } };
    expect(stepsOf({ ...all, ...situation })).toEqual(['block night-0 (locked)']);
  });
});

describe('an entry that was kept', () => {
  const kept = rowOf(was, { kept: true });

  test('is ours again once the person puts it back', () => {
    expect(stepsOf({ sessions: [was], rows: [kept], entries: [there] })).toEqual([`note night-0 ${id}`]);
    expect(stepsOf({ sessions: [rescored], rows: [kept], entries: [there] })).toEqual([
      `update night-0 ${id}`,
    ]);
  });

  test('needs no write when the person made it what it should be', () => {
    const right = entryOf(rescored);
    expect(stepsOf({ sessions: [rescored], rows: [done], entries: [right] })).toEqual([`note night-0 ${id}`]);
  });
});

describe('an entry that the listing does not hold', () => {
  const missing = { sessions: [rescored], rows: [done], entries: [] };
  const answered = (entry?: Entry) => new Map([[id, entry]]);

  test('F18 is looked up where there is something to do', () => {
    expect(stepsOf(missing)).toEqual(['look up night-0']);
    expect(stepsOf({ ...missing, sessions: [] })).toEqual(['look up night-0']);
    expect(stepsOf({ ...missing, sessions: [was] })).toEqual([]);
    expect(stepsOf({ ...missing, sessions: [was], force: true })).toEqual(['look up night-0']);
  });

  test('F18 and was moved far away is kept, not made again', () => {
    const moved = entryOf(was, { startAt: 0, endAt: HOUR });
    expect(stepsOf({ ...missing, lookedUp: answered(moved) })).toEqual([`keep night-0 ${id}`]);
  });

  test('F5 and was deleted there is given up', () => {
    expect(stepsOf({ ...missing, lookedUp: answered() })).toEqual(['give up night-0']);
  });

  test('--force makes it again', () => {
    expect(stepsOf({ ...missing, lookedUp: answered(), force: true })).toEqual(['create night-0']);
    expect(stepsOf({ ...missing, sessions: [was], lookedUp: answered(), force: true })).toEqual([
      'create night-0',
    ]);
  });
});

describe('F5 a night whose entry the person deleted', () => {
  test.each([
    ['unchanged', was],
    ['scored again', rescored],
  ])('%s, is not made again', (_name, session) => {
    for (const entries of [[], null])
      expect(stepsOf({ sessions: [session], rows: [gone], entries })).toEqual([]);
  });

  test('is made again with --force, or taken over where it is back', () => {
    expect(stepsOf({ sessions: [was], rows: [gone], force: true })).toEqual(['create night-0']);
    expect(stepsOf({ sessions: [was], rows: [gone], entries: [there], force: true })).toEqual([
      `adopt night-0 ${id}`,
    ]);
  });

  test('is not made with --force where it would not be made at all', () => {
    const short = night(0, { asleepSeconds: 60 });
    expect(stepsOf({ sessions: [short], rows: [gone], force: true })).toEqual([]);
    expect(stepsOf({ sessions: [], rows: [gone], force: true })).toEqual([]);
  });
});

describe('a change without an answer', () => {
  const sent = {
    startAt: there.startAt,
    endAt: there.endAt,
    text: entryOf(rescored).text,
    projectId: 'project',
  };
  const inDoubt = rowOf(was, { sent });

  test.each<[string, Situation, string]>([
    ['that arrived is noted', { sessions: [rescored], entries: [entryOf(rescored)] }, `note night-0 ${id}`],
    ['that did not arrive is sent again', { sessions: [rescored], entries: [there] }, `update night-0 ${id}`],
    [
      'that arrived, and the source scored it once more: no edit of a person',
      { sessions: [night(0, { asleepSeconds: 3600 })], entries: [entryOf(rescored)] },
      `update night-0 ${id}`,
    ],
    [
      'that arrived, and the source went back to what it said first',
      { sessions: [was], entries: [entryOf(rescored)] },
      `update night-0 ${id}`,
    ],
    [
      'that did not arrive, and the source went back',
      { sessions: [was], entries: [there] },
      `note night-0 ${id}`,
    ],
    [
      'F5 and then an edit of the person is kept',
      { sessions: [rescored], entries: [entryOf(rescored, { text: 'mine' })] },
      `keep night-0 ${id}`,
    ],
  ])('%s', (_name, situation, step) => {
    expect(stepsOf({ rows: [inDoubt], ...situation })).toEqual([step]);
  });

  test('is a reason to look even when the session is as it was', () => {
    expect(stepsOf({ rows: [inDoubt], sessions: [was], entries: null })).toEqual(['update night-0']);
  });
});

describe('a removal without an answer', () => {
  const removing = rowOf(was, { sent: { removed: true } });
  const isGone = { entries: [], lookedUp: new Map([[id, undefined]]) };

  test.each<[string, Situation, string]>([
    ['that arrived is forgotten', { sessions: [], ...isGone }, 'forget night-0'],
    [
      'that did not arrive is sent again',
      { sessions: [], entries: [there] },
      `remove night-0 ${id} (deleted at the source)`,
    ],
    [
      'that arrived before the session came back: made again',
      { sessions: [was], ...isGone },
      'create night-0',
    ],
    ['the same, for a session that changed', { sessions: [rescored], ...isGone }, 'create night-0'],
    [
      'that did not arrive before the session came back',
      { sessions: [was], entries: [there] },
      `note night-0 ${id}`,
    ],
  ])('%s', (_name, situation, step) => {
    expect(stepsOf({ rows: [removing], ...situation })).toEqual([step]);
    expect(stepsOf({ rows: [removing], ...situation, entries: null })).not.toEqual([]);
  });
});
