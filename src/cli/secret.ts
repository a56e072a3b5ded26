import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readText } from '../core/config/read.ts';
import { InterruptedError, UsageError } from '../core/errors.ts';
import { noteSecret } from '../core/secrecy.ts';
import type { Terminal } from './terminal.ts';

/** Longer than any key or secret. */
const LONGEST = 4096;

/** One line that is not shown while it is typed. Throws InterruptedError. */
export async function hiddenQuestion(terminal: Terminal, text: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const closed = new AbortController();
  lines.once('SIGINT', () => closed.abort(new InterruptedError('stopped at the question')));
  const onClose = () => closed.abort(new InterruptedError('the terminal was closed'));
  lines.once('close', onClose);
  const either = AbortSignal.any([closed.signal, signal]);
  try {
    terminal.ask(text);
    const typed = (await lines.question('', { signal: either })).trim();
    noteSecret(typed);
    return typed;
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    // Its own listener alone: without readline's the keys would go on being shown after the end.
    lines.off('close', onClose);
    lines.close();
    terminal.ask('\n');
  }
}

export interface SecretSource {
  /** How messages name the flag. */
  readonly flag: string;
  /** The question on a terminal. */
  readonly text: string;
  readonly signal: AbortSignal;
}

/** A secret that comes in on stdin: its first line, or typed unseen on a terminal. Throws UsageError. */
export async function secretFromStdin(
  terminal: Terminal,
  { flag, text, signal }: SecretSource,
): Promise<string> {
  const found = process.stdin.isTTY
    ? await hiddenQuestion(terminal, text, signal)
    : await firstLine(process.stdin, signal);
  return checked(found, flag, 'nothing came on stdin');
}

/** The first line of a file; `-` is stdin. Throws UsageError. */
export async function secretFromFile(
  terminal: Terminal,
  path: string,
  source: SecretSource,
): Promise<string> {
  if (path === '-') return secretFromStdin(terminal, source);
  return checked(lineOf(secretFileText(path, source.flag)), source.flag, 'the file is empty');
}

/** Where there is no such file its name is not repeated: it may be the secret itself. Throws UsageError. */
export function secretFileText(path: string, flag: string): string {
  if (existsSync(path)) return readText(path);
  throw new UsageError(`${flag}: there is no such file; it takes the name of a file that holds the secret`);
}

function checked(text: string, flag: string, whenEmpty: string): string {
  if (text === '') throw new UsageError(`${flag}: ${whenEmpty}`);
  if (text.length > LONGEST || !/^[\x21-\x7e]+$/.test(text))
    throw new UsageError(`${flag}: that is no key or secret: it holds spaces or other odd characters`);
  noteSecret(text);
  return text;
}

async function firstLine(input: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const stop = () => input.destroy(signal.reason);
  signal.addEventListener('abort', stop);
  let text = '';
  try {
    for await (const chunk of input.setEncoding('utf8')) {
      text += chunk;
      if (/\n/.test(text) || text.length > LONGEST) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return lineOf(text);
}

function lineOf(text: string): string {
  return (text.replace(/^\ufeff/, '').split('\n')[0] ?? '').trim();
}
