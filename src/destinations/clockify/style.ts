import type { Style } from '../../core/push/step.ts';
import type { Labels } from './labels.ts';
import type { RuleConfig } from './rules.ts';
import type { RuleSettings } from './settings.ts';
import { type Account, lockedBefore, type Workspace } from './workspace.ts';

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
