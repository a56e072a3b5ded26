import type { ClockifyConfig } from './config.ts';
import type { Naming } from './labels.ts';

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

/** Which stored sessions get an entry, for counting them without a plan. */
export function pushedTypes({ kind, types, min_minutes, start_date }: RuleSettings) {
  return {
    kind,
    types,
    minSeconds: min_minutes * 60,
    startDate: start_date === 'all' ? '0000-01-01' : start_date,
  };
}
