import { KINDS, type Kind } from './finding.ts';

/** What came of one subject. */
export interface Tally extends Record<Kind, number> {
  readonly subject: string;
  cases: number;
  seconds: number;
  /** Each finding with the smallest case that shows it, and how to see it again. */
  readonly problems: string[];
}

export function newTally(subject: string): Tally {
  return {
    subject,
    cases: 0,
    crashes: 0,
    hangs: 0,
    deletions: 0,
    exchanges: 0,
    others: 0,
    seconds: 0,
    problems: [],
  };
}

/** The last line adds up the others. */
export function table(tallies: readonly Tally[]): string[] {
  const all = newTally('all');
  for (const tally of tallies)
    for (const key of ['cases', ...KINDS, 'seconds'] as const) all[key] += tally[key];
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  return [
    line('', ['cases', ...KINDS, 'seconds']),
    ...[...tallies, all].map((tally) =>
      line(tally.subject, [tally.cases, ...KINDS.map((kind) => tally[kind]), tally.seconds.toFixed(0)]),
    ),
  ];
}
