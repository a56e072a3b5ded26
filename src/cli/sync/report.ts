import { type ProgramError, TemporaryError } from '../../core/errors.ts';
import { isActive } from '../../core/push/prepare.ts';
import type { SkipReason } from '../../core/push/step.ts';
import type { ResourceResult } from '../../core/sync.ts';
import { type Counts, noCounts } from '../../store/records.ts';
import { planRows, planTable } from './plan.ts';
import type { Shown } from './push.ts';

/** The run in one object for --json, and in lines for a person. Counts only. */
export function syncReport(
  results: readonly ResourceResult[],
  pushed: Shown | undefined,
  ended: ProgramError | undefined,
) {
  const totals = {
    records: sum(results),
    entries: pushed?.result?.counts ?? null,
    pending: pendingOf(pushed),
  };
  const failures = failuresOf(results, pushed);
  const object = {
    outcome: ended?.outcome ?? 'OK',
    sources: results.map(({ provider, resource, outcome, counts, read, error }) => ({
      source: `${provider}.${resource}`,
      outcome,
      ...counts,
      read: read ?? null,
      message: error?.message ?? null,
    })),
    push: pushed === undefined ? null : pushObject(pushed),
    totals,
    failures: failures.map(failureObject),
  };
  return { object, text: lines(results, pushed).join('\n'), failures };
}

function sum(results: readonly ResourceResult[]): Counts {
  const total = noCounts();
  for (const { counts } of results)
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[key];
  return total;
}

function pendingOf(pushed: Shown | undefined): number {
  return pushed?.result?.pending ?? pushed?.plan?.steps.filter(isActive).length ?? pushed?.unplanned ?? 0;
}

/** One error per thing that went wrong: the same sentence is said once. */
function failuresOf(results: readonly ResourceResult[], pushed: Shown | undefined): ProgramError[] {
  const errors = [...results.map(({ error }) => error), pushed?.error].filter((error) => error !== undefined);
  const isFirst = (error: ProgramError, index: number) =>
    errors.findIndex(({ message }) => message === error.message) === index;
  return errors.filter(isFirst);
}

function failureObject({ outcome, source, message, hint }: ProgramError) {
  return { outcome, source: source ?? null, message, hint: hint ?? null };
}

function pushObject(pushed: Shown) {
  const { plan, result, error, dryRun, wouldCreateProject } = pushed;
  return {
    dryRun,
    checked: plan?.checked ?? false,
    plan: plan === undefined ? [] : planRows(plan),
    skipped: plan?.skipped ?? null,
    unchanged: plan?.unchanged ?? 0,
    ...(result?.counts ?? {}),
    pending: pendingOf(pushed),
    nextWindow: nextWindow(error),
    wouldCreateProject: wouldCreateProject ?? null,
    message: error?.message ?? null,
  };
}

function nextWindow(error: ProgramError | undefined): string | null {
  const at = error instanceof TemporaryError ? error.retryAt : undefined;
  return at === undefined ? null : new Date(at).toISOString();
}

function lines(results: readonly ResourceResult[], pushed: Shown | undefined): string[] {
  const text: string[] = [];
  if (results.some(({ outcome }) => outcome === 'OK') || sum(results).created > 0) {
    const { created, updated, deleted, rejected } = sum(results);
    const aside = rejected > 0 ? `, ${rejected} set aside` : '';
    text.push(`Records: ${created} new, ${updated} changed, ${deleted} deleted${aside}.`);
    const missing = results
      .filter(({ outcome }) => outcome === 'NOT GRANTED')
      .map(({ resource }) => resource);
    if (missing.length > 0) text.push(`Not granted at sign-in: ${missing.join(', ')}.`);
  }
  if (pushed !== undefined) text.push(...pushLines(pushed));
  return text;
}

function pushLines(pushed: Shown): string[] {
  const { plan, result, dryRun, wouldCreateProject } = pushed;
  const text: string[] = [];
  if (dryRun && plan !== undefined) {
    if (wouldCreateProject !== undefined) text.push(`Would create the project "${wouldCreateProject}".`);
    text.push(plan.checked ? 'Plan, nothing was written:' : 'Plan by the ledger, not checked there:');
    text.push(plan.steps.length === 0 ? 'nothing to do' : planTable(plan));
  }
  if (result !== undefined) {
    const { created, updated, deleted, adopted, kept, deletedThere, blocked } = result.counts;
    const more = [
      [adopted, 'adopted'],
      [kept, 'kept as edited there'],
      [deletedThere, 'deleted there and not made again'],
      [blocked, 'locked or declined'],
    ].filter(([count]) => (count as number) > 0);
    text.push(
      `Clockify: ${[`${created} created`, `${updated} updated`, `${deleted} deleted`, ...more.map(([count, what]) => `${count} ${what}`)].join(', ')}.`,
    );
  }
  if (plan !== undefined) text.push(...skippedLine(plan.skipped));
  return [...text, ...pendingLines(pushed)];
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  type: 'of other types',
  short: 'too short',
  early: 'before clockify.start_date',
  invalid: 'ending before they begin',
};

function skippedLine(skipped: Readonly<Record<SkipReason, number>>): string[] {
  const parts = Object.entries(skipped)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} ${SKIPPED[reason as SkipReason]}`);
  return parts.length === 0 ? [] : [`Sleep without an entry of its own: ${parts.join(', ')}.`];
}

/** How much is left, when it goes on and how long it takes at this plan. */
function pendingLines(pushed: Shown): string[] {
  const pending = pendingOf(pushed);
  if (pushed.dryRun || pending === 0 || pushed.error === undefined) return [];
  const line = `${pending} pending`;
  const { pace } = pushed;
  if (pace === undefined || pace.opensAt === 0) return [`${line}.`];
  const opens = `the next request window opens at ${new Date(pace.opensAt).toISOString()}`;
  if (pace.perHour === undefined) return [`${line}; ${opens}.`];
  // One request of each hour's quota goes to the listing.
  const hours = Math.ceil(pending / Math.max(1, pace.perHour - 1));
  return [`${line}; ${opens}; at ${pace.perHour} requests per hour the rest takes about ${hours} h.`];
}
