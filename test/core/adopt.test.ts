import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/core/destination.ts';
import type { Step } from '../../src/core/push/step.ts';
import { entryOf, HOUR, night, planOf, rowOf, type Situation, stepsOf } from './push-support.ts';

const was = night();
const rescored = night(0, { asleepSeconds: 7 * 3600, efficiency: 88 });
const there = entryOf(was);
const id = there.remoteId;
/** The bedtime moved by so many minutes, the end did not. */
const moved = (minutes: number) => night(0, { startAt: was.startAt + minutes * 60_000 });

describe('F6 an entry with our marker that the ledger does not know', () => {
  test.each<[string, Situation, string[]]>([
    ['is taken over as it is', { sessions: [was], entries: [there] }, [`adopt night-0 ${id}`]],
    [
      'is taken over from any project',
      { sessions: [was], entries: [{ ...there, projectId: 'x' }] },
      [`adopt night-0 ${id}`],
    ],
    [
      'is taken over although it is locked',
      { sessions: [was], entries: [{ ...there, locked: true }] },
      [`adopt night-0 ${id}`],
    ],
    [
      'is brought up to date after a re-scoring',
      { sessions: [rescored], entries: [there] },
      [`update night-0 ${id}`],
    ],
    [
      'F9 but not when it is locked',
      { sessions: [rescored], entries: [{ ...there, locked: true }] },
      ['block night-0 (locked)'],
    ],
    [
      'F9 nor in the locked period',
      { sessions: [moved(30)], entries: [there], style: { lockedBefore: was.startAt + 60_000 } },
      ['block night-0 (locked)'],
    ],
    [
      'F5 with other times is the person’s',
      { sessions: [was], entries: [{ ...there, endAt: was.endAt - HOUR }] },
      [`adopt night-0 ${id} (edited)`],
    ],
    [
      'F5 with a note is the person’s',
      { sessions: [was], entries: [{ ...there, text: `${there.text} ill` }] },
      [`adopt night-0 ${id} (edited)`],
    ],
    [
      'F5 with words in place of the figures is the person’s',
      { sessions: [was], entries: [{ ...there, text: '🛌 Sleep - bad [Oura:2024-02-29_22:30]' }] },
      [`adopt night-0 ${id} (edited)`],
    ],
    [
      'F5 moved to another time is the person’s, whatever its figures',
      { sessions: [rescored], entries: [{ ...there, startAt: was.startAt + 60_000 }] },
      [`adopt night-0 ${id} (edited)`],
    ],
    [
      'and edited is put right with --force',
      { sessions: [was], entries: [{ ...there, endAt: was.endAt - HOUR }], force: true },
      [`update night-0 ${id}`],
    ],
    [
      'F9 that is a running timer is left alone',
      { sessions: [was], entries: [{ ...there, endAt: null }] },
      ['create night-0'],
    ],
    [
      'of another word is left alone',
      { sessions: [was], entries: [{ ...there, text: there.text.replace('Oura', 'Whoop') }] },
      ['create night-0'],
    ],
    [
      'of another account is left alone',
      { sessions: [was], entries: [there], taken: new Set([id]) },
      ['create night-0'],
    ],
    ['of no session is left alone', { sessions: [], entries: [there] }, []],
    [
      'of a session that is not pushed is left alone',
      { sessions: [night(0, { type: 'rest' })], entries: [there] },
      [],
    ],
  ])('%s', (_name, situation, steps) => {
    expect(stepsOf(situation)).toEqual(steps);
  });

  test.each<[string, Partial<Entry>]>([
    ['without a marker', { text: '🛌 Sleep - 7h 30m (94% efficiency)' }],
    ['without a text', { text: '' }],
    ['with two markers', { text: `${there.text} [Oura:2024-02-28_22:30]` }],
  ])('a look-alike %s is never touched', (_name, more) => {
    expect(stepsOf({ sessions: [was], entries: [entryOf(was, more)] })).toEqual(['create night-0']);
    expect(
      stepsOf({ sessions: [], rows: [], entries: [entryOf(was, more)], force: true, restyle: true }),
    ).toEqual([]);
  });

  test('F17 an entry that is brought up to date stays in its project, unless a restyle is asked for', () => {
    const situation = { sessions: [rescored], entries: [{ ...there, projectId: 'x' }] };
    const style = (more: Situation) =>
      (planOf({ ...situation, ...more }).steps[0] as Extract<Step, { do: 'update' }>).wanted.style;
    expect(style({})).toBe(false);
    expect(style({ restyle: true })).toBe(true);
  });

  test('of two with the same marker the nearer one is taken over, the other not touched', () => {
    const earlier = { ...there, remoteId: 'a', startAt: was.startAt - 60_000 };
    const twin = { ...there, remoteId: 'b' };
    expect(stepsOf({ sessions: [was], entries: [earlier, there, twin] })).toEqual(['adopt night-0 b']);
    expect(stepsOf({ sessions: [was], rows: [rowOf(was)], entries: [earlier, there, twin] })).toEqual([]);
  });

  test('an entry that the ledger holds for one session is never taken over by another', () => {
    const twin = night(0, { recordId: 'twin' });
    expect(stepsOf({ sessions: [was, twin], rows: [rowOf(was)], entries: [there] })).toEqual(['create twin']);
  });
});

describe('F6 an entry whose night moved since', () => {
  test.each<[string, Situation, string]>([
    ['later by minutes', { sessions: [moved(12)] }, `update night-0 ${id}`],
    ['earlier by minutes', { sessions: [moved(-12)] }, `update night-0 ${id}`],
    [
      'with half of the session in common',
      { sessions: [night(0, { startAt: was.startAt + 4 * HOUR, endAt: was.endAt + 4 * HOUR })] },
      `update night-0 ${id}`,
    ],
    [
      'with less than half in common is another one',
      {
        sessions: [
          night(0, { startAt: was.startAt + 4 * HOUR + 60_000, endAt: was.endAt + 4 * HOUR + 60_000 }),
        ],
      },
      'create night-0',
    ],
    [
      'in another project is another one',
      { sessions: [moved(12)], entries: [{ ...there, projectId: 'x' }] },
      'create night-0',
    ],
    [
      'while our project does not exist yet',
      { sessions: [moved(12)], style: { projectId: undefined } },
      'create night-0',
    ],
    [
      'with another marker day is another one',
      { sessions: [{ ...moved(12), day: '2024-02-28' }] },
      'create night-0',
    ],
  ])('%s', (_name, situation, step) => {
    expect(stepsOf({ entries: [there], ...situation })).toEqual([step]);
  });

  test('an exact marker goes before a night that only overlaps', () => {
    const nap = { ...moved(5), recordId: 'moved' };
    const steps = stepsOf({ sessions: [nap, was], entries: [there] });
    expect(steps.sort()).toEqual([`adopt night-0 ${id}`, 'create moved']);
  });
});
