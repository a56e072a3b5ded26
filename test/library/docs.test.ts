import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/library.md');
const names = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);

describe('docs/library.md', () => {
  test('lists every name that the package exports, and no other', () => {
    const table = /## Exports\n\n([\s\S]*?)\n\n/.exec(page)?.[1] ?? '';
    const first = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|')[1] ?? '');
    expect(first.flatMap(names).sort()).toEqual(Object.keys(library).sort());
  });

  test('lists every type that the package exports, and no other', () => {
    const typed = /Types alone:([\s\S]*?)\n\n/.exec(page)?.[1] ?? '';
    const source = read('src/index.ts');
    const whole = [...source.matchAll(/export type \{([^}]*)\}/g)].flatMap(
      ([, list]) => list?.split(',') ?? [],
    );
    const inline = [...source.matchAll(/\btype (\w+)\b/g)].map(([, name]) => name as string);
    const exported = [...whole, ...inline].map((name) => name.trim()).filter((name) => name !== '');
    expect(names(typed).sort()).toEqual(exported.sort());
  });

  test('names the outcome of every error class', () => {
    const rows = [...page.matchAll(/^\| `(\w+Error)` \| `([A-Z]+)` \|/gm)].map(([, name, outcome]) => [
      name,
      outcome,
    ]);
    const { ProgramError: _, ...exported } = library;
    const classes = Object.entries(exported).filter(([name]) => name.endsWith('Error'));
    expect(rows).toHaveLength(classes.length);
    for (const [name, outcome] of rows) {
      const Kind = classes.find(([own]) => own === name)?.[1] as new (
        text: string,
        failures: [],
      ) => library.ProgramError;
      expect(new Kind('a sentence', []).outcome).toBe(outcome);
    }
  });
});

describe('docs/plugins.md', () => {
  test('names nothing of the toolkit that is not there', () => {
    const { values, fields } = library.toolkit;
    const known = { ...library.toolkit, ...values, ...fields };
    const text = read('docs/plugins.md');
    const list = /kinds of value: ([\s\S]*?)\. Give/.exec(text)?.[1] ?? '';
    const kinds = [...list.matchAll(/`(\w+)/g)].map(([, name]) => name as string);
    expect(kinds.length).toBeGreaterThan(8);
    expect(kinds.filter((name) => !Object.hasOwn(values, name))).toEqual([]);
    const called = [
      'apiKey',
      'oauth2',
      'passwordGrant',
      'snapshot',
      'windows',
      'since',
      'each',
      'item',
      'byToken',
      'byOffset',
      'byNumber',
      'single',
      'required',
    ];
    for (const name of called) {
      expect(text).toContain(`\`${name}`);
      expect(Object.hasOwn(known, name)).toBe(true);
    }
  });
});
