import {
  type ClockifySandbox,
  type ClockifySandboxOptions,
  startClockify,
} from '../../src/sandbox/clockify.ts';
import type { Imitation } from '../../src/sandbox/imitation.ts';
import { truthOf } from '../../src/sandbox/truth.ts';

export type ClockifyImitation = ClockifySandbox & Imitation;

/** Clockify's imitation, older than the others, in their form. Its truth is changed by its own methods. */
export async function startClockifySource(options: ClockifySandboxOptions): Promise<ClockifyImitation> {
  // The imitation's clock stands still during a run, so its limit per second would count a whole run as one.
  const sandbox = await startClockify({ quota: { perSecond: 1e6 }, ...options });
  const imitation: Pick<Imitation, 'truth' | 'settings' | 'seed' | 'expireTokens' | 'revoke' | 'counts'> = {
    truth: truthOf({}),
    settings: {
      api_key: sandbox.apiKey,
      base_url: `${sandbox.url}/api/v1`,
      source_enabled: true,
      requests_per_second: 50,
    },
    seed: () => ({}),
    expireTokens: () => {},
    revoke: () => {},
    counts: () => ({}),
  };
  return Object.assign(sandbox, imitation);
}
