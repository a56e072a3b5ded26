import { UsageError } from '../../core/errors.ts';
import { noteSecret } from '../../core/secrecy.ts';
import { secretFileText } from '../secret.ts';

/** Longer than any password. */
const LONGEST = 4096;

/** The first line of stdin as it is: a password may hold spaces. Throws UsageError when there is none. */
export async function passwordLine(signal: AbortSignal, flag = '--password-stdin'): Promise<string> {
  const stop = () => process.stdin.destroy(signal.reason);
  signal.addEventListener('abort', stop);
  let text = '';
  try {
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      text += chunk;
      if (text.includes('\n') || text.length > LONGEST) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return lineOf(text, flag);
}

/** The first line of a file; `-` is stdin. Throws UsageError. */
export async function passwordFromFile(path: string, signal: AbortSignal, flag: string): Promise<string> {
  return path === '-' ? passwordLine(signal, flag) : lineOf(secretFileText(path, flag), flag);
}

function lineOf(text: string, flag: string): string {
  const line = text.replace(/^\ufeff/, '').split(/\r?\n/)[0] ?? '';
  if (line === '' || line.length > LONGEST) throw new UsageError(`${flag}: there is no password`);
  noteSecret(line);
  return line;
}
