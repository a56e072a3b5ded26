import { dice } from './dice.ts';
import { type Imitation, type ImitationOptions, startImitation } from './imitation.ts';
import type { SandboxRequest } from './server.ts';
import { type Pair, tokenBook } from './tokens.ts';
import { type App, AUTHORIZE, authorization, type Proof, scopes } from './withings/authorization.ts';
import { answerData } from './withings/data.ts';
import { failure, Refused, TOO_MANY } from './withings/envelope.ts';
import { defaultFields, type Fielded } from './withings/fields.ts';
import { formOf } from './withings/form.ts';
import { historyOf } from './withings/history.ts';
import type { Order, Paged, Rules } from './withings/listing.ts';
import { personOf } from './withings/person.ts';
import { quotaOf } from './withings/quota.ts';

export type { Proof } from './withings/authorization.ts';
export { dataFields, type Fielded } from './withings/fields.ts';
export type { Order, Paged } from './withings/listing.ts';

export interface WithingsSandboxOptions extends ImitationOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Registered callbacks; the first is the one in the settings. */
  readonly redirectUris?: readonly string[];
  /** How the app may prove itself when it asks for tokens; default both ways. */
  readonly accept?: Proof;
  /** What the person will grant; default everything. */
  readonly scopes?: readonly string[];
  /** `strict`: as one report has it, refreshing twice with one token ends the sign-in. Default `grace`, 8 hours. */
  readonly rotation?: 'grace' | 'strict';
  /** Default 10800. */
  readonly tokenLifeSeconds?: number;
  /** Requests a minute; default 120. */
  readonly quota?: number | 'off';
  /** Rows per page. */
  readonly pageSize?: Partial<Record<Paged, number>>;
  readonly order?: Partial<Record<Paged | 'sleep_series', Order>>;
  /** Names in `data_fields` that nobody documented; default refused. */
  readonly unknownFields?: 'refused' | 'ignored';
  /** What comes without `data_fields`. */
  readonly defaultFields?: Partial<Record<Fielded, readonly string[]>>;
  /** More than 24 hours, or than `summaryDays`, at once; default refused. `cut`: only the beginning is answered. */
  readonly tooLong?: 'refused' | 'cut';
  /** Most days in one getsummary by date; default 7, which the document says and one recording contradicts. */
  readonly summaryDays?: number;
  /** What getintradayactivity says when there is nothing; default array. */
  readonly emptyIntraday?: 'array' | 'object';
}

export interface WithingsSandbox extends Imitation {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userid: number;
  /** As if the person had signed in; default everything that is granted. */
  issueToken(scopes?: readonly string[]): Pair;
  /** What the person grants at the next sign-in. */
  grant(scopes: readonly string[]): void;
  /** The person says no at the next sign-in. */
  deny(denied: boolean): void;
  /** Requests a minute from now on. */
  limit(perMinute: number | 'off'): void;
}

const EIGHT_HOURS = 8 * 3600;
const YEAR = 365 * 86_400;
const REDIRECT = 'http://localhost:8485/callback';

/** A strict imitation of Withings' public API, its sign-in page included, around an invented person. */
export async function startWithings(options: WithingsSandboxOptions): Promise<WithingsSandbox> {
  const { now, days = 30, zone = 'Europe/Berlin', seed = 1 } = options;
  const app = appOf(options, dice(seed, 'userid').whole(10_000_000, 49_999_999));
  const consent = { granted: new Set(options.scopes ?? scopes), denied: false };
  const tokens = tokenBook({
    rotation: options.rotation ?? 'grace',
    lifeSeconds: app.tokenLifeSeconds,
    graceSeconds: EIGHT_HOURS,
    refreshLifeSeconds: YEAR,
    now,
  });
  const oauth = authorization(app, consent, tokens, now);
  const quota = quotaOf(options.quota ?? 120);
  const truth = historyOf(personOf({ now: now(), days, zone, seed }), now);
  const service = { truth, tokens, zone, rules: rulesOf(options) };
  const issueToken = (asked: readonly string[] = scopes) => tokens.issue(oauth.signIn(asked));
  const own = {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    userid: app.userid,
    issueToken,
    grant: (names: readonly string[]) => {
      consent.granted = new Set(names);
    },
    deny: (denied: boolean) => {
      consent.denied = denied;
    },
    limit: quota.limit,
  };
  const imitation = await startImitation({
    options,
    truth,
    handler(request) {
      // The sign-in page is another host.
      const limited = request.path !== AUTHORIZE && !quota.admits(request.at);
      if (limited) return failure(new Refused(TOO_MANY, 'Too Many Requests'));
      return oauth.answer(request) ?? answerData(service, request);
    },
    settings: (url) => settingsOf(url, options, app),
    seed: () => ({ ...issueToken() }),
    expireTokens: () => tokens.expireAll(),
    revoke: () => tokens.revokeAll(),
    routeOf,
    commands: {
      grant: ({ scopes: names = scopes, denied = false }) => {
        own.grant(names);
        own.deny(denied);
      },
      quota: ({ perMinute = 'off' }) => own.limit(perMinute),
    },
  });
  return { ...imitation, ...own };
}

function appOf(options: WithingsSandboxOptions, userid: number): App {
  return {
    clientId: options.clientId ?? 'sandbox-client',
    clientSecret: options.clientSecret ?? 'sandbox-secret',
    redirectUris: new Set(options.redirectUris ?? [REDIRECT]),
    accept: options.accept ?? 'both',
    userid,
    tokenLifeSeconds: options.tokenLifeSeconds ?? 10_800,
  };
}

function settingsOf(url: string, { redirectUris }: WithingsSandboxOptions, app: App): Imitation['settings'] {
  return {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: redirectUris?.[0] ?? REDIRECT,
    base_url: url,
    authorize_url: url + AUTHORIZE,
  };
}

function rulesOf(options: WithingsSandboxOptions): Rules {
  return {
    pageSize: { measures: 50, activity: 50, workouts: 20, sleep_summary: 50, heart: 10, ...options.pageSize },
    order: {
      measures: 'newest',
      activity: 'oldest',
      workouts: 'oldest',
      sleep_summary: 'newest',
      sleep_series: 'oldest',
      heart: 'newest',
      ...options.order,
    },
    fields: {
      unknown: options.unknownFields ?? 'refused',
      defaults: { ...defaultFields, ...options.defaultFields },
    },
    tooLong: options.tooLong ?? 'refused',
    summaryDays: options.summaryDays ?? 7,
    emptyIntraday: options.emptyIntraday ?? 'array',
  };
}

/** Many calls share a path and differ by their `action`. */
function routeOf(request: SandboxRequest): string {
  const action = formOf(request).get('action');
  return action === undefined ? request.path : `${request.path} ${action}`;
}
