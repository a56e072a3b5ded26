import type { CodeBook } from '../codes.ts';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import { badRequest, fault, jsonText, noSuchPath, unauthorized } from './refusals.ts';
import type { SignIn, SignIns } from './tokens.ts';

export const allScopes = [
  ...['read', 'read_all', 'profile:read_all', 'profile:write'],
  ...['activity:read', 'activity:read_all', 'activity:write'],
] as const;

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The host a redirect must lead to; the own machine is always allowed. */
  readonly callbackDomain: string;
  /** What a wrong secret gets is not recorded. */
  readonly wrongSecret: 400 | 401;
}

/** What the invented person does when asked. */
export interface Consent {
  granted: ReadonlySet<string>;
  denied: boolean;
}

export interface OAuth {
  readonly app: App;
  readonly consent: Consent;
  readonly codes: CodeBook;
  readonly signIns: SignIns;
  /** As it is without `profile:read_all`. */
  readonly athlete: () => object;
  readonly now: () => number;
}

/** Undefined when the path is no OAuth route. */
export function answerOAuth(service: OAuth, request: SandboxRequest): SandboxReply | undefined {
  // The published document has these routes below the API's own root as well.
  const route = /^(?:\/api\/v3)?\/oauth\/(.+)$/.exec(request.path)?.[1];
  if (route === undefined) return undefined;
  if (route === 'authorize' || route === 'mobile/authorize') {
    return request.method === 'GET' ? authorize(service, request.query) : noSuchPath;
  }
  if (request.method !== 'POST') return noSuchPath;
  const form = formOf(request);
  if (route === 'token') return token(service, form);
  if (route === 'revoke') return revoke(service, request, form);
  if (route === 'deauthorize') return deauthorize(service, request, form);
  return noSuchPath;
}

/** Fields of a form and of the query; any other kind of body counts for nothing. */
function formOf({ headers, body, query }: SandboxRequest): URLSearchParams {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const form = new URLSearchParams(isForm ? body : '');
  for (const [key, value] of query) if (!form.has(key)) form.set(key, value);
  return form;
}

function authorize({ app, consent, codes }: OAuth, query: URLSearchParams): SandboxReply {
  if (query.get('client_id') !== app.clientId) return badRequest('Application', 'client_id');
  const redirectUri = query.get('redirect_uri') ?? '';
  const target = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  const hosts = [app.callbackDomain, 'localhost', '127.0.0.1'];
  if (target === undefined || !hosts.includes(target.hostname))
    return badRequest('Application', 'redirect_uri');
  if (query.get('response_type') !== 'code') return badRequest('Authorize', 'response_type');
  if (!['auto', 'force'].includes(query.get('approval_prompt') ?? 'auto'))
    return badRequest('Authorize', 'approval_prompt');
  // Separated by commas: with spaces it is one scope that nobody knows.
  const asked = (query.get('scope') ?? '').split(',');
  if (!asked.every((one) => allScopes.some((known) => known === one)))
    return badRequest('Authorize', 'scope');

  // Sent back even when there was none: `state=`.
  target.searchParams.set('state', query.get('state') ?? '');
  if (consent.denied) {
    target.searchParams.set('error', 'access_denied');
  } else {
    const scopes = asked.filter((one) => consent.granted.has(one));
    target.searchParams.set('code', codes.issue({ redirectUri, scopes }));
    target.searchParams.set('scope', scopes.join(','));
  }
  return { status: 302, headers: { location: target.href } };
}

function token(service: OAuth, form: URLSearchParams): SandboxReply {
  const { app, codes, signIns } = service;
  if (form.get('client_id') !== app.clientId) return badRequest('Application', 'client_id');
  if (form.get('client_secret') !== app.clientSecret) {
    return app.wrongSecret === 401 ? unauthorized : badRequest('Application', 'client_secret');
  }
  const grant = form.get('grant_type');
  if (grant === 'authorization_code') {
    const redeemed = codes.redeem(form.get('code') ?? '');
    if (typeof redeemed === 'string') return badRequest('RequestToken', 'code');
    return pair(service, signIns.open(redeemed.scopes), { athlete: service.athlete() });
  }
  if (grant !== 'refresh_token') return badRequest('Application', 'grant_type');
  const renewed = signIns.refresh(form.get('refresh_token') ?? '');
  return renewed === undefined ? badRequest('RefreshToken', 'refresh_token') : pair(service, renewed);
}

/** Neither reply names the scope; a refresh does not repeat the athlete either. */
function pair({ now }: OAuth, { access, refresh, expiresAt }: SignIn, more: object = {}): SandboxReply {
  const body = {
    token_type: 'Bearer',
    expires_at: expiresAt / 1000,
    expires_in: Math.floor((expiresAt - now()) / 1000),
    refresh_token: refresh,
    access_token: access,
    ...more,
  };
  return jsonText(200, JSON.stringify(body));
}

/** Like RFC 7009: a token nobody knows is as good as revoked. */
function revoke({ app, signIns }: OAuth, request: SandboxRequest, form: URLSearchParams): SandboxReply {
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64');
  if (request.headers.authorization !== `Basic ${basic}`) return unauthorized;
  const given = form.get('token');
  if (!given) return badRequest('Application', 'token', 'missing');
  if (!['access_token', 'refresh_token'].includes(form.get('token_type_hint') ?? 'access_token'))
    return badRequest('Application', 'token_type_hint');
  signIns.revoke(given);
  return { status: 200 };
}

const DEAUTHORIZE_ENDS = Date.parse('2027-06-01T00:00:00Z');

function deauthorize({ signIns }: OAuth, request: SandboxRequest, form: URLSearchParams): SandboxReply {
  if (request.at >= DEAUTHORIZE_ENDS) return noSuchPath;
  const given = bearer(request) ?? form.get('access_token') ?? '';
  if (signIns.use(given) === undefined)
    return fault(401, 'Authorization Error', 'Athlete', 'access_token', 'invalid');
  signIns.revoke(given);
  return jsonText(200, JSON.stringify({ access_token: given }));
}

export function bearer(request: SandboxRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
