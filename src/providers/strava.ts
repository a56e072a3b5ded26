import * as z from 'zod';
import { payload } from '../core/common.ts';
import {
  baseUrl,
  date,
  oneOf,
  secret,
  text,
  url,
  wholeNumber,
  wordList,
  yesNo,
} from '../core/config/values.ts';
import { each, snapshot, windows } from '../core/cursor.ts';
import { byNumber, single } from '../core/pages.ts';
import type { Dialect, Provider, RawItem, Read, Resource, StoredItem } from '../core/provider.ts';
import { activityOf, bounds, detailOf, idIn } from './strava/activities.ts';
import * as collections from './strava/collections.ts';
import { closedUntil, DAY, explain, plain, QUARTER, tokenReply, untilNextQuarter } from './strava/replies.ts';

/** Without `activity:read_all` what is for the person alone is hidden, and the surroundings of home are cut out. */
const SCOPES = ['read_all', 'profile:read_all', 'activity:read_all'];

const config = z.strictObject({
  enabled: yesNo().default(false).describe('Whether Strava is read at all.'),
  client_id: text().optional().describe('Client id of your Strava app.'),
  client_secret: secret().optional().describe('Client secret of your Strava app.'),
  redirect_uri: url()
    .default('http://localhost:8486/callback')
    .describe(
      'Sent exactly as written here; its host has to be the callback domain of the app, or localhost.',
    ),
  access_token: secret().optional().describe('A token to start with instead of signing in; imported once.'),
  refresh_token: secret().optional().describe('Its refresh token; imported once, then ignored.'),
  base_url: baseUrl()
    .default('https://www.strava.com/api/v3')
    .describe('Where the data come from. Strava has announced another address for 2027.'),
  authorize_url: url().default('https://www.strava.com/oauth/authorize').describe('Sign-in page.'),
  token_url: url()
    .default('https://www.strava.com/oauth/token')
    .describe('Token endpoint that belongs to authorize_url.'),
  scopes: wordList().default(SCOPES).describe('What to ask for at sign-in.'),
  approval_prompt: oneOf('auto', 'force')
    .default('auto')
    .describe('Whether Strava asks for the permissions again (force) when they were given before.'),
  start_date: date().default('2000-01-01').describe('Nothing before this day is read.'),
  overlap_seconds: wholeNumber(0, 31_536_000)
    .default(604_800)
    .describe('How far back every run reads again, by the start of activities; in whole days.'),
  // A page can hold fewer than asked for: of one alone it could be empty before the end.
  page_size: wholeNumber(2, 200).default(100).describe('Activities per page.'),
  resources: wordList()
    .optional()
    .describe('Collections to read; all but activity_details and activity_streams when left out.'),
  extras: wordList()
    .default([])
    .describe('Read as well: activity_details and activity_streams, one request per activity each.'),
});

type Config = z.infer<typeof config>;

/**
 * Neither edits nor deletions are told, and a list goes by the start, so that a ride uploaded late is behind every mark:
 * once a week all is listed, which is cheap.
 */
const byStart = windows({ sliceDays: 366, firstOfDay: 30, firstOfWeek: 36_500, probe: true });

/** A page may lack some: only an empty one is the end. */
function activities({ http, config, span }: Read<Config>) {
  const query = { ...bounds(span), per_page: config.page_size };
  return byNumber(
    (page) => http.page('/athlete/activities', { ...query, page }, ''),
    ({ items }) => items.length === 0,
  );
}

/** As stored; asked for where a person reads other things alone. */
async function athlete({ http, stored }: Read<Config>): Promise<StoredItem> {
  for (const known of stored('athlete')) return known;
  const raw = await http.document('/athlete');
  return { id: idIn(raw), value: raw.value };
}

/** The athlete's id is in the address of the totals; a reply itself does not name it. */
async function* stats(read: Read<Config>): AsyncGenerator<RawItem[]> {
  const { id } = await athlete(read);
  const { text, value } = await read.http.document(`/athletes/${id}/stats`);
  yield [{ text, value: { ...(value as object), id } }];
}

const gearList = z.array(z.object({ id: z.string() })).catch([]);
const owner = z.object({ bikes: gearList, shoes: gearList });
const wearer = z.object({ gear_id: z.string() });

/** There is no list of gear: the athlete names what is in use, and activities what was used, since retired or not. */
async function* gear(read: Read<Config>): AsyncGenerator<readonly RawItem[]> {
  const { bikes, shoes } = owner.parse((await athlete(read)).value);
  const ids = new Set([...bikes, ...shoes].map(({ id }) => id));
  for (const { value } of read.stored('activities')) {
    const used = wearer.safeParse(value);
    if (used.success) ids.add(used.data.gear_id);
  }
  for (const id of ids) yield* single(() => read.http.document(gearPath(id)), { missingEnds: true });
}

const gearPath = (id: string) => `/gear/${encodeURIComponent(id)}`;

const STREAMS =
  'time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving,grade_smooth';

/** Only the details know the energy; kJ from kcal. Of rides the list knows the work done, which is another thing. */
const ENERGY = `(SELECT nullif(json_extract(d.payload, '$.calories'), 0) * 4.184
  FROM sync_state t JOIN items d ON d.stream = t.stream AND d.id = i.id
  WHERE t.provider = 'strava' AND t.resource = 'activity_details' AND t.account = s.account
    AND d.deleted_at IS NULL)`;

