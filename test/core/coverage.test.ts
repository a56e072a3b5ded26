import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coverage, cover, gaps, type Span, upTo } from '../../src/core/coverage.ts';
import { addDays } from '../../src/core/dates.ts';

const day = (index: number) => addDays('2024-02-20', index);
const span = (from: number, to: number): Span => ({ from: day(from), to: day(to) });
const spans = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -2, max: 8 }))
  .map(([from, length]): [number, number] => [from, from + length]);

function daysOf(coverage: Coverage): string[] {
  return coverage.flatMap(({ from, to }) => {
    const days: string[] = [];
    for (let date = from; date <= to; date = addDays(date, 1)) days.push(date);
    return days;
  });
}

describe('against a plain set of days', () => {
  test('covering holds exactly the days that were added, as disjoint ranges in order that do not touch', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 12 }), (added) => {
        const model = new Set<string>();
        let coverage: Coverage = [];
        for (const [from, to] of added) {
          coverage = cover(coverage, span(from, to));
          for (let at = from; at <= to; at += 1) model.add(day(at));
        }
        expect(daysOf(coverage)).toEqual([...model].sort());
        coverage.slice(1).forEach((later, index) => {
          expect(addDays((coverage[index] as Span).to, 1) < later.from).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test('gaps and covered days together are what was wanted, and filling the gaps leaves none', () => {
    fc.assert(
      fc.property(fc.array(spans, { maxLength: 8 }), spans, (added, [from, to]) => {
        const coverage = added.reduce<Coverage>((all, [a, b]) => cover(all, span(a, b)), []);
        const covered = new Set(daysOf(coverage));
        const open = gaps(coverage, span(from, to));
        const wanted = daysOf([span(from, to)]);
        expect(daysOf(open)).toEqual(wanted.filter((date) => !covered.has(date)));
        expect(gaps(open.reduce<Coverage>(cover, coverage), span(from, to))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('cover', () => {
  const known = [span(0, 4), span(10, 14)];
  test.each<[string, Span, Span[]]>([
    ['a span that touches joins', span(5, 6), [span(0, 6), span(10, 14)]],
    ['a span between both joins all', span(5, 9), [span(0, 14)]],
    ['a span apart stays apart', span(6, 8), [span(0, 4), span(6, 8), span(10, 14)]],
    ['a span inside changes nothing', span(11, 12), known],
    ['a span around swallows', span(-3, 20), [span(-3, 20)]],
    ['an empty span changes nothing', span(8, 7), known],
  ])('%s', (_name, added, expected) => {
    expect(cover(known, added)).toEqual(expected);
  });
});

describe('upTo', () => {
  test.each<[string, Span, number, Span | undefined]>([
    ['what ends before stays', span(0, 3), 5, span(0, 3)],
    ['what ends after is cut', span(0, 9), 5, span(0, 5)],
    ['a single day stays', span(5, 9), 5, span(5, 5)],
    ['what begins after is gone', span(6, 9), 5, undefined],
  ])('%s', (_name, whole, last, expected) => {
    expect(upTo(whole, day(last))).toEqual(expected);
  });
});
