import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, openStore } from '../../src/index.ts';
import { startClockify } from '../../src/sandbox/clockify.ts';
import { startOura } from '../../src/sandbox/oura.ts';
import { nights } from '../support/household.ts';
import { temporaryFolder } from '../support/program.ts';

export const MORNING = Date.parse('2026-03-12T08:00:00Z');
let time = MORNING;
/** Goes on only while somebody waits, who has then waited at once. */
export const clock: Clock = {
  now: () => time,
  sleep: async (milliseconds) => {
    time += milliseconds;
  },
};

/** Both imitations, what the library is told about them, and an empty store. */
export async function household(count = 4, providers: Parameters<typeof openStore>[0]['providers'] = []) {
  const [oura, clockify] = await Promise.all([
    startOura({ now: clock.now, days: 20, zone: 'Europe/Berlin' }),
    startClockify({ now: clock.now, zone: 'Europe/Berlin', quota: { perSecond: 1e6 } }),
  ]);
  oura.truth.replaceAll('sleep', nights(count));
  const { access_token, refresh_token } = oura.issueToken();
  const path = join(temporaryFolder(), 'health.sqlite');
  const store = openStore({ path, providers });
  onTestFinished(async () => {
    store.close();
    await Promise.all([oura.close(), clockify.close()]);
  });
  return {
    oura,
    clockify,
    store,
    config: {
      client_id: oura.clientId,
      client_secret: oura.clientSecret,
      base_url: oura.url,
      authorize_url: `${oura.url}/oauth/v2/ext/oauth-authorize`,
      token_url: `${oura.url}/oauth/v2/ext/oauth-token`,
      access_token,
      refresh_token,
      start_date: '2026-01-01',
    },
    clockifyConfig: { api_key: clockify.apiKey, base_url: `${clockify.url}/api/v1`, requests_per_second: 50 },
  };
}
