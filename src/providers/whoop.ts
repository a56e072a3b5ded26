import * as z from 'zod';
import { payload } from '../core/common.ts';
import {
  baseUrl,
  date,
  days,
  secret,
  text,
  url,
  wholeNumber,
  wordList,
  yesNo,
} from '../core/config/values.ts';
import { snapshot, windows } from '../core/cursor.ts';
import { addDays, startOfDay } from '../core/dates.ts';
import { byToken, single } from '../core/pages.ts';
import type { Dialect, Provider, Read, Resource } from '../core/provider.ts';
import { cycleOf, idIn, recoveryOf, sleepOf, workoutOf } from './whoop/changes.ts';
import * as collections from './whoop/collections.ts';
import { closedUntil, explain, ownMissing } from './whoop/replies.ts';

/** Without `offline` there is no refresh token, and the access ends after an hour. */
const OFFLINE = 'offline';
const SCOPES = [
  OFFLINE,
  'read:profile',
  'read:body_measurement',
  'read:cycles',
  'read:recovery',
  'read:sleep',
  'read:workout',
];

const config = z.strictObject({
  enabled: yesNo().default(false).describe('Whether WHOOP is read at all.'),
  client_id: text().optional().describe('Client id of your WHOOP app.'),
  client_secret: secret().optional().describe('Client secret of your WHOOP app.'),
  redirect_uri: url()
    .default('http://localhost:8487/callback')
    .describe('Sent exactly as written here; has to be registered with the app.'),
  access_token: secret().optional().describe('A token to start with instead of signing in; imported once.'),
  refresh_token: secret().optional().describe('Its refresh token; imported once, then ignored.'),
  base_url: baseUrl().default('https://api.prod.whoop.com/developer').describe('Where the data come from.'),
  authorize_url: url().default('https://api.prod.whoop.com/oauth/oauth2/auth').describe('Sign-in page.'),
  token_url: url()
    .default('https://api.prod.whoop.com/oauth/oauth2/token')
    .describe('Token endpoint that belongs to authorize_url.'),
  scopes: wordList()
    .default(SCOPES)
    .describe('What to ask for at sign-in; without offline the access ends after an hour.'),
  start_date: date().default('2010-01-01').describe('Nothing before this day is read.'),
  overlap_days: days(1, 365).default(7).describe('Days that every run reads again, today included.'),
  page_size: wholeNumber(1, 25).default(25).describe('Records per page.'),
  resources: wordList().optional().describe('Collections to read; all of them when left out.'),
});

type Config = z.infer<typeof config>;

/** Days asked for beyond both ends: start and end select what overlaps them, in UTC, and recoveries by their sleep. */
const PADDING = 2;

const daily = windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 100, probe: true });

/** The parameters have to stay the same from page to page. */
function byInstants(path: string) {
  return ({ http, config, span, zone, now }: Read<Config>) => {
    const instant = (day: string) => startOfDay(day, zone);
    const start = new Date(instant(addDays(span.from, -PADDING))).toISOString();
    const until = instant(addDays(span.to, 1 + PADDING));
    // Left out it is WHOOP's own now; whether one ahead of that is accepted is not known.
    const end = until < now ? new Date(until).toISOString() : undefined;
    return byToken(
      (nextToken) => http.page(path, { limit: config.page_size, start, end, nextToken }, 'records'),
      (page) => page.envelope.next_token,
    );
  };
}

const seconds = (path: string) => `${payload(path)} / 1000.0`;
const STAGES = '$.score.stage_summary';
const isScored = `${payload('$.score_state')} = 'SCORED'`;

type Described<T> = { schema: z.ZodType<T>; columns: Resource['columns'] };

/** Records of a stretch of time. One that waits for its score is asked for by its id once no listing reaches it. */
function scored<T>(
  name: string,
  title: string,
  scope: string,
  path: string,
  described: Described<T>,
  change: Resource<Config, T>['change'],
): Resource<Config, T> {
  return {
    name,
    title,
    scope,
    cursor: daily,
    ...described,
    pages: byInstants(path),
    change,
    document: (id) => `${path}/${encodeURIComponent(id)}`,
    unfinished: { path: '$.score_state', value: 'PENDING_SCORE' },
  };
}

const c = collections;

