import { createInterface } from 'node:readline/promises';
import { InterruptedError } from '../../core/errors.ts';
import type { Terminal } from '../terminal.ts';

const QUESTION = 'Or paste the address the browser ended at: ';

/**
 * Lines from the person while the listener waits too. Ctrl-C ends the sign-in (`stop`); a closed terminal or pipe only
 * ends the prompt.
 */
export function pastePrompt(terminal: Terminal, stop: (reason: Error) => void) {
  return async (signal: AbortSignal): Promise<string> => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const closed = new AbortController();
    lines.once('SIGINT', () => stop(new InterruptedError('stopped; nothing was stored')));
    const onClose = () => closed.abort();
    lines.once('close', onClose);
    try {
      terminal.ask('');
      return await lines.question(QUESTION, { signal: AbortSignal.any([signal, closed.signal]) });
    } finally {
      // Its own listener alone: without readline's the keys would go on being shown after the end.
      lines.off('close', onClose);
      lines.close();
      if (signal.aborted) terminal.ask('\n');
    }
  };
}
