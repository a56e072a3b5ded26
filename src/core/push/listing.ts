import type { Destination, Entry } from '../destination.ts';

/** A stretch of time (UTC epoch milliseconds), both ends included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Windows with more time between them are listed apart: a request each, but every page of what lies between is one too. */
const LARGEST_GAP = 366 * 86_400_000;

/**
 * Lists for several plans of one run: windows that lie near each other cost one listing together. What the run itself
 * writes in the meantime is not in it; every plan looks only for entries of its own source. `once`: one listing, however
 * long it gets.
 */
export function sharedListing(
  list: Destination['list'],
  windows: readonly Window[],
  once: boolean,
): Destination['list'] {
  const listed = joined(windows, once ? Number.POSITIVE_INFINITY : LARGEST_GAP).map((window) => ({
    ...window,
    entries: undefined as Entry[] | undefined,
  }));
  return async (from, to) => {
    const whole = listed.find((one) => one.from <= from && to <= one.to);
    if (whole === undefined) return list(from, to);
    whole.entries ??= await list(whole.from, whole.to);
    return whole.entries;
  };
}

function joined(windows: readonly Window[], gap: number): Window[] {
  const all: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || window.from - last.to > gap) all.push(window);
    else all[all.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
  }
  return all;
}
