import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/destination.ts';
import type { Step } from '../../src/core/push/step.ts';
import { snapshotOf } from '../../src/core/push/wanted.ts';
import type { StoredSession } from '../../src/store/sessions.ts';
import { entryOf, HOUR, NOW, night, planOf, rowOf, type Situation, stepsOf } from './push-support.ts';

const was = night();
/** The same night after the source scored it again. */
const rescored = night(0, { asleepSeconds: 7 * 3600, efficiency: 88 });
const done = rowOf(was);
const there = entryOf(was);

const only = (situation: Situation): Step => planOf(situation).steps[0] as Step;
const lookedUp = (entry: Entry | undefined) => new Map([[done.remoteId as string, entry]]);

describe('a session without an entry', () => {
  test('is created with our text, in whole seconds, under the project', () => {
    const odd = night(0, { startAt: was.startAt + 999, endAt: was.endAt + 1 });
    expect(only({ sessions: [odd] })).toEqual({
      do: 'create',
      session: odd,
      wanted: {
        startAt: was.startAt,
        endAt: was.endAt,
        text: '🛌 Sleep - 7h 30m (94% efficiency) [Oura:2024-02-29_22:30]',
        style: true,
      },
    });
  });

  test('comes newest first', () => {
    expect(stepsOf({ sessions: [night(3), night(1), night(2)] })).toEqual([
      'create night-1',
      'create night-2',
      'create night-3',
    ]);
  });

  test.each<[string, Partial<StoredSession>, Situation['style'], string | undefined]>([
    ['F13 of a type that is not pushed', { type: 'rest' }, {}, 'type'],
    ['F13 deleted at the source', { type: 'deleted' }, {}, 'type'],
    ['F13 without a type', { type: null }, {}, 'type'],
    ['F13 of every type when none is pushed', {}, { types: [] }, 'type'],
    ['F8 that ends before it starts', { endAt: was.startAt - HOUR }, {}, 'invalid'],
    ['F8 that ends when it starts', { endAt: was.startAt }, {}, 'invalid'],
    ['F8 of less than a second', { startAt: was.startAt, endAt: was.startAt + 999 }, {}, 'invalid'],
    ['shorter than the minimum', { asleepSeconds: 15 * 60 - 1 }, {}, 'short'],
    ['as long as the minimum', { asleepSeconds: 15 * 60 }, {}, undefined],
    ['of no sleep at all', { asleepSeconds: 0 }, {}, 'short'],
    ['of no sleep, when 0 is the minimum', { asleepSeconds: 0 }, { minMinutes: 0 }, undefined],
    ['without a time asleep counts its time in bed', { asleepSeconds: null }, {}, undefined],
    ['with too little time in bed', { asleepSeconds: null, endAt: was.startAt + 14 * 60_000 }, {}, 'short'],
    ['before the start date', {}, { startDate: '2024-03-01' }, 'early'],
    ['on the start date', {}, { startDate: '2024-02-29' }, undefined],
  ])('%s is skipped and counted, or not', (_name, more, style = {}, reason) => {
    const { steps, skipped } = planOf({ sessions: [night(0, more)], style });
    expect(steps.map((step) => step.do)).toEqual(reason === undefined ? ['create'] : []);
    const none = { type: 0, short: 0, early: 0, invalid: 0 };
    expect(skipped).toEqual(reason === undefined ? none : { ...none, [reason]: 1 });
  });

  test.each([
    ['before the locked period ends', was.startAt + 1, 'block night-0 (locked)'],
    ['at its end', was.startAt, 'create night-0'],
  ])('F9 that starts %s', (_name, lockedBefore, step) => {
    expect(stepsOf({ sessions: [was], style: { lockedBefore } })).toEqual([step]);
  });
});

