import * as z from 'zod';
import { dateOr, list, text, wholeNumber, yesNo } from '../../core/config/values.ts';
import { RULE_TEMPLATE, TEMPLATE_PLACEHOLDERS, templateFault } from '../../core/description.ts';

/** Which sessions become time entries without a rule: their settings are the section's own keys. */
export const PUSHED = { provider: 'oura', resource: 'sleep' };

/** Where the entries go. */
const OWN = 'clockify';

const SOURCE_NAME = /^[a-z][\w-]*(\.\w[\w-]*)?$/;

/** A text for entries, with placeholders. */
export function template() {
  return z
    .string()
    .superRefine((value, context) => {
      const fault = templateFault(value);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .meta({ expected: `a text with ${TEMPLATE_PLACEHOLDERS}` });
}

export function projectName() {
  return text().min(2).max(250).meta({ expected: 'text on one line, 2 to 250 characters' });
}

export function tagNames() {
  return list(text().max(100).meta({ expected: 'text on one line, 1 to 100 characters' }));
}

function sourceName() {
  return z
    .string()
    .regex(SOURCE_NAME)
    .superRefine((value, context) => {
      const [provider, resource] = value.toLowerCase().split('.');
      if (provider === OWN) {
        const message = `what is read from ${OWN} is not written there again: entries would go in circles`;
        context.addIssue({ code: 'custom', message });
      }
      if (provider !== PUSHED.provider || (resource ?? PUSHED.resource) !== PUSHED.resource) return;
      const message = `${PUSHED.provider}.${PUSHED.resource} needs no rule: the keys of [clockify] itself are for it`;
      context.addIssue({ code: 'custom', message });
    })
    .meta({ expected: 'a provider such as strava, or one of its resources such as strava.activities' });
}

/** One `[[clockify.rules]]`: sessions of a source become entries of a project. */
export const ruleSchema = z.strictObject({
  source: sourceName().describe('A provider, or one resource of it, whose records have a start and an end.'),
  kind: text()
    .optional()
    .describe('Only sessions of this kind: `sleep`, `workout`, `meditation`, `nap`, `rest`.'),
  types: list(text()).optional().describe('Only these types, in the service’s own words, e.g. `["Ride"]`.'),
  project: projectName().describe(
    'Made when it is missing. Has no default, so that nothing is booked by accident.',
  ),
  tags: tagNames().default([]).describe('Put on new entries; made when missing.'),
  billable: yesNo().default(false).describe('Whether new entries are billable.'),
  description: template().default(RULE_TEMPLATE).describe('Text of an entry; a marker is put behind it.'),
  min_minutes: wholeNumber(0, 1440)
    .default(0)
    .describe('Shorter sessions get no entry (minutes asleep where they are known).'),
  start_date: dateOr('all').default('all').describe('A date before which nothing is written, or `all`.'),
});

export type RuleConfig = z.infer<typeof ruleSchema>;
