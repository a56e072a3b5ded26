import { answerData, type DataRules, routeOf } from './eightsleep/data.ts';
import { compress } from './eightsleep/gzip.ts';
import { type Household, householdOf } from './eightsleep/household.ts';
import type { IntervalRules } from './eightsleep/intervals.ts';
import { type LoginGate, type LoginQuota, loginGate } from './eightsleep/logins.ts';
import { notAcceptable, turnedAway } from './eightsleep/refusals.ts';
import { type Account, answerOldLogin, answerTokens, type BodyKind } from './eightsleep/signIn.ts';
import type { TrendRules } from './eightsleep/trends.ts';
import { type Imitation, type ImitationOptions, startImitation } from './imitation.ts';
import type { Handler, SandboxRequest } from './server.ts';
import { type Rotation, type TokenBook, tokenBook } from './tokens.ts';
import type { Truth } from './truth.ts';

export interface EightSleepSandboxOptions extends ImitationOptions {
  readonly email?: string;
  readonly password?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** What the token endpoint reads; the other kind gets a 400. Default json. */
  readonly body?: BodyKind | 'both';
  /** Default 72000. */
  readonly tokenLifeSeconds?: number;
  /** Default strict. */
  readonly rotation?: Rotation;
  /** How a wrong password and a dead refresh token are refused; default 400, which echoes what was sent. */
  readonly wrongPassword?: 400 | 401;
  /** The password grant is refused even with the right password. Default false. */
  readonly twoFactor?: boolean;
  /** Password logins; default 3 in 10 minutes, then blocked until 15 minutes after the last attempt. */
  readonly quota?: Partial<LoginQuota> | 'off';
  /** Whether the partner lets this account see the other side of the bed; default private. */
  readonly partner?: 'shares' | 'private';
  /** Compressed replies for whoever accepts them; default true. */
  readonly gzip?: boolean;
  /** User-Agents that are turned away; default none at all and the names HTTP libraries give themselves. */
  readonly refusedAgents?: RegExp;
  /** Days in one request for trends, both ends included; default 45. */
  readonly maxSpanDays?: number;
  /** Days come as `{result: {days}}`; default false. */
  readonly wrapped?: boolean;
  /** Default noScores. */
  readonly v3Sessions?: TrendRules['v3Sessions'];
  /** Sessions per page; default 10. */
  readonly pageSize?: number;
  /** Whether `from` and `to` of a listing of sessions do anything; default ignored. */
  readonly intervalDates?: IntervalRules['dates'];
}

export interface EightSleepSandbox extends Imitation {
  readonly userId: string;
  readonly deviceId: string;
  /** The other side of the bed: collections `user`, `trends` and `intervals` of its own. */
  readonly partner: { readonly userId: string; readonly truth: Truth };
  /** The host of app features, with its `/v1`; no setting of the program's leads there. */
  readonly appApiUrl: string;
  /** Attempts to sign in with a password so far, refused ones included. */
  logins(): number;
  /** Days that are being processed become final: everything slept by now, with a score. */
  finishProcessing(): void;
}

const libraries = /^(?:$|python|node$|undici|go-http-client)/i;

/** A strict imitation of the hosts behind Eight Sleep's app around an invented household. */
export async function startEightSleep(options: EightSleepSandboxOptions): Promise<EightSleepSandbox> {
  const { zone = 'Europe/Berlin', seed = 1, days = 30, now } = options;
  const sharing = options.partner === 'shares';
  const email = options.email ?? 'sam@example.org';
  const home = householdOf({ seed, zone, days, now, email, sharing });
  const account = accountOf(options, home.userId, email);
  const lifeSeconds = options.tokenLifeSeconds ?? 72_000;
  const tokens = tokenBook({ rotation: options.rotation ?? 'strict', lifeSeconds, now });
  const gate = loginGate(quotaOf(options.quota));
  const { gzip = true } = options;
  const imitation = await startImitation({
    options,
    truth: home.truth,
    handler: handlerOf(options, { home, account, tokens, gate, lifeSeconds, zone }),
    settings: (url) => settingsOf(url, account, zone),
    // The password in the settings is all there is to signing in.
    seed: () => ({}),
    expireTokens: () => tokens.expireAll(),
    revoke: () => {
      tokens.revokeAll();
      account.password = `${account.password} no more`;
    },
    routeOf,
    commands: { finishProcessing: home.finishProcessing },
  });
  if (gzip) compress(imitation.faults);
  return {
    ...imitation,
    userId: home.userId,
    deviceId: home.deviceId,
    partner: home.partner,
    appApiUrl: `${imitation.url}/app/v1`,
    logins: () => gate.attempts(),
    finishProcessing: home.finishProcessing,
  };
}

interface Parts {
  readonly home: Household;
  readonly account: Account;
  readonly tokens: TokenBook;
  readonly gate: LoginGate;
  readonly lifeSeconds: number;
  readonly zone: string;
}

function handlerOf(options: EightSleepSandboxOptions, { home, zone, ...parts }: Parts): Handler {
  const { body = 'json', wrongPassword = 400, refusedAgents = libraries } = options;
  const bodies: readonly BodyKind[] = body === 'both' ? ['json', 'form'] : [body];
  const signIn = { ...parts, bodies, wrongPassword };
  const knows = ({ headers }: SandboxRequest) => {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && parts.tokens.use(token) !== undefined;
  };
  const data = { ...home, ...rulesOf(options, zone), knows };
  return (request) => {
    if (refusedAgents.test(request.headers['user-agent'] ?? '')) return turnedAway;
    if (!/\bapplication\/json\b/i.test(request.headers.accept ?? '')) return notAcceptable;
    if (request.path === '/auth/v1/tokens') return answerTokens(signIn, request);
    if (request.path === '/client/v1/login') return answerOldLogin(signIn, request);
    return answerData(data, request);
  };
}

function accountOf(options: EightSleepSandboxOptions, userId: string, email: string): Account {
  return {
    userId,
    email,
    password: options.password ?? 'sandbox password',
    clientId: options.clientId ?? 'sandbox-client',
    clientSecret: options.clientSecret ?? 'sandbox-secret',
    twoFactor: options.twoFactor ?? false,
  };
}

function quotaOf(quota: EightSleepSandboxOptions['quota']): LoginQuota | 'off' {
  return quota === 'off' ? 'off' : { logins: 3, windowSeconds: 600, blockSeconds: 900, ...quota };
}

function rulesOf(options: EightSleepSandboxOptions, zone: string): Pick<DataRules, 'trends' | 'intervals'> {
  return {
    trends: {
      zone,
      maxSpanDays: options.maxSpanDays ?? 45,
      wrapped: options.wrapped ?? false,
      v3Sessions: options.v3Sessions ?? 'noScores',
    },
    intervals: { pageSize: options.pageSize ?? 10, dates: options.intervalDates ?? 'ignored' },
  };
}

/** Each host has a path of its own, so that a request to the wrong one finds nothing there. */
function settingsOf(url: string, account: Account, timezone: string): Imitation['settings'] {
  return {
    email: account.email,
    password: account.password,
    client_id: account.clientId,
    client_secret: account.clientSecret,
    auth_url: `${url}/auth/v1/tokens`,
    client_api_url: `${url}/client/v1`,
    timezone,
  };
}
