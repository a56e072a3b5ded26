import type { Imitation, ImitationOptions } from '../../src/sandbox/imitation.ts';
import { frontOf, type Service, type ServiceOptions, TOKEN_LIFE } from './service.ts';

/** Quotas count by the imitation's clock, which stands still: there are none. */
const PATIENT = { tokenLifeSeconds: TOKEN_LIFE };

const imitations: Readonly<Record<string, (options: ImitationOptions) => Promise<Imitation>>> = {
  withings: async (options) =>
    (await import('../../src/sandbox/withings.ts')).startWithings({ ...options, ...PATIENT, quota: 'off' }),
  hevy: async (options) => (await import('../../src/sandbox/hevy.ts')).startHevy(options),
  strava: async (options) =>
    (await import('../../src/sandbox/strava.ts')).startStrava({ ...options, ...PATIENT, quota: false }),
  eightsleep: async (options) =>
    (await import('../../src/sandbox/eightsleep.ts')).startEightSleep({
      ...options,
      ...PATIENT,
      quota: 'off',
    }),
  whoop: async (options) =>
    (await import('../../src/sandbox/whoop.ts')).startWhoop({ ...options, ...PATIENT, quota: false }),
};

/** The services that say themselves where they are and how one signs in. */
export const others = Object.fromEntries(
  Object.entries(imitations).map(([id, start]) => [
    id,
    (options: ServiceOptions) => other(id, start, options),
  ]),
);

async function other(
  id: string,
  start: (options: ImitationOptions) => Promise<Imitation>,
  options: ServiceOptions,
): Promise<Service> {
  const imitation = await start({ now: () => options.time.now, days: options.days });
  const front = await frontOf(options, {
    service: id,
    behind: imitation,
    // Some read by POST.
    isRead: (_method, path) => !/oauth|tokens|login/.test(path),
  });
  const settings = JSON.parse(JSON.stringify(imitation.settings).replaceAll(imitation.url, front.url));
  return { id, front, section: { enabled: true, ...settings, ...imitation.seed() } };
}
