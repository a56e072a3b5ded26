import { describe, expect, test } from 'vitest';
import { numeric } from '../../src/core/common.ts';
import {
  date,
  flag,
  instant,
  item,
  json,
  nested,
  number,
  numberOr,
  required,
  text,
} from '../../src/core/fields.ts';

const described = item({
  id: required(text('id')),
  day: required(date('local date')),
  score: number('points'),
  label: text('free text'),
  charging: flag('1 while charging'),
  at: instant('with offset'),
  samples: json('samples (JSON)'),
  readiness: nested({
    score: number('points'),
    level: required(number('percent')),
    contributors: nested({ hrv: number('1 to 100') }),
  }),
});

const least = { id: 'a', day: '2024-01-15' };
const reads = (value: unknown) => described.schema.safeParse(value);

describe('an item is understood', () => {
  test.each<[string, object]>([
    ['with nothing but what is required', {}],
    [
      'with null in every field that is not',
      { score: null, label: null, charging: null, at: null, samples: null, readiness: null },
    ],
    [
      'with values',
      {
        score: 1.5,
        label: '',
        charging: false,
        at: '2024-01-15T22:30:00+01:00',
        samples: { items: [1, null] },
      },
    ],
    ['with JSON of any shape', { samples: 'text' }],
    ['with a nested object', { readiness: { score: null, level: 0, contributors: { hrv: 3 } } }],
    ['with an instant without offset', { at: '2024-01-15T22:30:00' }],
  ])('%s', (_name, more) => {
    expect(reads({ ...least, ...more }).success).toBe(true);
  });

  test('C15 unknown fields survive, at every depth', () => {
    const value = { ...least, new_field: [1], readiness: { level: 1, new_too: { a: 1 } } };
    expect(reads(value).data).toEqual(value);
  });
});

describe('C16 an item is set aside, naming the field', () => {
  test.each<[string, unknown, string]>([
    ['required and missing', { day: least.day }, 'id'],
    ['required and null', { ...least, id: null }, 'id'],
    ['required and of another type', { ...least, id: 7 }, 'id'],
    ['required in a nested object and missing', { ...least, readiness: {} }, 'readiness.level'],
    ['required in a nested object and null', { ...least, readiness: { level: null } }, 'readiness.level'],
    ['a number as text', { ...least, score: '80' }, 'score'],
    ['a number out of range', { ...least, score: Number.POSITIVE_INFINITY }, 'score'],
    ['a text as number', { ...least, label: 5 }, 'label'],
    ['a flag as number', { ...least, charging: 1 }, 'charging'],
    ['C14 a date that does not exist', { ...least, day: '2024-02-30' }, 'day'],
    ['C14 a date with a time', { ...least, day: '2024-01-15T00:00:00Z' }, 'day'],
    ['C14 an instant on a date that does not exist', { ...least, at: '2024-02-30T10:00:00Z' }, 'at'],
    ['C14 an instant that is none', { ...least, at: 'soon' }, 'at'],
    ['an instant as number', { ...least, at: 1705357800 }, 'at'],
    ['a nested object as list', { ...least, readiness: [] }, 'readiness'],
    [
      'deep inside',
      { ...least, readiness: { level: 1, contributors: { hrv: 'x' } } },
      'readiness.contributors.hrv',
    ],
    ['no object at all', null, ''],
    ['a list', [], ''],
  ])('%s', (_name, value, path) => {
    const parsed = reads(value);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(path);
  });
});

test('columns carry names, JSON paths and what they mean; nested ones get a prefix', () => {
  expect(described.columns).toEqual([
    { name: 'id', path: '$.id', about: 'id' },
    { name: 'day', path: '$.day', about: 'local date' },
    { name: 'score', path: '$.score', about: 'points' },
    { name: 'label', path: '$.label', about: 'free text' },
    { name: 'charging', path: '$.charging', about: '1 while charging' },
    { name: 'at', path: '$.at', about: 'with offset' },
    { name: 'samples', path: '$.samples', about: 'samples (JSON)' },
    { name: 'readiness_score', path: '$.readiness.score', about: 'points' },
    { name: 'readiness_level', path: '$.readiness.level', about: 'percent' },
    { name: 'readiness_contributors_hrv', path: '$.readiness.contributors.hrv', about: '1 to 100' },
  ]);
});

describe('a number that is a word where there is none', () => {
  const { schema, columns } = item({ pulse: numberOr('None', 'beats per minute') });

  test.each([52, 0.5, 'None', null, undefined])('accepts %j', (pulse) => {
    expect(schema.safeParse({ pulse }).success).toBe(true);
  });

  test.each(['none', '52', '', true, []])('refuses %j', (pulse) => {
    expect(schema.safeParse({ pulse }).success).toBe(false);
  });

  test('is NULL in the column, whatever the word', () => {
    expect(columns).toEqual([
      { name: 'pulse', path: '$.pulse', about: 'beats per minute', sql: numeric('$.pulse') },
    ]);
  });
});

describe('C8 of fields that may all be missing', () => {
  const { schema } = item({ steps: number('per day'), sleep: number('per night') });
  test.each([[{}], [{ steps: null }], [{ sleep: 1, new: 2 }]])('%j is an item', (value) => {
    expect(schema.safeParse(value).success).toBe(true);
  });

  test.each([[{ error: 'invalid_scope' }], [{ message: 'try later', code: 503 }]])('%j is none', (value) => {
    expect(schema.safeParse(value).error?.issues[0]?.message).toBe('has none of the fields that are known');
  });
});
