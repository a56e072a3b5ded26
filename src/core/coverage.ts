import { addDays, type LocalDate } from './dates.ts';

/** Whole local dates, both ends included. */
export interface Span {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** Local dates that have been read to their end: disjoint, not adjacent, oldest first. */
export type Coverage = readonly Span[];

/** The coverage with the span added, merged where it touches. */
export function cover(coverage: Coverage, span: Span): Coverage {
  let { from, to } = span;
  if (to < from) return coverage;
  const before: Span[] = [];
  const after: Span[] = [];
  for (const known of coverage) {
    if (known.to < addDays(from, -1)) before.push(known);
    else if (known.from > addDays(to, 1)) after.push(known);
    else {
      if (known.from < from) from = known.from;
      if (known.to > to) to = known.to;
    }
  }
  return [...before, { from, to }, ...after];
}

/** What is wanted and not covered, oldest first. */
export function gaps(coverage: Coverage, wanted: Span): Span[] {
  const open: Span[] = [];
  let from = wanted.from;
  for (const known of coverage) {
    if (known.to < from) continue;
    if (known.from > wanted.to) break;
    if (known.from > from) open.push({ from, to: addDays(known.from, -1) });
    from = addDays(known.to, 1);
  }
  if (from <= wanted.to) open.push({ from, to: wanted.to });
  return open;
}

/** The part of the span that does not reach beyond `last`; undefined when nothing is left. */
export function upTo(span: Span, last: LocalDate): Span | undefined {
  if (span.from > last) return undefined;
  return span.to <= last ? span : { from: span.from, to: last };
}
