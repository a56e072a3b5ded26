import type { PasswordGrant } from '../../src/core/provider.ts';
import { type LoggedRequest, type SandboxReply, serve } from '../../src/sandbox/server.ts';

export interface LoginEndpointOptions {
  readonly now?: () => number;
  /** The kinds of body that it reads; any other gets a 400. */
  readonly reads?: readonly ('json' | 'form')[];
  /** Seconds. */
  readonly lifetime?: number;
}

/** Knows one person, echoes in a 400 whatever it was sent, and takes each refresh token once. */
export async function startLoginEndpoint(options: LoginEndpointOptions = {}) {
  const { now = () => Date.now(), reads = ['json', 'form'], lifetime = 3600 } = options;
  const person = { username: 'ann@example.org', password: 'open sesame 7', userId: 'ann' };
  const refreshTokens = new Set<string>();
  let issued = 0;

  const granted = (who: object): SandboxReply => {
    issued += 1;
    refreshTokens.add(`refresh-${issued}`);
    const pair = { access_token: `access-${issued}`, refresh_token: `refresh-${issued}` };
    return { status: 200, body: { ...pair, expires_in: lifetime, token_type: 'bearer', ...who } };
  };
  const refused = (fields: Record<string, string>): SandboxReply => ({
    status: 400,
    body: { error: 'invalid_grant', error_description: `no such thing: ${JSON.stringify(fields)}` },
  });

  const server = await serve({
    now,
    handler: ({ headers, body }) => {
      const kind = headers['content-type'] === 'application/json' ? 'json' : 'form';
      const fields: Record<string, string> =
        kind === 'json' ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
      if (!reads.includes(kind) || fields.client_secret !== 'app-secret') return refused(fields);
      if (fields.grant_type === 'refresh_token')
        return refreshTokens.delete(fields.refresh_token ?? '') ? granted({}) : refused(fields);
      const isPerson = fields.username === person.username && fields.password === person.password;
      return isPerson ? granted({ userId: person.userId }) : refused(fields);
    },
  });
  const withUserId = ({ status, text }: { status: number; text: string }) => ({
    status,
    text: text.replace('"userId"', '"user_id"'),
  });

  return {
    server,
    person,
    grant: (changes: Partial<PasswordGrant> = {}): PasswordGrant => ({
      kind: 'password',
      tokenUrl: `${server.url}/tokens`,
      clientId: 'app',
      clientSecret: 'app-secret',
      username: person.username,
      password: person.password,
      seed: { accessToken: undefined, refreshToken: undefined },
      bodies: ['json', 'form'],
      backOff: 900_000,
      reply: withUserId,
      setup: 'An account with a password of its own.',
      ...changes,
    }),
    /** A refresh token it knows. */
    issue: () => {
      issued += 1;
      refreshTokens.add(`refresh-${issued}`);
      return { accessToken: `access-${issued}`, refreshToken: `refresh-${issued}` };
    },
    posts: (): LoggedRequest[] => server.requests,
    logins: () =>
      server.requests.filter(({ body }) => body.includes('password=') || body.includes('"password"')),
    close: () => server.close(),
  };
}

export type LoginEndpoint = Awaited<ReturnType<typeof startLoginEndpoint>>;
