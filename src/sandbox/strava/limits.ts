import type { SandboxReply } from '../server.ts';
import { type RateLimitBody, rateLimitExceeded } from './refusals.ts';

/** Requests per quarter of an hour and per day, for the whole app. */
export interface Quota {
  /** Default 200 and 2000: everything counts. */
  readonly overall?: readonly [short: number, day: number];
  /** Default 100 and 1000: all but uploads. */
  readonly read?: readonly [short: number, day: number];
}

export interface Limits {
  /** Counts a read, or refuses it; a refused one counts as well. */
  take(now: number): SandboxReply | undefined;
  /** What else the app did just now; `reads` of the requests, default all. */
  spend(requests: number, now: number, reads?: number): void;
  /** Empty when the limits are off. */
  headers(now: number): Record<string, string>;
}

type Count = [short: number, day: number];

const QUARTER = 15 * 60_000;
const DAY = 86_400_000;

/** Windows begin on the quarter hour and at midnight UTC, whenever the first request came. */
export function limits(quota: Quota | false, body: RateLimitBody): Limits {
  if (quota === false) return { take: () => undefined, spend: () => {}, headers: () => ({}) };
  const { overall = [200, 2000], read = [100, 1000] } = quota;
  const used: { overall: Count; read: Count } = { overall: [0, 0], read: [0, 0] };
  let quarter = 0;
  let day = 0;

  const turn = (now: number) => {
    const current = [Math.floor(now / QUARTER), Math.floor(now / DAY)] as const;
    for (const count of [used.overall, used.read]) {
      if (current[0] !== quarter) count[0] = 0;
      if (current[1] !== day) count[1] = 0;
    }
    [quarter, day] = current;
  };
  const spend = (requests: number, now: number, reads = requests) => {
    turn(now);
    for (const window of [0, 1] as const) {
      used.overall[window] += requests;
      used.read[window] += reads;
    }
  };
  const isFull = (count: Count, limit: readonly [number, number]) =>
    count[0] >= limit[0] || count[1] >= limit[1];

  return {
    spend,
    take(now) {
      turn(now);
      const refused = isFull(used.overall, overall) || isFull(used.read, read);
      spend(1, now);
      return refused ? rateLimitExceeded(body) : undefined;
    },
    headers(now) {
      turn(now);
      return {
        'X-Ratelimit-Limit': overall.join(','),
        'X-Ratelimit-Usage': used.overall.join(','),
        'X-Readratelimit-Limit': read.join(','),
        'X-Readratelimit-Usage': used.read.join(','),
      };
    },
  };
}
