/** Longer names are pasted text rather than a slip of the finger. */
const LONGEST = 64;

/** Letters to add, drop, replace or swap with their neighbour to turn one word into the other. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (line: number, column: number) => rows[line]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let line = 1; line <= from.length; line += 1) {
    const row = [line];
    rows.push(row);
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(line - 1, column - 1) + (from[line - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1];
      const swapped = isSwap ? at(line - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(replaced, swapped, at(line - 1, column) + 1, at(line, column - 1) + 1));
    }
  }
  return at(from.length, to.length);
}

/** The candidate that was probably meant, if one is near: a third of its letters differ, or one is the other's start. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const typed = word.toLowerCase().replaceAll('-', '_');
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(typed, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best !== undefined && best.edits <= Math.max(1, Math.floor(best.candidate.length / 3)))
    return best.candidate;
  const sharesStart = (candidate: string) =>
    Math.min(typed.length, candidate.length) >= 3 &&
    (candidate.toLowerCase().startsWith(typed) || typed.startsWith(candidate.toLowerCase()));
  return ranked.find(({ candidate }) => sharesStart(candidate))?.candidate;
}

export function didYouMean(
  word: string,
  candidates: readonly string[],
  show = (name: string) => name,
): string {
  const meant = closest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${show(meant)}?`;
}

/** As long as a secret, and not made like a name or a time zone: possibly one that was put in the wrong place. */
function maybeSecret(word: string): boolean {
  return word.length >= 12 && !/^[\p{L}_./-]+\d?$/u.test(word);
}

/** A name from outside, fit for a terminal and a log: no control characters, no pasted kilobytes, no secret. */
export function printable(name: string): string {
  return maybeSecret(name) ? `${oneLine(name.slice(0, 3))}…` : oneLine(name);
}

/** The same for a text that holds no secret. */
export function oneLine(text: string): string {
  const safe = text.replaceAll(
    /[^\x20-\x7e\u00a0-\uffff]|[\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    '?',
  );
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}…` : safe;
}
