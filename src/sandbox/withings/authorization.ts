import { randomBytes } from 'node:crypto';
import { codeBook } from '../codes.ts';
import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Family, Pair, TokenBook } from '../tokens.ts';
import { BAD_CALLBACK, fine, guarded, invalid, NOT_IMPLEMENTED, Refused, UNAUTHORIZED } from './envelope.ts';
import { type Form, formOf, needed } from './form.ts';
import { signatures } from './signatures.ts';

export const AUTHORIZE = '/oauth2_user/authorize2';
export const scopes = ['user.info', 'user.metrics', 'user.activity', 'user.sleepevents'] as const;
export type Scope = (typeof scopes)[number];

/** How the app proves who it is when it asks for tokens. */
export type Proof = 'both' | 'secret' | 'signed';

export interface App {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: ReadonlySet<string>;
  readonly accept: Proof;
  readonly userid: number;
  readonly tokenLifeSeconds: number;
}

/** What the invented person does when asked. */
export interface Consent {
  granted: ReadonlySet<string>;
  denied: boolean;
}

export interface Authorization {
  /** Undefined when the path is none of its routes. */
  answer(request: SandboxRequest): SandboxReply | undefined;
  signIn(asked: readonly string[]): Family;
}

const CODE_LIFE_SECONDS = 30;

export function authorization(
  app: App,
  consent: Consent,
  tokens: TokenBook,
  now: () => number,
): Authorization {
  const codes = codeBook({ lifeSeconds: CODE_LIFE_SECONDS, now });
  const signed = signatures(app);

  const signIn = (asked: readonly string[]): Family => {
    const granted = asked.filter((one) => consent.granted.has(one));
    return { world: 'withings', scopes: granted, scopeText: granted.join(','), dead: false };
  };

  const reply = (pair: Pair, { scopeText }: Family): SandboxReply =>
    fine({
      userid: app.userid,
      ...pair,
      scope: scopeText,
      expires_in: app.tokenLifeSeconds,
      csrf_token: randomBytes(20).toString('hex'),
      token_type: 'Bearer',
    });

  const exchange = (form: Form): SandboxReply => {
    const grant = codes.redeem(needed(form, 'code'));
    if (typeof grant === 'string') throw invalid('invalid code');
    if (grant.redirectUri !== needed(form, 'redirect_uri')) throw invalid('invalid redirect_uri');
    const family = signIn(grant.scopes);
    return reply(tokens.issue(family), family);
  };

  const refresh = (form: Form): SandboxReply => {
    const done = tokens.refresh(needed(form, 'refresh_token'), 'withings');
    if (typeof done === 'string') throw invalid('invalid refresh_token');
    return reply(done.pair, done.family);
  };

  const requestToken = (form: Form, at: number): SandboxReply => {
    prove(app, form, () => signed.check(form, at));
    const type = needed(form, 'grant_type');
    if (type === 'authorization_code') return exchange(form);
    if (type === 'refresh_token') return refresh(form);
    throw invalid('invalid grant_type');
  };

  const revoke = (form: Form, at: number): SandboxReply => {
    if (form.get('client_id') !== app.clientId) throw invalid('invalid client_id');
    signed.check(form, at);
    if (needed(form, 'userid') !== String(app.userid)) throw invalid('invalid userid');
    tokens.revokeAll();
    return fine({});
  };

  const actions: Readonly<Record<string, (form: Form, at: number) => SandboxReply>> = {
    '/v2/oauth2 requesttoken': requestToken,
    '/v2/oauth2 revoke': revoke,
    '/v2/signature getnonce': (form, at) => fine({ nonce: signed.newNonce(form, at) }),
  };

  return {
    signIn,
    answer(request) {
      if (request.path === AUTHORIZE) {
        return guarded(() => authorize(app, consent, request, (grant) => codes.issue(grant)));
      }
      if (request.path !== '/v2/oauth2' && request.path !== '/v2/signature') return undefined;
      const form = formOf(request);
      const run = actions[`${request.path} ${form.get('action')}`];
      return guarded(() => {
        if (run === undefined) throw new Refused(NOT_IMPLEMENTED, 'Not implemented');
        return run(form, request.at);
      });
    },
  };
}

/** One of the two ways, never a mixture. */
function prove(app: App, form: Form, checkSignature: () => void): void {
  const secret = form.get('client_secret');
  const signs = form.has('nonce') || form.has('signature');
  if (form.get('client_id') !== app.clientId) throw invalid('invalid client id/secret');
  if ((secret !== undefined) === signs) throw invalid('either client_secret or nonce and signature');
  if (app.accept !== 'both' && (app.accept === 'signed') !== signs) {
    throw new Refused(UNAUTHORIZED, 'Unauthorized');
  }
  if (signs) checkSignature();
  else if (secret !== app.clientSecret) throw invalid('invalid client id/secret');
}

type Issue = (grant: { redirectUri: string; scopes: readonly string[] }) => string;

/** The page of the sign-in, with a person who answers at once. */
function authorize(app: App, consent: Consent, request: SandboxRequest, issue: Issue): SandboxReply {
  const form: Form = new Map([...request.query].filter(([, value]) => value !== ''));
  if (request.method !== 'GET') throw new Refused(NOT_IMPLEMENTED, 'Not implemented');
  if (needed(form, 'client_id') !== app.clientId) throw invalid('invalid client_id');
  const redirectUri = needed(form, 'redirect_uri');
  if (!app.redirectUris.has(redirectUri)) throw new Refused(BAD_CALLBACK, 'Invalid Params: invalid callback');
  if (needed(form, 'response_type') !== 'code') throw invalid('invalid response_type');
  if ((form.get('mode') ?? 'demo') !== 'demo') throw invalid('invalid mode');
  const state = needed(form, 'state');
  const asked = needed(form, 'scope').split(',');
  // Names separated by spaces are one unknown name.
  if (asked.some((one) => !scopes.some((known) => known === one))) throw invalid('invalid scope');
  const target = new URL(redirectUri);
  if (consent.denied) target.searchParams.set('error', 'access_denied');
  else target.searchParams.set('code', issue({ redirectUri, scopes: asked }));
  target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href } };
}
