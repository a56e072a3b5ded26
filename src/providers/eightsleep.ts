import * as z from 'zod';
import { numeric, payload } from '../core/common.ts';
import {
  baseUrl,
  date,
  days,
  privateText,
  secret,
  text,
  timezone,
  url,
  wordList,
  yesNo,
} from '../core/config/values.ts';
import { snapshot, windows } from '../core/cursor.ts';
import { single } from '../core/pages.ts';
import type { Provider, Reply, Resource } from '../core/provider.ts';
import * as collections from './eightsleep/collections.ts';
import { ownDays, partnerDays, pods, readUser, sessions } from './eightsleep/reading.ts';
import { sleepSessions, stayOf } from './eightsleep/session.ts';

const config = z.strictObject({
  enabled: yesNo()
    .default(false)
    .describe('Whether Eight Sleep is read at all; experimental, since it has no public API.'),
  email: privateText().optional().describe('E-mail you sign in to the Eight Sleep app with.'),
  password: privateText().optional().describe('Its password; sent to auth_url alone.'),
  client_id: text().optional().describe('Client id of the phone app, as open clients publish it.'),
  client_secret: secret().optional().describe('Client secret that belongs to it.'),
  access_token: secret().optional().describe('A token to start with instead of signing in; imported once.'),
  refresh_token: secret().optional().describe('Its refresh token; imported once, then ignored.'),
  auth_url: url().default('https://auth-api.8slp.net/v1/tokens').describe('Token endpoint.'),
  client_api_url: baseUrl()
    .default('https://client-api.8slp.net/v1')
    .describe('Where the data come from, with the version.'),
  timezone: timezone()
    .default('UTC')
    .describe('Zone in which a night is given its day; set it to your own once and keep it.'),
  start_date: date().default('2010-01-01').describe('Nothing before this day is read.'),
  overlap_days: days(1, 365).default(2).describe('Days that every run reads again, today included.'),
  partner: yesNo()
    .default(false)
    .describe('Whether the days of the person on the other side, who has to share them, are read as well.'),
  resources: wordList().optional().describe('Collections to read; all but the optional ones when left out.'),
  extras: wordList()
    .default([])
    .describe('Optional collections to read as well: devices (it holds where the pod stands).'),
});

type Config = z.infer<typeof config>;

/** A day is processed for hours and may be edited for weeks, without any word of it. Longer spans hold much data. */
const nightly = windows({ sliceDays: 30, firstOfDay: 14, firstOfWeek: 29, probe: false });
/** One listing from the newest on, however far back: every slice would begin there again. */
const newestFirst = windows({ sliceDays: 36_500, firstOfDay: 14, firstOfWeek: 29, probe: false });

const c = collections;

type Day = { day: string; presenceStart?: string | null; presenceEnd?: string | null };
const onDay = ({ day, presenceStart, presenceEnd }: Day) => ({
  day,
  startedAt: presenceStart ?? undefined,
  endedAt: presenceEnd ?? undefined,
});

const resources: Resource<Config>[] = [
  {
    name: 'user',
    title: 'Whose account it is',
    cursor: snapshot(),
    ...c.user,
    pages: (read) => single(() => readUser(read)),
    // The day from which on there can be anything at all.
    change: ({ userId, createdAt }: { userId: string; createdAt: string }) => ({
      row: { id: userId, day: createdAt.slice(0, 10), startedAt: createdAt },
    }),
  },
  {
    name: 'trends',
    title: 'Days with scores and sessions',
    cursor: nightly,
    startsWith: 'user',
    ...c.trends,
    pages: ownDays,
    change: (item: Day) => ({ row: { id: item.day, ...onDay(item) } }),
    common: [
      {
        view: 'daily_summary',
        columns: {
          // It reads 0 until it is known.
          sleep_score: `CASE WHEN ${payload('$.processing')} IS NOT 1 THEN ${numeric('$.score')} END`,
          hrv_ms: numeric('$.sleepQualityScore.hrv.current'),
        },
      },
    ],
  },
  {
    name: 'intervals',
    title: 'Sleep sessions, naps included',
    cursor: newestFirst,
    startsWith: 'user',
    ...c.intervals,
    pages: sessions,
    // Sessions come from here, not from trends: there a day has several, and no zone of its own.
    change: stayOf,
    common: [sleepSessions],
  },
  {
    name: 'partner_trends',
    title: 'Days of the other side of the bed',
    cursor: nightly,
    startsWith: 'user',
    optional: true,
    ...c.partnerTrends,
    pages: partnerDays,
    change: (item: Day & { userId: string }) => ({
      row: { id: `${item.userId}/${item.day}`, ...onDay(item) },
    }),
  },
  {
    name: 'devices',
    title: 'Pods',
    cursor: snapshot(),
    after: ['user'],
    // Holds the place, the network and the other person's id, and changes with every look.
    optional: true,
    ...c.devices,
    pages: pods,
    change: ({ deviceId }: { deviceId: string }) => ({ row: { id: deviceId } }),
  },
];

