import type { SandboxReply, SandboxRequest } from '../server.ts';
import type { Family, Pair, TokenBook } from '../tokens.ts';
import type { LoginGate } from './logins.ts';
import { badRequest, methodNotAllowed, refused, tooManyRequests, unauthorized } from './refusals.ts';

export type BodyKind = 'json' | 'form';

export interface Account {
  readonly userId: string;
  readonly email: string;
  password: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Such an account cannot use the password grant. */
  readonly twoFactor: boolean;
}

export interface SignInRules {
  readonly account: Account;
  readonly tokens: TokenBook;
  readonly gate: LoginGate;
  readonly lifeSeconds: number;
  readonly bodies: readonly BodyKind[];
  /** How a wrong password and a dead refresh token are refused. */
  readonly wrongPassword: 400 | 401;
}

type Fields = Readonly<Record<string, unknown>>;

/** `POST /v1/tokens` of the host for signing in. */
export function answerTokens(rules: SignInRules, request: SandboxRequest): SandboxReply {
  if (request.method !== 'POST') return methodNotAllowed('POST');
  const fields = fieldsOf(request.body);
  const renewal = fields.grant_type === 'refresh_token';
  if (!renewal && !rules.gate.attempt(request.at)) return tooManyRequests;
  const kind = bodyKind(request);
  if (kind === undefined || !rules.bodies.includes(kind)) return missing(fields);
  const { account } = rules;
  if (fields.client_id !== account.clientId || fields.client_secret !== account.clientSecret) {
    return missing(fields);
  }
  if (renewal) return renewed(rules, fields);
  if (fields.grant_type !== 'password') return missing(fields, 'grant_type');
  for (const name of ['username', 'password']) {
    if (typeof fields[name] !== 'string' || fields[name] === '') return missing(fields, name);
  }
  return loggedIn(rules, fields);
}

function loggedIn(rules: SignInRules, fields: Fields): SandboxReply {
  const { account, tokens } = rules;
  if (!matches(account, fields.username, fields.password)) return denied(rules, fields);
  if (account.twoFactor) return denied(rules, fields);
  const pair = tokens.issue(newFamily());
  return granted(pair, rules.lifeSeconds, { userId: account.userId });
}

/** The reply does not say whose tokens these are. */
function renewed(rules: SignInRules, fields: Fields): SandboxReply {
  const found = rules.tokens.refresh(String(fields.refresh_token ?? ''), WORLD);
  return typeof found === 'string' ? denied(rules, fields) : granted(found.pair, rules.lifeSeconds, {});
}

function granted(pair: Pair, lifeSeconds: number, whose: { userId?: string }): SandboxReply {
  return {
    status: 200,
    body: { ...pair, expires_in: lifeSeconds, token_type: 'bearer', ...whose },
  };
}

const WORLD = 'eightsleep';
const newFamily = (): Family => ({ world: WORLD, scopes: [], scopeText: '', dead: false });

const matches = (account: Account, email: unknown, password: unknown) =>
  String(email).toLowerCase() === account.email.toLowerCase() && password === account.password;

/** Says in full what was sent, the password included. */
function echo(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
    .join('');
}

/** What is wrong with the client has no name there: `"undefined" is required`. */
function missing(fields: Fields, name = 'undefined'): SandboxReply {
  return badRequest(`{\n${echo(fields)}  "${name}" [1]: -- missing --\n}\n\n[1] "${name}" is required`);
}

function denied({ wrongPassword }: SignInRules, fields: Fields): SandboxReply {
  if (wrongPassword === 401) return refused(401, 'Unauthorized', { error: 'invalid_grant' });
  const error_description = `{\n${echo(fields)}}\n\nthe grant is invalid`;
  return refused(400, 'BadRequest', { error: 'invalid_grant', error_description });
}

function bodyKind(request: SandboxRequest): BodyKind | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined;
}

/** Whatever its content type says: also a body that is refused for its type is echoed. */
function fieldsOf(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Fields) : {};
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

/**
 * `POST /v1/login` of the old days still hands out session tokens, and each one counts as a login; no data is given for
 * them any more.
 */
export function answerOldLogin({ account, gate }: SignInRules, request: SandboxRequest): SandboxReply {
  if (request.method !== 'POST') return methodNotAllowed('POST');
  if (!gate.attempt(request.at)) return tooManyRequests;
  const { email, password } = fieldsOf(request.body);
  if (!matches(account, email, password) || account.twoFactor) return unauthorized;
  const expirationDate = new Date(request.at + 30 * 86_400_000).toISOString();
  return { status: 200, body: { session: { userId: account.userId, token: 'of-no-use', expirationDate } } };
}