describe('a scope', () => {
  test('holds the days that were named and no other, whether session or row', () => {
    const sessions = [0, 1, 2, 3].map((back) => night(back));
    const scope = { from: '2024-02-27', to: '2024-02-28' };
    expect(stepsOf({ sessions, scope })).toEqual(['create night-1', 'create night-2']);
    expect(stepsOf({ sessions: [], rows: [rowOf(night(0)), rowOf(night(1))], entries: null, scope })).toEqual(
      ['remove night-1 (deleted at the source)'],
    );
  });
});

describe('an entry whose session did not change', () => {
  test('D20 is left alone and counted', () => {
    expect(planOf({ sessions: [was], rows: [done], entries: [there] })).toMatchObject({
      steps: [],
      unchanged: 1,
    });
  });

  test.each<[string, Situation['style']]>([
    ['another template', { template: 'Night {duration}' }],
    ['another project', { projectId: 'other' }],
    ['another type list', { types: ['rest'] }],
    ['a higher minimum', { minMinutes: 600 }],
    ['a later start date', { startDate: '2025-01-01' }],
  ])('F17 is left alone when the configuration has %s', (_name, style = {}) => {
    expect(stepsOf({ sessions: [was], rows: [done], entries: [there], style })).toEqual([]);
    expect(stepsOf({ sessions: [was], rows: [done], entries: null, style })).toEqual([]);
  });

  test.each<[string, Situation['style'], string]>([
    ['another template', { template: 'Night {duration}' }, 'update night-0 entry-night-0'],
    ['another project', { projectId: 'other' }, 'update night-0 entry-night-0'],
    ['another type list', { types: ['rest'] }, 'remove night-0 entry-night-0 (no longer chosen)'],
    ['a higher minimum', { minMinutes: 600 }, 'remove night-0 entry-night-0 (no longer chosen)'],
  ])('is changed for %s when a restyle is asked for', (_name, style = {}, step) => {
    expect(stepsOf({ sessions: [was], rows: [done], entries: [there], style, restyle: true })).toEqual([
      step,
    ]);
  });

  test('is left alone by a restyle that changes nothing', () => {
    expect(stepsOf({ sessions: [was], rows: [done], entries: [there], restyle: true })).toEqual([]);
  });

  test.each<[string, Partial<Entry>]>([
    ['spaces around the text', { text: ` ${there.text}\n` }],
    ['a lock', { locked: true }],
  ])('F18 is no edit for %s', (_name, more) => {
    expect(stepsOf({ sessions: [was], rows: [done], entries: [entryOf(was, more)] })).toEqual([]);
  });

  test('F18 is compared with what the service answered, not with what was sent', () => {
    const shouted = there.text.toUpperCase();
    const row = rowOf(was, { fields: { ...(done.fields as object), text: shouted } });
    expect(stepsOf({ sessions: [was], rows: [row], entries: [entryOf(was, { text: shouted })] })).toEqual([]);
  });
});