const REASONS: Readonly<Record<number, string>> = {
  400: 'Eight Sleep does not understand the question: its app’s interface has changed.',
  401: 'The sign-in is not accepted any more: the password was changed, or the app’s client id.',
  403: 'These figures are not shared with this account: the other person has to allow it in the app.',
  404: 'Eight Sleep knows no such person or pod, or its app’s interface has changed.',
};

/** A page instead of JSON comes from what stands before the service. */
function explain({ status, text }: Reply): string | undefined {
  if (status === 403 && /^\s*</.test(text))
    return 'The request was turned away before it reached Eight Sleep: this program or this network is not welcome.';
  return REASONS[status];
}

/** Logins that follow each other are blocked for minutes to hours, and each try prolongs it (milliseconds). */
const BACK_OFF = 3_600_000;
const UNEXPLAINED = 900_000;

export const eightsleep: Provider<Config> = {
  id: 'eightsleep',
  title: 'Eight Sleep (experimental)',
  marker: 'EightSleep',
  config,
  environment: {
    EIGHTSLEEP_EMAIL: 'email',
    EIGHTSLEEP_PASSWORD: 'password',
    EIGHTSLEEP_CLIENT_ID: 'client_id',
    EIGHTSLEEP_CLIENT_SECRET: 'client_secret',
    EIGHTSLEEP_ACCESS_TOKEN: 'access_token',
    EIGHTSLEEP_REFRESH_TOKEN: 'refresh_token',
  },
  notice:
    'Experimental: Eight Sleep has no public API, so this uses the one of its phone app, which may change or close on any day and whose terms may not allow it.',
  enabled: (own) => own.enabled,
  baseUrl: (own) => own.client_api_url,
  startDate: (own) => own.start_date,
  overlapDays: (own) => own.overlap_days,
  // Everything is asked for by the id in `user`, from the day on that it names.
  chosenResources: (own) => own.resources && ['user', ...own.resources],
  extras: (own) => (own.partner ? [...own.extras, 'partner_trends'] : own.extras),
  person: 'user',
  concurrency: 1,
  // Nothing is documented; other clients pause for 0.4 to 1 s between calls.
  limits: () => ({ perSecond: 1.5, unexplained: UNEXPLAINED }),
  explain,
  auth: (own) => ({
    kind: 'password',
    tokenUrl: own.auth_url,
    clientId: own.client_id,
    clientSecret: own.client_secret,
    username: own.email,
    password: own.password,
    seed: { accessToken: own.access_token, refreshToken: own.refresh_token },
    // Which one the endpoint reads has changed before.
    bodies: ['json', 'form'],
    backOff: BACK_OFF,
    reply: namedAsInRfc,
    setup:
      'The account needs a password of its own: sign-in with Google or Apple, or with a second factor, does not work here. client_id and client_secret are the phone app’s, as the Home Assistant integration lukas-clarke/eight_sleep publishes them.',
  }),
  resources,
};

/** The reply of a login names the person as `userId`, that of a renewal not at all. */
function namedAsInRfc(reply: { status: number; text: string }): { status: number; text: string } {
  const parsed = z.looseObject({ userId: z.string() }).safeParse(jsonOf(reply.text));
  if (!parsed.success) return reply;
  return { ...reply, text: JSON.stringify({ ...parsed.data, user_id: parsed.data.userId }) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
