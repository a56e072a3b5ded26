import * as z from 'zod';
import type { Section } from '../../core/config/section.ts';
import {
  baseUrl,
  dateOr,
  list,
  oneOf,
  positiveInteger,
  secret,
  text,
  wholeNumber,
  wordList,
  yesNo,
} from '../../core/config/values.ts';
import { DEFAULT_TEMPLATE } from '../../core/description.ts';
import { projectName, type RuleConfig, ruleSchema, tagNames, template } from './rules.ts';

/** A free workspace's whole quota; assumed until the plan is known. */
export const FREE_PER_HOUR = 30;

const schema = z.strictObject({
  enabled: yesNo()
    .optional()
    .describe('Whether sleep is written to Clockify.')
    .meta({ defaultText: 'true once a key is there' }),
  api_key: secret().optional().describe('API key from your Clockify profile.'),
  base_url: baseUrl().default('https://api.clockify.me/api/v1').describe('Regional hosts have their own.'),
  regions: list(baseUrl())
    .default(['api', 'euc1', 'use2', 'euw2', 'apse2'].map(regionUrl))
    .describe('Where `auth clockify` looks for a key that base_url does not know.'),
  workspace_id: text().optional().describe('Needed when the key reaches more than one workspace.'),
  project: projectName().default('Sleep').describe('Made when it is missing.'),
  tags: tagNames().default([]).describe('Put on new entries; made when missing.'),
  billable: yesNo().default(false).describe('Whether new entries are billable.'),
  types: list(oneOf('long_sleep', 'sleep', 'late_nap', 'rest'))
    .default(['long_sleep', 'sleep', 'late_nap'])
    .describe('Sleep types that become entries.'),
  min_minutes: wholeNumber(0, 1440).default(15).describe('Shorter sleep (minutes asleep) gets no entry.'),
  start_date: dateOr('all').default('all').describe('A date before which nothing is written, or `all`.'),
  description: template().default(DEFAULT_TEMPLATE).describe('Text of an entry; a marker is put behind it.'),
  requests_per_second: positiveInteger(50).default(10).describe('Pace of writes.'),
  requests_per_hour: positiveInteger(180_000)
    .optional()
    .describe('Requests this program may send per hour.')
    .meta({ defaultText: '30 on the free plan, otherwise unlimited' }),
  source_enabled: yesNo().default(false).describe('Whether Clockify is read as well.'),
  source_users: oneOf('own', 'all')
    .default('own')
    .describe('Whose time entries are read: one’s own, or everybody’s, which an administrator may.'),
  source_page_size: wholeNumber(1, 5000).default(5000).describe('Time entries, projects and so on per page.'),
  source_resources: wordList()
    .optional()
    .describe('Collections to read; all but the optional ones when left out.'),
});

function regionUrl(region: string): string {
  return region === 'api' ? 'https://api.clockify.me/api/v1' : `https://${region}.clockify.me/api/v1`;
}

export type ClockifyConfig = z.infer<typeof schema> & {
  /** For sessions of other sources, in the order of the file. */
  readonly rules: readonly RuleConfig[];
};

export const clockifySection: Section<ClockifyConfig> = {
  id: 'clockify',
  schema,
  lists: { rules: ruleSchema },
  environment: {
    CLOCKIFY_API_KEY: 'api_key',
    CLOCKIFY_API_TOKEN: 'api_key',
    CLOCKIFY_API_BASE: 'base_url',
    CLOCKIFY_WORKSPACE_ID: 'workspace_id',
    SLEEP_PROJECT_NAME: 'project',
  },
  ignoredEnvironment: { CLOCKIFY_API_DELAY: 'the pace is clockify.requests_per_second' },
  normalise: (values) => ({
    ...values,
    enabled: values.enabled ?? values.api_key !== undefined,
    // Earlier tools were given the address without its version.
    base_url: /\/v1$/.test(values.base_url) ? values.base_url : `${values.base_url}/v1`,
  }),
};
