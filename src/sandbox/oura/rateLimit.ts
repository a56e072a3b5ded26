import { answer, type Fault } from '../faults.ts';

/** Oura's 429. `at` is the sandbox's time (UTC epoch milliseconds). */
export function tooManyRequests(retryAfterSeconds: number, at: number): Fault {
  const headers = {
    'retry-after': String(retryAfterSeconds),
    'x-ratelimit-limit': '5000',
    'x-ratelimit-window': '300',
    'x-ratelimit-reset': String(Math.ceil(at / 1000) + retryAfterSeconds),
    'x-ratelimit-tier': 'access_token',
  };
  return answer(429, { detail: 'Rate limit exceeded' }, headers);
}
