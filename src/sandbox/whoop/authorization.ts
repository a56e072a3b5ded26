import { type CodeBook, codeBook } from '../codes.ts';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Family, Pair, TokenBook } from '../tokens.ts';

export const AUTHORIZE = '/oauth/oauth2/auth';
export const TOKEN = '/oauth/oauth2/token';

/** `offline` stands for no data but for the refresh token. */
export const scopes = [
  'offline',
  'read:recovery',
  'read:cycles',
  'read:workout',
  'read:sleep',
  'read:profile',
  'read:body_measurement',
] as const;

/** What the invented person does when asked. */
export interface Consent {
  granted: ReadonlySet<string>;
  denied: boolean;
}

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: Set<string>;
}

export interface AuthorizationOptions {
  readonly app: App;
  readonly consent: Consent;
  readonly tokens: TokenBook;
  readonly now: () => number;
  readonly lifeSeconds: number;
  readonly codeLifeSeconds: number;
  /** Whether the app may send its credentials in an Authorization header too. */
  readonly basicAuth: boolean;
  /** Whether a refresh that does not ask for `offline` is refused. */
  readonly refreshNeedsOffline: boolean;
  /** What a refused refresh token is answered with: a reason, or 400 and nothing else. */
  readonly refusedRefresh: 'reason' | 'bare';
}

export interface Authorization {
  /** Undefined when the path is no OAuth route. */
  answer(request: SandboxRequest): SandboxReply | undefined;
  /** As if the person had agreed to these. */
  signIn(asked: readonly string[]): Family;
}

export function authorization(options: AuthorizationOptions): Authorization {
  const codes = codeBook({ lifeSeconds: options.codeLifeSeconds, now: options.now });
  const only = (method: string, request: SandboxRequest) =>
    request.method === method ? undefined : { status: 405, headers: { allow: method } };
  return {
    answer(request) {
      if (request.path === AUTHORIZE) return only('GET', request) ?? authorize(options, codes, request);
      if (request.path === TOKEN) return only('POST', request) ?? token(options, codes, request);
      return undefined;
    },
    signIn: (asked) => familyOf(asked.filter((name) => options.consent.granted.has(name))),
  };
}

function familyOf(granted: readonly string[]): Family {
  return { world: 'whoop', scopes: granted, scopeText: granted.join(' '), dead: false };
}

function refusal(status: number, error: string, description: string): SandboxReply {
  const body = { error, error_description: description, status_code: status };
  return { status, headers: { 'cache-control': 'no-store' }, body };
}

function authorize({ app, consent }: AuthorizationOptions, codes: CodeBook, { query }: SandboxRequest) {
  if (query.get('client_id') !== app.clientId)
    return refusal(401, 'invalid_client', 'No app has this client id');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!app.redirectUris.has(redirectUri)) {
    return refusal(400, 'invalid_request', 'The redirect URL is not among those registered');
  }
  const state = query.get('state') ?? '';
  const back = (values: Record<string, string>): SandboxReply => {
    const target = new URL(redirectUri);
    for (const [key, value] of Object.entries({ ...values, state })) target.searchParams.set(key, value);
    return { status: 302, headers: { location: target.href } };
  };
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (state.length < 8) return back({ error: 'invalid_state' });
  const asked = (query.get('scope') ?? '').split(' ').filter(Boolean);
  const unknown = asked.find((name) => !scopes.some((one) => one === name));
  if (asked.length === 0 || unknown !== undefined) return back({ error: 'invalid_scope' });
  if (consent.denied) return back({ error: 'request_forbidden' });
  const granted = asked.filter((name) => consent.granted.has(name));
  return back({ code: codes.issue({ redirectUri, scopes: granted }), scope: granted.join(' ') });
}

function token(options: AuthorizationOptions, codes: CodeBook, request: SandboxRequest): SandboxReply {
  const form = fromApp(options, request);
  if ('status' in form) return form;
  if (form.get('grant_type') === 'authorization_code') return exchange(options, codes, form);
  if (form.get('grant_type') === 'refresh_token') return refresh(options, form);
  return refusal(400, 'unsupported_grant_type', 'This grant type is not offered');
}

/** The form of a request by the app itself, or why it is refused. */
function fromApp(options: AuthorizationOptions, request: SandboxRequest): URLSearchParams | SandboxReply {
  if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) {
    return refusal(400, 'invalid_request', 'The body has to be a form');
  }
  const form = new URLSearchParams(request.body);
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const stranger = refusal(401, 'invalid_client', 'The credentials of the app were not accepted');
  if (basic !== undefined && !options.basicAuth) return stranger;
  const [id, secret] =
    basic === undefined
      ? [form.get('client_id'), form.get('client_secret')]
      : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent);
  return id === options.app.clientId && secret === options.app.clientSecret ? form : stranger;
}

function exchange({ tokens, lifeSeconds }: AuthorizationOptions, codes: CodeBook, form: URLSearchParams) {
  const grant = codes.redeem(form.get('code') ?? '');
  if (typeof grant === 'string' || grant.redirectUri !== form.get('redirect_uri')) {
    return refusal(400, 'invalid_grant', 'The code is unknown, used, expired or of another redirect URL');
  }
  const family = familyOf(grant.scopes);
  return pairReply(tokens.issue(family), family, lifeSeconds);
}

function refresh(options: AuthorizationOptions, form: URLSearchParams): SandboxReply {
  const asked = (form.get('scope') ?? '').split(' ').filter(Boolean);
  if (options.refreshNeedsOffline && !asked.includes('offline')) {
    return refusal(400, 'invalid_scope', 'A refresh has to ask for offline');
  }
  const done = options.tokens.refresh(form.get('refresh_token') ?? '', 'whoop');
  if (typeof done === 'string') {
    if (options.refusedRefresh === 'bare') return { status: 400 };
    return refusal(400, 'invalid_grant', 'The refresh token is unknown, used, expired or revoked');
  }
  return pairReply(done.pair, done.family, options.lifeSeconds);
}

function pairReply(pair: Pair, family: Family, lifeSeconds: number): SandboxReply {
  const lasting = family.scopes.includes('offline') ? { refresh_token: pair.refresh_token } : {};
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: pair.access_token,
      expires_in: lifeSeconds,
      ...lasting,
      scope: family.scopeText,
      token_type: 'bearer',
    },
  };
}
