import { createInterface } from 'node:readline/promises';
import { InterruptedError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** One line from the person. Throws InterruptedError when the terminal is closed or Ctrl-C is pressed. */
export async function question(terminal: Terminal, text: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  lines.once('SIGINT', () => closed.abort(new InterruptedError('stopped at the question')));
  lines.once('close', () => closed.abort(new InterruptedError('the terminal was closed')));
  const either = signal === undefined ? closed.signal : AbortSignal.any([closed.signal, signal]);
  try {
    terminal.ask('');
    return (await lines.question(text, { signal: either })).trim();
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    lines.removeAllListeners('close');
    lines.close();
  }
}

/** Yes or no; anything but a clear yes is a no. */
export async function confirm(terminal: Terminal, text: string, signal?: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await question(terminal, `${text} [y/N] `, signal));
}
