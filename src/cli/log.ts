import { appendFileSync, chmodSync, existsSync, renameSync, statSync } from 'node:fs';
import type { AppConfig } from '../core/config/app.ts';
import type { Outcome, ProgramError } from '../core/errors.ts';
import type { Context } from './context.ts';

/** The log is cut at this size (bytes); one older part is kept. */
const ROTATE_AT = 1_000_000;

type Ended = Outcome | 'OK' | 'BUG';

/** What passes by itself, or what somebody wanted: below `error`. */
const NO_ERROR: readonly Ended[] = ['OK', 'TEMP', 'PARTIAL', 'LOCKED', 'INTERRUPTED'];

/** One line per run in the configured log file: counts, outcome and the message; never a health value or a secret. */
export async function log(
  context: Context,
  command: string,
  ended: ProgramError | undefined,
  totals: unknown,
  outcome: Ended = ended?.outcome ?? 'OK',
): Promise<void> {
  const { logFile, logLevel } = (await context.config()).app;
  if (logFile === undefined || !isLogged(outcome, logLevel)) return;
  const line = {
    at: new Date(context.clock.now()).toISOString(),
    command,
    outcome,
    ...(ended === undefined ? {} : { message: ended.message, hint: ended.hint }),
    totals,
  };
  try {
    if (existsSync(logFile) && statSync(logFile).size > ROTATE_AT) renameSync(logFile, rotated(logFile));
    appendFileSync(logFile, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    chmodSync(logFile, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    context.terminal.say(`The log file ${logFile} could not be written (${code}).`);
  }
}

/** The older part. */
export const rotated = (logFile: string) => `${logFile}.1`;

function isLogged(outcome: Ended, level: AppConfig['logLevel']): boolean {
  if (level === 'error') return !NO_ERROR.includes(outcome);
  return level !== 'warn' || outcome !== 'OK';
}
