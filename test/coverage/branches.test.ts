import { describe, expect, test } from 'vitest';
import { branchesOf } from './branches.ts';
import { Counts } from './hits.ts';
import { nodesOf, parsed } from './syntax.ts';

/** Counts as V8 would have them: everything ran `times` times, what is named did not. */
function branches(text: string, ...idle: string[]): string[] {
  const counts = new Counts();
  counts.add([[0, text.length, 2]]);
  for (const part of idle) {
    const start = text.indexOf(part);
    counts.add([[start, start + part.length, -2]]);
  }
  return branchesOf(text, (at) => counts.at(at)).map(({ kind, count }) => `${kind} ${count}`);
}

describe('branches', () => {
  test('an if has two ways, written or not', () => {
    expect(branches('if (a) b();', 'b();')).toEqual(['if 0', 'no else 2']);
    expect(branches('if (a) b();')).toEqual(['if 2', 'no else 0']);
    expect(branches('if (a) { b(); } else { c(); }', '{ c(); }')).toEqual(['if 2', 'else 0']);
  });

  test('every operand counts once, however they are nested', () => {
    expect(branches('a && (b || c) && d;', 'c')).toEqual([
      'operand 2',
      'operand 2',
      'operand 0',
      'operand 2',
    ]);
    expect(branches('a ?? b;', 'b')).toEqual(['operand 2', 'operand 0']);
  });

  test('conditions, cases and defaults', () => {
    expect(branches('a ? b : c;', 'c')).toEqual(['? 2', ': 0']);
    expect(branches('switch (a) { case 1: b(); default: c(); }', 'case 1: b();')).toEqual([
      'case 0',
      'case 2',
    ]);
    expect(branches('const f = ({ a = 1 }) => a;', '1')).toEqual(['default 0']);
  });
});

describe('what of a source is there when it runs', () => {
  test('types are not, what they stand around is', () => {
    const text = "type A = 'x' extends B ? C : D; const a = (b ? (c as A) : d!) satisfies E;";
    const types = [...nodesOf(parsed(text))].map(({ node }) => node.type);
    expect(types.filter((type) => type === 'ConditionalExpression')).toHaveLength(1);
    expect(types).not.toContain('TSConditionalType');
    expect(types.filter((type) => type === 'Identifier')).toHaveLength(4);
  });

  test('places are those of JavaScript’s strings, also behind an emoji', () => {
    const text = "const a = '🛌 – 7 h'; if (a) b();";
    expect(branchesOf(text, () => 0).map(({ at }) => text.slice(at, at + 3))).toEqual(['b()', 'if ']);
  });
});
