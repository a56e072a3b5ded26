export const KINDS = ['lost', 'doubled', 'damaged', 'stuck'] as const;

export type Problem = (typeof KINDS)[number];

/** What came of many trials; each kind of problem counts once per trial. */
export interface Tally extends Record<Problem, number> {
  trials: number;
  /** Runs that died; a run may also have been quicker than its killer. */
  kills: number;
  /** Requests that something happened to. */
  faults: number;
  /** How often a person had to sign in again, where one may be asked to. */
  signIns: number;
  /** What was wrong, with the trial and its seed. */
  readonly problems: string[];
}

export const newTally = (): Tally => ({
  trials: 0,
  kills: 0,
  faults: 0,
  signIns: 0,
  lost: 0,
  doubled: 0,
  damaged: 0,
  stuck: 0,
  problems: [],
});

/** Notes what was found in one trial, the first five of it in words. */
export function note(tally: Tally, trial: string, kind: Problem, found: readonly string[]): void {
  if (found.length > 0) tally[kind] += 1;
  tally.problems.push(...found.slice(0, 5).map((one) => `${trial}: ${kind}: ${one}`));
}

const COLUMNS = ['trials', 'kills', 'faults', 'signIns', ...KINDS] as const;

export function table(rows: readonly (readonly [name: string, tally: Tally])[]): string[] {
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
  return [
    line('', COLUMNS),
    ...rows.map(([name, tally]) =>
      line(
        name,
        COLUMNS.map((key) => tally[key]),
      ),
    ),
  ];
}
