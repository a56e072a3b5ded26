/** What a service allows one program. Instants are UTC epoch milliseconds. */
export interface Limits {
  /** Each window counts on its own; a request goes out when all of them are open. */
  readonly windows?: readonly RateWindow[] | undefined;
  readonly perSecond?: number | undefined;
  /** How long a 429 closes the gate that does not say how long (milliseconds). */
  readonly unexplained: number | ((now: number) => number);
  /** What a reply's headers (lower-case names) say: until when nothing more may go out; undefined: go on. */
  readonly told?: ((headers: ReplyHeaders, now: number) => number | undefined) | undefined;
}

export type ReplyHeaders = Readonly<Record<string, string | undefined>>;

export interface RateWindow {
  readonly requests: number;
  readonly seconds: number;
  /** The window begins at multiples of its length (UTC) instead of rolling. */
  readonly aligned?: true;
  /** So many of them are kept back from what is optional: a long backfill leaves the window's plain runs their part. */
  readonly kept?: number;
}

/** When the aligned window that `now` lies in ends. */
export function endOfWindow(seconds: number, now: number): number {
  return (Math.floor(now / (seconds * 1000)) + 1) * seconds * 1000;
}
