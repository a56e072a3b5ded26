import type { Clock } from '../../core/clock.ts';
import type { Terminal } from '../terminal.ts';

/** Time to think better of it. Rejects with the signal's reason on Ctrl-C. */
export async function countdown(
  terminal: Terminal,
  clock: Clock,
  what: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const line = (left: number) => `${what} in ${left} s. Ctrl-C stops.`;
  if (!terminal.isLive) terminal.ask(`${line(seconds)}\n`);
  for (let left = seconds; left > 0; left -= 1) {
    if (terminal.isLive) terminal.ask(`\r${line(left)} `);
    await clock.sleep(1000, signal);
  }
  if (terminal.isLive) terminal.ask('\n');
}
