import { existsSync, readFileSync } from 'node:fs';
import { writePrivateFile } from '../../store/files.ts';
import { rotated } from '../log.ts';

/** Leaves out of the log what it says about sources that nothing is stored of any more. To be called under the run lock. */
export function forgetLogLines(logFile: string | undefined, providers: readonly string[]): void {
  if (logFile === undefined || providers.length === 0) return;
  const named = new RegExp(`(?<![\\w-])(?:${providers.map(escaped).join('|')})(?![\\w-])`);
  for (const file of [logFile, rotated(logFile)]) {
    if (!existsSync(file)) continue;
    const lines = readFileSync(file, 'utf8').split('\n');
    const kept = lines.filter((line) => !named.test(line));
    if (kept.length < lines.length) writePrivateFile(file, kept.join('\n'));
  }
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}
