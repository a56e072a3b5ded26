import { clockifyRules, ruleTitle, sessionSources } from '../../../src/cli/rules.ts';
import { sectionOf } from '../../../src/cli/sections.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { ProgramError } from '../../../src/core/errors.ts';
import { pushAll } from '../../../src/core/pushAll.ts';
import type { ClockifyConfig } from '../../../src/destinations/clockify/config.ts';
import { openWorkspace } from '../../../src/destinations/clockify.ts';
import { settingsFrom } from '../../../src/library/settings.ts';
import { clockify as clockifyProvider } from '../../../src/providers/clockify.ts';
import { providers } from '../../../src/providers/index.ts';
import { Quota } from '../../../src/sandbox/clockify/quota.ts';
import { service } from '../../../src/sandbox/clockify/service.ts';
import { newId, newWorkspace, type State } from '../../../src/sandbox/clockify/state.ts';
import type { Handler } from '../../../src/sandbox/server.ts';
import type { Store } from '../../../src/store/store.ts';
import type { AnsweringWire } from './answers.ts';
import type { Answered } from './damage.ts';
import { NOWHERE } from './recording.ts';

const KEY = 'a2V5';

const LOCK = {
  type: 'OLDER_THAN' as const,
  olderThanPeriod: 'DAYS' as const,
  olderThanValue: 400,
  changeDay: 'MONDAY' as const,
  firstDay: 'MONDAY' as const,
  dayOfMonth: 1,
};

/** Clockify without a socket: what it knows, and its answers. */
export interface Office {
  readonly state: State;
  /** `key` as of `keyOf`. */
  answer(key: string): Answered;
}

export function newOffice(now: () => number, before?: State): Office {
  const first = newWorkspace('Home', { automaticLock: LOCK });
  const state: State =
    before === undefined
      ? {
          now,
          zone: 'Europe/Berlin',
          plan: 'paid',
          language: 'en',
          admin: false,
          apiKey: KEY,
          user: { id: newId(), email: 'sandbox@example.com', name: 'Sandbox User' },
          colleagues: [],
          hidesUsers: false,
          workspaces: new Map([[first.id, first]]),
          normaliseDescription: (text) => text.trim(),
        }
      : { ...before, now, workspaces: structuredClone(before.workspaces) };
  const handle = service(state, new Quota('paid', { quota: { perSecond: 1e6 } }));
  return { state, answer: (key) => answered(handle, key, now()) };
}

function answered(handle: Handler, key: string, at: number): Answered {
  const [, method = '', target = '', body = ''] = /^(\S+) (\S+) (.*)$/s.exec(key) ?? [];
  const url = new URL(target, NOWHERE);
  const reply = handle({
    method,
    path: url.pathname,
    target,
    query: url.searchParams,
    headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
    body,
    at,
  });
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? '');
  return { status: reply.status, headers: { ...reply.headers }, text: reply.body === undefined ? '' : text };
}

/** A rule for everything that has sessions. */
const RULES = sessionSources(providers)
  .filter(
    ({ provider, resource }) =>
      provider !== clockifyProvider && `${provider.id}.${resource}` !== 'oura.sleep',
  )
  .map(({ provider, resource }) => ({ source: `${provider.id}.${resource}`, project: 'Everything' }));

export const OFFICE_CONFIG = settingsFrom<ClockifyConfig>(sectionOf(clockifyProvider), {
  api_key: KEY,
  base_url: `${NOWHERE}/api/v1`,
  requests_per_second: 50,
  tags: ['outside'],
  rules: RULES,
});

export interface Pushing {
  readonly store: Store;
  readonly wire: AnsweringWire;
  readonly clock: Clock;
}

/** What the command `sync --push-only` does. Answers what it ended with; rejects with our own fault. */
export async function pushWith({ store, wire, clock }: Pushing): Promise<ProgramError[]> {
  const rules = clockifyRules(OFFICE_CONFIG, providers, 'default');
  try {
    const common = { config: OFFICE_CONFIG, store, wire, clock, signal: undefined };
    const place = await openWorkspace({ ...common, wait: false, readOnly: false });
    const { rules: pushed } = await pushAll({
      rules: rules.map((rule) => {
        const under = place.under(rule.settings, ruleTitle(rule));
        return {
          rule,
          source: rule.source,
          style: place.style(rule.settings, rule.word, () => under.labels),
          destination: under.destination,
          settle: async () => void (await under.settle()),
        };
      }),
      list: place.list,
      sessions: (source) => store.sessions(source),
      account: 'default',
      ledger: store.ledger('clockify', place.target),
      clock,
      scope: undefined,
      force: false,
      restyle: false,
      allowDeletes: false,
      dryRun: false,
    });
    return pushed.flatMap(({ error }) => error ?? []);
  } catch (error) {
    if (error instanceof ProgramError) return [error];
    throw error;
  }
}
