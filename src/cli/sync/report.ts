import type { ProgramError } from '../../core/errors.ts';
import type { ResourceResult } from '../../core/sync.ts';
import { type Counts, noCounts } from '../../store/records.ts';
import { type Shown, troubles } from './push.ts';
import { countsOf, pendingOf, pushLines, pushObject } from './pushReport.ts';

/** The run in one object for --json, and in lines for a person. Counts only. */
export function syncReport(
  results: readonly ResourceResult[],
  pushed: Shown | undefined,
  ended: ProgramError | undefined,
) {
  const totals = {
    records: sum(results),
    entries: (pushed && countsOf(pushed)) ?? null,
    pending: pushed === undefined ? 0 : pendingOf(pushed),
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

/** One error per thing that went wrong: the same sentence is said once. */
function failuresOf(results: readonly ResourceResult[], pushed: Shown | undefined): ProgramError[] {
  const pushing = pushed === undefined ? [] : troubles(pushed);
  const errors = [...results.map(({ error }) => error), ...pushing].filter((error) => error !== undefined);
  const isFirst = (error: ProgramError, index: number) =>
    errors.findIndex(({ message }) => message === error.message) === index;
  return errors.filter(isFirst);
}

function failureObject({ outcome, source, message, hint }: ProgramError) {
  return { outcome, source: source ?? null, message, hint: hint ?? null };
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
