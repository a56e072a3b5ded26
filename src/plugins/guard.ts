import type { AnyProvider, Limits } from '../core/provider.ts';
import { answering, type Guard } from './fault.ts';
import { guardedResource } from './resource.ts';
import {
  broken,
  count,
  isObject,
  type Kind,
  localDate,
  object,
  optional,
  rules,
  text,
  words,
  yesNo,
} from './rules.ts';
import { guardedFunctions, guardedSignIn, signInFault } from './signIn.ts';

const address: Kind = {
  isFine: (value) => typeof value === 'string' && URL.canParse(value),
  expected: 'an address',
};
const REPLY = rules({ status: count(100, 599), headers: object, text });
const WINDOW = rules({ requests: count(1, 1e9), seconds: count(1, 31_622_400) });

/**
 * The description with each of its functions behind a guard: whatever a plugin throws or answers amiss becomes an error
 * that names it and ends one source or resource, never the program.
 */
export function guardedProvider(provider: AnyProvider): AnyProvider {
  const { id } = provider;
  const settings: Guard = { plugin: id, source: id, of: 'settings' };
  const work: Guard = { plugin: id, source: id, of: 'work' };
  const own = { ...provider, ...answers(settings, provider, SETTINGS), ...answers(work, provider, AT_WORK) };
  const { auth, limits } = provider;
  const signIn = answering(settings, 'auth', auth, signInFault);
  const allowed = limits && answering(settings, 'limits', limits, limitsFault);
  return {
    ...own,
    auth: (config) => guardedSignIn(work, signIn(config)),
    ...(allowed && { limits: (config) => guardedLimits(work, allowed(config)) }),
    resources: provider.resources.map((one) => guardedResource(id, one)),
  };
}

/** Asks a description once for everything that the configuration decides, before anything is read with it. */
export function settle(provider: AnyProvider, config: unknown): void {
  provider.enabled(config);
  provider.startDate(config);
  provider.overlapDays?.(config);
  provider.overlapSeconds?.(config);
  provider.baseUrl(config);
  provider.auth(config);
  provider.limits?.(config);
  provider.chosenResources?.(config);
  provider.extras?.(config);
}

type Answers = Readonly<Partial<Record<keyof AnyProvider, Kind>>>;

const SETTINGS: Answers = {
  enabled: yesNo,
  startDate: localDate,
  baseUrl: address,
  overlapDays: count(1, 36_500),
  overlapSeconds: count(0, 3_162_240_000),
  chosenResources: optional(words),
  extras: words,
};
const AT_WORK: Answers = {
  explain: optional(text),
  plainReply: { isFine: (value) => broken(value, REPLY) === undefined, expected: 'a reply' },
};

/** The named functions, guarded, where the description has them. */
function answers(guard: Guard, provider: AnyProvider, kinds: Answers): Partial<AnyProvider> {
  const functions = Object.entries(kinds).flatMap(([name, { isFine, expected }]) => {
    const work = provider[name as keyof AnyProvider];
    if (typeof work !== 'function') return [];
    const faultOf = (answer: unknown) => (isFine(answer) ? undefined : `it must answer ${expected}`);
    return [[name, answering(guard, name, work as (...args: unknown[]) => unknown, faultOf)]];
  });
  return Object.fromEntries(functions);
}

function limitsFault(answer: unknown): string | undefined {
  if (!isObject(answer)) return 'it must answer an object';
  const { windows = [], unexplained } = answer;
  if (typeof unexplained !== 'number' && typeof unexplained !== 'function')
    return 'unexplained must be milliseconds';
  if (!Array.isArray(windows)) return 'windows must be a list';
  return windows.map((window) => broken(window, WINDOW, 'windows')).find((fault) => fault !== undefined);
}

function guardedLimits(guard: Guard, limits: Limits): Limits {
  return { ...limits, ...guardedFunctions(guard, limits, ['unexplained', 'told']) };
}
