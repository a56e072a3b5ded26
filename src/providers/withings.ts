import * as z from 'zod';
import {
  baseUrl,
  date,
  list,
  oneOf,
  secret,
  text,
  url,
  wholeNumber,
  wordList,
  yesNo,
} from '../core/config/values.ts';
import { since, snapshot, windows } from '../core/cursor.ts';
import type { Provider, Read, Resource } from '../core/provider.ts';
import * as collections from './withings/collections.ts';
import { activityRows, sleepRows, workoutRows } from './withings/common.ts';
import { measureColumns, weights } from './withings/measures.ts';
import {
  type Call,
  changesOrDays,
  changesOrSeconds,
  groupIn,
  listing,
  nights,
  oneDocument,
  seconds,
  wantedGroups,
  wholeDays,
} from './withings/reading.ts';
import * as rows from './withings/rows.ts';
import { dialectOf } from './withings/signIn.ts';
import { explain, plainReply } from './withings/statuses.ts';

/** What reading takes; `user.sleepevents` is for notifications. */
const SCOPES = ['user.info', 'user.metrics', 'user.activity'];

const config = z.strictObject({
  enabled: yesNo().default(false).describe('Whether Withings is read at all.'),
  client_id: text().optional().describe('Client id of your Withings app.'),
  client_secret: secret().optional().describe('Client secret of your Withings app.'),
  token_form: oneOf('secret', 'signed')
    .default('secret')
    .describe(
      'How the app proves itself when it asks for tokens: by sending its secret or by signing with it.',
    ),
  redirect_uri: url()
    .default('http://localhost:8485/callback')
    .describe('Sent exactly as written here; has to be registered with the app.'),
  access_token: secret().optional().describe('A token to start with instead of signing in; imported once.'),
  refresh_token: secret().optional().describe('Its refresh token; imported once, then ignored.'),
  base_url: baseUrl()
    .default('https://wbsapi.withings.net')
    .describe('Where the data and the tokens come from.'),
  authorize_url: url()
    .default('https://account.withings.com/oauth2_user/authorize2')
    .describe('Sign-in page.'),
  scopes: wordList().default(SCOPES).describe('What to ask for at sign-in.'),
  start_date: date().default('2000-01-01').describe('Nothing before this day is read.'),
  overlap_seconds: wholeNumber(0, 2_592_000)
    .default(300)
    .describe('How far back beyond the last change seen every run asks.'),
  meastypes: list(wholeNumber(1, 9999))
    .optional()
    .describe(
      'Kinds of body measures, by number: a new measure group with none of them is not stored, any other is stored whole. All of them when left out. After adding one: sync --full.',
    ),
  resources: wordList().optional().describe('Collections to read; all but the optional ones when left out.'),
  extras: wordList()
    .optional()
    .describe('Optional collections to read as well: sleep_series, intraday (a request for each day).'),
});

type Config = z.infer<typeof config>;

const c = collections;

/** Changes are told since ever, so the whole history is one listing; five weeks are listed whole once a week. */
const changing = since({ byDates: { sliceDays: 36_500, relistDays: 35 } });
/** A call answers 24 hours. Devices send what they kept days later. */
const fine = windows({ sliceDays: 1, everyRun: 2, firstOfDay: 4, firstOfWeek: 14, probe: false });

const MEASURES: Call = { path: '/measure', action: 'getmeas', list: 'measuregrps', told: groupIn };
const ACTIVITY: Call = {
  path: '/v2/measure',
  action: 'getactivity',
  list: 'activities',
  fields: c.dataFields(c.activityData),
};
const WORKOUTS: Call = {
  path: '/v2/measure',
  action: 'getworkouts',
  list: 'series',
  fields: c.dataFields(c.workoutData),
};
const NIGHTS: Call = {
  path: '/v2/sleep',
  action: 'getsummary',
  list: 'series',
  fields: c.dataFields(c.sleepData),
};
const HEART: Call = { path: '/v2/heart', action: 'list', list: 'series' };
const SLEEP_SERIES: Call = {
  path: '/v2/sleep',
  action: 'get',
  list: 'series',
  fields: c.dataFields(c.sleepSeriesData),
};
const INTRADAY: Call = {
  path: '/v2/measure',
  action: 'getintradayactivity',
  list: 'series',
  fields: c.dataFields(c.intradayData),
};
const DEVICES: Call = { path: '/v2/user', action: 'getdevice', list: 'devices' };

/** All types are asked for: a group that came with some of its measures alone would replace the whole one. */
function measures(read: Read<Config>) {
  const pages = changesOrSeconds(read, MEASURES, ({ envelope }) => {
    // Withings' clock when the first page was made: everything up to then is on the pages.
    if (typeof envelope.updatetime === 'number') read.mark(envelope.updatetime * 1000);
  });
  const { meastypes = [] } = read.config;
  return meastypes.length === 0 ? pages : wantedGroups(read, pages, new Set(meastypes));
}

