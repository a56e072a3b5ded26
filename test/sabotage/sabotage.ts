/** One way of breaking what an id promises, and the test that has to notice. */
export interface Sabotage {
  readonly id: string;
  /** Below the checkout. */
  readonly file: string;
  /** Exact text that stands once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The quickest test file that shows it. */
  readonly test: string;
  /** A pattern for the test's name; the id where left out. */
  readonly name?: string;
  /** It makes the test wait in vain: that is seen after seconds instead of the test's own time. */
  readonly hangs?: true;
}

/** What vitest is told to look for: `A2` is not `A21`. */
export function namePattern({ id, name }: Sabotage): string {
  return name ?? `\\b${id}\\b`;
}

/** The file with the sabotage in it. Throws when the text does not stand there exactly once. */
export function sabotaged(text: string, { id, file, find, replace }: Sabotage): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${id}: found ${parts.length - 1} times in ${file}: ${find}`);
  return parts.join(replace);
}
