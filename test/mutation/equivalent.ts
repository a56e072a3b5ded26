/** A change that makes no difference, so that no test can notice it. */
export interface Equivalent {
  /** Below the checkout. */
  readonly file: string;
  /** The line as it stands there, without the space around it. */
  readonly line: string;
  /** What is changed, and what it becomes. */
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

export const equivalents: readonly Equivalent[] = [];
