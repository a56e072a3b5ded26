import type { SandboxReply } from '../server.ts';
import type { Plan } from './model.ts';

export interface QuotaOptions {
  readonly quota?: { readonly perHour?: number; readonly perSecond?: number };
  /** Whether a 429 names the seconds to wait; nobody has recorded what the service does. */
  readonly retryAfter?: boolean;
  /** The body of a 429 is not recorded either. Default json. */
  readonly quotaBody?: 'json' | 'text' | 'empty';
}

interface Limit {
  /** Milliseconds. */
  readonly window: number;
  readonly requests: number;
}

const HOUR = 3_600_000;
const SECOND = 1000;

function limits(plan: Plan, options: QuotaOptions): Limit[] {
  const perHour = options.quota?.perHour ?? (plan === 'free' ? 30 : undefined);
  const perSecond = options.quota?.perSecond ?? (plan === 'paid' ? 50 : undefined);
  return [
    ...(perHour === undefined ? [] : [{ window: HOUR, requests: perHour }]),
    ...(perSecond === undefined ? [] : [{ window: SECOND, requests: perSecond }]),
  ];
}

/** Rolling windows per workspace. Refused requests are not counted again: hammering does not prolong the wait. */
export class Quota {
  readonly #limits: readonly Limit[];
  readonly #options: QuotaOptions;
  readonly #spent = new Map<string, number[]>();

  constructor(plan: Plan, options: QuotaOptions) {
    this.#limits = limits(plan, options);
    this.#options = options;
  }

  spend(workspaceId: string, requests: number, now: number): void {
    const times = this.#recent(workspaceId, now);
    for (let n = 0; n < requests; n += 1) times.push(now);
  }

  /** Counts one request, or answers 429. */
  take(workspaceId: string, now: number): SandboxReply | undefined {
    const times = this.#recent(workspaceId, now);
    const waits = this.#limits.map(({ window, requests }) => {
      const inside = times.filter((at) => at > now - window);
      const freed = inside[inside.length - requests];
      if (inside.length < requests) return 0;
      return freed === undefined ? window : freed + window - now;
    });
    const wait = Math.max(0, ...waits);
    if (wait > 0) return this.#refusal(wait);
    times.push(now);
    return undefined;
  }

  #recent(workspaceId: string, now: number): number[] {
    const times = (this.#spent.get(workspaceId) ?? []).filter((at) => at > now - HOUR && at <= now);
    this.#spent.set(workspaceId, times);
    return times;
  }

  #refusal(wait: number): SandboxReply {
    const headers = this.#options.retryAfter === true ? { 'retry-after': `${Math.ceil(wait / 1000)}` } : {};
    const message = 'Too many requests';
    const kind = this.#options.quotaBody ?? 'json';
    if (kind === 'empty') return { status: 429, headers };
    return { status: 429, headers, body: kind === 'text' ? message : { message, code: 429 } };
  }
}
