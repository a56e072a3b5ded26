/** Everything that must hold when things go wrong, by letter: what each id promises is said in docs/reliability.md. */
const NUMBERS: Readonly<Record<string, string>> = {
  A: '1-9 11-17 19-26',
  B: '1-15 17',
  C: '1-16',
  D: '1 3-12 14-21',
  E: '1-10 12-14',
  F: '1-14 16-18',
  G: '1-5 7 9 10',
  H: '1-8',
  K: '1-5 7-12',
};

export const ids: readonly string[] = Object.entries(NUMBERS).flatMap(([letter, ranges]) =>
  ranges.split(' ').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
  }),
);
