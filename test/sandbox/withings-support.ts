import { createHmac } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  startWithings,
  type WithingsSandbox,
  type WithingsSandboxOptions,
} from '../../src/sandbox/withings.ts';

export const NOW = Date.parse('2026-09-10T12:00:00Z');
export const SECOND = NOW / 1000;
export const DAY = 86_400;
export const REDIRECT = 'http://localhost:8485/callback';

// biome-ignore lint/suspicious/noExplicitAny: replies of every shape, asserted field by field
type Body = any;

export interface Reply {
  readonly http: number;
  readonly status: number;
  readonly body: Body;
  readonly error: string | undefined;
  readonly text: string;
}

type Fields = Readonly<Record<string, string | number>>;

export interface Fixture {
  readonly withings: WithingsSandbox;
  /** `/measure getmeas`, by the person's own token unless another one (or '' for none) is given. */
  call(name: string, fields?: Fields, token?: string): Promise<Reply>;
  /** Every page of a call, as rows of the list with that name. */
  pages(name: string, list: string, fields: Fields): Promise<Body[][]>;
  advance(seconds: number): void;
}

const running: WithingsSandbox[] = [];
afterEach(() => Promise.all(running.splice(0).map((sandbox) => sandbox.close())));

export async function withings(options: Partial<WithingsSandboxOptions> = {}): Promise<Fixture> {
  let now = NOW;
  const sandbox = await startWithings({ now: () => now, ...options });
  running.push(sandbox);
  const own = sandbox.issueToken().access_token;
  const call: Fixture['call'] = async (name, fields = {}, token = own) => {
    const [path, action = ''] = name.split(' ');
    const form = new URLSearchParams({ action });
    for (const [key, value] of Object.entries(fields)) form.set(key, String(value));
    const response = await fetch(sandbox.url + path, {
      method: 'POST',
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      body: form,
    });
    const text = await response.text();
    return { http: response.status, text, error: undefined, ...JSON.parse(text) };
  };
  return {
    withings: sandbox,
    call,
    async pages(name, list, fields) {
      const found: Body[][] = [];
      for (let offset = 0; ; ) {
        const { body } = await call(name, offset === 0 ? fields : { ...fields, offset });
        found.push(body[list]);
        if (!body.more) return found;
        offset = body.offset;
      }
    },
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}

/** The values in alphabetical order of their names: action, client_id, then nonce or timestamp. */
export function sign(secret: string, ...values: (string | number)[]): string {
  return createHmac('sha256', secret).update(values.join(',')).digest('hex');
}

export async function nonceFor({ withings, call }: Fixture, timestamp = SECOND): Promise<string> {
  const { clientId: client_id, clientSecret } = withings;
  const signature = sign(clientSecret, 'getnonce', client_id, timestamp);
  const reply = await call('/v2/signature getnonce', { client_id, timestamp, signature }, '');
  return reply.body.nonce;
}

/** The fields of the signed form, with a fresh nonce. */
export async function signedBy(fixture: Fixture, action: string): Promise<Record<string, string>> {
  const { clientId: client_id, clientSecret } = fixture.withings;
  const nonce = await nonceFor(fixture);
  return { client_id, nonce, signature: sign(clientSecret, action, client_id, nonce) };
}

export async function authorize({ withings }: Fixture, changes: Record<string, string> = {}) {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: withings.clientId,
    state: 'the state',
    scope: 'user.info,user.metrics,user.activity',
    redirect_uri: REDIRECT,
    ...changes,
  });
  const page = `${withings.settings.authorize_url}?${query}`;
  const reply = await fetch(page, { redirect: 'manual' });
  const location = reply.headers.get('location');
  return { http: reply.status, back: location === null ? undefined : new URL(location), reply };
}

export async function codeOf(fixture: Fixture, changes: Record<string, string> = {}): Promise<string> {
  return (await authorize(fixture, changes)).back?.searchParams.get('code') ?? '';
}

export const secretOf = ({ withings }: Fixture) => ({
  client_id: withings.clientId,
  client_secret: withings.clientSecret,
});

export const withCode = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
});

export const withRefresh = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });

export const TOKEN = '/v2/oauth2 requesttoken';
