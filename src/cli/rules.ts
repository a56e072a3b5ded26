import { didYouMean, printable } from '../core/config/suggestions.ts';
import type { Config } from '../core/config.ts';
import { markerWord } from '../core/description.ts';
import { UsageError } from '../core/errors.ts';
import type { AnyProvider, Resource } from '../core/provider.ts';
import type { MarkedKind } from '../core/push/cleanup.ts';
import { isFrom, type Rule, type Source } from '../core/push/rule.ts';
import type { ClockifyConfig } from '../destinations/clockify/config.ts';
import { SOURCE } from '../destinations/clockify/name.ts';
import type { RuleConfig } from '../destinations/clockify/rules.ts';
import { PUSHED } from '../destinations/clockify/rules.ts';
import { mainRule, pushedTypes, type RuleSettings } from '../destinations/clockify/settings.ts';
import { runHint } from '../program.ts';
import type { StoredSession } from '../store/sessions.ts';
import type { readStatus } from '../store/status.ts';

/** One rule for one resource: a rule for a whole provider is as many of these as it has resources with sessions. */
export interface ClockifyRule extends Rule {
  /** As counted in the file; null: the section's own keys, which are for sleep. */
  readonly number: number | null;
  /** `strava.activities`. */
  readonly name: string;
  readonly settings: RuleSettings;
  /** The word in the markers of its entries. */
  readonly word: string;
}

/** Where entries of ours may come from, with or without a rule. */
export interface SessionSource {
  readonly provider: AnyProvider;
  readonly resource: string;
}

const WITH_SESSIONS: ReadonlySet<string> = new Set(['sleep_sessions', 'workouts']);

function hasSessions({ sessions, common }: Resource): boolean {
  return sessions !== undefined || common?.some(({ view }) => WITH_SESSIONS.has(view)) === true;
}

export function sessionSources(providers: readonly AnyProvider[]): SessionSource[] {
  return providers.flatMap((provider) =>
    provider.resources.filter(hasSessions).map(({ name }) => ({ provider, resource: name })),
  );
}

/** The word in the markers of a source's entries. The source of the first version has the provider's word alone. */
export function wordOf({ provider, resource }: SessionSource, account: string): string {
  const isMain = provider.id === PUSHED.provider && resource === PUSHED.resource;
  return markerWord(provider.marker, isMain ? undefined : resource, account);
}

/** What becomes time entries, in the order it is written: sleep, then the rules as the file has them. */
export function clockifyRules(
  config: ClockifyConfig,
  providers: readonly AnyProvider[],
  account: string,
): ClockifyRule[] {
  const sources = sessionSources(providers);
  const isMain = ({ provider, resource }: SessionSource) =>
    provider.id === PUSHED.provider && resource === PUSHED.resource;
  const rule = (number: number | null, settings: RuleSettings, source: SessionSource): ClockifyRule => ({
    number,
    name: `${source.provider.id}.${source.resource}`,
    source: { provider: source.provider.id, account, resource: source.resource },
    settings,
    word: wordOf(source, account),
    style: { kind: settings.kind, types: settings.types },
  });
  return [
    ...sources.filter(isMain).map((source) => rule(null, mainRule(config), source)),
    ...config.rules.flatMap((settings, index) =>
      sources
        .filter((source) => isNamed(settings, source))
        .map((source) => rule(index + 1, settings, source)),
    ),
  ];
}

/** `rule 2`, or what the main one is called. */
export function ruleTitle({ number }: Pick<ClockifyRule, 'number'>): string {
  return number === null ? 'Clockify' : `Clockify (rule ${number})`;
}

function isNamed({ source }: RuleConfig, { provider, resource }: SessionSource): boolean {
  const [id, name] = split(source);
  return provider.id === id && (name === undefined || resource.toLowerCase() === name);
}

function split(source: string): [provider: string, resource: string | undefined] {
  const [provider = '', resource] = source.toLowerCase().split('.');
  return [provider, resource];
}

/** Throws UsageError naming file, rule and key where a rule's source does not exist or has nothing with a start and an end. */
export function refuseUnknownSources(
  config: Pick<Config, 'file' | 'section'>,
  providers: readonly AnyProvider[],
): void {
  for (const [index, rule] of config.section<ClockifyConfig>(SOURCE).rules.entries()) {
    const fault = sourceFault(rule, providers);
    if (fault === undefined) continue;
    const place = `${config.file}: [[${SOURCE}.rules]] #${index + 1}`;
    throw new UsageError(`${place} ${fault}`, { hint: runHint('providers') });
  }
}

function sourceFault(rule: RuleConfig, providers: readonly AnyProvider[]): string | undefined {
  const [id, name] = split(rule.source);
  const provider = providers.find((one) => one.id === id);
  if (provider === undefined) {
    const ids = providers.map((one) => one.id);
    return `source: there is no provider "${printable(id)}"${didYouMean(id, ids)}`;
  }
  const fitting = provider.resources.filter(hasSessions);
  if (name === undefined && fitting.length === 0)
    return `source: nothing that ${id} has begins and ends at a time`;
  const found = provider.resources.find((one) => one.name.toLowerCase() === name);
  if (name !== undefined && found === undefined) {
    const all = provider.resources.map((one) => `${id}.${one.name}`);
    return `source: there is no "${printable(rule.source)}"${didYouMean(rule.source, all)}`;
  }
  if (found !== undefined && !hasSessions(found)) {
    const names = fitting.map((one) => `${id}.${one.name}`);
    const others = names.length === 0 ? '' : `; these do: ${names.join(', ')}`;
    return `source: the records of ${id}.${found.name} do not begin and end at a time${others}`;
  }
  return kindFault(rule, found === undefined ? fitting : [found]);
}

function kindFault({ kind }: RuleConfig, resources: readonly Resource[]): string | undefined {
  if (kind === undefined) return undefined;
  const kinds = [...new Set(resources.flatMap(kindsOf))];
  if (kinds.includes(kind)) return undefined;
  return `kind: "${printable(kind)}" is not one of ${kinds.join(', ')}${didYouMean(kind, kinds)}`;
}

function kindsOf({ sessions, common }: Resource): readonly string[] {
  const views = common?.map(({ view }) => view) ?? [];
  const usual = [
    ...(views.includes('sleep_sessions') ? ['sleep'] : []),
    ...(views.includes('workouts') ? ['workout'] : []),
  ];
  return sessions ?? usual;
}

/** Sessions that wait for an entry, by source and by the ledger alone. */
export function pendingBySource(
  { pending }: Pick<ReturnType<typeof readStatus>, 'pending'>,
  rules: readonly ClockifyRule[],
): { source: string; pending: number }[] {
  return [...Map.groupBy(rules, ({ name }) => name)].map(([source, own]) => {
    const { provider, resource } = (own[0] as ClockifyRule).source;
    const types = own.map(({ settings }) => pushedTypes(settings));
    return { source, pending: pending(provider, resource, types) };
  });
}

/** Every source whose entries can be told by the word in their markers, also when no rule names it any more. */
export function markedKinds(
  config: ClockifyConfig,
  providers: readonly AnyProvider[],
  account: string,
  sessions: (source: Source) => readonly StoredSession[],
): MarkedKind[] {
  const rules = clockifyRules(config, providers, account);
  return sessionSources(providers).map((one) => {
    const source = { provider: one.provider.id, account, resource: one.resource };
    const templates = rules
      .filter((rule) => isFrom(rule.source, source))
      .map(({ settings }) => settings.description);
    return { source, word: wordOf(one, account), templates, sessions: sessions(source) };
  });
}
