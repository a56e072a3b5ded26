import { UsageError } from '../../core/errors.ts';
import { save } from '../backup/run.ts';
import { backupTarget } from '../backup/target.ts';
import { countdown } from '../cleanup/countdown.ts';
import type { PurgeFlags } from '../commands/purge.ts';
import type { Context } from '../context.ts';
import { question } from '../prompt.ts';

/** Time to press Ctrl-C (seconds). */
const SECOND_THOUGHTS = 10;

/** Where to save everything first, as a flag or the person says; undefined: nowhere. */
export async function backupWanted(context: Context, flags: PurgeFlags): Promise<string | undefined> {
  const { backup, yes } = flags;
  if (backup === false) return undefined;
  if (backup !== undefined) return backupTarget(context, backup, false);
  if (yes === true) return undefined;
  return ask(context);
}

async function ask(context: Context): Promise<string | undefined> {
  const { terminal, signal } = context;
  const text = 'Save everything first? Enter for yes, a file or folder for its place, or no: ';
  for (;;) {
    const answer = await question(terminal, text, signal);
    if (/^no?$/i.test(answer)) return undefined;
    try {
      return await backupTarget(context, /^(y(es)?)?$/i.test(answer) ? undefined : answer, false);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.problem(error);
    }
  }
}

/** What was asked for; then time to think better of it. Rejects on Ctrl-C, with everything as it was. */
export async function beforehand(
  context: Context,
  target: string | undefined,
  what: string,
  { yes }: PurgeFlags,
): Promise<void> {
  const { terminal, clock, signal } = context;
  if (target !== undefined) {
    await save(context, target);
    terminal.say(`Saved to ${target}.`);
  }
  if (yes !== true) await countdown(terminal, clock, `Removing ${what}`, SECOND_THOUGHTS, signal);
  signal.throwIfAborted();
}
