import { setTimeout as delay } from 'node:timers/promises';

/** Time as the program sees it. Everything that waits or dates takes one, so that tests can move it. */
export interface Clock {
  /** UTC epoch milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A timer of Node's that is set to more fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    let left = milliseconds;
    do {
      await delay(Math.min(left, LONGEST_TIMER), undefined, { signal }).catch((error: unknown) => {
        throw signal?.aborted ? signal.reason : error;
      });
      left -= LONGEST_TIMER;
    } while (left > 0);
  },
};

/** The system's clock moved so that it shows `start` (UTC epoch milliseconds) now; it runs on from there. */
export function clockStartingAt(start: number): Clock {
  const shift = start - Date.now();
  return { now: () => Date.now() + shift, sleep: systemClock.sleep };
}

/** The same, but it leaps over every pause instead of waiting it out. */
export function leapingClock(start: number): Clock {
  let shift = start - Date.now();
  const now = () => Date.now() + shift;
  return {
    now,
    sleep: async (milliseconds, signal) => {
      const end = now() + milliseconds;
      await systemClock.sleep(0, signal);
      shift += Math.max(0, end - now());
    },
  };
}
