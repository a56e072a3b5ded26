import { type Imitation, type ImitationOptions, startImitation } from './imitation.ts';
import type { SandboxReply, SandboxRequest } from './server.ts';
import { type App, AUTHORIZE, authorization, type Consent, scopes, TOKEN } from './whoop/authorization.ts';
import { historyOf, type Person } from './whoop/life.ts';
import { type Quota, type QuotaOptions, quotaOf } from './whoop/quota.ts';
import { answerData, BASE, type DataService, routeOf } from './whoop/routes.ts';
import { rotatingTokens } from './whoop/tokens.ts';
import { whoopTruth } from './whoop/truth.ts';

export { scopes as whoopScopes } from './whoop/authorization.ts';

export interface WhoopSandboxOptions extends ImitationOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly redirectUris?: readonly string[];
  /** What the person will grant; default everything. Without `offline` there are no refresh tokens. */
  readonly scopes?: readonly string[];
  /** Default 3600. */
  readonly tokenLifeSeconds?: number;
  /** Default 600. */
  readonly codeLifeSeconds?: number;
  /** What a refresh does to the access token before it; not documented. Default dies. */
  readonly oldAccess?: 'dies' | 'lives';
  /** Whether a refresh that does not ask for `offline` is refused; not documented. Default true. */
  readonly refreshNeedsOffline?: boolean;
  /** A refused refresh token is answered with invalid_grant, or with 400 alone. Default reason. */
  readonly refusedRefresh?: 'reason' | 'bare';
  /** Whether the credentials of the app may come in an Authorization header. Default false. */
  readonly basicAuth?: boolean;
  /** Default 100 a minute and 10000 a day; false counts nothing and sends no headers. */
  readonly quota?: QuotaOptions | false;
  /** Whether the agents that libraries send by themselves are blocked. Default true. */
  readonly blocksLibraries?: boolean;
  /** For a good token without the scope; not documented. Default 401. */
  readonly missingScope?: 401 | 403;
  /** What a cycle's sleep needs; the published document names nothing. Default read:sleep. */
  readonly cycleSleepScope?: DataService['cycleSleepScope'];
  /** Bodies of refusals are not documented. Default empty. */
  readonly refusals?: 'empty' | 'html';
  /** What stands in the place of next_token on the last page. Default absent. */
  readonly lastToken?: DataService['lastToken'];
  /** Hours between upload and score; default 2. */
  readonly pendingHours?: number;
  /** Default 4.0, which measures oxygen and skin temperature. */
  readonly strap?: Person['strap'];
  /** v1_id and sport_id; default absent. */
  readonly legacy?: Person['legacy'];
  /** How a sleep shows that has not ended yet; default open. */
  readonly sleepInProgress?: Person['sleepInProgress'];
  /** Whether the current cycle's score grows with the clock; default true. */
  readonly growth?: boolean;
  /** Text for numbers beyond 2^53. Default 10483. */
  readonly userId?: number | string;
}

export interface WhoopSandbox extends Imitation {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the person answers from now on; sign-ins so far keep what they have. */
  readonly consent: Consent;
  /** As if the person had signed in; default every scope that is granted. */
  issueToken(asked?: readonly string[]): { readonly access_token: string; readonly refresh_token?: string };
  /** As if the same app had sent that many requests elsewhere just now. */
  spendQuota(requests: number): void;
}

