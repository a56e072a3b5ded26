import { type Outcome, ProgramError, TemporaryError } from '../../core/errors.ts';
import { runHint } from '../../program.ts';
import { asStoreError } from '../../store/database.ts';

/** One line of the report. `outcome` says what kind of problem it is, and so the exit code. */
export interface Finding {
  readonly area: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly hint: string | undefined;
  readonly outcome: Outcome | undefined;
}

export function ok(area: string, text: string): Finding {
  return { area, level: 'ok', text, hint: undefined, outcome: undefined };
}

export function warning(area: string, text: string, hint?: string): Finding {
  return { area, level: 'warning', text, hint, outcome: undefined };
}

export function problem(area: string, outcome: Outcome, text: string, hint?: string): Finding {
  return { area, level: 'problem', text, hint, outcome };
}

/** What a check failed with, as a line. A closed window or a service that is away says nothing about the thing itself. */
export function failed(area: string, error: ProgramError): Finding {
  // Other commands send people here; from here that would lead in a circle.
  const hint = error.hint === runHint('verify') ? undefined : error.hint;
  if (!(error instanceof TemporaryError)) return problem(area, error.outcome, error.message, hint);
  const until = error.retryAt === undefined ? '' : ` until ${new Date(error.retryAt).toISOString()}`;
  return problem(area, 'TEMP', `not checked${until}: ${error.message}`, hint);
}

/** Runs one check; its failure becomes its finding. Rejects only with what ends everything: a signal, our own fault. */
export async function guarded(
  area: string,
  database: string,
  check: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const known = asStoreError(error, database);
    if (!(known instanceof ProgramError) || known.outcome === 'INTERRUPTED') throw error;
    return [failed(area, known)];
  }
}

/** "2026-03-01, 2026-03-04 and 3 more". */
export function shortList(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ');
  return items.length <= most ? shown : `${shown} and ${items.length - most} more`;
}
