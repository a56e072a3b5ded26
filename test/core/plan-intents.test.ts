import { describe, expect, test } from 'vitest';
import { entryOf, HOUR, intentOf, NOW, night, type Situation, stepsOf } from './push-support.ts';

const was = night();
const rescored = night(0, { asleepSeconds: 7 * 3600, efficiency: 88 });
const there = entryOf(was);
const id = there.remoteId;

describe('a create without an answer', () => {
  const intent = intentOf(was);

  test.each<[string, Situation, string[]]>([
    ['F1 that arrived is taken over', { entries: [there] }, [`adopt night-0 ${id}`]],
    ['F1 that did not arrive is made', {}, ['create night-0']],
    ['F1 is looked for even if nobody asked yet', { entries: null }, ['create night-0']],
    [
      'F4 that arrived with an older scoring is brought up to date',
      { sessions: [rescored], entries: [there] },
      [`update night-0 ${id}`],
    ],
    [
      'F4 that arrived before only the end changed is no edit',
      { sessions: [night(0, { endAt: was.endAt + HOUR })], entries: [there] },
      [`update night-0 ${id}`],
    ],
    [
      'F1 that arrived before the night changed its day is found',
      { sessions: [night(0, { day: '2024-02-28' })], entries: [there] },
      [`update night-0 ${id}`],
    ],
    [
      'F17 that arrived before the template changed is taken over as it is written',
      {
        entries: [entryOf(was, { text: 'Slept [Oura:2024-02-29_22:30]' })],
        rows: [intentOf(was, { sent: { ...there, text: 'Slept [Oura:2024-02-29_22:30]' } })],
        style: { template: 'Night' },
      },
      [`adopt night-0 ${id}`],
    ],
    [
      'F5 that arrived and was edited is the person’s',
      { entries: [{ ...there, text: 'mine [Oura:2024-02-29_22:30]' }] },
      [`adopt night-0 ${id} (edited)`],
    ],
    [
      'whose session is gone is removed',
      { sessions: [], entries: [there] },
      [`remove night-0 ${id} (deleted at the source)`],
    ],
    ['whose session is gone and that did not arrive is forgotten', { sessions: [] }, ['forget night-0']],
    ['whose session is gone waits for a listing', { sessions: [], entries: null }, []],
    [
      'F5 whose session is gone and that was edited is left alone',
      { sessions: [], entries: [{ ...there, text: 'mine [Oura:2024-02-29_22:30]' }] },
      ['forget night-0'],
    ],
    [
      'F9 whose session is gone and that is locked',
      { sessions: [], entries: [{ ...there, locked: true }] },
      ['block night-0 (locked)'],
    ],
    [
      'of a type that is not pushed any more is removed',
      { sessions: [night(0, { type: 'rest' })], entries: [there] },
      [`remove night-0 ${id} (is now rest)`],
    ],
    [
      'F17 is not removed for a higher minimum',
      { entries: [there], style: { minMinutes: 600 } },
      [`adopt night-0 ${id}`],
    ],
  ])('%s', (_name, situation, steps) => {
    expect(stepsOf({ sessions: [was], rows: [intent], ...situation })).toEqual(steps);
  });

  test('F2 whose session came back under another id is taken over by it, not removed', () => {
    const again = night(0, { recordId: 'again' });
    expect(stepsOf({ sessions: [again], rows: [intent], entries: [there] }).sort()).toEqual([
      `adopt again ${id}`,
      'forget night-0',
    ]);
  });
});

describe('a create that the service declined', () => {
  const declined = intentOf(was, { sent: null, problem: 'declined', notedAt: NOW - HOUR });

  test.each<[string, Situation, string[]]>([
    ['is not sent again', {}, ['block night-0 (declined)']],
    ['is sent again after a week', { now: NOW + 8 * 24 * HOUR }, ['create night-0']],
    ['is sent again once the session changed', { sessions: [rescored] }, ['create night-0']],
    ['is sent again with --force', { force: true }, ['create night-0']],
    [
      'is forgotten without a session, and no listing is needed',
      { sessions: [], entries: null },
      ['forget night-0'],
    ],
  ])('%s', (_name, situation, steps) => {
    expect(stepsOf({ sessions: [was], rows: [declined], ...situation })).toEqual(steps);
  });
});
