import { startClockify } from '../../../src/sandbox/clockify.ts';
import { startEightSleep } from '../../../src/sandbox/eightsleep.ts';
import { startHevy } from '../../../src/sandbox/hevy.ts';
import { startOura } from '../../../src/sandbox/oura.ts';
import { startStrava } from '../../../src/sandbox/strava.ts';
import { startWhoop } from '../../../src/sandbox/whoop.ts';
import { startWithings } from '../../../src/sandbox/withings.ts';

const DAY = 86_400_000;

export interface Service {
  readonly url: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

interface Asked {
  readonly now: () => number;
  readonly days: number;
  readonly zone: string;
  /** Longer than all of it takes. */
  readonly tokenLifeSeconds: number;
}

type Start = (asked: Asked) => Promise<Service>;

interface Made {
  readonly url: string;
  readonly settings: object;
  seed(): object;
  close(): Promise<void>;
}

const served = (made: Made): Service => ({
  url: made.url,
  settings: { ...made.settings },
  seed: { ...made.seed() },
  close: () => made.close(),
});

/** The services by the id of their provider, each with little in it and small pages, so that there are several. */
export const SERVICES: Readonly<Record<string, { start: Start; config: Readonly<Record<string, unknown>> }>> =
  {
    oura: {
      start: async (asked) => {
        const oura = await startOura(asked);
        const { access_token, refresh_token } = oura.issueToken();
        return {
          url: oura.url,
          settings: {
            client_id: oura.clientId,
            client_secret: oura.clientSecret,
            base_url: oura.url,
            authorize_url: `${oura.url}/oauth/v2/ext/oauth-authorize`,
            token_url: `${oura.url}/oauth/v2/ext/oauth-token`,
          },
          seed: { access_token, refresh_token },
          close: () => oura.close(),
        };
      },
      config: { start_date: '2026-01-01' },
    },
    withings: {
      start: async (asked) => served(await startWithings(asked)),
      config: { start_date: '2026-01-01' },
    },
    hevy: {
      start: async (asked) => served(await startHevy(asked)),
      config: { page_size: 5, since: '2026-01-01' },
    },
    strava: {
      start: async (asked) => served(await startStrava(asked)),
      config: { page_size: 5, start_date: '2026-01-01', extras: ['activity_details', 'activity_streams'] },
    },
    eightsleep: {
      start: async (asked) => served(await startEightSleep({ ...asked, partner: 'shares' })),
      config: { start_date: '2026-01-01', partner: true },
    },
    whoop: {
      start: async (asked) => served(await startWhoop(asked)),
      config: { page_size: 8, start_date: '2026-01-01' },
    },
    clockify: {
      start: async ({ now, zone }) => {
        const clockify = await startClockify({ now, zone, quota: { perSecond: 1e6 } });
        const [garden] = [clockify.addProject('Garden'), clockify.addProject('Shed', { archived: true })];
        const task = clockify.addTask(garden.id, 'Weeding');
        const tag = clockify.addTag('outside');
        for (let back = 1; back <= 9; back += 1) {
          const day = new Date(now() - back * DAY).toISOString().slice(0, 10);
          const [start, end] = [`${day}T09:00:00Z`, `${day}T17:00:00Z`];
          clockify.addEntry({ start, end, projectId: garden.id, taskId: task.id, tagIds: [tag.id] });
        }
        const { url, apiKey, close } = clockify;
        return { url, settings: { api_key: apiKey, base_url: `${url}/api/v1` }, seed: {}, close };
      },
      config: { source_enabled: true, source_page_size: 4, requests_per_hour: 5_000 },
    },
  };