/** A strict imitation of WHOOP's API, version 2, and of its sign-in. */
export async function startWhoop(options: WhoopSandboxOptions): Promise<WhoopSandbox> {
  const { now, tokenLifeSeconds: lifeSeconds = 3600 } = options;
  const app = appOf(options);
  const consent: Consent = { granted: new Set(options.scopes ?? scopes), denied: false };
  const tokens = rotatingTokens({ lifeSeconds, now, oldAccess: options.oldAccess ?? 'dies' });
  const oauth = authorization({
    ...{ app, consent, tokens, now, lifeSeconds },
    codeLifeSeconds: options.codeLifeSeconds ?? 600,
    basicAuth: options.basicAuth ?? false,
    refreshNeedsOffline: options.refreshNeedsOffline ?? true,
    refusedRefresh: options.refusedRefresh ?? 'reason',
  });
  const person = personOf(options);
  const truth = whoopTruth({
    ...{ userId: person.userId, now, steps: historyOf(person, now()) },
    profile: { user_id: person.userId, email: 'kim@example.org', first_name: 'Kim', last_name: 'Example' },
    body: { height_meter: 1.7526, weight_kilogram: 71, max_heart_rate: 191 },
  });
  const refuse = refusalOf(options.refusals ?? 'empty');
  const data: DataService = {
    ...{ truth, refuse, disconnect: () => tokens.revokeAll() },
    scopesOf: ({ headers }) =>
      tokens.use(/^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '')?.scopes,
    missingScope: options.missingScope ?? 401,
    cycleSleepScope: options.cycleSleepScope ?? 'read:sleep',
    lastToken: options.lastToken ?? 'absent',
  };
  const quota = options.quota === false ? undefined : quotaOf(options.quota ?? {});
  const issueToken: WhoopSandbox['issueToken'] = (asked = scopes) => {
    const family = oauth.signIn(asked);
    const { access_token, refresh_token } = tokens.issue(family);
    return family.scopes.includes('offline') ? { access_token, refresh_token } : { access_token };
  };
  const imitation = await startImitation({
    ...{ options, truth, routeOf },
    handler: (request) => {
      if (options.blocksLibraries !== false && isBlocked(request)) return blocked;
      return oauth.answer(request) ?? limited(quota, data, request);
    },
    settings: (url) => settingsOf(app, url),
    seed: () => ({ ...issueToken() }),
    expireTokens: () => tokens.expireAll(),
    revoke: () => tokens.revokeAll(),
    commands: {
      deny: ({ denied }) => {
        consent.denied = denied;
      },
      scopes: ({ granted }) => {
        consent.granted = new Set(granted);
      },
      redirect: ({ uri }) => void app.redirectUris.add(uri),
      spend: ({ requests }) => quota?.spend(requests, now()),
    },
  });
  const { clientId, clientSecret } = app;
  const spendQuota = (requests: number) => quota?.spend(requests, now());
  return { ...imitation, clientId, clientSecret, consent, issueToken, spendQuota };
}

function appOf(options: WhoopSandboxOptions): App {
  return {
    clientId: options.clientId ?? 'sandbox-whoop-client',
    clientSecret: options.clientSecret ?? 'sandbox-whoop-secret',
    redirectUris: new Set(options.redirectUris ?? ['http://localhost:8788/callback']),
  };
}

function personOf(options: WhoopSandboxOptions): Person {
  return {
    seed: options.seed ?? 1,
    zone: options.zone ?? 'Europe/Berlin',
    userId: options.userId ?? 10_483,
    days: options.days ?? 30,
    pendingHours: options.pendingHours ?? 2,
    strap: options.strap ?? '4.0',
    legacy: options.legacy ?? 'absent',
    sleepInProgress: options.sleepInProgress ?? 'open',
    growth: options.growth ?? true,
  };
}

function settingsOf(app: App, url: string): Imitation['settings'] {
  return {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    redirect_uri: [...app.redirectUris][0] ?? '',
    base_url: url + BASE,
    authorize_url: url + AUTHORIZE,
    token_url: url + TOKEN,
  };
}

const blocked: SandboxReply = {
  status: 403,
  headers: { 'content-type': 'text/html; charset=UTF-8', server: 'cloudflare' },
  body: '<!doctype html><html><head><title>Access denied</title></head><body>error code: 1010</body></html>',
};

/** The page where the person agrees is opened by a browser, whatever a test plays it with. */
function isBlocked({ path, headers }: SandboxRequest): boolean {
  return (
    path !== AUTHORIZE && /^(python-urllib\b.*|undici|node)?$/i.test(headers['user-agent']?.trim() ?? '')
  );
}

function refusalOf(bodies: 'empty' | 'html'): (status: number) => SandboxReply {
  const html = (status: number) => `<!doctype html><html><body><h1>${status}</h1></body></html>`;
  return (status) =>
    bodies === 'empty'
      ? { status }
      : { status, headers: { 'content-type': 'text/html' }, body: html(status) };
}

/** Every request to the data routes counts, whatever becomes of it. */
function limited(quota: Quota | undefined, data: DataService, request: SandboxRequest): SandboxReply {
  const counted = request.path.startsWith(`${BASE}/`) ? quota?.count(request.at) : undefined;
  const reply = counted?.over ? data.refuse(429) : answerData(data, request);
  return { ...reply, headers: { ...reply.headers, ...counted?.headers } };
}
