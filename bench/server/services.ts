import { startEightSleep } from '../../src/sandbox/eightsleep.ts';
import { startHevy } from '../../src/sandbox/hevy.ts';
import type { Imitation, ImitationOptions } from '../../src/sandbox/imitation.ts';
import { startStrava } from '../../src/sandbox/strava.ts';
import { startWhoop } from '../../src/sandbox/whoop.ts';
import { startWithings } from '../../src/sandbox/withings.ts';
import { clockifyService, clockifySource } from './clockify.ts';
import { ouraService } from './oura.ts';
import { frontOf, type Service, type ServiceOptions, TOKEN_LIFE } from './service.ts';

/** Quotas count by the imitation's clock, which stands still. */
const PATIENT = { tokenLifeSeconds: TOKEN_LIFE };

export const starters: Readonly<Record<string, (options: ServiceOptions) => Promise<Service>>> = {
  oura: ouraService,
  withings: other('withings', (options) => startWithings({ ...options, ...PATIENT, quota: 'off' })),
  hevy: other('hevy', startHevy),
  strava: other('strava', (options) => startStrava({ ...options, ...PATIENT, quota: false })),
  eightsleep: other('eightsleep', (options) => startEightSleep({ ...options, ...PATIENT, quota: 'off' })),
  whoop: other('whoop', (options) => startWhoop({ ...options, ...PATIENT, quota: false })),
  clockify: clockifyService,
  'clockify-source': clockifySource,
};

function other(id: string, start: (options: ImitationOptions) => Promise<Imitation>) {
  return async (options: ServiceOptions): Promise<Service> => {
    const imitation = await start({ now: () => options.time.now, days: options.days });
    const isSignIn = (path: string) => /oauth|tokens|login/.test(path);
    const front = await frontOf(options, {
      service: id,
      behind: imitation,
      // Some read by POST.
      isRead: (_method, path) => !isSignIn(path),
    });
    const settings = JSON.parse(JSON.stringify(imitation.settings).replaceAll(imitation.url, front.url));
    return { id, front, section: { enabled: true, ...settings, ...imitation.seed() } };
  };
}
