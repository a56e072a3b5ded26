import * as z from 'zod';
import { baseUrl, date, days, secret, text, url, wordList, yesNo } from '../core/config/values.ts';
import { snapshot, windows } from '../core/cursor.ts';
import { addDays, startOfDay } from '../core/dates.ts';
import { byToken, single } from '../core/pages.ts';
import type { Provider, Read, Resource, Row, Session } from '../core/provider.ts';
import * as collections from './oura/collections.ts';
import { common } from './oura/common.ts';
import { ofMoment, ofNight, ofWorkout } from './oura/sessions.ts';

const SCOPES = [
  'email',
  'personal',
  'daily',
  'heartrate',
  'workout',
  'tag',
  'session',
  'spo2',
  'ring_configuration',
  'stress',
  'heart_health',
];

const config = z.strictObject({
  enabled: yesNo().default(false).describe('Whether Oura is read at all.'),
  client_id: text().optional().describe('Client id of your Oura app.'),
  client_secret: secret().optional().describe('Client secret of your Oura app.'),
  redirect_uri: url()
    .default('http://localhost:8484/callback')
    .describe('Sent exactly as written here; has to be registered with the app.'),
  access_token: secret().optional().describe('A token to start with instead of signing in; imported once.'),
  refresh_token: secret().optional().describe('Its refresh token; imported once, then ignored.'),
  base_url: baseUrl().default('https://api.ouraring.com').describe('Where the data come from.'),
  authorize_url: url().optional().describe('Sign-in page, when it is neither of the two known ones.'),
  token_url: url().optional().describe('Token endpoint that belongs to authorize_url.'),
  scopes: wordList().default(SCOPES).describe('What to ask for at sign-in.'),
  start_date: date().default('2010-01-01').describe('Nothing before this day is read.'),
  overlap_days: days(1, 365).default(7).describe('Days that every run reads again, today included.'),
  resources: wordList().optional().describe('Collections to read; all of them when left out.'),
});

type Config = z.infer<typeof config>;

/** The two portals an app may be registered at, newest first: each knows only its own apps and scope names. */
const WORLDS = [
  {
    id: 'moi',
    authorizeUrl: 'https://moi.ouraring.com/oauth/v2/ext/oauth-authorize',
    tokenUrl: 'https://moi.ouraring.com/oauth/v2/ext/oauth-token',
    revokeUrl: 'https://moi.ouraring.com/oauth/v2/ext/oauth-revoke',
    issuer: 'https://moi.ouraring.com/oauth/v2/ext/oauth-anonymous',
    scopePrefix: 'extapi:',
  },
  {
    id: 'legacy',
    authorizeUrl: 'https://cloud.ouraring.com/oauth/authorize',
    tokenUrl: 'https://api.ouraring.com/oauth/token',
    revokeUrl: 'https://api.ouraring.com/oauth/revoke',
    scopePrefix: '',
  },
];

/** An address of one's own (a proxy, the sandbox) stands in for both worlds; its path tells which scope names it takes. */
function worlds(own: Config) {
  if (own.authorize_url === undefined || own.token_url === undefined) return WORLDS;
  const scopePrefix = own.authorize_url.includes('/v2/ext/') ? 'extapi:' : '';
  const revokeUrl = own.token_url.replace(/token$/, 'revoke');
  return [
    { id: 'configured', authorizeUrl: own.authorize_url, tokenUrl: own.token_url, revokeUrl, scopePrefix },
  ];
}

/** Days asked for beyond both ends: the ends of Oura's ranges differ per collection, some by a day in UTC. */
const PADDING = 2;

const daily = windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 100, probe: true });
/** Longer ranges were refused or cut short by the service at times. */
const sampled = windows({ sliceDays: 30, everyRun: 2, firstOfDay: 7, firstOfWeek: 30, probe: false });

const ROOT = '/v2/usercollection';

function byDates(name: string) {
  return ({ http, span }: Read<Config>) =>
    byToken(
      (next_token) =>
        http.page(
          `${ROOT}/${name}`,
          { start_date: addDays(span.from, -PADDING), end_date: addDays(span.to, PADDING), next_token },
          'data',
        ),
      (page) => page.envelope.next_token,
    );
}

function byInstants(name: string) {
  return ({ http, span, zone }: Read<Config>) => {
    const start_datetime = new Date(startOfDay(span.from, zone)).toISOString();
    const end_datetime = new Date(startOfDay(addDays(span.to, 1), zone)).toISOString();
    return byToken(
      (next_token) => http.page(`${ROOT}/${name}`, { start_datetime, end_datetime, next_token }, 'data'),
      (page) => page.envelope.next_token,
    );
  };
}

type Described<T> = { schema: z.ZodType<T>; columns: Resource['columns'] };

/** A collection of documents by date, each with an id and a route of its own. */
function documents<T extends { id: string }>(
  name: string,
  title: string,
  scope: string,
  described: Described<T>,
  change: (item: T) => Omit<Row, 'id'>,
  session?: { kinds: readonly string[]; of: (item: T) => Session },
): Resource<Config, T> {
  return {
    name,
    title,
    scope,
    cursor: daily,
    ...described,
    pages: byDates(name),
    change: (item) => ({
      row: { id: item.id, ...change(item) },
      ...(session && { session: session.of(item) }),
    }),
    ...(session && { sessions: session.kinds }),
    ...(common[name] && { common: common[name] }),
    document: (id) => `${ROOT}/${name}/${encodeURIComponent(id)}`,
  };
}

const onDay = ({ day }: { day: string }) => ({ day });
const between = (item: { day: string; start_datetime: string; end_datetime: string }) => ({
  day: item.day,
  startedAt: item.start_datetime,
  endedAt: item.end_datetime,
});
const tagged = (item: {
  start_day: string;
  start_time?: string | null | undefined;
  end_time?: string | null | undefined;
}) => ({ day: item.start_day, startedAt: item.start_time ?? undefined, endedAt: item.end_time ?? undefined });

