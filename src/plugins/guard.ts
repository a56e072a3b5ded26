import type { AnyProvider, Limits } from '../core/provider.ts';
import { answering, type Guard } from './fault.ts';
import { guardedResource } from './resource.ts';
import {
  broken,
  callable,
  count,
  epoch,
  expecting,
  type Kind,
  list,
  localDate,
  milliseconds,
  object,
  optional,
  positive,
  rules,
  text,
  words,
  yes,
  yesNo,
} from './rules.ts';
import { guardedSignIn, signInFault } from './signIn.ts';

const address: Kind = {
  isFine: (value) => typeof value === 'string' && URL.canParse(value),
  expected: 'an address',
};
const REPLY = rules({ status: count(100, 599), headers: object, text });
const LIMITS = rules({
  windows: optional(list),
  perSecond: optional(positive),
  unexplained: {
    isFine: (value) => callable.isFine(value) || milliseconds.isFine(value),
    expected: 'milliseconds, or a function that answers them',
  },
  told: optional(callable),
});
/** Until when nothing goes out. */
const until: Kind = {
  isFine: (value) => value === undefined || epoch.isFine(value),
  expected: `${epoch.expected}, or undefined`,
};
const WINDOW = rules({
  requests: count(1, 1e9),
  seconds: count(1, 31_622_400),
  aligned: optional(yes),
  kept: optional(count(0, 1e9)),
});

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
  const signIn = answering(settings, 'auth', auth.bind(provider), signInFault);
  const allowed = limits && answering(settings, 'limits', limits.bind(provider), limitsFault);
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
  const functions = Object.entries(kinds).flatMap(([name, kind]) => {
    const work: unknown = provider[name as keyof AnyProvider];
    return typeof work === 'function'
      ? [[name, answering(guard, name, work.bind(provider), expecting(kind))]]
      : [];
  });
  return Object.fromEntries(functions);
}

function limitsFault(answer: unknown): string | undefined {
  const own = broken(answer, LIMITS);
  if (own !== undefined) return own;
  const { windows = [] } = answer as Limits;
  return windows.map((window) => broken(window, WINDOW, 'windows')).find((fault) => fault !== undefined);
}

function guardedLimits(guard: Guard, limits: Limits): Limits {
  const { unexplained, told } = limits;
  return {
    ...limits,
    unexplained:
      typeof unexplained === 'number'
        ? unexplained
        : answering(guard, 'unexplained', unexplained.bind(limits), expecting(milliseconds)),
    told: told && answering(guard, 'told', told.bind(limits), expecting(until)),
  };
}
