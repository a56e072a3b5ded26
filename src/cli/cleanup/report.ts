import type { Span } from '../../core/coverage.ts';
import type { ProgramError } from '../../core/errors.ts';
import type { PushResult } from '../../core/push/apply.ts';
import type { Cleanup, Fate } from '../../core/push/cleanup.ts';
import { table } from '../table.ts';

const WORDS: Readonly<Record<Fate, string>> = {
  remove: 'delete',
  edited: 'keep (edited there)',
  locked: 'keep (locked)',
  timer: 'keep (running)',
};

export interface CleanupShown {
  readonly plan: Cleanup | undefined;
  readonly result: PushResult | undefined;
  readonly dryRun: boolean;
  readonly span: Span | undefined;
  readonly error: ProgramError | undefined;
  /** When the next request may go out (UTC epoch milliseconds). */
  readonly opensAt: number | undefined;
}

/** The run in one object for --json, and in lines for a person. */
export function cleanupReport(shown: CleanupShown) {
  const { plan, result, dryRun, span, error, opensAt } = shown;
  const totals = totalsOf(plan, result);
  const closed = error !== undefined && opensAt !== undefined && opensAt > 0;
  const object = {
    outcome: error?.outcome ?? 'OK',
    dryRun,
    from: span?.from ?? null,
    to: span?.to ?? null,
    entries: plan === undefined ? [] : cleanupRows(plan),
    ...totals,
    nextWindow: closed ? new Date(opensAt).toISOString() : null,
    message: error?.message ?? null,
  };
  return { object, text: lines(shown, totals).join('\n'), totals };
}

export interface Totals {
  readonly toDelete: number;
  readonly deleted: number;
  readonly pending: number;
  readonly keptEdited: number;
  readonly locked: number;
  readonly running: number;
  /** Ledger rows without an entry: `sync` makes these nights anew. */
  readonly forgotten: number;
}

function totalsOf(plan: Cleanup | undefined, result: PushResult | undefined): Totals {
  const toDelete = countOf(plan, 'remove');
  return {
    toDelete,
    deleted: result?.counts.deleted ?? 0,
    pending: result?.pending ?? toDelete,
    keptEdited: countOf(plan, 'edited'),
    locked: countOf(plan, 'locked') + (result?.counts.blocked ?? 0),
    running: countOf(plan, 'timer'),
    forgotten: plan?.forgotten.length ?? 0,
  };
}

export function countOf(plan: Cleanup | undefined, fate: Fate): number {
  return plan?.found.filter((one) => one.fate === fate).length ?? 0;
}

function cleanupRows({ found }: Cleanup) {
  return found.map(({ fate, day, entry, row }) => ({
    action: WORDS[fate],
    day,
    start: isoOf(entry.startAt),
    end: entry.endAt === null ? '' : isoOf(entry.endAt),
    text: entry.text,
    knownBy: row === undefined ? 'marker' : 'ledger',
  }));
}

/** What goes first, what stays below it. */
export function cleanupTable(plan: Cleanup, most = Number.POSITIVE_INFINITY): string {
  const rows = cleanupRows(plan);
  const part = (title: string, chosen: typeof rows) => {
    if (chosen.length === 0) return [];
    const cells = chosen
      .slice(0, most)
      .map(({ action, day, start, end, text }) => [action, day, start, end, text]);
    const more = chosen.length > most ? [`… and ${chosen.length - most} more`] : [];
    return [title, table(['action', 'day', 'start', 'end', 'text'], cells), ...more];
  };
  const going = rows.filter(({ action }) => action === WORDS.remove);
  const staying = rows.filter(({ action }) => action !== WORDS.remove);
  return [...part(`To be deleted: ${going.length}`, going), ...part(`Kept: ${staying.length}`, staying)].join(
    '\n',
  );
}

function lines({ plan, result, dryRun, error, opensAt }: CleanupShown, totals: Totals): string[] {
  const text: string[] = [];
  if (plan === undefined) return text;
  if (plan.found.length === 0) text.push('There is no entry of ours in Clockify in that range.');
  if (dryRun && plan.found.length > 0) text.push('Plan, nothing was changed:', cleanupTable(plan));
  if (result !== undefined && totals.toDelete > 0) {
    const left = totals.pending > 0 ? `, ${totals.pending} left` : '';
    text.push(`Clockify: ${totals.deleted} entries deleted${left}.`);
  }
  if (totals.keptEdited > 0)
    text.push(`${totals.keptEdited} kept because you edited them; --force takes them too.`);
  if (totals.locked > 0) text.push(`${totals.locked} locked or declined: unlock them in Clockify first.`);
  if (totals.running > 0) text.push(`${totals.running} running timer left alone.`);
  if (totals.forgotten > 0) {
    const verb = dryRun ? 'would be made' : 'will be made';
    const what = totals.forgotten === 1 ? '1 session' : `${totals.forgotten} sessions`;
    text.push(`${what} without an entry ${verb} anew by the next sync.`);
  }
  if (error !== undefined && totals.pending > 0 && opensAt !== undefined && opensAt > 0)
    text.push(`The next request window opens at ${new Date(opensAt).toISOString()}.`);
  return text;
}

function isoOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
