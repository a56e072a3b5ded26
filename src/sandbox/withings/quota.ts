const MINUTE = 60_000;

/** Requests of the whole app in any 60 seconds; refused ones do not count. */
export interface Quota {
  limit(perMinute: number | 'off'): void;
  /** `at` is UTC epoch milliseconds. */
  admits(at: number): boolean;
}

export function quotaOf(perMinute: number | 'off'): Quota {
  let limit = perMinute;
  let admitted: number[] = [];
  return {
    limit(perMinute) {
      limit = perMinute;
    },
    admits(at) {
      if (limit === 'off') return true;
      admitted = admitted.filter((one) => one > at - MINUTE);
      if (admitted.length >= limit) return false;
      admitted.push(at);
      return true;
    },
  };
}