const resources: Resource<Config>[] = [
  {
    name: 'measures',
    title: 'Body measures',
    scope: 'user.metrics',
    cursor: changing,
    schema: c.measureGroup.schema,
    columns: measureColumns,
    rowsOf: '$.measures',
    pages: measures,
    change: (group: rows.Group, _, raw) => ({ row: rows.groupRow(group, raw) }),
    common: weights,
  },
  {
    name: 'activity',
    title: 'Activity of each day',
    scope: 'user.activity',
    cursor: changing,
    ...c.activity,
    pages: (read) => changesOrDays(read, ACTIVITY),
    change: (day: rows.Day) => ({ row: rows.activityRow(day) }),
    common: activityRows,
  },
  {
    name: 'workouts',
    title: 'Workouts',
    scope: 'user.activity',
    cursor: changing,
    ...c.workout,
    pages: (read) => changesOrDays(read, WORKOUTS),
    change: (workout: rows.Workout, _, raw) => ({
      row: rows.stretchRow(workout, raw),
      session: rows.workoutSession(workout),
    }),
    common: workoutRows,
  },
  {
    name: 'sleep_summary',
    title: 'Nights',
    scope: 'user.activity',
    cursor: changing,
    ...c.sleepSummary,
    pages: (read) => nights(read, NIGHTS),
    change: (night: rows.Night, _, raw) => ({
      row: rows.stretchRow(night, raw),
      session: rows.nightSession(night),
    }),
    common: sleepRows,
  },
  {
    name: 'heart',
    title: 'ECG recordings',
    scope: 'user.metrics',
    // Its rows say when they changed, but nobody can ask by it.
    cursor: windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 100, probe: true }),
    ...c.heartRecording,
    pages: (read) => listing(read, HEART, seconds(read)),
    change: (recording: rows.Recording, _, raw) => ({ row: rows.recordingRow(recording, raw) }),
  },
  {
    name: 'devices',
    title: 'Devices',
    scope: 'user.info',
    cursor: snapshot(),
    ...c.device,
    pages: (read) => listing(read, DEVICES, {}),
    change: ({ deviceid }: z.infer<typeof c.device.schema>) => ({ row: { id: deviceid } }),
  },
  {
    name: 'goals',
    title: 'Goals',
    scope: 'user.info',
    cursor: snapshot(),
    ...c.goals,
    pages: (read) => oneDocument(read, { path: '/v2/user', action: 'getgoals', list: 'goals' }),
    change: () => ({ row: { id: 'goals' } }),
  },
  {
    name: 'sleep_series',
    title: 'Nights in detail',
    scope: 'user.activity',
    cursor: fine,
    optional: true,
    samples: true,
    startsWith: 'sleep_summary',
    schema: c.seriesOfDay.schema,
    columns: c.sleepSeriesColumns,
    rowsOf: '$',
    // From noon to noon, so that a night is not cut in two.
    pages: (read) => wholeDays(read, SLEEP_SERIES, -12),
    change: rows.seriesRow,
  },
  {
    name: 'intraday',
    title: 'Activity within the day',
    scope: 'user.activity',
    cursor: fine,
    optional: true,
    samples: true,
    startsWith: 'activity',
    schema: c.seriesOfDay.schema,
    columns: c.intradayColumns,
    rowsOf: '$',
    pages: (read) => wholeDays(read, INTRADAY),
    change: rows.seriesRow,
  },
];

export const withings: Provider<Config> = {
  id: 'withings',
  title: 'Withings',
  marker: 'Withings',
  config,
  environment: {
    WITHINGS_CLIENT_ID: 'client_id',
    WITHINGS_CLIENT_SECRET: 'client_secret',
    WITHINGS_ACCESS_TOKEN: 'access_token',
    WITHINGS_REFRESH_TOKEN: 'refresh_token',
  },
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.base_url,
  startDate: (own) => own.start_date,
  overlapSeconds: (own) => own.overlap_seconds,
  chosenResources: (own) => own.resources,
  extras: (own) => own.extras ?? [],
  concurrency: 4,
  plainReply,
  explain,
  // A refusal names no end: the app's other users count as well, so this minute and the next are left alone.
  limits: () => ({ windows: [{ requests: 120, seconds: 60 }], unexplained: 120_000 }),
  notice:
    'The code from Withings lives 30 seconds: agree in a browser on this machine, so that it is caught by itself. A pasted address mostly comes too late.',
  auth: (own) => ({
    kind: 'oauth2',
    clientId: own.client_id,
    clientSecret: own.client_secret,
    redirectUri: own.redirect_uri,
    scopes: own.scopes,
    worlds: [
      {
        id: 'withings',
        authorizeUrl: own.authorize_url,
        tokenUrl: `${own.base_url}/v2/oauth2`,
        revokeUrl: `${own.base_url}/v2/oauth2`,
        scopePrefix: '',
      },
    ],
    seed: { accessToken: own.access_token, refreshToken: own.refresh_token },
    setup: `Create an app (public API) at https://developer.withings.com/dashboard with the callback URL ${own.redirect_uri}`,
    dialect: dialectOf(own.token_form),
  }),
  resources,
};
