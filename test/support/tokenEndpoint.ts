import { createHash } from 'node:crypto';
import { systemClock } from '../../src/core/clock.ts';
import type { OAuth2 } from '../../src/core/provider.ts';
import {
  type LoggedRequest,
  type SandboxReply,
  type SandboxRequest,
  serve,
} from '../../src/sandbox/server.ts';

export interface TokenEndpointOptions {
  readonly now?: () => number;
  /** The world that knows the app; the other one answers `unknownApp`. */
  readonly home?: 'new' | 'old';
  readonly unknownApp?: { status: number; error: string };
  /** How often a refresh token works that was already traded in: strict is 0. */
  readonly grace?: number;
  /** Seconds. */
  readonly lifetime?: number;
}

/** Small and strict: two worlds, single-use codes bound by S256, single-use refresh tokens. */
export async function startTokenEndpoint(options: TokenEndpointOptions = {}) {
  const { now = () => systemClock.now(), home = 'new', grace = 0, lifetime = 3600 } = options;
  const unknownApp = options.unknownApp ?? { status: 400, error: 'invalid_client' };
  const codes = new Map<string, { challenge: string; redirectUri: string }>();
  const refreshTokens = new Map<string, { uses: number }>();
  let issued = 0;

  const pair = () => {
    issued += 1;
    const refreshToken = `refresh-${issued}`;
    refreshTokens.set(refreshToken, { uses: 0 });
    return {
      access_token: `access-${issued}`,
      refresh_token: refreshToken,
      expires_in: lifetime,
      token_type: 'Bearer',
    };
  };

  const token = (form: URLSearchParams): SandboxReply => {
    if (form.get('client_id') !== 'app' || form.get('client_secret') !== 'app-secret')
      return error('invalid_client');
    if (form.get('grant_type') === 'authorization_code') {
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
        return error('invalid_grant');
      return { status: 200, body: { ...pair(), scope: 'x:daily x:heartrate' } };
    }
    const known = refreshTokens.get(form.get('refresh_token') ?? '');
    if (known === undefined || known.uses > grace) return error('invalid_grant');
    known.uses += 1;
    return { status: 200, body: pair() };
  };

  const handler = (request: SandboxRequest): SandboxReply => {
    const [, world, action] = request.path.split('/');
    if (action === 'authorize')
      return world === home ? { status: 302, headers: { location: '/consent' } } : { status: 400 };
    if (action === 'revoke') return { status: 200 };
    if (action !== 'token') return { status: 404 };
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      return error('invalid_request');
    if (world !== home) return { status: unknownApp.status, body: { error: unknownApp.error } };
    return token(new URLSearchParams(request.body));
  };

  const server = await serve({ now, handler });
  const world = (id: string) => ({
    id,
    authorizeUrl: `${server.url}/${id}/authorize`,
    tokenUrl: `${server.url}/${id}/token`,
    revokeUrl: `${server.url}/${id}/revoke`,
    scopePrefix: id === 'new' ? 'x:' : '',
  });

  return {
    server,
    /** A pair this service knows. */
    issue: () => {
      const { access_token, refresh_token } = pair();
      return { accessToken: access_token, refreshToken: refresh_token };
    },
    oauth: (changes: Partial<OAuth2> = {}): OAuth2 => ({
      kind: 'oauth2',
      clientId: 'app',
      clientSecret: 'app-secret',
      redirectUri: 'http://localhost:1/callback',
      scopes: ['daily', 'heartrate', 'workout'],
      worlds: [world('new'), world('old')],
      seed: { accessToken: undefined, refreshToken: undefined },
      setup: 'Create an app at the service.',
      ...changes,
    }),
    /** What the browser is sent back to after consent. */
    consent: (authorize: URL, extra: Record<string, string> = {}): URL => {
      const query = authorize.searchParams;
      const code = `code-${codes.size + 1}`;
      const redirectUri = query.get('redirect_uri') ?? '';
      codes.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri });
      const back = new URL(redirectUri);
      back.search = new URLSearchParams({ code, state: query.get('state') ?? '', ...extra }).toString();
      return back;
    },
    posts: (): LoggedRequest[] => server.requests.filter((one) => one.method === 'POST'),
    close: () => server.close(),
  };
}

export type StrictTokenEndpoint = Awaited<ReturnType<typeof startTokenEndpoint>>;

function error(code: string): SandboxReply {
  return { status: 400, body: { error: code } };
}
