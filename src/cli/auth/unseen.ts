import { hiddenQuestion } from '../secret.ts';
import type { Terminal } from '../terminal.ts';

/**
 * A secret typed on the terminal. An earlier question whose own end was never heard of still listens to the keys and
 * would write them to the screen: it is made deaf first.
 */
export function unseen(terminal: Terminal, text: string, signal: AbortSignal): Promise<string> {
  process.stdin.removeAllListeners('keypress');
  return hiddenQuestion(terminal, text, signal);
}