describe('an entry whose session changed', () => {
  const changed = { sessions: [rescored], rows: [done], entries: [there] };

  test('F4 is updated: the same entry, new figures, project and tags as they are', () => {
    const step = only(changed);
    expect(step).toMatchObject({ do: 'update', row: done, entry: there });
    expect((step as Extract<Step, { do: 'update' }>).wanted).toEqual({
      startAt: was.startAt,
      endAt: was.endAt,
      text: '🛌 Sleep - 7h 0m (88% efficiency) [Oura:2024-02-29_22:30]',
      style: false,
    });
  });

  test.each<[string, Partial<StoredSession>]>([
    ['start', { startAt: was.startAt + 60_000 }],
    ['end', { endAt: was.endAt - 60_000 }],
    ['time asleep', { asleepSeconds: 3600 }],
    ['efficiency', { efficiency: null }],
    ['day', { day: '2024-02-28' }],
    ['type to another that is pushed', { type: 'sleep' }],
  ])('F4 is looked at again for another %s', (_name, more) => {
    expect(stepsOf({ ...changed, sessions: [night(0, more)], entries: null })).toEqual(['update night-0']);
  });

  test('F17 keeps the template it was written with', () => {
    const row = rowOf(was, { template: 'Slept {duration}' });
    const step = only({ ...changed, rows: [row], style: { template: 'Night {duration}' } });
    expect(step).toMatchObject({ wanted: { text: 'Slept 7h 0m [Oura:2024-02-29_22:30]' } });
  });

  test('takes the configured template where another tool wrote it, and with a restyle', () => {
    const text = 'Night 7h 0m [Oura:2024-02-29_22:30]';
    const style = { template: 'Night {duration}' };
    expect(only({ ...changed, rows: [rowOf(was, { template: null })], style })).toMatchObject({
      wanted: { text },
    });
    expect(only({ ...changed, style, restyle: true })).toMatchObject({ wanted: { text, style: true } });
  });

  test('that is as wanted already only needs a note', () => {
    expect(stepsOf({ ...changed, entries: [entryOf(rescored)] })).toEqual(['note night-0 entry-night-0']);
  });

  test('re-scored below the minimum is updated, not removed', () => {
    const short = night(0, { asleepSeconds: 60 });
    expect(stepsOf({ ...changed, sessions: [short] })).toEqual(['update night-0 entry-night-0']);
  });

  test('F8 re-scored to end before it starts is refused', () => {
    const turned = night(0, { endAt: was.startAt - HOUR });
    expect(stepsOf({ ...changed, sessions: [turned] })).toEqual(['block night-0 (ends before it starts)']);
  });

  test.each<[string, StoredSession[], string]>([
    ['deleted at the source', [], 'remove night-0 entry-night-0 (deleted at the source)'],
    [
      'now of a type that is not pushed',
      [night(0, { type: 'rest' })],
      'remove night-0 entry-night-0 (is now rest)',
    ],
    [
      'now without a type',
      [night(0, { type: null })],
      'remove night-0 entry-night-0 (is now without a type)',
    ],
  ])('%s is removed', (_name, sessions, step) => {
    expect(stepsOf({ ...changed, sessions })).toEqual([step]);
    expect(stepsOf({ ...changed, sessions, entries: [], lookedUp: lookedUp(undefined) })).toEqual([
      'forget night-0',
    ]);
  });

  test.each<[string, Partial<Entry>, number | undefined, StoredSession]>([
    ['an update of a locked entry', { locked: true }, undefined, rescored],
    ['an update of an entry in the locked period', {}, was.startAt + 1, rescored],
    [
      'an update that moves it into the locked period',
      {},
      was.startAt,
      night(0, { startAt: was.startAt - 1000 }),
    ],
    ['a removal of a locked entry', { locked: true }, undefined, night(0, { type: 'rest' })],
    ['a removal in the locked period', {}, was.startAt + 1, night(0, { type: 'rest' })],
  ])('F9 %s is blocked', (_name, more, lockedBefore, session) => {
    const steps = stepsOf({
      ...changed,
      sessions: [session],
      entries: [entryOf(was, more)],
      style: { lockedBefore },
    });
    expect(steps).toEqual(['block night-0 (locked)']);
  });

  test.each<[string, number, StoredSession, string]>([
    ['is not sent again within a week', NOW - 6 * 24 * HOUR, rescored, 'block night-0 (declined)'],
    ['is sent again after a week', NOW - 8 * 24 * HOUR, rescored, 'update night-0 entry-night-0'],
    [
      'is sent again when the session changes once more',
      NOW - HOUR,
      { ...rescored, efficiency: 11 },
      'update night-0 entry-night-0',
    ],
  ])('an update the service declined %s', (_name, notedAt, session, step) => {
    // The session is noted as it was when it was declined, the entry's fields as they still are there.
    const row = rowOf(was, { problem: 'declined', notedAt, session: snapshotOf(rescored) });
    expect(stepsOf({ ...changed, rows: [row], sessions: [session] })).toEqual([step]);
  });
});