const c = collections;

const resources: Resource<Config>[] = [
  {
    name: 'athlete',
    title: 'Profile',
    cursor: snapshot(),
    ...c.athlete,
    pages: ({ http }) => single(() => http.document('/athlete')),
    change: (_item, _of, raw) => ({ row: { id: idIn(raw) } }),
  },
  {
    name: 'zones',
    title: 'Heart rate and power zones',
    scope: 'profile:read_all',
    cursor: snapshot({ daily: true }),
    ...c.zones,
    pages: ({ http }) => single(() => http.document('/athlete/zones')),
    // There is one set of them, without an id.
    change: () => ({ row: { id: 'zones' } }),
  },
  {
    name: 'stats',
    title: 'Totals of public activities',
    cursor: snapshot({ daily: true }),
    after: ['athlete'],
    ...c.stats,
    pages: stats,
    change: ({ id }: { id: string }) => ({ row: { id } }),
  },
  {
    name: 'activities',
    title: 'Activities',
    scope: 'activity:read_all',
    cursor: byStart,
    ...c.activities,
    pages: activities,
    change: activityOf,
    document: (id) => `/activities/${id}`,
    common: [
      {
        view: 'workouts',
        columns: {
          moving_seconds: payload('$.moving_time'),
          distance_m: payload('$.distance'),
          energy_kj: ENERGY,
          average_heart_rate_bpm: payload('$.average_heartrate'),
          max_heart_rate_bpm: payload('$.max_heartrate'),
          elevation_gain_m: payload('$.total_elevation_gain'),
        },
      },
    ],
  },
  {
    name: 'gear',
    title: 'Bikes and shoes',
    cursor: snapshot({ daily: true }),
    after: ['athlete', 'activities'],
    ...c.gear,
    pages: gear,
    change: ({ id }: { id: string }) => ({ row: { id } }),
    document: gearPath,
  },
  {
    // A resource of its own: in the list an activity has fewer fields, and would overwrite them.
    name: 'activity_details',
    title: 'Activities with laps, splits and segments',
    scope: 'activity:read_all',
    optional: true,
    cursor: each('activities'),
    after: ['activities'],
    ...c.activityDetails,
    lists: [c.laps, c.segmentEfforts],
    change: detailOf,
    document: (id) => `/activities/${id}?include_all_efforts=true`,
  },
  {
    name: 'activity_streams',
    title: 'Samples of activities',
    scope: 'activity:read_all',
    optional: true,
    cursor: each('activities'),
    after: ['activities'],
    ...c.activityStreams,
    change: (_item, of) => ({ row: { id: of } }),
    // An activity that was entered by hand has none: 404.
    document: (id) => `/activities/${id}/streams?keys=${STREAMS}&key_by_type=true`,
  },
];

function dialect(own: Config): Dialect {
  return {
    scopeSeparator: ',',
    authorizeParameters: { approval_prompt: own.approval_prompt },
    withoutChallenge: true,
    reply: tokenReply,
    revocation: async ({ accessToken, refreshToken }, { clientId, clientSecret }, { world }) => ({
      method: 'POST',
      url: world.revokeUrl as string,
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      },
      form: {
        token: refreshToken ?? accessToken,
        token_type_hint: refreshToken === null ? 'access_token' : 'refresh_token',
      },
    }),
  };
}

export const strava: Provider<Config> = {
  id: 'strava',
  title: 'Strava',
  marker: 'Strava',
  config,
  environment: {
    STRAVA_CLIENT_ID: 'client_id',
    STRAVA_CLIENT_SECRET: 'client_secret',
    STRAVA_ACCESS_TOKEN: 'access_token',
    STRAVA_REFRESH_TOKEN: 'refresh_token',
  },
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.base_url,
  startDate: (own) => own.start_date,
  // Today, and as many dates before it as the seconds reach into.
  overlapDays: (own) => 1 + Math.ceil(own.overlap_seconds / DAY),
  chosenResources: (own) => own.resources,
  extras: (own) => own.extras,
  person: 'athlete',
  concurrency: 4,
  // Reads of the whole app, whoever uses it; the last of the day are for runs that look for what is new.
  limits: () => ({
    windows: [
      { requests: 100, seconds: QUARTER, aligned: true },
      { requests: 1000, seconds: DAY, aligned: true, kept: 100 },
    ],
    unexplained: untilNextQuarter,
    told: closedUntil,
  }),
  explain,
  plainReply: plain,
  notice:
    'Strava’s API policy of 2026-06-01 is said to allow no storage of its data beyond a cache of 7 days, which an archive on your own disk may breach even for your own data: read docs/strava.md and the policy, and decide before you sign in.',
  auth: (own) => ({
    kind: 'oauth2',
    clientId: own.client_id,
    clientSecret: own.client_secret,
    redirectUri: own.redirect_uri,
    scopes: own.scopes,
    worlds: [
      {
        id: 'strava',
        authorizeUrl: own.authorize_url,
        tokenUrl: own.token_url,
        revokeUrl: own.token_url.replace(/token$/, 'revoke'),
        scopePrefix: '',
      },
    ],
    seed: { accessToken: own.access_token, refreshToken: own.refresh_token },
    setup: 'Create an app at https://www.strava.com/settings/api with the callback domain localhost',
    dialect: dialect(own),
  }),
  resources,
};
