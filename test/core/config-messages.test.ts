import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { secret, text } from '../../src/core/config/values.ts';
import type { Section } from '../../src/core/config.ts';
import { book, place, ring } from './config-support.ts';

const WRONG = {
  text: '"x\\u0007y"',
  'empty text': '""',
  blanks: '"   "',
  'a whole number': '7000000',
  'a negative number': '-1',
  'a fraction': '1.5',
  nan: 'nan',
  infinity: 'inf',
  'a boolean': 'true',
  'a list': '["a"]',
  'a table': '{ a = 1 }',
  'a date with time': '2024-01-15T00:00:00Z',
  'a date': '2024-01-15',
  'a list in a list': '[[]]',
};

const KEYS = [
  ...['db', 'timezone', 'days', 'run_deadline', 'log_level', 'log_file'].map((key) => ['app', key] as const),
  ...Object.keys(ring.schema.shape).map((key) => ['ring', key] as const),
  ...Object.keys(book.schema.shape).map((key) => ['book', key] as const),
];

describe('H1 wrong types', () => {
  const right: Record<string, string[]> = {
    enabled: ['a boolean'],
    start_date: ['a date'],
    scopes: ['a list'],
  };
  const cases = KEYS.flatMap(([section, key]) =>
    Object.entries(WRONG)
      .filter(([name]) => !right[key]?.includes(name))
      .map(([name, value]) => ({ section, key, name, value })),
  );

  test.each(cases)('[$section] $key refuses $name', ({ section, key, value }) => {
    const message = place(`[${section}]\n${key} = ${value}\n`).refusal();
    expect(message).toMatch(
      new RegExp(`^/.*health-sync\\.toml: \\[${section}\\] ${key}(, item 1,)? must be .+, got .+$`),
    );
  });
});

describe('H1 messages', () => {
  test.each([
    ['[ring]\noverlap_days = "7"', '[ring] overlap_days must be a whole number from 0 to 365, got text'],
    ['[ring]\noverlap_days = 366', '[ring] overlap_days must be a whole number from 0 to 365, got 366'],
    [
      '[ring]\nkinds = ["lnog"]',
      '[ring] kinds, item 1, must be one of long, short, got other text; did you mean long?',
    ],
    ['[ring]\nkinds = "long"', '[ring] kinds must be a list, each one of long, short, got text'],
    [
      '[app]\nlog_level = "warning"',
      '[app] log_level must be one of error, warn, info, debug, got other text; did you mean warn?',
    ],
    [
      '[app]\nrun_deadline = 15',
      '[app] run_deadline must be a duration such as 90s, 15m or 1h, from 10s to 24h, got a number',
    ],
    ['[ring]\noverlap_dys = 7', '[ring] overlap_dys is not a key; did you mean overlap_days?'],
    ['[ring]\nrun_deadline = "1h"', '[ring] run_deadline is not a key; it belongs to [app]'],
    ['[rnig]\n', '[rnig] is not a section; did you mean [ring]?'],
    ['[zzz]\n', '[zzz] is not a section'],
    ['db = "x"', 'db stands outside of any section; did you mean db below [app]?'],
    ['app = 1', 'app must be a section, written [app]'],
    ['[[app]]\n', 'app must be a section, written [app]'],
    ['[app]\nday = "a\nb"', 'line 2, column 9: control characters are not allowed in strings'],
  ])('%j: %s', (config, message) => {
    const here = place(config);
    expect(here.refusal()).toBe(`${here.path('health-sync.toml')}: ${message}`);
  });

  test('never quote a secret, whatever is wrong with it', () => {
    const canary = 'canary-3b1f';
    const configs = [
      `[ring]\nclient_secret = "${canary}`,
      `[ring]\nclient_secret = " ${canary}"`,
      `[ring]\nclient_secret = ["${canary}"]`,
      `[ring]\nclient_secret = { "${canary}" = 1 }`,
      `[app]\nlog_level = "${canary}"`,
      `[ring]\nclient_secret = "${canary}"\n[ring]\n`,
    ];
    for (const config of configs) expect(place(config).refusal()).not.toContain(canary);
    const env = { RING_SECRET: `${canary}\n` };
    expect(place('').refusal({ env })).not.toContain(canary);
  });

  test('C13 control characters in names do not reach the terminal', () => {
    const message = place('["\\u001b[31mx"]\n').refusal();
    expect(message).toContain('[?[31mx] is not a section');
  });
});

test('what keys have to do with each other is the section’s own matter', () => {
  const pair: Section = {
    id: 'pair',
    environment: {},
    schema: z
      .strictObject({ id: text().describe('Left.'), secret: secret().optional().describe('Right.') })
      .refine(({ id, secret }) => id !== 'me' || secret !== undefined, 'secret is needed with this id'),
  };
  const sections = [pair];
  expect(place('').refusal({ sections })).toMatch(
    /health-sync\.toml: \[pair\] id must be text on one line, not empty, but is not set$/,
  );
  expect(place('[pair]\nid = "me"').refusal({ sections })).toMatch(/\[pair\] secret is needed with this id$/);
});
