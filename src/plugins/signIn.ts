import type { Auth } from '../core/auth.ts';
import { type Guard, guarded } from './fault.ts';
import {
  broken,
  count,
  filledList,
  isObject,
  line,
  object,
  optional,
  type Rule,
  rules,
  text,
  words,
} from './rules.ts';

const maybe = optional(text);

const KINDS: Readonly<Record<string, readonly Rule[]>> = {
  apiKey: rules({ header: line, key: maybe, configKey: line, setup: line }),
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
  }),
};
const WORLD = rules({ id: line, authorizeUrl: text, tokenUrl: text, revokeUrl: maybe, scopePrefix: text });

/** What keeps an answer from being a sign-in; undefined: it is one. */
export function signInFault(answer: unknown): string | undefined {
  const kind = isObject(answer) ? String(answer.kind) : '';
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (known === undefined) return `it must be made by one of ${Object.keys(KINDS).join(', ')}`;
  const fault = broken(answer, known);
  if (fault !== undefined || kind !== 'oauth2') return fault;
  const { worlds } = answer as { worlds: readonly unknown[] };
  return worlds.map((world) => broken(world, WORLD, 'worlds')).find((one) => one !== undefined);
}

/** The sign-in with the functions in it guarded. */
export function guardedSignIn(guard: Guard, auth: Auth): Auth {
  if (auth.kind === 'apiKey') return auth;
  if (auth.kind === 'password') return { ...auth, ...guardedFunctions(guard, auth, ['reply']) };
  const { dialect } = auth;
  if (dialect === undefined) return auth;
  const names = ['form', 'reply', 'revocation'] as const;
  return { ...auth, dialect: { ...dialect, ...guardedFunctions(guard, dialect, names) } };
}

/** Those of the named members that are functions, guarded. */
export function guardedFunctions<T extends object>(
  guard: Guard,
  thing: T,
  names: readonly (keyof T)[],
): Partial<T> {
  const functions = names.flatMap((name) => {
    const work: unknown = thing[name];
    return typeof work === 'function' ? [[name, guarded(guard, String(name), work as () => unknown)]] : [];
  });
  return Object.fromEntries(functions) as Partial<T>;
}
