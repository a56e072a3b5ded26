import { describe, expect, test } from 'vitest';
import {
  DEFAULT_TEMPLATE,
  type Describable,
  describe as describeSession,
  hasShapeOf,
  markerText,
  markerWord,
  readMarker,
  templateFault,
} from '../../src/core/description.ts';

const HOURS = 3_600_000;
const START = Date.parse('2024-01-15T22:30:00Z');

const night = (more: Partial<Describable> = {}): Describable => ({
  kind: 'sleep',
  type: 'long_sleep',
  day: '2024-01-15',
  startAt: START,
  startOffset: 60,
  endAt: START + 8.5 * HOURS,
  endOffset: 60,
  asleepSeconds: 7.75 * 3600,
  efficiency: 92,
  title: null,
  ...more,
});

const MARKER = '[Oura:2024-01-15_22:30]';

describe('the text of an entry', () => {
  test.each<[string, string, Partial<Describable>, string]>([
    ['is the one earlier tools wrote', DEFAULT_TEMPLATE, {}, `🛌 Sleep - 7h 45m (92% efficiency) ${MARKER}`],
    [
      'leaves out the group without a value',
      DEFAULT_TEMPLATE,
      { efficiency: null },
      `🛌 Sleep - 7h 45m ${MARKER}`,
    ],
    ['keeps a zero', DEFAULT_TEMPLATE, { efficiency: 0 }, `🛌 Sleep - 7h 45m (0% efficiency) ${MARKER}`],
    [
      'rounds minutes to the nearest',
      DEFAULT_TEMPLATE,
      { asleepSeconds: 7 * 3600 + 44 * 60 + 30 },
      `🛌 Sleep - 7h 45m (92% efficiency) ${MARKER}`,
    ],
    [
      'rounds down below half a minute',
      DEFAULT_TEMPLATE,
      { asleepSeconds: 7 * 3600 + 44 * 60 + 29 },
      `🛌 Sleep - 7h 44m (92% efficiency) ${MARKER}`,
    ],
    [
      'never shows sixty minutes',
      DEFAULT_TEMPLATE,
      { asleepSeconds: 8 * 3600 - 20 },
      `🛌 Sleep - 8h 0m (92% efficiency) ${MARKER}`,
    ],
    ['shows a nap without hours', '{duration}', { asleepSeconds: 1500 }, `0h 25m ${MARKER}`],
    [
      'takes the time in bed where the time asleep is not known',
      DEFAULT_TEMPLATE,
      { asleepSeconds: null },
      `🛌 Sleep - 8h 30m (92% efficiency) ${MARKER}`,
    ],
    ['shows local times', '{start}-{end} {type} {day}', {}, `23:30-08:00 long_sleep 2024-01-15 ${MARKER}`],
    [
      'shows each end by its own offset',
      '{start}-{end}',
      { startOffset: -300, endOffset: 330 },
      `17:30-12:30 ${MARKER}`,
    ],
    [
      'leaves out a value without a group',
      '{efficiency}% {duration}',
      { efficiency: null },
      `% 7h 45m ${MARKER}`,
    ],
    [
      'keeps a group without placeholders',
      '(ring) {duration}',
      { efficiency: null },
      `(ring) 7h 45m ${MARKER}`,
    ],
    ['is the marker alone for an empty template', '', {}, MARKER],
    ['names the UTC minute, not the nearest', '{day}', { startAt: START + 59_999 }, `2024-01-15 ${MARKER}`],
    [
      'F8 names the day the night counts for, not the one it began on',
      '{duration}',
      { day: '2024-01-16' },
      '7h 45m [Oura:2024-01-16_22:30]',
    ],
  ])('%s', (_name, template, more, expected) => {
    expect(describeSession(template, 'Oura', night(more))).toBe(expected);
  });
});