const c = collections;

const resources: Resource<Config>[] = [
  documents(
    'sleep',
    'Sleep periods',
    'daily',
    c.sleep,
    (night) => ({
      day: night.day,
      startedAt: night.bedtime_start,
      endedAt: night.bedtime_end,
    }),
    { kinds: ['sleep'], of: ofNight },
  ),
  documents('daily_sleep', 'Sleep scores', 'daily', c.dailySleep, onDay),
  documents('daily_readiness', 'Readiness', 'daily', c.dailyReadiness, onDay),
  documents('daily_activity', 'Activity', 'daily', c.dailyActivity, onDay),
  documents('daily_stress', 'Stress', 'daily', c.dailyStress, onDay),
  documents('daily_resilience', 'Resilience', 'stress', c.dailyResilience, onDay),
  documents('daily_spo2', 'Blood oxygen', 'spo2', c.dailySpo2, onDay),
  {
    name: 'daily_cardiovascular_age',
    title: 'Cardiovascular age',
    scope: 'heart_health',
    cursor: daily,
    ...c.dailyCardiovascularAge,
    pages: byDates('daily_cardiovascular_age'),
    // Early rows have no id and later answers may add one: the day names the row whichever it is.
    change: (item: { day: string }) => ({ row: { id: item.day, day: item.day } }),
  },
  documents('vO2_max', 'VO2 max', 'heart_health', c.vo2Max, onDay),
  documents('sleep_time', 'Recommended bedtime', 'daily', c.sleepTime, onDay),
  documents('workout', 'Workouts', 'workout', c.workout, between, { kinds: ['workout'], of: ofWorkout }),
  documents('session', 'Guided and unguided sessions', 'session', c.session, between, {
    kinds: ['meditation', 'nap', 'rest'],
    of: ofMoment,
  }),
  documents('enhanced_tag', 'Tags', 'tag', c.enhancedTag, tagged),
  documents('tag', 'Tags of old app versions', 'tag', c.tag, (item) => ({
    day: item.day,
    startedAt: item.timestamp,
  })),
  documents('rest_mode_period', 'Rest mode', 'daily', c.restModePeriod, tagged),
  {
    name: 'heartrate',
    title: 'Heart rate',
    scope: 'heartrate',
    cursor: sampled,
    samples: true,
    startsWith: 'sleep',
    ...c.heartrate,
    pages: byInstants('heartrate'),
    // Rows have no id, and two sources can report the same second.
    change: (item: { timestamp: string; source: string }) => ({
      row: { id: `${item.timestamp}/${item.source}`, startedAt: item.timestamp },
    }),
  },
  {
    name: 'ring_battery_level',
    title: 'Ring battery',
    scope: 'ring_configuration',
    cursor: sampled,
    samples: true,
    startsWith: 'sleep',
    ...c.ringBatteryLevel,
    pages: byInstants('ring_battery_level'),
    change: (item: { timestamp: string }) => ({ row: { id: item.timestamp, startedAt: item.timestamp } }),
  },
  {
    name: 'ring_configuration',
    title: 'Rings',
    scope: 'ring_configuration',
    cursor: snapshot(),
    ...c.ringConfiguration,
    pages: ({ http }) =>
      byToken(
        (next_token) => http.page(`${ROOT}/ring_configuration`, { next_token }, 'data'),
        (page) => page.envelope.next_token,
      ),
    change: (item: { id: string; set_up_at?: string | null }) => ({
      row: { id: item.id, startedAt: item.set_up_at ?? undefined },
    }),
    document: (id) => `${ROOT}/ring_configuration/${encodeURIComponent(id)}`,
  },
  {
    name: 'personal_info',
    title: 'Personal info',
    scope: 'personal',
    cursor: snapshot(),
    ...c.personalInfo,
    pages: ({ http }) => single(() => http.document(`${ROOT}/personal_info`)),
    change: (item: { id: string }) => ({ row: { id: item.id } }),
  },
];

export const oura: Provider<Config> = {
  id: 'oura',
  title: 'Oura',
  marker: 'Oura',
  config,
  environment: {
    OURA_CLIENT_ID: 'client_id',
    OURA_CLIENT_SECRET: 'client_secret',
    OURA_ACCESS_TOKEN: 'access_token',
    OURA_REFRESH_TOKEN: 'refresh_token',
    OURA_REDIRECT_URI: 'redirect_uri',
    REDIRECT_URI: 'redirect_uri',
    OURA_API_BASE: 'base_url',
    OAUTH_SCOPES: 'scopes',
  },
  ignoredEnvironment: {
    OURA_AUTH_BASE:
      'both of Oura’s sign-in addresses are known; set oura.authorize_url and oura.token_url for others',
  },
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.base_url,
  startDate: (own) => own.start_date,
  overlapDays: (own) => own.overlap_days,
  chosenResources: (own) => own.resources,
  person: 'personal_info',
  concurrency: 4,
  explain: ({ status }) =>
    status === 403
      ? 'Oura refuses it although it was granted: most often the Oura membership has lapsed.'
      : undefined,
  auth: (own) => ({
    kind: 'oauth2',
    clientId: own.client_id,
    clientSecret: own.client_secret,
    redirectUri: own.redirect_uri,
    scopes: own.scopes.map((scope) => scope.replace(/^extapi:/, '')),
    worlds: worlds(own),
    seed: { accessToken: own.access_token, refreshToken: own.refresh_token },
    setup: `Create an app at https://developer.ouraring.com/applications with the redirect URI ${own.redirect_uri}`,
  }),
  resources,
};
