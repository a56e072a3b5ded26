import { createInterface } from 'node:readline/promises';
import { InterruptedError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** One line from the person. Throws InterruptedError when the terminal is closed or Ctrl-C is pressed. */
export async function question(terminal: Terminal, text: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  lines.once('SIGINT', () => closed.abort(new InterruptedError('stopped at the question')));
  const onClose = () => closed.abort(new InterruptedError('the terminal was closed'));
  lines.once('close', onClose);
  const either = signal === undefined ? closed.signal : AbortSignal.any([closed.signal, signal]);
  try {
    terminal.ask('');
    return (await lines.question(text, { signal: either })).trim();
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    // Its own listener alone: without readline's the keys would go on being shown after the end.
    lines.off('close', onClose);
    lines.close();
  }
}

/** Yes or no; anything but a clear yes is a no. */
export async function confirm(terminal: Terminal, text: string, signal?: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await question(terminal, `${text} [y/N] `, signal));
}