describe('a template', () => {
  test.each<[string, RegExp]>([
    ['{durration}', /\{durration\} is not one of \{duration\} \{efficiency\}/],
    ['{}', /\{\} is not one of/],
    ['{constructor}', /not one of/],
    ['{__proto__}', /not one of/],
    ['{Duration}', /not one of/],
    ['Sleep [Oura:2024-01-15_22:30]', /must not contain a marker/],
    ['Sleep [Oura:{day}_{start}]', /must not contain a marker/],
    ['x'.repeat(2001), /longer than 2000/],
    ['a { b', /a brace \{ or \} in it has no partner/],
    ['{duration}}', /has no partner/],
    ['two\nlines', /must be one line/],
    ['{du\u001bration}', /must be one line/],
  ])('%s is refused', (template, fault) => {
    expect(templateFault(template)).toMatch(fault);
  });

  test.each([DEFAULT_TEMPLATE, '', '[Health] {duration}', '{day}{type}', 'x'.repeat(2000)])(
    '"%s" is fine',
    (template) => {
      expect(templateFault(template)).toBeUndefined();
    },
  );

  test('any template that is fine leaves a text with exactly one marker', () => {
    for (const template of [
      DEFAULT_TEMPLATE,
      '',
      '[Oura] {day}',
      '{start}] [{end}',
      '[{type}] {day}_{start}',
    ]) {
      expect(templateFault(template)).toBeUndefined();
      const text = describeSession(template, 'Oura', night());
      expect(readMarker(text, 'Oura')).toEqual({ day: '2024-01-15', time: '22:30' });
    }
  });
});

describe('a title', () => {
  const workout = (more: object = {}) => night({ kind: 'workout', type: 'Ride', title: 'Hills', ...more });

  test.each<[string, string, object, string]>([
    ['is the name it was given', '{title} - {day}', {}, 'Hills - 2024-01-15'],
    ['is its type when it has none', '{title}', { title: null }, 'Ride'],
    ['is its kind when it has neither', '{title}', { title: null, type: null }, 'workout'],
    ['leaves its group out when it has none', '{type} ({title})', { title: null }, 'Ride'],
    ['of blanks is none', '{type} ({title})', { title: ' \n' }, 'Ride'],
    ['stays on one line', '{title}', { title: 'a\n\u0007 b\u2028c' }, 'a b c'],
    ['holds no marker', '{title}', { title: '[Oura:2024-01-15_22:30]' }, '(Oura 2024-01-15 22:30)'],
    ['is not a template itself', '{title}', { title: '{day} $& {x' }, '{day} $& {x'],
    ['is cut when nobody could read it', '{title}', { title: 'é'.repeat(500) }, 'é'.repeat(200)],
  ])('%s', (_name, template, more, text) => {
    const made = describeSession(template, 'Ring.ride', workout(more));
    expect(made).toBe(`${text} [Ring.ride:2024-01-15_22:30]`);
    expect(readMarker(made, 'Ring.ride')).toEqual({ day: '2024-01-15', time: '22:30' });
    expect(hasShapeOf(template, made, workout(more))).toBe(true);
  });

  test('makes no marker together with its template', () => {
    const made = describeSession('[{title}]', 'Ring', workout({ title: 'Ring:2024-01-10_20:00' }));
    expect(made).toBe('(Ring 2024-01-10 20:00) [Ring:2024-01-15_22:30]');
  });

  test('that is not the session’s own was written by a person', () => {
    const text = `Hills with Kim - 7h 0m ${MARKER}`;
    expect(hasShapeOf('{title} - {duration}', text, workout())).toBe(false);
    expect(hasShapeOf('{title} - {duration}', text)).toBe(false);
  });
});

describe('the word in a marker', () => {
  test.each<[string | undefined, string, string]>([
    [undefined, 'default', 'Ring'],
    ['rides', 'default', 'Ring.rides'],
    [undefined, 'anna', 'Ring@anna'],
    ['rides', 'a.b-c', 'Ring.rides@a.b-c'],
  ])('of %s for %s is %s, and no other word reads it', (resource, account, word) => {
    expect(markerWord('Ring', resource, account)).toBe(word);
    const text = `x ${markerText(word, { day: '2024-01-15', time: '22:30' })}`;
    expect(readMarker(text, word)).toEqual({ day: '2024-01-15', time: '22:30' });
    for (const other of ['Ring', 'Ring.rides', 'Ring@anna', 'Ring.rides@a.b-c'])
      if (other !== word) expect(readMarker(text, other)).toBeUndefined();
    expect(templateFault(text)).toMatch(/must not contain a marker/);
  });
});

