import type { SandboxReply } from '../server.ts';

export interface QuotaOptions {
  /** Default 100. */
  readonly perMinute?: number;
  /** Default 10000. */
  readonly perDay?: number;
}

export interface Quota {
  /** Counts a request at that time (UTC epoch milliseconds), refused ones too. */
  count(at: number): { readonly headers: NonNullable<SandboxReply['headers']>; readonly over: boolean };
  /** As if the same app had sent that many requests elsewhere. */
  spend(requests: number, at: number): void;
}

/** Both windows follow the clock: a minute begins at :00, a day at midnight UTC. Of the app, not of the person. */
export function quotaOf({ perMinute = 100, perDay = 10_000 }: QuotaOptions): Quota {
  const windows = [windowOf(60, perMinute), windowOf(86_400, perDay)] as const;
  const limits = `${perMinute};window=60, ${perDay};window=86400`;
  return {
    count(at) {
      const seen = windows.map((window) => window.add(1, at));
      const over = seen.some((window) => window.left < 0);
      // The window nearest to its end speaks; of two that are used up, the one that lasts longer.
      const [tightest] = seen.sort((a, b) => Math.max(a.left, 0) - Math.max(b.left, 0) || b.reset - a.reset);
      const headers = {
        'X-RateLimit-Limit': `${tightest?.limit}, ${limits}`,
        'X-RateLimit-Remaining': String(Math.max(tightest?.left ?? 0, 0)),
        'X-RateLimit-Reset': String(tightest?.reset),
      };
      return { headers, over };
    },
    spend: (requests, at) => {
      for (const window of windows) window.add(requests, at);
    },
  };
}

function windowOf(seconds: number, limit: number) {
  let current = Number.NaN;
  let used = 0;
  return {
    add(requests: number, at: number) {
      const now = Math.floor(at / 1000 / seconds);
      if (now !== current) used = 0;
      current = now;
      used += requests;
      return { limit, left: limit - used, reset: Math.ceil((now + 1) * seconds - at / 1000) };
    },
  };
}
