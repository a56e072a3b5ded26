import type { Style } from '../../core/push/step.ts';
import type { ClockifyConfig } from './config.ts';
import type { Labels, Naming } from './labels.ts';
import type { RuleConfig } from './rules.ts';
import { type Account, lockedBefore, type Workspace } from './workspace.ts';

/** What one rule says about its entries. */
export interface RuleSettings extends Naming {
  readonly kind?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly min_minutes: number;
  readonly start_date: string;
  readonly description: string;
}

/** What the section's own keys say: they are the rule for sleep. */
export function mainRule(config: ClockifyConfig): RuleSettings {
  const { project, tags, billable, types, min_minutes, start_date, description } = config;
  return { project, tags, billable, types, min_minutes, start_date, description };
}

export interface StyleSources {
  readonly settings: RuleSettings | RuleConfig;
  readonly account: Account;
  readonly workspace: Workspace;
  /** UTC epoch milliseconds. */
  readonly now: number;
  /** Asked each time: a refusal may have led to another project. undefined: not settled yet. */
  readonly labels: () => Pick<Labels, 'projectId'> | undefined;
}

/** How sessions become entries there, given the word in their marker. */
export function styleOf(sources: StyleSources): (word: string) => Style {
  const { settings, account, workspace, now, labels } = sources;
  return (word) => ({
    word,
    template: settings.description,
    kind: settings.kind,
    types: settings.types,
    minMinutes: settings.min_minutes,
    startDate: settings.start_date === 'all' ? undefined : settings.start_date,
    get projectId() {
      return labels()?.projectId;
    },
    get lacksProject() {
      const settled = labels();
      return settled !== undefined && settled.projectId === undefined;
    },
    lockedBefore: lockedBefore(workspace, account.zone, now),
  });
}

/** Which stored sessions get an entry, for counting them without a plan. */
export function pushedTypes({ kind, types, min_minutes, start_date }: RuleSettings) {
  return {
    kind,
    types,
    minSeconds: min_minutes * 60,
    startDate: start_date === 'all' ? '0000-01-01' : start_date,
  };
}
