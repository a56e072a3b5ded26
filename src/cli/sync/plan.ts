import type { WantedEntry } from '../../core/destination.ts';
import type { Plan, Step } from '../../core/push/step.ts';
import { factsOf } from '../../core/push/wanted.ts';
import { table } from '../table.ts';

const WORDS: Readonly<Record<Step['do'], string>> = {
  create: 'create',
  adopt: 'adopt',
  update: 'update',
  remove: 'delete',
  note: 'as it is',
  forget: 'forget',
  'give up': 'deleted there',
  keep: 'keep (edited there)',
  block: 'blocked',
  'look up': 'to be looked up',
};

export interface PlanRow {
  readonly action: string;
  readonly day: string;
  /** UTC, ISO 8601. */
  readonly start: string;
  readonly end: string;
  readonly text: string;
}

/** The plan as rows, newest first. */
export function planRows(plan: Plan): PlanRow[] {
  return plan.steps.map((step) => {
    const session = 'session' in step && step.session !== undefined ? step.session : undefined;
    const facts = session ?? ('row' in step && step.row !== undefined ? factsOf(step.row) : undefined);
    const wanted: WantedEntry | undefined = 'wanted' in step ? step.wanted : undefined;
    return {
      action: WORDS[step.do],
      day: facts?.day ?? '',
      start: isoOf(wanted?.startAt ?? facts?.startAt),
      end: isoOf(wanted?.endAt ?? facts?.endAt),
      text:
        wanted?.text ?? ('reason' in step ? step.reason : 'entry' in step ? (step.entry?.text ?? '') : ''),
    };
  });
}

export function planTable(plan: Plan, most = Number.POSITIVE_INFINITY): string {
  const rows = planRows(plan);
  const shown = rows
    .slice(0, most)
    .map(({ action, day, start, end, text }) => [action, day, start, end, text]);
  const more = rows.length > most ? `\n… and ${rows.length - most} more` : '';
  return table(['action', 'day', 'start', 'end', 'text'], shown) + more;
}

function isoOf(instant: number | null | undefined): string {
  return instant == null ? '' : `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
