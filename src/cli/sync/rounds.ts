import type { Shown, ShownRule } from './push.ts';

/** Two rounds of one push as one: the later one says where things stand, and what was done adds up. */
export function together(before: Shown, after: Shown): Shown {
  if (after.rules.length === 0) {
    // A round that did not even begin says nothing about the rules; what stopped them before is over.
    const rules = before.rules.map((rule) => ({ ...rule, error: undefined }));
    return { ...after, rules, withoutRule: before.withoutRule };
  }
  return { ...after, rules: after.rules.map((rule) => ruleTogether(before, rule)) };
}

function ruleTogether(before: Shown, after: ShownRule): ShownRule {
  const earlier = before.rules.find(
    ({ rule }) => rule.number === after.rule.number && rule.name === after.rule.name,
  );
  if (earlier?.result === undefined || after.result === undefined) {
    return { ...after, result: after.result ?? earlier?.result };
  }
  const counts = { ...after.result.counts };
  for (const key of ['created', 'updated', 'deleted', 'adopted'] as const) {
    counts[key] += earlier.result.counts[key];
  }
  return { ...after, result: { ...after.result, counts } };
}