describe('the marker in a text', () => {
  test.each<[string, string, unknown]>([
    ['at the end', `Sleep ${MARKER}`, { day: '2024-01-15', time: '22:30' }],
    ['with a note behind it', `${MARKER} slept badly`, { day: '2024-01-15', time: '22:30' }],
    ['twice is none', `${MARKER} ${MARKER}`, undefined],
    ['of another word is none', 'Sleep [Whoop:2024-01-15_22:30]', undefined],
    [
      'of another word beside ours counts for nothing',
      `[Whoop:2024-01-14_20:00] ${MARKER}`,
      { day: '2024-01-15', time: '22:30' },
    ],
    ['in another case is none', 'Sleep [oura:2024-01-15_22:30]', undefined],
    ['cut short is none', 'Sleep [Oura:2024-01-15_22:3]', undefined],
    ['without brackets is none', 'Sleep Oura:2024-01-15_22:30', undefined],
    ['in an empty text is none', '', undefined],
  ])('%s', (_name, text, expected) => {
    expect(readMarker(text, 'Oura')).toEqual(expected);
  });
});

describe('a text has the shape of a template', () => {
  test.each<[string, string, string, boolean]>([
    ['with other figures', DEFAULT_TEMPLATE, `🛌 Sleep - 6h 1m (80% efficiency) ${MARKER}`, true],
    ['without the efficiency', DEFAULT_TEMPLATE, `🛌 Sleep - 6h 1m ${MARKER}`, true],
    ['F5 not with words instead of figures', DEFAULT_TEMPLATE, `🛌 Sleep - bad night ${MARKER}`, false],
    [
      'F5 not with words in the group',
      DEFAULT_TEMPLATE,
      `🛌 Sleep - 6h 1m (bad efficiency) ${MARKER}`,
      false,
    ],
    ['F5 not with a note in front', DEFAULT_TEMPLATE, `ill: 🛌 Sleep - 6h 1m ${MARKER}`, false],
    ['F5 not with a note behind', DEFAULT_TEMPLATE, `🛌 Sleep - 6h 1m ${MARKER} ill`, false],
    [
      'of an own template with every placeholder',
      '{type} {day} {start}-{end}',
      `sleep 2024-01-15 23:30-07:00 ${MARKER}`,
      true,
    ],
    ['with signs that mean something in patterns', 'a.b* [x] {duration}?', `a.b* [x] 6h 1m? ${MARKER}`, true],
    ['those signs are taken literally', 'a.b {duration}', `axb 6h 1m ${MARKER}`, false],
    [
      'with a group that never is left out',
      '(ring) {duration} ({efficiency}%)',
      `(ring) 6h 1m ${MARKER}`,
      true,
    ],
    ['not without that group', '(ring) {duration} ({efficiency}%)', `6h 1m ${MARKER}`, false],
  ])('%s', (_name, template, text, expected) => {
    expect(hasShapeOf(template, text)).toBe(expected);
  });

  test('whatever a session holds, its text has the shape of its template', () => {
    for (const template of [DEFAULT_TEMPLATE, '{type}: {start}-{end} ({efficiency}%) {day}', '']) {
      for (const more of [{}, { efficiency: null }, { efficiency: 92.5 }, { asleepSeconds: 0 }]) {
        expect(hasShapeOf(template, describeSession(template, 'Oura', night(more)))).toBe(true);
      }
    }
  });

  test('a long text that does not fit is told at once', () => {
    const template = '{type} {day} {start} {end} {duration} {efficiency}';
    expect(hasShapeOf(template, `${'word '.repeat(600)}.`)).toBe(false);
  });
});
