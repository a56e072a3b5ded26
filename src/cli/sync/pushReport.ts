import type { PushCounts } from '../../core/push/apply.ts';
import { isActive } from '../../core/push/prepare.ts';
import type { SkipReason } from '../../core/push/step.ts';
import { planRows, planTable } from './plan.ts';
import { opensAt, type Shown, type ShownRule, troubles } from './push.ts';

type Skipped = Readonly<Record<SkipReason, number>>;

/** Entries that are left to write, or sessions where that cannot be told. */
export function pendingOf({ rules, unplanned }: Shown): number {
  return rules.length === 0 ? unplanned : rules.reduce((sum, rule) => sum + pendingOfRule(rule), 0);
}

function pendingOfRule({ result, plan }: ShownRule): number {
  return result?.pending ?? plan?.steps.filter(isActive).length ?? 0;
}

/** What was done by all rules together; undefined: nothing was tried. */
export function countsOf({ rules }: Shown): PushCounts | undefined {
  const all = rules.flatMap(({ result }) => result?.counts ?? []);
  return all.length === 0 ? undefined : added(all);
}

/** Counts of one shape, key by key. */
function added<T extends object>(all: readonly T[]): T {
  const total = { ...all[0] } as Record<string, number>;
  for (const one of all.slice(1)) {
    for (const [key, value] of Object.entries(one)) total[key] = (total[key] ?? 0) + value;
  }
  return total as T;
}

/** For --json: totals over everything, and the same for each rule. */
export function pushObject(pushed: Shown) {
  const { rules, dryRun, withoutRule } = pushed;
  const skipped = rules.flatMap(({ plan }) => plan?.skipped ?? []);
  const at = opensAt(pushed);
  return {
    dryRun,
    checked: rules.length > 0 && rules.every(isChecked),
    plan: rules.flatMap(({ plan }) => (plan === undefined ? [] : planRows(plan))),
    skipped: skipped.length === 0 ? null : added(skipped),
    unchanged: rules.reduce((sum, { plan }) => sum + (plan?.unchanged ?? 0), 0),
    ...(countsOf(pushed) ?? {}),
    pending: pendingOf(pushed),
    nextWindow: at === undefined ? null : new Date(at).toISOString(),
    wouldCreateProject: rules.find((one) => one.wouldCreateProject !== undefined)?.wouldCreateProject ?? null,
    message: troubles(pushed)[0]?.message ?? null,
    rules: rules.map(ruleObject),
    withoutRule,
  };
}

function isChecked({ plan }: ShownRule): boolean {
  return plan !== undefined && (plan.checked || plan.steps.length === 0);
}

function ruleObject(one: ShownRule) {
  const { rule, plan, result, error, tried, wouldCreateProject } = one;
  return {
    rule: rule.number,
    source: rule.name,
    project: rule.settings.project,
    tried,
    checked: isChecked(one),
    skipped: plan?.skipped ?? null,
    unchanged: plan?.unchanged ?? 0,
    ...(result?.counts ?? {}),
    pending: pendingOfRule(one),
    wouldCreateProject: wouldCreateProject ?? null,
    message: error?.message ?? null,
  };
}

export function pushLines(pushed: Shown): string[] {
  const { rules, dryRun } = pushed;
  const counts = countsOf(pushed);
  return [
    ...(dryRun ? planLines(pushed) : []),
    ...(counts === undefined ? [] : [`Clockify: ${countsText(counts)}.`]),
    ...(dryRun ? [] : rules.flatMap(ruleLine)),
    ...rules.flatMap(skippedLine),
    ...pendingLines(pushed),
  ];
}

function countsText({ created, updated, deleted, adopted, kept, deletedThere, blocked }: PushCounts): string {
  const more: [number, string][] = [
    [adopted, 'adopted'],
    [kept, 'kept as edited there'],
    [deletedThere, 'deleted there and not made again'],
    [blocked, 'locked or declined'],
  ];
  const said = more.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [`${created} created`, `${updated} updated`, `${deleted} deleted`, ...said].join(', ');
}

/** What each rule besides sleep had its part in. */
function ruleLine({ rule, result }: ShownRule): string[] {
  if (rule.number === null || result === undefined) return [];
  if (Object.values(result.counts).every((count) => count === 0)) return [];
  return [`  of these by rule ${rule.number}, ${rule.name}: ${countsText(result.counts)}.`];
}

function planLines({ rules, withoutRule }: Shown): string[] {
  const projects = new Set(rules.flatMap(({ wouldCreateProject }) => wouldCreateProject ?? []));
  const text = [...projects].map((project) => `Would create the project "${project}".`);
  const planned = rules.filter(
    ({ plan, rule }) => plan !== undefined && isShown(plan.steps.length, rule.number),
  );
  for (const { rule, plan } of planned) {
    if (plan === undefined) continue;
    const of =
      rule.number === null ? '' : ` of rule ${rule.number}, ${rule.name} to "${rule.settings.project}"`;
    text.push(
      plan.checked ? `Plan${of}, nothing was written:` : `Plan${of} by the ledger, not checked there:`,
    );
    text.push(plan.steps.length === 0 ? 'nothing to do' : planTable(plan));
  }
  for (const { source, entries } of withoutRule)
    text.push(
      `${entries} entries of ${source} have no rule any more: left as they are. cleanup removes them.`,
    );
  return text;
}

function isShown(steps: number, number: number | null): boolean {
  return steps > 0 || number === null;
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  type: 'of other types',
  short: 'too short',
  early: 'before clockify.start_date',
  invalid: 'ending before they begin',
};

function skippedLine({ rule, plan }: ShownRule): string[] {
  const skipped: Skipped = plan?.skipped ?? { type: 0, short: 0, early: 0, invalid: 0 };
  const early = rule.number === null ? SKIPPED.early : `before the start_date of rule ${rule.number}`;
  const parts = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${{ ...SKIPPED, early }[reason as SkipReason]}`);
  if (parts.length === 0) return [];
  const what = rule.number === null ? 'Sleep' : `Of ${rule.name} (rule ${rule.number})`;
  return [`${what} without an entry of its own: ${parts.join(', ')}.`];
}

/** How much is left, when it goes on and how long it takes at this plan. */
function pendingLines(pushed: Shown): string[] {
  const pending = pendingOf(pushed);
  if (pushed.dryRun || pending === 0 || troubles(pushed).length === 0) return [];
  const line = `${pending} pending`;
  const { pace } = pushed;
  if (pace === undefined || pace.opensAt === 0) return [`${line}.`];
  const opens = `the next request window opens at ${new Date(pace.opensAt).toISOString()}`;
  if (pace.perHour === undefined) return [`${line}; ${opens}.`];
  // One request of each hour's quota goes to the listing.
  const hours = Math.ceil(pending / Math.max(1, pace.perHour - 1));
  return [`${line}; ${opens}; at ${pace.perHour} requests per hour the rest takes about ${hours} h.`];
}
