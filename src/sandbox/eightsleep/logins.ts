export interface LoginQuota {
  /** Password logins allowed within the window, failed ones included; default 3. */
  readonly logins: number;
  /** Default 600. */
  readonly windowSeconds: number;
  /** How long the block lasts, counted from the last attempt; default 900. */
  readonly blockSeconds: number;
}

export interface LoginGate {
  /** Counts an attempt (UTC epoch milliseconds). False when it is one too many. */
  attempt(at: number): boolean;
  attempts(): number;
}

/** Whoever keeps knocking while blocked stays blocked: clients that repeat a failed login never get back in. */
export function loginGate(quota: LoginQuota | 'off'): LoginGate {
  let attempts = 0;
  let recent: number[] = [];
  let blockedUntil = -Infinity;
  return {
    attempt(at) {
      attempts += 1;
      if (quota === 'off') return true;
      recent = [...recent.filter((one) => one > at - quota.windowSeconds * 1000), at];
      if (at >= blockedUntil && recent.length <= quota.logins) return true;
      blockedUntil = at + quota.blockSeconds * 1000;
      return false;
    },
    attempts: () => attempts,
  };
}
