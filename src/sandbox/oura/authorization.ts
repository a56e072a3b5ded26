import { randomBytes } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Family, TokenBook } from '../tokens.ts';
import { type Challenge, challengeIn, credentials, verified } from './proof.ts';
import { allScopes, bareScope, refusal, type World, type WorldName, worlds } from './worlds.ts';

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: Set<string>;
  readonly worlds: readonly WorldName[];
}

/** What the invented person does when asked. */
export interface Consent {
  /** Bare names. */
  granted: ReadonlySet<string>;
  denied: boolean;
}

interface Code {
  readonly family: Family;
  readonly redirectUri: string;
  readonly challenge: Challenge | undefined;
  /** UTC epoch milliseconds. */
  readonly expiresAt: number;
  used: boolean;
}

export interface Authorization {
  /** Undefined when the path is no OAuth route. */
  answer(request: SandboxRequest): SandboxReply | undefined;
  signIn(scopes: readonly string[]): Family;
}

const CODE_LIFE = 10 * 60_000;
const ISSUER = '/oauth/v2/ext/oauth-anonymous';

export function authorization(
  app: App,
  consent: Consent,
  tokens: TokenBook,
  lifeSeconds: number,
): Authorization {
  const codes = new Map<string, Code>();

  const family = (world: World, asked: readonly string[]): Family => {
    const granted = asked.filter((one) => consent.granted.has(bareScope(world, one) ?? ''));
    const scopes = granted.map((one) => bareScope(world, one) ?? '');
    return { world: world.name, scopes, scopeText: granted.join(' '), dead: false };
  };

  const authorize = (world: World, request: SandboxRequest): SandboxReply => {
    const { query } = request;
    if (query.get('client_id') !== app.clientId || !app.worlds.includes(world.name)) {
      return world.name === 'legacy'
        ? refusal(400, 'invalid_client', 'Invalid client_id.')
        : refusal(401, 'invalid_client');
    }
    const redirectUri = query.get('redirect_uri') ?? '';
    const refused = world.name === 'moi' && /^https?:\/\/127\.0\.0\.1\b/.test(redirectUri);
    if (refused || !app.redirectUris.has(redirectUri)) return refusal(400, 'invalid_request');
    const state = query.get('state');
    const back = (values: Record<string, string>): SandboxReply => {
      const target = new URL(redirectUri);
      if (world.name === 'moi') values.iss = `http://${request.headers.host}${ISSUER}`;
      for (const [key, value] of Object.entries({ ...values, ...(state ? { state } : {}) })) {
        target.searchParams.set(key, value);
      }
      return { status: 302, headers: { location: target.href } };
    };
    if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
    const challenge = challengeIn(query);
    if (!state || challenge === 'invalid') return back({ error: 'invalid_request' });
    if (consent.denied) return back({ error: 'access_denied' });
    const code = randomBytes(18).toString('base64url');
    const granted = family(world, (query.get('scope') ?? '').split(' ').filter(Boolean));
    codes.set(code, {
      family: granted,
      redirectUri,
      challenge,
      expiresAt: request.at + CODE_LIFE,
      used: false,
    });
    return back({ code, scope: granted.scopeText });
  };

  const reply = (pair: object, { scopeText }: Family): SandboxReply => ({
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { ...pair, token_type: 'bearer', expires_in: lifeSeconds, scope: scopeText },
  });

  const exchange = (world: World, form: URLSearchParams, at: number): SandboxReply => {
    const code = codes.get(form.get('code') ?? '');
    if (code === undefined || code.family.world !== world.name) return refusal(400, 'invalid_grant');
    if (code.used) {
      code.family.dead = true;
      return refusal(400, 'invalid_grant', 'Authorization code already used');
    }
    const matches =
      code.redirectUri === form.get('redirect_uri') && verified(code.challenge, form.get('code_verifier'));
    if (!matches || code.expiresAt <= at) return refusal(400, 'invalid_grant');
    code.used = true;
    return reply(tokens.issue(code.family), code.family);
  };

  const refresh = (world: World, form: URLSearchParams): SandboxReply => {
    const done = tokens.refresh(form.get('refresh_token') ?? '', world.name);
    if (done === 'used') return refusal(400, 'invalid_grant', 'Refresh token already used');
    if (done === 'unknown') return refusal(400, 'invalid_grant');
    return reply(done.pair, done.family);
  };

  /** The form of a request by the app itself, or why it is refused. */
  const fromApp = (world: World, request: SandboxRequest): URLSearchParams | SandboxReply => {
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/x-www-form-urlencoded\b/.test(type)) return refusal(400, 'invalid_request');
    const form = new URLSearchParams(request.body);
    const [id, secret] = credentials(request, form);
    if (id !== app.clientId || !app.worlds.includes(world.name)) {
      return world.unknownClient(form, id === app.clientId);
    }
    return secret === app.clientSecret ? form : world.wrongSecret();
  };

  const token = (world: World, request: SandboxRequest): SandboxReply => {
    const form = fromApp(world, request);
    if ('status' in form) return form;
    if (form.get('grant_type') === 'authorization_code') return exchange(world, form, request.at);
    if (form.get('grant_type') === 'refresh_token') return refresh(world, form);
    return refusal(400, 'unsupported_grant_type');
  };

  /** Legacy takes the token itself in the Authorization header; both take RFC 7009's form. */
  const revoke = (world: World, request: SandboxRequest): SandboxReply => {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (world.name === 'legacy' && bearer !== undefined) {
      return tokens.revoke(bearer) ? { status: 200 } : refusal(401, 'invalid_token');
    }
    const form = fromApp(world, request);
    if ('status' in form) return form;
    tokens.revoke(form.get('token') ?? '');
    return { status: 200 };
  };

  return {
    answer(request) {
      if (request.path === `${ISSUER}/.well-known/openid-configuration`) return discovery(request);
      for (const world of worlds) {
        if (request.path === world.authorize) return only('GET', request) ?? authorize(world, request);
        if (request.path === world.token) return only('POST', request) ?? token(world, request);
        if (request.path === world.revoke) return only('POST', request) ?? revoke(world, request);
      }
      return undefined;
    },
    signIn(scopes) {
      const world = worlds.find((one) => one.name === app.worlds[0]) as World;
      return family(
        world,
        scopes.map((name) => world.scopePrefix + name),
      );
    },
  };
}

function only(method: string, request: SandboxRequest): SandboxReply | undefined {
  return request.method === method ? undefined : { status: 405, headers: { allow: method } };
}

function discovery(request: SandboxRequest): SandboxReply {
  const origin = `http://${request.headers.host}`;
  const moi = worlds[0] as World;
  return {
    status: 200,
    body: {
      issuer: `${origin}${ISSUER}`,
      authorization_endpoint: origin + moi.authorize,
      token_endpoint: origin + moi.token,
      revocation_endpoint: origin + moi.revoke,
      scopes_supported: allScopes.map((name) => moi.scopePrefix + name),
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256', 'plain'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    },
  };
}
