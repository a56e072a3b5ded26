import type { Auth, Dialect, OAuth2, PlainReply } from '../core/auth.ts';
import { answering, answeringLater, type Guard } from './fault.ts';
import {
  broken,
  callable,
  count,
  expecting,
  filledList,
  isObject,
  type Kind,
  line,
  object,
  optional,
  type Rule,
  rules,
  text,
  textByName,
  words,
  yes,
} from './rules.ts';

const maybe = optional(text);

const KINDS: Readonly<Record<string, readonly Rule[]>> = {
  apiKey: rules({ header: line, key: maybe, configKey: line, setup: line, onlyConfigured: optional(yes) }),
  oauth2: rules({
    clientId: maybe,
    clientSecret: maybe,
    redirectUri: text,
    scopes: words,
    worlds: filledList,
    seed: object,
    setup: line,
    dialect: optional(object),
  }),
  password: rules({
    tokenUrl: text,
    clientId: maybe,
    clientSecret: maybe,
    username: maybe,
    password: maybe,
    seed: object,
    bodies: filledList,
    backOff: count(0, 7 * 86_400_000),
    setup: line,
    reply: optional(callable),
  }),
};
const WORLD = rules({
  id: line,
  authorizeUrl: text,
  tokenUrl: text,
  revokeUrl: maybe,
  issuer: maybe,
  scopePrefix: text,
});
const SEED = rules({ accessToken: maybe, refreshToken: maybe });
const DIALECT = rules({
  scopeSeparator: { isFine: (value) => value === undefined || value === ',', expected: '",", or left out' },
  authorizeParameters: optional(textByName),
  withoutChallenge: optional(yes),
  form: optional(callable),
  reply: optional(callable),
  revocation: optional(callable),
  keepsOldRefreshToken: optional(yes),
  renewsOnlyWith: maybe,
});

/** What keeps an answer from being a sign-in; undefined: it is one. */
export function signInFault(answer: unknown): string | undefined {
  const kind = isObject(answer) ? String(answer.kind) : '';
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined) return `it must be made by one of ${Object.keys(KINDS).join(', ')}`;
  const fault = broken(answer, known);
  if (fault !== undefined || kind === 'apiKey') return fault;
  const { seed, worlds = [], dialect = {} } = answer as Partial<OAuth2>;
  const faults = [
    broken(seed, SEED, 'seed'),
    broken(dialect, DIALECT, 'dialect'),
    ...worlds.map((world) => broken(world, WORLD, 'worlds')),
  ];
  return faults.find((one) => one !== undefined);
}

const PLAIN_REPLY = rules({ status: count(100, 599), text });
const REQUEST = rules({
  method: { isFine: (value) => value === 'POST' || value === 'DELETE', expected: 'POST or DELETE' },
  url: text,
  headers: optional(textByName),
  form: optional(textByName),
});
const plainReply: Kind = {
  isFine: (value) => broken(value, PLAIN_REPLY) === undefined,
  expected: 'a status and a text',
};
const request: Kind = { isFine: (value) => broken(value, REQUEST) === undefined, expected: 'a request' };

/** The sign-in with the functions in it guarded. */
export function guardedSignIn(guard: Guard, auth: Auth): Auth {
  if (auth.kind === 'apiKey') return auth;
  if (auth.kind === 'oauth2')
    return auth.dialect === undefined ? auth : { ...auth, dialect: guardedDialect(guard, auth.dialect) };
  return auth.reply === undefined ? auth : { ...auth, reply: guardedReply(guard, auth.reply.bind(auth)) };
}

function guardedDialect(guard: Guard, dialect: Dialect): Dialect {
  const { form, reply, revocation } = dialect;
  return {
    ...dialect,
    ...(form && { form: answeringLater(guard, 'form', form.bind(dialect), expecting(textByName)) }),
    ...(reply && { reply: guardedReply(guard, reply.bind(dialect)) }),
    ...(revocation && {
      revocation: answeringLater(guard, 'revocation', revocation.bind(dialect), expecting(request)),
    }),
  };
}

function guardedReply(guard: Guard, reply: (reply: PlainReply) => PlainReply) {
  return answering(guard, 'reply', reply, expecting(plainReply));
}
