import { codeBook } from './codes.ts';
import { type Imitation, type ImitationOptions, startImitation } from './imitation.ts';
import { type Api, answerApi, ROOT, routeOf } from './strava/api.ts';
import { allScopes, answerOAuth, type Consent, type OAuth } from './strava/authorization.ts';
import { accountOf } from './strava/life.ts';
import { limits, type Quota } from './strava/limits.ts';
import { summaryOfAthlete } from './strava/person.ts';
import type { NotFoundBody, RateLimitBody } from './strava/refusals.ts';
import { type SignIn, signIns } from './strava/tokens.ts';

export interface StravaSandboxOptions extends ImitationOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly redirectUri?: string;
  /** As set in the app; default localhost. */
  readonly callbackDomain?: string;
  /** What the person leaves ticked; default everything. */
  readonly scopes?: readonly string[];
  /** Default 6 hours. */
  readonly tokenLifeSeconds?: number;
  /** Not documented; default 10 minutes. */
  readonly codeLifeSeconds?: number;
  /** Whether a new access token brings a new refresh token: it may or may not. Default true. */
  readonly rotates?: boolean;
  /** `false` switches the limits off. */
  readonly quota?: Quota | false;
  /** Default list. */
  readonly rateLimitBody?: RateLimitBody;
  /** Default empty. */
  readonly notFoundBody?: NotFoundBody;
  /** What a wrong client secret gets is not recorded; default 400, as for a wrong client id. */
  readonly wrongSecret?: 400 | 401;
  /** What unknown streams get is not recorded; default strict. */
  readonly streamNames?: Api['streamNames'];
  /** Whether pages may hold fewer activities than asked for without being the last; default true. */
  readonly gaps?: boolean;
  /** Whether the third activity's id is beyond 2^53; default true. */
  readonly largeId?: boolean;
}

export interface StravaSandbox extends Imitation {
  readonly athleteId: number;
  readonly grant: {
    /** What the person ticks from now on. */
    scopes(names: readonly string[]): void;
    deny(denied: boolean): void;
  };
  /** As if the owner's subscription had ended: nothing but sign-ins is answered. */
  inactive(value: boolean): void;
  /** What the same app spends elsewhere; `reads` of the requests, default all. */
  spend(requests: number, reads?: number): void;
  /** As if the person had signed in; default everything that is ticked. */
  issueToken(scopes?: readonly string[]): Readonly<Record<'access_token' | 'refresh_token', string>>;
}

/** A strict imitation of Strava's API and sign-in around an invented person. */
export async function startStrava(options: StravaSandboxOptions): Promise<StravaSandbox> {
  const { now, seed = 1, days = 30, zone = 'Europe/Berlin' } = options;
  const athleteId = 12_345_600 + seed;
  const truth = accountOf({ athleteId, seed, zone, days, now, largeId: options.largeId ?? true });
  const oauth = oauthOf(options, () => summaryOfAthlete(truth.list('athlete')[0] ?? {}));
  const { app, signIns: book } = oauth;
  const used = limits(options.quota ?? {}, options.rateLimitBody ?? 'list');
  let isInactive = false;
  const api: Api = {
    ...{ truth, athleteId, seed, signIns: book, limits: used, gaps: options.gaps ?? true },
    notFoundBody: options.notFoundBody ?? 'empty',
    streamNames: options.streamNames ?? 'strict',
    inactive: () => isInactive,
  };
  const own = controls(oauth, {
    inactive: (value) => {
      isInactive = value;
    },
    spend: (requests, reads) => used.spend(requests, now(), reads),
  });
  const imitation = await startImitation({
    options,
    truth,
    handler: (request) => answerOAuth(oauth, request) ?? answerApi(api, request),
    settings: (url) => ({
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: options.redirectUri ?? 'http://localhost:8788/callback',
      base_url: url + ROOT,
      authorize_url: `${url}/oauth/authorize`,
      token_url: `${url}/oauth/token`,
    }),
    seed: () => own.issueToken(),
    expireTokens: book.expireAll,
    revoke: book.revokeAll,
    routeOf: ({ path }) => routeOf(path),
    commands: {
      scopes: ({ granted }) => own.grant.scopes(granted),
      deny: ({ denied }) => own.grant.deny(denied),
      inactive: ({ inactive }) => own.inactive(inactive),
      spend: ({ requests, reads }) => own.spend(requests, reads),
    },
  });
  return { ...imitation, ...own, athleteId };
}

function oauthOf(options: StravaSandboxOptions, athlete: OAuth['athlete']): OAuth {
  const { now, tokenLifeSeconds = 21_600, codeLifeSeconds = 600, rotates = true } = options;
  const consent: Consent = { granted: new Set(options.scopes ?? allScopes), denied: false };
  return {
    app: {
      clientId: options.clientId ?? '41853',
      clientSecret: options.clientSecret ?? 'sandbox-secret',
      callbackDomain: options.callbackDomain ?? 'localhost',
      wrongSecret: options.wrongSecret ?? 400,
    },
    consent,
    codes: codeBook({ lifeSeconds: codeLifeSeconds, now }),
    signIns: signIns({ lifeSeconds: tokenLifeSeconds, rotates, now }),
    athlete,
    now,
  };
}

type Controls = Pick<StravaSandbox, 'grant' | 'inactive' | 'spend' | 'issueToken'>;

function controls(
  { consent, signIns: book }: OAuth,
  switches: Pick<StravaSandbox, 'inactive' | 'spend'>,
): Controls {
  const tokensOf = ({ access, refresh }: SignIn) => ({ access_token: access, refresh_token: refresh });
  return {
    ...switches,
    grant: {
      scopes: (names) => {
        consent.granted = new Set(names);
      },
      deny: (denied) => {
        consent.denied = denied;
      },
    },
    issueToken: (scopes = [...consent.granted]) => tokensOf(book.open(scopes)),
  };
}