const resources: Resource<Config>[] = [
  {
    name: 'profile',
    title: 'Whose account it is',
    scope: 'read:profile',
    cursor: snapshot(),
    ...c.profile,
    pages: ({ http }) => single(() => http.document('/v2/user/profile/basic')),
    change: (_item, _of, raw) => ({ row: { id: idIn(raw, 'user_id') } }),
  },
  {
    name: 'body_measurement',
    title: 'Height, weight, highest heart rate',
    scope: 'read:body_measurement',
    cursor: snapshot(),
    ...c.bodyMeasurement,
    // Not every account has one.
    pages: ({ http }) => single(() => http.document('/v2/user/measurement/body'), { missingEnds: true }),
    change: () => ({ row: { id: 'body' } }),
  },
  {
    ...scored('sleep', 'Nights and naps', 'read:sleep', '/v2/activity/sleep', c.sleep, sleepOf),
    common: [
      {
        view: 'sleep_sessions',
        columns: {
          light_seconds: seconds(`${STAGES}.total_light_sleep_time_milli`),
          deep_seconds: seconds(`${STAGES}.total_slow_wave_sleep_time_milli`),
          rem_seconds: seconds(`${STAGES}.total_rem_sleep_time_milli`),
          awake_seconds: seconds(`${STAGES}.total_awake_time_milli`),
          efficiency_percent: payload('$.score.sleep_efficiency_percentage'),
          respiratory_rate_bpm: payload('$.score.respiratory_rate'),
          score: payload('$.score.sleep_performance_percentage'),
        },
      },
      {
        view: 'daily_summary',
        columns: { sleep_score: payload('$.score.sleep_performance_percentage') },
        where: `${isScored} AND ${payload('$.nap')} = 0`,
      },
    ],
  },
  {
    ...scored('cycle', 'Cycles: strain from sleep to sleep', 'read:cycles', '/v2/cycle', c.cycle, cycleOf),
    common: [
      {
        view: 'daily_summary',
        columns: { total_energy_kj: payload('$.score.kilojoule'), strain: payload('$.score.strain') },
        where: isScored,
      },
    ],
  },
  {
    ...scored('recovery', 'Recovery', 'read:recovery', '/v2/recovery', c.recovery, recoveryOf),
    // It has neither an id nor times of its own.
    document: (cycle) => `/v2/cycle/${encodeURIComponent(cycle)}/recovery`,
    after: ['sleep'],
    dayOf: { resource: 'sleep', id: ({ sleep_id }: collections.Recovery) => sleep_id },
    common: [
      {
        view: 'daily_summary',
        columns: {
          readiness_score: payload('$.score.recovery_score'),
          resting_heart_rate_bpm: payload('$.score.resting_heart_rate'),
          hrv_ms: payload('$.score.hrv_rmssd_milli'),
        },
        where: `${isScored} AND i.day IS NOT NULL`,
      },
    ],
  },
  {
    ...scored('workout', 'Workouts', 'read:workout', '/v2/activity/workout', c.workout, workoutOf),
    common: [
      {
        view: 'workouts',
        columns: {
          distance_m: payload('$.score.distance_meter'),
          energy_kj: payload('$.score.kilojoule'),
          average_heart_rate_bpm: payload('$.score.average_heart_rate'),
          max_heart_rate_bpm: payload('$.score.max_heart_rate'),
          elevation_gain_m: payload('$.score.altitude_gain_meter'),
        },
      },
    ],
  },
];

function dialect(own: Config): Dialect {
  return {
    withoutChallenge: true,
    renewsOnlyWith: OFFLINE,
    form: async (grant, { clientId, clientSecret }) => ({
      ...grant,
      ...(grant.grant_type === 'refresh_token' ? { scope: OFFLINE } : {}),
      client_id: clientId,
      client_secret: clientSecret,
    }),
    revocation: async ({ accessToken }) => ({
      method: 'DELETE',
      url: `${own.base_url}/v2/user/access`,
      headers: { authorization: `Bearer ${accessToken}` },
    }),
  };
}

export const whoop: Provider<Config> = {
  id: 'whoop',
  title: 'WHOOP',
  marker: 'WHOOP',
  config,
  environment: {
    WHOOP_CLIENT_ID: 'client_id',
    WHOOP_CLIENT_SECRET: 'client_secret',
    WHOOP_ACCESS_TOKEN: 'access_token',
    WHOOP_REFRESH_TOKEN: 'refresh_token',
  },
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.base_url,
  startDate: (own) => own.start_date,
  overlapDays: (own) => own.overlap_days,
  chosenResources: (own) => own.resources,
  person: 'profile',
  concurrency: 4,
  // Of the app, whoever uses it.
  limits: () => ({
    windows: [
      { requests: 100, seconds: 60 },
      { requests: 10_000, seconds: 86_400 },
    ],
    unexplained: 60_000,
    told: closedUntil,
  }),
  notice:
    'WHOOP’s API gives scores and summaries: series of heart rates, journal and raw sensor data stay in its app.',
  explain,
  plainReply: ownMissing,
  auth: (own) => ({
    kind: 'oauth2',
    clientId: own.client_id,
    clientSecret: own.client_secret,
    redirectUri: own.redirect_uri,
    scopes: own.scopes,
    worlds: [
      {
        id: 'whoop',
        authorizeUrl: own.authorize_url,
        tokenUrl: own.token_url,
        revokeUrl: undefined,
        scopePrefix: '',
      },
    ],
    seed: { accessToken: own.access_token, refreshToken: own.refresh_token },
    setup: `Create an app at https://developer-dashboard.whoop.com (it takes a WHOOP membership) with the redirect URL ${own.redirect_uri}`,
    dialect: dialect(own),
  }),
  resources,
};
